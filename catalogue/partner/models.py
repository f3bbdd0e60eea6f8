"""Oscar's partner app, forked: listings, and the price notices that price them.

A listing (Oscar's StockRecord) is unique on product, source, minimum grade and required standard
or none; its `num_*` columns are unused. The cooperative publishes price notices: the farm-gate
price, the named fees and each buyer class's selling price stand side by side, satang per 1,000
grams or per piece. A published notice never changes; lines keep the price they were placed at.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from oscar.apps.partner.abstract_models import AbstractPartner, AbstractStockRecord

from catalogue.grades import Grade
from catalogue.models import Product
from catalogue.partner.querysets import ListingQuerySet, NoticeQuerySet
from catalogue.standards.models import Standard
from marketplace.parties.models import BuyerClass, Party


class Partner(AbstractPartner):
    """The source of a listing: the cooperative, or a named farmer group."""

    party = models.OneToOneField(
        Party, models.PROTECT, null=True, blank=True, related_name="partner"
    )


class StockRecord(AbstractStockRecord):
    """A listing: what a buyer sees and orders."""

    min_grade = models.CharField(max_length=1, choices=Grade, default=Grade.A)
    required_standard = models.ForeignKey(
        Standard, models.PROTECT, null=True, blank=True, related_name="listings"
    )
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = ListingQuerySet.as_manager()

    class Meta(AbstractStockRecord.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["product", "partner", "min_grade"],
                condition=Q(required_standard__isnull=True),
                name="one_listing_without_standard",
            ),
            models.UniqueConstraint(
                fields=["product", "partner", "min_grade", "required_standard"],
                condition=Q(required_standard__isnull=False),
                name="one_listing_with_standard",
            ),
        ]


class FeeKind(models.Model):
    """A named fee between farm gate and selling price, and the ledger account it goes to."""

    code = models.SlugField(max_length=20, primary_key=True)
    name_th = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    account_code = models.CharField(max_length=64)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name_th if get_language() in (None, "th") else self.name_en


class PriceNotice(models.Model):
    """Prices for delivery days from `valid_from` until the next published notice."""

    class State(models.TextChoices):
        DRAFT = "draft", _("ร่าง")
        PUBLISHED = "published", _("ประกาศแล้ว")

    valid_from = models.DateField(_("ใช้กับวันส่งตั้งแต่"))
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["valid_from"],
                condition=Q(state="published"),
                name="one_published_notice_a_day",
            )
        ]


class NoticePrice(models.Model):
    """The farm-gate price of one product and grade in a notice; what every grower is paid."""

    notice = models.ForeignKey(PriceNotice, models.CASCADE, related_name="prices")
    product = models.ForeignKey(Product, models.PROTECT, related_name="notice_prices")
    grade = models.CharField(max_length=1, choices=Grade)
    farm_gate_satang = models.PositiveIntegerField(help_text="per 1,000 g or per piece")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "product", "grade"], name="one_farm_gate_price"
            ),
            models.CheckConstraint(
                condition=Q(farm_gate_satang__gt=0), name="farm_gate_price_positive"
            ),
        ]


class NoticeFee(models.Model):
    """A named fee on one price, per 1,000 g or per piece."""

    price = models.ForeignKey(NoticePrice, models.CASCADE, related_name="fees")
    kind = models.ForeignKey(FeeKind, models.PROTECT, related_name="+")
    satang = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["price", "kind"], name="one_fee_of_a_kind")]


class ClassPrice(models.Model):
    """What one buyer class pays, per 1,000 g or per piece; the rest against the notice is the
    price pool's.
    """

    price = models.ForeignKey(NoticePrice, models.CASCADE, related_name="class_prices")
    buyer_class = models.ForeignKey(BuyerClass, models.PROTECT, related_name="+")
    satang = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["price", "buyer_class"], name="one_price_a_class"),
            models.CheckConstraint(condition=Q(satang__gt=0), name="class_price_positive"),
        ]


from oscar.apps.partner.models import *
