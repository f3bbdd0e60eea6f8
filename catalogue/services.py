"""Every write to products: archiving, facts, tax categories, grade cards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _

from catalogue.grades import Grade
from catalogue.models import GradeCard, Product, TaxCategory
from marketplace.accounts.models import User
from marketplace.audit.services import record_many
from marketplace.common import clock
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.transactions import unit_of_work
from marketplace.parties.models import Buyer


@dataclass(frozen=True, slots=True)
class GradeCardInput:
    """A card to save; without `buyer` the market's own, with it that buyer's specification.

    `photo`: a new photo; None keeps the present one.
    """

    product: Product
    grade: str
    words_th: str
    words_en: str = ""
    buyer: Buyer | None = None
    photo: File[Any] | None = None


@dataclass(frozen=True, slots=True)
class ProduceFacts:
    """What staff may change of a product; its unit and step stay, for orders are counted in them."""

    product: Product
    season_months: str
    shelf_life_days: int
    harvest_lead_days: int
    min_harvest_qty: int
    aliases: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class TaxCategoryInput:
    """A product's tax category from a day on."""

    product: Product
    kind: str
    valid_from: date
    reason: str


@unit_of_work
def archive_products(*, by: User | None, products: Iterable[Product]) -> list[Product]:
    """Take products out of trade; their history stays. What is archived already is left alone.

    Returns:
        The products that this call archived.
    """
    found = _locked(products, archived_at__isnull=True)
    for product in found:
        product.archived_at = clock.now()
    Product.objects.bulk_update(found, ["archived_at"])
    record_many([("catalogue.product.archived", product, {}) for product in found], by=by)
    return found


@unit_of_work
def restore_products(*, by: User | None, products: Iterable[Product]) -> list[Product]:
    """Put archived products back into trade; their listings come back with them."""
    found = _locked(products, archived_at__isnull=False)
    for product in found:
        product.archived_at = None
    Product.objects.bulk_update(found, ["archived_at"])
    record_many([("catalogue.product.restored", product, {}) for product in found], by=by)
    return found


@unit_of_work
def save_facts(*, by: User | None, facts: list[ProduceFacts]) -> list[Product]:
    """Write season, keeping, lead and least harvest of products.

    Raises:
        Refusals: a season that is not twelve of 0, 1, 2 or never in season; a lead longer than the
            produce keeps; nothing to harvest. `where` is the product's primary key.
    """
    bad: list[Refusal] = []
    for given in facts:
        bad += _fact_problems(given)
    Refusals.raise_if_any(bad)
    by_pk = {given.product.pk: given for given in facts}
    found = _locked([given.product for given in facts])
    acts = []
    for product in found:
        given = by_pk[product.pk]
        before = {name: getattr(product, name) for name in _FACTS}
        for name in _FACTS:
            setattr(product, name, getattr(given, name))
        changed = {
            name: [before[name], getattr(product, name)]
            for name in _FACTS
            if before[name] != getattr(product, name)
        }
        if changed:
            acts.append(("catalogue.product.facts", product, changed))
    Product.objects.bulk_update(found, _FACTS)
    record_many(acts, by=by)
    return found


@unit_of_work
def set_tax_categories(*, by: User | None, categories: list[TaxCategoryInput]) -> list[TaxCategory]:
    """Say which tax category products have from a day on; the same day again replaces it.

    Raises:
        Refusals: a kind that does not exist, or no reason; `where` is the product's primary key.
    """
    Refusals.raise_if_any(
        Refusal(message, code="tax", where=given.product.pk)
        for given in categories
        for message in _tax_problems(given)
    )
    made = TaxCategory.objects.bulk_create(
        [
            TaxCategory(
                product=given.product,
                kind=given.kind,
                valid_from=given.valid_from,
                reason=given.reason.strip()[:200],
            )
            for given in categories
        ],
        update_conflicts=True,
        unique_fields=["product", "valid_from"],
        update_fields=["kind", "reason"],
    )
    record_many(
        [
            (
                "catalogue.product.tax",
                given.product,
                {"kind": given.kind, "from": given.valid_from.isoformat()},
            )
            for given in categories
        ],
        by=by,
    )
    return made


