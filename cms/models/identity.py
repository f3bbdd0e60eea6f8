"""Products that people know a place by, without being registered as a geographical indication."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel
from wagtail.fields import StreamField

from catalogue.models import Product
from cms import live
from cms.blocks import STORY_BLOCKS, FactBlock
from cms.fields import SeasonField
from cms.models.base import FactPage, PublicPage
from marketplace.places.models import District

if TYPE_CHECKING:
    from django.template.context import Context


class IdentityProductPage(FactPage):
    """A local product with a name of its own that is not registered as a GI, and says so."""

    product = models.ForeignKey(
        Product,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ผลผลิตในตลาด"),
        help_text=_("ใช้แสดงที่เปิดจองตอนนี้ เว้นว่างถ้ายังไม่มีในตลาด"),
    )
    name_roman = models.CharField(_("ชื่ออักษรโรมัน"), max_length=120, blank=True)
    name_other = models.CharField(_("ชื่ออื่น"), max_length=120, blank=True)
    districts = ParentalManyToManyField(
        District, blank=True, related_name="+", verbose_name=_("พื้นที่ (อำเภอ)")
    )
    sold_as = models.CharField(
        _("ขายเป็นอะไรบ้าง"), max_length=160, blank=True, help_text=_("เช่น ผลสด แช่อิ่ม ดองเกลือ")
    )
    season_months = SeasonField(_("ฤดู"))
    season_note = models.CharField(_("คำอธิบายฤดู"), max_length=300, blank=True)
    facts = StreamField([("fact", FactBlock())], verbose_name=_("ข้อเท็จจริงพร้อมแหล่งที่มา"), blank=True)
    body = StreamField(STORY_BLOCKS, verbose_name=_("เรื่องราว"), blank=True)

    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    drawing = "orchard"
    card_icon = "leaf"

    content_panels = [
        FieldPanel("title", help_text=_("ชื่อที่คนในพื้นที่เรียก")),
        FieldPanel("summary"),
        HelpPanel(content=_("หน้านี้บอกผู้อ่านเองว่ายังไม่ใช่ GI ถ้าขึ้นทะเบียนแล้วให้สร้างหน้าของดี GI แทน")),
        MultiFieldPanel(
            [FieldPanel("name_roman"), FieldPanel("name_other"), FieldPanel("sold_as")],
            heading=_("ชื่อ"),
        ),
        FieldPanel("districts", widget=forms.CheckboxSelectMultiple),
        MultiFieldPanel([FieldPanel("season_months"), FieldPanel("season_note")], heading=_("ฤดู")),
        FieldPanel("product"),
        FieldPanel("facts"),
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldPanel("title_ms"), FieldPanel("summary_ms")],
            heading=_("ข้อเท็จจริงภาษามลายู"),
            classname="collapsed",
        ),
        FieldPanel("checked_on"),
        PublicPage.picture_panel,
    ]

    class Meta:
        verbose_name = _("ของดีท้องถิ่น")
        verbose_name_plural = _("ของดีท้องถิ่น")

    @property
    def area(self) -> list[District]:
        """Where the product comes from."""
        return list(self.districts.all())

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Context:
        context = super().get_context(request, *args, **kwargs)
        context["offers"] = live.open_offers(product=self.product, limit=12) if self.product else []
        return context
