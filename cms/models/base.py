"""What every public page has in common, and the date on which its facts were last checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page

from cms import structured
from cms.languages import Language, alternates
from cms.models.notices import DistrictNotice
from cms.slugs import is_taken
from marketplace.places.models import District

if TYPE_CHECKING:
    from django.template.context import Context

phone_digits = RegexValidator(r"^\+?[0-9][0-9 \-]{5,20}$", _("ใส่เบอร์โทรศัพท์ เช่น 074 000 000"))


class PublicPage(Page):
    """What every public page has: a summary for readers, search engines and shared links."""

    summary = models.TextField(
        _("สรุปสั้น"),
        max_length=320,
        help_text=_("สองถึงสามประโยค อยู่ใต้ชื่อหน้า ในผลค้นหา และเมื่อมีคนส่งลิงก์ต่อ"),
    )
    picture = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ภาพถ่าย"),
        help_text=_("แนวนอน กว้างอย่างน้อย 1,200 จุด ถ้าไม่มี ใช้ภาพวาดของตลาดแทน"),
    )
    picture_alt = models.CharField(_("คำบรรยายภาพสำหรับผู้ที่มองไม่เห็น"), max_length=200, blank=True)
    picture_credit = models.CharField(_("เจ้าของภาพ"), max_length=120, blank=True)

    show_in_menus_default = True
    drawing = "lake"
    """The house's own drawing at the head of the page where there is no photograph."""

    picture_panel = MultiFieldPanel(
        [FieldPanel("picture"), FieldPanel("picture_alt"), FieldPanel("picture_credit")],
        heading=_("ภาพหัวหน้า"),
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        errors: dict[str, Any] = {}
        if self.picture and not self.picture_alt:
            errors["picture_alt"] = _("บอกสิ่งที่เห็นในภาพ เพื่อผู้ที่มองไม่เห็นภาพ")
        if self.picture and not self.picture_credit:
            errors["picture_credit"] = _("บอกชื่อเจ้าของภาพ")
        if self.slug and is_taken(self.slug):
            errors["slug"] = _("ที่อยู่นี้เป็นของส่วนอื่นของเว็บแล้ว ใช้คำอื่น")
        if errors:
            raise ValidationError(errors)

    @property
    def description(self) -> str:
        """What search engines and shared links say of the page."""
        return str(self.search_description or self.summary)

    @property
    def area(self) -> list[District]:
        """The districts a page is about, for its map and its notices."""
        return []

    def languages(self) -> list[Language]:
        """The languages this page can be read in, with where."""
        return alternates(self)

    def crumbs(self) -> list[tuple[str, str]]:
        """Name and address of the pages above this one, from the first page down."""
        return [
            (page.title, page.get_url() or "/")
            for page in self.get_ancestors().filter(depth__gt=1).live()
        ]

    def notices(self) -> list[DistrictNotice]:
        """What the districts of this page warn of today; one query where it has districts."""
        area = self.area
        return list(DistrictNotice.objects.today().filter(district__in=area)) if area else []

    def linked_data(self) -> list[dict[str, Any]]:
        """What the page tells machines (schema.org)."""
        return [structured.breadcrumbs(self)] if self.depth > 2 else []

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Context:
        context: Context = super().get_context(request, *args, **kwargs)
        context["languages"] = self.languages()
        context["linked_data"] = self.linked_data()
        context["notices"] = self.notices()
        return context


class FactPage(PublicPage):
    """A page of facts: it says when somebody last made sure of them, and what it is in Malay."""

    checked_on = models.DateField(_("ตรวจสอบข้อมูลล่าสุด"), null=True, blank=True)
    title_ms = models.CharField(_("ชื่อภาษามลายู"), max_length=120, blank=True)
    summary_ms = models.CharField(_("สรุปสั้น (มลายู)"), max_length=320, blank=True)

    class Meta:
        abstract = True
