"""What a visitor must know before going: food, prayer, the way there, whether it is open.

A community says it for all its programmes; a programme says only what is different there.
"""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from marketplace.common.clock import today


class Halal(models.TextChoices):
    CERTIFIED = "certified", _("มีใบรับรองฮาลาล")
    MUSLIM_KITCHEN = "muslim_kitchen", _("ครัวคนมุสลิม ยังไม่มีใบรับรอง")
    ARRANGED = "arranged", _("จัดอาหารฮาลาลได้ถ้าบอกล่วงหน้า")
    NONE = "none", _("ไม่มีอาหารฮาลาล")


class VisitFacts(models.Model):
    """The facts of a visit. Texts ending in `_ms` are for the Malay page, empty where not written."""

    halal_kind = models.CharField(
        _("ฮาลาล"),
        max_length=16,
        choices=Halal,
        blank=True,
        help_text=_("เลือกตามจริง ถ้าไม่แน่ใจ เว้นว่าง"),
    )
    halal_number = models.CharField(_("เลขที่ใบรับรองฮาลาล"), max_length=60, blank=True)
    halal_until = models.DateField(_("ใบรับรองฮาลาลใช้ได้ถึง"), null=True, blank=True)
    halal = models.CharField(
        _("เรื่องอาหารที่ควรบอก"), max_length=200, blank=True, help_text=_("เช่น ไม่มีหมู แจ้งแพ้อาหารล่วงหน้า")
    )
    halal_ms = models.CharField(_("เรื่องอาหาร (มลายู)"), max_length=200, blank=True)
    prayer = models.CharField(_("ละหมาด"), max_length=200, blank=True)
    prayer_ms = models.CharField(_("ละหมาด (มลายู)"), max_length=200, blank=True)
    meeting_point_ms = models.CharField(_("จุดนัดพบ (มลายู)"), max_length=200, blank=True)
    from_hat_yai = models.CharField(
        _("จากหาดใหญ่"), max_length=200, blank=True, help_text=_("กี่กิโลเมตร กี่นาที รถอะไร")
    )
    from_hat_yai_ms = models.CharField(_("จากหาดใหญ่ (มลายู)"), max_length=200, blank=True)
    from_padang_besar = models.CharField(
        _("จากปาดังเบซาร์"), max_length=200, blank=True, help_text=_("จากด่านชายแดน กี่กิโลเมตร กี่นาที")
    )
    from_padang_besar_ms = models.CharField(_("จากปาดังเบซาร์ (มลายู)"), max_length=200, blank=True)
    access = models.CharField(
        _("เข้าถึง"), max_length=240, blank=True, help_text=_("ทางลาด ขั้นบันได เรือ ห้องน้ำ รถเข็น")
    )
    access_ms = models.CharField(_("เข้าถึง (มลายู)"), max_length=240, blank=True)
    morning_contact = models.CharField(
        _("หน้ามรสุม เช้านั้นโทรหาใคร"),
        max_length=160,
        blank=True,
        help_text=_("พ.ย.–ม.ค. ก่อนลงเรือ เช่น ลุงเขียว 074 000 000 ตั้งแต่ 05.30 น."),
    )
    booking_url = models.URLField(
        _("ลิงก์จองของพื้นที่"), blank=True, help_text=_("ถ้าชุมชนรับจองผ่านเว็บของพื้นที่อยู่แล้ว")
    )
    open_this_month = models.BooleanField(_("เดือนนี้เปิดรับแขก"), default=True)
    closed_until = models.DateField(
        _("ปิดถึงวันที่"), null=True, blank=True, help_text=_("พ้นวันนี้แล้วหน้าเว็บบอกว่าเปิดเอง")
    )
    price_checked_on = models.DateField(_("ตรวจสอบราคาล่าสุด"), null=True, blank=True)

    visit_panels = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("open_this_month"), FieldPanel("closed_until")]),
                FieldPanel("morning_contact"),
                FieldPanel("booking_url"),
            ],
            heading=_("เปิดหรือปิด"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("halal_kind"),
                FieldRowPanel([FieldPanel("halal_number"), FieldPanel("halal_until")]),
                FieldPanel("halal"),
                FieldPanel("prayer"),
            ],
            heading=_("อาหารและละหมาด"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("from_hat_yai"),
                FieldPanel("from_padang_besar"),
                FieldPanel("access"),
            ],
            heading=_("เดินทางและเข้าถึง"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("meeting_point_ms"),
                FieldPanel("halal_ms"),
                FieldPanel("prayer_ms"),
                FieldPanel("from_hat_yai_ms"),
                FieldPanel("from_padang_besar_ms"),
                FieldPanel("access_ms"),
            ],
            heading=_("ข้อเท็จจริงภาษามลายู"),
            classname="collapsed",
        ),
    ]

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(halal_kind=Halal.CERTIFIED)
                | (~models.Q(halal_number="") & models.Q(halal_until__isnull=False)),
                name="%(app_label)s_%(class)s_halal_certificate_named",
            )
        ]

    def clean(self) -> None:
        super().clean()
        if self.halal_kind == Halal.CERTIFIED and not (self.halal_number and self.halal_until):
            wanted = _("ใบรับรองฮาลาลต้องบอกเลขที่และวันหมดอายุ ถ้ายังไม่มี เลือกข้ออื่นตามจริง")
            field = "halal_until" if self.halal_number else "halal_number"
            raise ValidationError({field: wanted})

    @property
    def is_open(self) -> bool:
        """Whether visitors are received today; a day until which it is closed ends by itself."""
        if self.closed_until is not None:
            return self.closed_until < today()
        return self.open_this_month

    @property
    def halal_expired(self) -> bool:
        """Whether the halal certificate named here is no longer valid."""
        until: date | None = self.halal_until
        return self.halal_kind == Halal.CERTIFIED and until is not None and until < today()
