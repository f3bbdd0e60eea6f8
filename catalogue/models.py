"""Oscar's catalogue, forked: a product is a kind of produce.

Every product has one base unit (gram or piece) and an order step in base units; Oscar's integer
`quantity` counts steps. Products are archived, never deleted. Grades are cards of a product,
never products.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from oscar.apps.catalogue.abstract_models import AbstractCategory, AbstractProduct

from catalogue.grades import Grade
from catalogue.querysets import MarketProductQuerySet
from marketplace.common.quantities import BaseUnit
from marketplace.parties.models import Buyer


class Category(AbstractCategory):
    """A shelf of the catalogue."""

    name_en = models.CharField(max_length=255, blank=True)
    drawing = models.SlugField(max_length=20, default="basket")

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        if get_language() in (None, "th"):
            return str(self.name)
        return self.name_en or str(self.name)


class Product(AbstractProduct):
    """A kind of produce, with its unit, step, season and how long it keeps."""

    title_en = models.CharField(max_length=255, blank=True)
    title_ms = models.CharField(max_length=255, blank=True)
    aliases = models.CharField(max_length=400, blank=True, help_text="other names, comma separated")
    base_unit = models.CharField(max_length=8, choices=BaseUnit, default=BaseUnit.GRAM)
    unit_label_th = models.CharField(max_length=40, default="กก.")
    unit_label_en = models.CharField(max_length=40, default="kg")
    nominal_piece_g = models.PositiveIntegerField(
        null=True, blank=True, help_text="grams of one piece, for kilogram totals"
    )
    step_qty = models.PositiveIntegerField(default=500, help_text="order step in base units")
    shelf_life_days = models.PositiveSmallIntegerField(default=3)
    harvest_lead_days = models.PositiveSmallIntegerField(
        default=1, help_text="days from harvest to the delivery day"
    )
    min_harvest_qty = models.PositiveIntegerField(
        default=5000, help_text="least worth harvesting for one person and day, base units"
    )
    season_months = models.CharField(
        max_length=12, default="1" * 12, help_text="twelve of 0 (no), 1 (in season), 2 (best)"
    )
    drawing = models.SlugField(max_length=20, default="leafy")
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = MarketProductQuerySet.as_manager()

    class Meta(AbstractProduct.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(step_qty__gt=0), name="product_step_positive"),
            models.CheckConstraint(
                condition=Q(base_unit="gram") | Q(nominal_piece_g__gt=0),
                name="piece_product_has_weight",
            ),
        ]

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        if get_language() in (None, "th"):
            return self.title
        return self.title_en or self.title

    @property
    def unit_label(self) -> str:
        return self.unit_label_th if get_language() in (None, "th") else self.unit_label_en

    @property
    def per(self) -> int:
        """Base units that a price is for: 1,000 grams or one piece."""
        return BaseUnit(self.base_unit).per

    def grams_of(self, qty: int) -> int:
        """Return grams of a quantity in base units, by nominal piece weight where it is pieces."""
        if self.base_unit == BaseUnit.GRAM:
            return qty
        return qty * (self.nominal_piece_g or 0)


class ProduceGuide(models.Model):
    """What the produce table knows of a product beyond what trading needs: usual market prices, and
    how long it grows. Prices only propose; a price notice decides.
    """

    product = models.OneToOneField(Product, models.PROTECT, related_name="guide")
    low_satang = models.PositiveIntegerField(help_text="per 1,000 g or per piece")
    high_satang = models.PositiveIntegerField(help_text="per 1,000 g or per piece")
    first_harvest_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="days from sowing to the first harvest"
    )
    perennial = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(high_satang__gte=models.F("low_satang"), low_satang__gt=0),
                name="guide_low_then_high",
            )
        ]


class TaxCategory(models.Model):
    """A product form's tax category from a day on, with the reason (Revenue Code s. 81(1)(a))."""

    class Kind(models.TextChoices):
        EXEMPT = "exempt", _("ยกเว้นภาษีมูลค่าเพิ่ม")
        VAT = "vat", _("เสียภาษีมูลค่าเพิ่ม")

    product = models.ForeignKey(Product, models.PROTECT, related_name="tax_categories")
    kind = models.CharField(max_length=8, choices=Kind)
    valid_from = models.DateField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["product_id", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["product", "valid_from"], name="one_tax_category_a_day")
        ]


class GradeCard(models.Model):
    """What a grade means in words and a photo; a buyer may have its own specification.

    The same card is shown when ordering, at the scale and at acceptance.
    """

    product = models.ForeignKey(Product, models.PROTECT, related_name="grade_cards")
    grade = models.CharField(max_length=1, choices=Grade)
    buyer = models.ForeignKey(
        Buyer, models.PROTECT, null=True, blank=True, related_name="grade_cards"
    )
    words_th = models.TextField()
    words_en = models.TextField(blank=True)
    photo = models.ImageField(upload_to="grade-cards/", blank=True)

    class Meta:
        ordering = ["product_id", "grade"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "grade"],
                condition=Q(buyer__isnull=True),
                name="one_card_a_grade",
            ),
            models.UniqueConstraint(
                fields=["product", "grade", "buyer"],
                condition=Q(buyer__isnull=False),
                name="one_card_a_grade_and_buyer",
            ),
        ]

    @property
    def words(self) -> str:
        if get_language() in (None, "th"):
            return self.words_th
        return self.words_en or self.words_th


from oscar.apps.catalogue.models import *