@unit_of_work
def save_grade_cards(*, by: User | None, cards: list[GradeCardInput]) -> list[GradeCard]:
    """Create or change grade cards, one a product, grade and buyer (or none).

    Raises:
        Refusals: a grade that does not exist, a card without words, the same card twice;
            `where` is the position in `cards`.
    """
    bad: list[Refusal] = []
    seen: set[tuple[int, str, int | None]] = set()
    for place, given in enumerate(cards):
        if given.grade not in Grade.values:
            bad.append(
                Refusal(
                    _("ไม่มีเกรด “%(grade)s”") % {"grade": given.grade}, code="grade", where=place
                )
            )
        if not given.words_th.strip():
            bad.append(Refusal(_("กรุณาเขียนว่าเกรดนี้เป็นอย่างไร"), code="words", where=place))
        key = _card_key(given)
        if key in seen:
            bad.append(Refusal(_("บัตรเกรดเดียวกันซ้ำในรายการ"), code="twice", where=place))
        seen.add(key)
    Refusals.raise_if_any(bad)
    known = {
        (card.product_id, card.grade, card.buyer_id): card
        for card in GradeCard.objects.select_for_update()
        .filter(product__in=[given.product for given in cards])
        .order_by("pk")
    }
    saved, new = [], []
    for given in cards:
        card = known.get(_card_key(given))
        if card is None:
            card = GradeCard(product=given.product, grade=given.grade, buyer=given.buyer)
            new.append(card)
        card.words_th = given.words_th.strip()
        card.words_en = given.words_en.strip()
        if given.photo is not None:
            card.photo.save(given.photo.name or "card", given.photo, save=False)
        saved.append(card)
    GradeCard.objects.bulk_create(new)
    GradeCard.objects.bulk_update(
        [card for card in saved if card not in new], ["words_th", "words_en", "photo"]
    )
    record_many(
        [
            (
                "catalogue.grade_card.saved",
                card,
                {"product": card.product_id, "grade": card.grade, "buyer": card.buyer_id},
            )
            for card in saved
        ],
        by=by,
    )
    return saved


_FACTS = [
    "season_months",
    "shelf_life_days",
    "harvest_lead_days",
    "min_harvest_qty",
    "aliases",
    "description",
]


def _locked(products: Iterable[Product], **condition: Any) -> list[Product]:
    return list(
        Product.objects.select_for_update()
        .filter(pk__in=[product.pk for product in products], **condition)
        .order_by("pk")
    )


def _card_key(given: GradeCardInput) -> tuple[int, str, int | None]:
    return given.product.pk, given.grade, given.buyer.pk if given.buyer else None


def _fact_problems(given: ProduceFacts) -> list[Refusal]:
    found = []

    def bad(message: str, code: str) -> None:
        found.append(Refusal(message, code=code, where=given.product.pk))

    if len(given.season_months) != 12 or set(given.season_months) - set("012"):
        bad(_("ฤดูกาลต้องครบ 12 เดือน"), "season")
    elif not set(given.season_months) & set("12"):
        bad(_("เลือกอย่างน้อยหนึ่งเดือนที่มีผลผลิต หรือเลิกขายสินค้านี้"), "season")
    if given.harvest_lead_days < 0 or given.shelf_life_days < 1:
        bad(_("จำนวนวันต้องไม่ติดลบ และเก็บได้อย่างน้อย 1 วัน"), "days")
    elif given.harvest_lead_days > given.shelf_life_days:
        bad(
            _("เก็บก่อนส่ง %(lead)d วัน แต่เก็บได้เพียง %(life)d วัน ของจะเสียก่อนถึงครัว")
            % {"lead": given.harvest_lead_days, "life": given.shelf_life_days},
            "lead",
        )
    if given.min_harvest_qty < 1:
        bad(_("จำนวนน้อยสุดที่คุ้มเก็บต้องมากกว่า 0"), "least")
    return found


def _tax_problems(given: TaxCategoryInput) -> list[str]:
    found = []
    if given.kind not in TaxCategory.Kind.values:
        found.append(_("ไม่มีประเภทภาษี “%(kind)s”") % {"kind": given.kind})
    if not given.reason.strip():
        found.append(_("กรุณาบอกเหตุผลของประเภทภาษี เช่น มาตราที่ใช้"))
    return found
