"""Programmes: what a community does with its visitors, hour by hour, and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel
from wagtail.fields import StreamField

from catalogue.models import Product
from cms import structured
from cms.blocks import MenuItemBlock, PriceTierBlock, ProgrammeStepBlock
from cms.fields import SeasonField
from cms.models.base import FactPage, PublicPage
from cms.models.visits import VisitFacts
from marketplace.places.models import District

if TYPE_CHECKING:
    from cms.models.communities import CommunityPage


class ProgrammePage(VisitFacts, FactPage):
    """What a community does with its visitors, hour by hour, and what it costs."""

    class Kind(models.TextChoices):
        HALF_DAY = "half_day", _("ครึ่งวัน")
        DAY = "day", _("หนึ่งวัน")
        OVERNIGHT = "overnight", _("สองวันหนึ่งคืน")

    kind = models.CharField(_("นานเท่าไร"), max_length=12, choices=Kind, default=Kind.HALF_DAY)
    group_min = models.PositiveSmallIntegerField(
        _("อย่างน้อย (คน)"), default=1, validators=[MinValueValidator(1)]
    )
    group_max = models.PositiveSmallIntegerField(
        _("ไม่เกิน (คน)"), default=12, validators=[MinValueValidator(1)]
    )
    lead_days = models.PositiveSmallIntegerField(_("จองล่วงหน้า (วัน)"), default=3)
    months = SeasonField(_("เดือนที่ไปได้"))
    months_note = models.CharField(_("คำอธิบายเดือน"), max_length=240, blank=True)
    steps = StreamField([("step", ProgrammeStepBlock())], verbose_name=_("ทำอะไรบ้าง"))
    prices = StreamField([("price", PriceTierBlock())], verbose_name=_("ราคาต่อคน"))
    included = models.CharField(_("ราคารวมอะไร"), max_length=240, blank=True)
    money_to = models.CharField(
        _("เงินไปถึงใคร"), max_length=240, help_text=_("บอกเป็นส่วน เช่น คนขึ้นตาล คนเรือ ครัว กองทุนชุมชน")
    )
    community_percent = models.PositiveSmallIntegerField(
        _("เข้ากองทุนชุมชน (ร้อยละ)"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
    )
    rain_rule = models.CharField(
        _("ถ้าฝนตกหรือคลื่นแรง"), max_length=300, help_text=_("ใครตัดสิน เมื่อไร คืนเงินเท่าไร")
    )
    menu = StreamField(
        [("item", MenuItemBlock())], verbose_name=_("ของในตลาดที่ได้กินได้ทำ"), blank=True
    )

    meeting_point = models.CharField(
        _("จุดนัดพบ"), max_length=200, blank=True, help_text=_("เว้นว่างคือที่เดียวกับชุมชน")
    )
    included_ms = models.CharField(_("ราคารวมอะไร (มลายู)"), max_length=240, blank=True)
    rain_rule_ms = models.CharField(_("ถ้าฝนตก (มลายู)"), max_length=300, blank=True)

    parent_page_types = ["cms.CommunityPage"]
    subpage_types: list[str] = []
    drawing = "boat"

    content_panels = [
        FieldPanel("title", heading=_("ชื่อโปรแกรม")),
        FieldPanel("summary"),
        FieldPanel("kind"),
        FieldRowPanel([FieldPanel("group_min"), FieldPanel("group_max"), FieldPanel("lead_days")]),
        FieldPanel("months"),
        FieldPanel("months_note"),
        FieldPanel("steps"),
        FieldPanel("prices"),
        FieldPanel("included"),
        FieldPanel("money_to"),
        FieldPanel("community_percent"),
        FieldPanel("rain_rule"),
        FieldPanel("menu"),
        MultiFieldPanel(
            [
                HelpPanel(content=_("เว้นว่างเรื่องที่เหมือนกับหน้าชุมชน ใส่เฉพาะที่โปรแกรมนี้ต่างออกไป")),
                FieldPanel("meeting_point"),
            ],
            heading=_("ควรรู้ก่อนไป"),
        ),
        *VisitFacts.visit_panels,
        MultiFieldPanel(
            [
                FieldPanel("title_ms"),
                FieldPanel("summary_ms"),
                FieldPanel("included_ms"),
                FieldPanel("rain_rule_ms"),
            ],
            heading=_("โปรแกรมภาษามลายู"),
            classname="collapsed",
        ),
        FieldRowPanel([FieldPanel("checked_on"), FieldPanel("price_checked_on")]),
        PublicPage.picture_panel,
    ]

    class Meta(VisitFacts.Meta):
        abstract = False
        verbose_name = _("โปรแกรม")
        verbose_name_plural = _("โปรแกรม")
        constraints = [
            *VisitFacts.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(group_min__gte=1, group_max__gte=models.F("group_min")),
                name="cms_programme_group_size",
            ),
            models.CheckConstraint(
                condition=models.Q(community_percent__isnull=True)
                | models.Q(community_percent__lte=100),
                name="cms_programme_share_is_a_percentage",
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.group_max < self.group_min:
            raise ValidationError({"group_max": _("จำนวนคนสูงสุดต้องไม่น้อยกว่าต่ำสุด")})

    @cached_property
    def community(self) -> CommunityPage:
        """The community whose programme this is; one query."""
        from cms.models.communities import CommunityPage

        found: CommunityPage = (
            CommunityPage.objects.select_related("district").parent_of(self).get()
        )
        return found

    @property
    def area(self) -> list[District]:
        """Where the community is."""
        return [self.community.district]

    def told(self, name: str) -> Any:
        """A fact of the visit: the programme's own where it says one, else the community's.

        Args:
            name: a field of `VisitFacts`, `meeting_point` or `checked_on`.
        """
        if name in ("halal", "halal_ms", "halal_number", "halal_until"):
            return getattr(self if self.halal_kind else self.community, name)
        return getattr(self, name) or getattr(self.community, name)

    @property
    def receives(self) -> bool:
        """Whether both the community and the programme receive visitors today."""
        return self.is_open and self.community.is_open

    @property
    def lowest_baht(self) -> int | None:
        """The lowest price a head that a grown-up group can have, whole baht."""
        prices = [tier.value["baht"] for tier in self.prices if tier.value.get("people_min")]
        return min(prices, default=None)

    def on_menu(self) -> list[tuple[Product, str]]:
        """The products on the menu with who they come from; one query."""
        items = [item.value for item in self.menu]
        products = {
            product.upc: product
            for product in Product.objects.browsable().filter(upc__in=[i["product"] for i in items])
        }
        return [(products[i["product"]], i["by"]) for i in items if i["product"] in products]

    def linked_data(self) -> list[dict[str, Any]]:
        return [*super().linked_data(), structured.trip(self)]
