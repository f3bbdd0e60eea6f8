"""Standards (GAP, organic, PGS, GI) and the dated certificates that prove them.

A certificate must be valid on the delivery day for that product and holder. Revoked certificates
stay on file.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalogue.models import Product
from catalogue.standards.querysets import CertificateQuerySet
from marketplace.common.clock import now
from marketplace.parties.models import FarmerGroup, Person


class Standard(models.Model):
    """A named standard that goods may meet."""

    code = models.SlugField(max_length=12, primary_key=True)
    name_th = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    never_mixed = models.BooleanField(
        default=False, help_text="PGS and GI goods never share a pack with others"
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name_th if get_language() in (None, "th") else self.name_en


class Certificate(models.Model):
    """Proof that a group or a person meets a standard for some products, between two days
    (inclusive).
    """

    standard = models.ForeignKey(Standard, models.PROTECT, related_name="certificates")
    group = models.ForeignKey(
        FarmerGroup, models.PROTECT, null=True, blank=True, related_name="certificates"
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="certificates"
    )
    products = models.ManyToManyField(
        Product, blank=True, related_name="certificates", help_text="none: all products"
    )
    number = models.CharField(_("เลขที่"), max_length=60)
    issuer = models.CharField(_("ผู้ออก"), max_length=160, blank=True)
    valid_from = models.DateField(_("ตั้งแต่"))
    valid_until = models.DateField(_("ถึง"))
    file = models.FileField(upload_to="certificates/", blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["valid_until", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(group__isnull=False, person__isnull=True)
                | Q(group__isnull=True, person__isnull=False),
                name="certificate_of_one_holder",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from")), name="certificate_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standard_id} {self.number}"
