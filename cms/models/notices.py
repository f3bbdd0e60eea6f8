"""What a district warns its visitors of for some days, such as a flood; shown on its pages."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from marketplace.common.clock import today
from marketplace.places.models import District


class DistrictNotices(models.QuerySet["DistrictNotice"]):
    def today(self) -> DistrictNotices:
        """Those in force today (clock of Songkhla), the newest first."""
        day = today()
        return self.filter(from_day__lte=day, until_day__gte=day).select_related("district")


class DistrictNotice(models.Model):
    """A notice on every page of a district, from a day until a day, in up to three languages."""

    district = models.ForeignKey(
        District, models.PROTECT, related_name="+", verbose_name=_("อำเภอ")
    )
    text_th = models.CharField(
        _("ประกาศ ภาษาไทย"),
        max_length=240,
        help_text=_("เกิดอะไร ถึงเมื่อไร ไปได้หรือไม่ เช่น น้ำท่วมถนนริมเล งดเรือถึงวันศุกร์ โทรถามก่อนออกเดินทาง"),
    )
    text_en = models.CharField(_("ประกาศ ภาษาอังกฤษ"), max_length=240, blank=True)
    text_ms = models.CharField(_("ประกาศ ภาษามลายู"), max_length=240, blank=True)
    from_day = models.DateField(_("ตั้งแต่วันที่"))
    until_day = models.DateField(_("ถึงวันที่"), help_text=_("พ้นวันนี้แล้วประกาศหายไปจากหน้าเว็บเอง"))

    objects = DistrictNotices.as_manager()

    panels = [
        FieldPanel("district"),
        FieldPanel("text_th"),
        FieldPanel("text_en"),
        FieldPanel("text_ms"),
        FieldRowPanel([FieldPanel("from_day"), FieldPanel("until_day")]),
    ]

    class Meta:
        verbose_name = _("ประกาศของอำเภอ")
        verbose_name_plural = _("ประกาศของอำเภอ")
        ordering = ["-from_day", "-pk"]
        indexes = [models.Index(fields=["until_day", "from_day"], name="cms_notice_days")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_day__gte=models.F("from_day")),
                name="cms_notice_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.district}: {self.text_th}"

    def clean(self) -> None:
        super().clean()
        if self.from_day and self.until_day and self.until_day < self.from_day:
            raise ValidationError({"until_day": _("วันสิ้นสุดต้องไม่ก่อนวันเริ่ม")})

    @property
    def text(self) -> str:
        """The notice in the reader's language, else in English, else in Thai."""
        found = {"en": self.text_en, "ms": self.text_ms or self.text_en}.get(get_language() or "th")
        return found or self.text_th
