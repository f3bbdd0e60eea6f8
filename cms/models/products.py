"""Products with a name of their own: those registered as a geographical indication (GI)."""

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
from cms import live, structured
from cms.blocks import STORY_BLOCKS, FactBlock
from cms.fields import SeasonField
from cms.models.base import FactPage, PublicPage
from cms.models.programmes import ProgrammePage
from marketplace.places.models import District

if TYPE_CHECKING:
    from django.template.context import Context


class GIProductPage(FactPage):
    """A product whose name is registered as a geographical indication."""

    product = models.ForeignKey(
        Product,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ผลผลิตในตลาด"),
        help_text=_("ใช้แสดงที่เปิดจองตอนนี้ และกลุ่มที่ใช้ตรา GI ได้วันนี้"),
    )
    name_roman = models.CharField(_("ชื่ออักษรโรมัน"), max_length=120, blank=True)
    name_other = models.CharField(_("ชื่ออื่น"), max_length=120, blank=True)
    scientific_name = models.CharField(_("ชื่อวิทยาศาสตร์"), max_length=120, blank=True)
    announced_on = models.DateField(_("วันที่ประกาศขึ้นทะเบียน"), null=True, blank=True)
    registration_no = models.CharField(
        _("เลขทะเบียน"),
        max_length=40,
        blank=True,
        help_text=_("เช่น สช 68100252 ถ้ายังไม่พบ เว้นว่างไว้ หน้าเว็บจะบอกว่าไม่พบเลขทะเบียน"),
    )
    applicant = models.CharField(_("ผู้ขอขึ้นทะเบียน"), max_length=160, blank=True)
    register_source = models.CharField(_("แหล่งที่มาของทะเบียน"), max_length=120, blank=True)
    register_url = models.URLField(_("ลิงก์แหล่งที่มาของทะเบียน"), blank=True)
    districts = ParentalManyToManyField(
        District, blank=True, related_name="+", verbose_name=_("พื้นที่ (อำเภอ)")
    )
    sold_as = models.CharField(
        _("ขายเป็นอะไรบ้าง"), max_length=160, blank=True, help_text=_("เช่น ผลสด แช่อิ่ม ดองเกลือ")
    )
    sold_as_ms = models.CharField(_("ขายเป็นอะไรบ้าง (มลายู)"), max_length=160, blank=True)
    area_note = models.CharField(_("หมายเหตุพื้นที่"), max_length=200, blank=True)
    season_months = SeasonField(_("ฤดู"))
    season_note = models.CharField(_("คำอธิบายฤดู"), max_length=300, blank=True)
    facts = StreamField(
        [("fact", FactBlock())],
        verbose_name=_("ข้อเท็จจริงพร้อมแหล่งที่มา"),
        blank=True,
    )
    body = StreamField(STORY_BLOCKS, verbose_name=_("เรื่องราว"), blank=True)

    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    drawing = "orchard"

    content_panels = [
        FieldPanel("title", help_text=_("ชื่อสินค้าตามทะเบียน")),
        FieldPanel("summary"),
        MultiFieldPanel(
            [
                HelpPanel(content=_("ใส่เฉพาะที่มีแหล่งยืนยัน เรื่องที่ไม่แน่ใจเว้นว่างไว้")),
                FieldPanel("name_roman"),
                FieldPanel("name_other"),
                FieldPanel("scientific_name"),
                FieldPanel("announced_on"),
                FieldPanel("registration_no"),
                FieldPanel("applicant"),
                FieldPanel("register_source"),
                FieldPanel("register_url"),
            ],
            heading=_("ทะเบียน"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("districts", widget=forms.CheckboxSelectMultiple),
                FieldPanel("area_note"),
            ],
            heading=_("พื้นที่"),
        ),
        MultiFieldPanel([FieldPanel("season_months"), FieldPanel("season_note")], heading=_("ฤดู")),
        FieldPanel("product"),
        FieldPanel("sold_as"),
        MultiFieldPanel(
            [FieldPanel("title_ms"), FieldPanel("summary_ms"), FieldPanel("sold_as_ms")],
            heading=_("ข้อเท็จจริงภาษามลายู"),
            classname="collapsed",
        ),
        FieldPanel("facts"),
        FieldPanel("body"),
        FieldPanel("checked_on"),
        PublicPage.picture_panel,
    ]

    class Meta:
        verbose_name = _("ของดี GI")
        verbose_name_plural = _("ของดี GI")

    @property
    def area(self) -> list[District]:
        """Where the product comes from."""
        return list(self.districts.all())

    def related_programmes(self) -> list[ProgrammePage]:
        """Programmes in this language on whose menu the product stands, else the first two."""
        rows = list(ProgrammePage.objects.live().public().filter(locale=self.locale))
        code = self.product.upc if self.product else ""
        of_it = [row for row in rows if code in {item.value["product"] for item in row.menu}]
        return (of_it or rows)[:2]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Context:
        context = super().get_context(request, *args, **kwargs)
        offers = live.open_offers(product=self.product, limit=12) if self.product else []
        context["offers"] = offers
        context["holders"] = live.gi_holders(self.product) if self.product else []
        context["state"] = live.season_state(self.season_months, is_open=bool(offers))
        context["linked_data"] = [*self.linked_data(), structured.product(self, offers)]
        return context
