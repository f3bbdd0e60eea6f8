"""What visitors ask communities: a day, a group, and how to be reached."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.enquiries.querysets import EnquiryQuerySet
from marketplace.common.clock import now


class EnquiryState(models.TextChoices):
    NEW = "new", _("ยังไม่ได้ตอบ")
    ANSWERED = "answered", _("ตอบแล้ว")
    AGREED = "agreed", _("ตกลงกันแล้ว")
    DONE = "done", _("มาเที่ยวแล้ว")
    DECLINED = "declined", _("รับไม่ได้")
    EXPIRED = "expired", _("เลยวันที่ขอแล้ว")


class Reach(models.TextChoices):
    PHONE = "phone", _("โทรศัพท์")
    EMAIL = "email", _("อีเมล")
    LINE = "line", _("LINE")
    WHATSAPP = "whatsapp", _("WhatsApp")


class Halal(models.TextChoices):
    NONE = "none", _("ไม่ต้อง")
    HALAL = "halal", _("ขออาหารฮาลาล")
    CERTIFIED = "certified", _("ต้องมีใบรับรองฮาลาล")


class Enquiry(models.Model):
    """One visitor asking one community for a day.

    `nonce` makes the secret link and sends one form once. `address_key`, `contact_key`: keyed
    hashes for the limits on sending, no addresses. Personal data is blanked after a set time
    (`blanked_at`); day, size and state stay for counting.
    """

    nonce = models.CharField(max_length=32, unique=True)
    page = models.ForeignKey("wagtailcore.Page", models.PROTECT, related_name="+")
    community_key = models.UUIDField(db_index=True)
    language = models.CharField(max_length=8)
    name = models.CharField(_("ชื่อ"), max_length=80, blank=True)
    reach = models.CharField(_("ติดต่อกลับทาง"), max_length=10, choices=Reach)
    contact = models.CharField(_("เบอร์ อีเมล หรือ LINE ID"), max_length=120, blank=True)
    wanted_day = models.DateField(_("วันที่อยากไป"), db_index=True)
    group_size = models.PositiveSmallIntegerField(_("กี่คน"))
    speaks = models.CharField(_("ภาษาที่สะดวก"), max_length=80, blank=True)
    halal = models.CharField(_("อาหารฮาลาล"), max_length=10, choices=Halal, default=Halal.NONE)
    message = models.TextField(_("ข้อความ"), max_length=1000, blank=True)
    reply = models.TextField(_("คำตอบถึงผู้มาเยือน"), max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=EnquiryState, default=EnquiryState.NEW)
    consent_at = models.DateTimeField()
    sent_at = models.DateTimeField(default=now, db_index=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    acted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    chased_at = models.DateTimeField(null=True, blank=True)
    blanked_at = models.DateTimeField(null=True, blank=True)
    address_key = models.CharField(max_length=64, db_index=True, blank=True)
    contact_key = models.CharField(max_length=64, db_index=True, blank=True)

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        verbose_name = _("คำถามจากผู้มาเยือน")
        verbose_name_plural = _("คำถามจากผู้มาเยือน")
        indexes = [models.Index(fields=["state", "wanted_day"], name="enquiry_state_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["new", "answered", "agreed", "done", "declined", "expired"]),
                name="enquiry_state_known",
            ),
            models.CheckConstraint(
                condition=Q(group_size__gte=1, group_size__lte=200), name="enquiry_group_size"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["new", "answered", "agreed"],
                    closed_at__isnull=True,
                )
                | Q(state__in=["done", "declined", "expired"], closed_at__isnull=False),
                name="enquiry_closed_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(blanked_at__isnull=True) & ~Q(name="") & ~Q(contact="")
                | Q(
                    blanked_at__isnull=False,
                    name="",
                    contact="",
                    message="",
                    reply="",
                    speaks="",
                    address_key="",
                    contact_key="",
                ),
                name="enquiry_whole_or_blanked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
