"""Communities that receive visitors, with their own photographs."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable

from cms import structured
from cms.blocks import STORY_BLOCKS
from cms.models.base import FactPage, PublicPage, phone_digits
from cms.models.programmes import ProgrammePage
from cms.models.visits import VisitFacts
from marketplace.places.models import District

MOST_PHOTOS = 5


class CommunityPage(VisitFacts, FactPage):
    """A community that receives visitors, with its programmes."""

    district = models.ForeignKey(
        District, models.PROTECT, related_name="+", verbose_name=_("อำเภอ")
    )
    phone = models.CharField(_("โทรศัพท์"), max_length=24, validators=[phone_digits], blank=True)
    phone_note = models.CharField(
        _("ใครรับสาย เมื่อไร"), max_length=100, blank=True, help_text=_("เช่น ป้าจันทร์ 08.00–18.00 น.")
    )
    line_url = models.URLField(_("ลิงก์ LINE"), blank=True)
    whatsapp_url = models.URLField(_("ลิงก์ WhatsApp"), blank=True)
    website = models.URLField(_("เว็บหรือเพจ"), blank=True)
    languages_spoken = models.CharField(
        _("ภาษาที่ใช้ได้"), max_length=120, help_text=_("เช่น ไทย อังกฤษ มลายู")
    )
    meeting_point = models.CharField(_("จุดนัดพบ"), max_length=200)
    map_url = models.URLField(_("ลิงก์แผนที่"), blank=True)
    getting_there = models.CharField(
        _("เดินทาง"),
        max_length=240,
        blank=True,
        help_text=_("จากหาดใหญ่กี่กิโลเมตร กี่นาที มีรถสาธารณะไหม"),
    )
    body = StreamField(STORY_BLOCKS, verbose_name=_("เรื่องของชุมชน"), blank=True)

    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.ProgrammePage"]
    drawing = "shore"

    content_panels = [
        FieldPanel("title", help_text=_("ชื่อชุมชน")),
        FieldPanel("summary"),
        FieldPanel("district"),
        InlinePanel("photos", heading=_("ภาพของชุมชน"), label=_("ภาพ"), max_num=MOST_PHOTOS),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("phone"), FieldPanel("phone_note")]),
                FieldPanel("line_url"),
                FieldPanel("whatsapp_url"),
                FieldPanel("website"),
                FieldPanel("languages_spoken"),
            ],
            heading=_("ติดต่อ"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("meeting_point"),
                FieldPanel("map_url"),
                FieldPanel("getting_there"),
            ],
            heading=_("ควรรู้ก่อนไป"),
        ),
        *VisitFacts.visit_panels,
        MultiFieldPanel(
            [FieldPanel("title_ms"), FieldPanel("summary_ms")],
            heading=_("ชื่อและสรุปภาษามลายู"),
            classname="collapsed",
        ),
        FieldPanel("body"),
        FieldRowPanel([FieldPanel("checked_on"), FieldPanel("price_checked_on")]),
        PublicPage.picture_panel,
    ]

    class Meta(VisitFacts.Meta):
        abstract = False
        verbose_name = _("ชุมชน")
        verbose_name_plural = _("ชุมชน")

    @property
    def area(self) -> list[District]:
        """Where the community is, for the map."""
        return [self.district]

    def programmes(self) -> list[ProgrammePage]:
        """The published programmes of the community in the editor's order; one query."""
        return list(ProgrammePage.objects.live().public().child_of(self).order_by("path"))

    def linked_data(self) -> list[dict[str, Any]]:
        return [*super().linked_data(), structured.destination(self)]


class CommunityPhoto(Orderable):
    """One of a community's own photographs, with the words that stand for it and its owner."""

    page = ParentalKey(CommunityPage, on_delete=models.CASCADE, related_name="photos")
    image = models.ForeignKey(
        "wagtailimages.Image", models.PROTECT, related_name="+", verbose_name=_("ภาพ")
    )
    alt = models.CharField(
        _("คำบรรยายสำหรับผู้ที่มองไม่เห็นภาพ"),
        max_length=200,
        help_text=_("บอกสิ่งที่เห็นในภาพเป็นประโยคสั้น เช่น ชาวสวนถือส้มจุกสองผล"),
    )
    caption = models.CharField(_("คำใต้ภาพ"), max_length=200, blank=True)
    credit = models.CharField(
        _("เจ้าของภาพ"), max_length=120, help_text=_("ชื่อผู้ถ่ายหรือหน่วยงาน ต้องได้รับอนุญาตแล้ว")
    )

    panels = [
        FieldPanel("image"),
        FieldPanel("alt"),
        FieldPanel("caption"),
        FieldPanel("credit"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("ภาพของชุมชน")
        verbose_name_plural = _("ภาพของชุมชน")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(alt="") & ~models.Q(credit=""),
                name="cms_photo_described_and_credited",
            )
        ]
