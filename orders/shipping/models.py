"""Delivery zones: districts that cost the same to reach, each with a dated table of fees.

A fee holds from a delivery day on, until the next one of its zone. What a delivery costs is copied
onto it when it is placed (`orders.DeliveryFee`), so the table never changes what was promised.
Oscar's own shipping methods stay unused.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.common.clock import now
from marketplace.places.models import District


class DeliveryZone(models.Model):
    """Districts for which the hub asks the same fee."""

    name = models.CharField(_("ชื่อเขต"), max_length=60, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ZoneDistrict(models.Model):
    """A district in its zone; a district is in one zone at most."""

    zone = models.ForeignKey(DeliveryZone, models.CASCADE, related_name="members")
    district = models.OneToOneField(District, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["district_id"]


class ZoneFee(models.Model):
    """What a delivery into a zone costs, from a delivery day on; 0 ends the fee."""

    zone = models.ForeignKey(DeliveryZone, models.PROTECT, related_name="fees")
    from_day = models.DateField(_("ตั้งแต่วันส่ง"))
    fee_satang = models.PositiveBigIntegerField(_("ค่าส่งต่อวันส่ง"))
    created_at = models.DateTimeField(default=now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["zone", "-from_day"]
        constraints = [
            models.UniqueConstraint(fields=["zone", "from_day"], name="one_zone_fee_a_day")
        ]


from oscar.apps.shipping.models import *
