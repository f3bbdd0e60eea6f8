"""The produce table: every kind of produce the market knows, from `data/`.

Two files side by side, `produce.csv` (names, season, substitutes) and `produce_units.csv` (unit,
step, prices, keeping, tax); two more say on which shelf a product stands. A table is taken whole or
not at all: every bad cell is reported with its file, line and column before anything is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from catalogue.models import Category, ProduceGuide, Product, TaxCategory
from catalogue.season import months_from_text
from catalogue.sheets import Sheet
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.quantities import BaseUnit, format_quantity, price_divides
from marketplace.common.transactions import unit_of_work

ProductClass: Any = get_model("catalogue", "ProductClass")
ProductCategory: Any = get_model("catalogue", "ProductCategory")
ProductRecommendation: Any = get_model("catalogue", "ProductRecommendation")
DATA = Path(__file__).parent / "data"
PRODUCE = DATA / "produce.csv"
UNITS = DATA / "produce_units.csv"
SHELVES = DATA / "categories.csv"
PLACES = DATA / "produce_categories.csv"
PRODUCT_CLASS = "produce"
TAX_FROM = date(2020, 1, 1)
"""First day of the tax categories that come with the table."""
UNPROCESSED = "ผลผลิตเกษตรที่ยังไม่แปรรูป: ประมวลรัษฎากร มาตรา 81(1)(ก) (ข)"
PROCESSED = "แปรรูปหรือบรรจุแบบอุตสาหกรรม"
TAX = {
    "exempt": (TaxCategory.Kind.EXEMPT, UNPROCESSED),
    "taxable": (TaxCategory.Kind.VAT, PROCESSED),
}
MAX_PRICE_SATANG = 1_000_000  # 10,000 baht a kilogram or piece
MAX_STEP = 1_000_000


@dataclass(slots=True)
class Row:
    """One product of the table, read and found good."""

    product: Product
    guide: ProduceGuide
    tax: TaxCategory
    shelves: list[str]
    substitutes: list[str]


@dataclass(slots=True)
class Table:
    """All of the table."""

    rows: list[Row]
    shelves: list[Category]


def read_produce(*, produce: Path = PRODUCE, units: Path = UNITS) -> Table:
    """Read the produce table without touching the database.

    Raises:
        Refusals: one refusal (code "bad-row") a bad cell, `where` naming file, line and column.
    """
    names = Sheet(produce, frozenset(_NAME_COLUMNS)).read()
    facts = Sheet(units, frozenset(_UNIT_COLUMNS)).read()
    shelves = Sheet(SHELVES, frozenset(("code", "name_th", "name_en", "drawing"))).read()
    places = Sheet(PLACES, frozenset(("name_th", "categories", "drawing"))).read()
    Refusals.raise_if_any([*names.bad, *facts.bad, *shelves.bad, *places.bad])

    by_name, by_fact = names.unique("name_th"), facts.unique("name_th")
    slugs: dict[str, int] = {}
    known = {row["code"] for _line, row in shelves.rows}
    place_of = {row["name_th"]: row for _line, row in places.rows}
    for name, (line, _rest) in by_fact.items():
        if name not in by_name:
            facts.bad.append(
                facts.at(line, "name_th").refusal(
                    _("ไม่มี “%(name)s” ใน %(file)s") % {"name": name, "file": produce.name}
                )
            )
    rows: list[Row] = []
    for name, (line, row) in by_name.items():
        if name not in by_fact:
            names.bad.append(
                names.at(line, "name_th").refusal(
                    _("ไม่มี “%(name)s” ใน %(file)s") % {"name": name, "file": units.name}
                )
            )
            continue
        slug = slugify(row["romanised"])
        if not slug or slug in slugs:
            names.bad.append(
                names.at(line, "romanised").refusal(
                    _("ซ้ำกับบรรทัด %(line)d") % {"line": slugs[slug]}
                    if slug
                    else _("ต้องเป็นตัวอักษรโรมัน")
                )
            )
            continue
        slugs[slug] = line
        fact_line, fact = by_fact[name]
        made = _read_row(names, line, row, facts, fact_line, fact, slug=slug)
        if made is not None:
            place = place_of.get(name, {})
            made.shelves = [c for c in place.get("categories", "").split(";") if c in known]
            made.product.drawing = place.get("drawing") or "basket"
            rows.append(made)
    Refusals.raise_if_any([*names.bad, *facts.bad])
    return Table(
        rows,
        [
            Category(
                code=row["code"],
                slug=row["code"],
                name=row["name_th"],
                name_en=row["name_en"],
                drawing=row["drawing"],
            )
            for _line, row in shelves.rows
        ],
    )


@unit_of_work
def load_produce(*, produce: Path = PRODUCE, units: Path = UNITS, update: bool = False) -> int:
    """Write the produce table; running it again changes nothing.

    Products are known by their romanised name (`upc`). What staff has changed on the screen since
    stays, unless `update` asks for the file's figures.

    Args:
        produce: names, seasons, substitutes.
        units: units, steps, prices, tax.
        update: write the file's facts over products that exist already.

    Returns:
        How many products the table holds.

    Raises:
        Refusals: as `read_produce`; nothing was saved.
    """
    table = read_produce(produce=produce, units=units)
    produce_class, _made = ProductClass.objects.get_or_create(
        slug=PRODUCT_CLASS,
        defaults={"name": "ผลผลิต", "requires_shipping": True, "track_stock": False},
    )
    shelf_ids = _save_shelves(table.shelves)
    known = dict(
        Product.objects.filter(upc__in=[row.product.upc for row in table.rows]).values_list(
            "upc", "pk"
        )
    )
    new = [row for row in table.rows if row.product.upc not in known]
    old = [row for row in table.rows if row.product.upc in known]
    for row in table.rows:
        row.product.product_class = produce_class
    Product.objects.bulk_create([row.product for row in new])
    for row in new:
        row.guide.product = row.tax.product = row.product
    ProduceGuide.objects.bulk_create([row.guide for row in new])
    TaxCategory.objects.bulk_create([row.tax for row in new])
    ProductCategory.objects.bulk_create(
        [
            ProductCategory(product=row.product, category_id=shelf_ids[code])
            for row in new
            for code in row.shelves
        ]
    )
    if update and old:
        _update(old, known)
    if new:
        _link_substitutes(table.rows)
    return len(table.rows)


_NAME_COLUMNS = (
    "name_th",
    "name_en",
    "romanised",
    "name_ms",
    "season_months",
    "substitutes",
    "variants",
)
_UNIT_COLUMNS = (
    "name_th",
    "base_unit",
    "unit_th",
    "unit_en",
    "nominal_piece_g",
    "order_step",
    "price_low_satang",
    "price_high_satang",
    "shelf_life_days",
    "harvest_lead_days",
    "min_worth_harvesting",
    "tax_category",
    "first_harvest_days",
    "perennial",
)
_FACTS = (
    "title",
    "title_en",
    "title_ms",
    "aliases",
    "base_unit",
    "unit_label_th",
    "unit_label_en",
    "nominal_piece_g",
    "step_qty",
    "shelf_life_days",
    "harvest_lead_days",
    "min_harvest_qty",
    "season_months",
    "drawing",
)


def _read_row(
    names: Sheet,
    line: int,
    name: dict[str, str],
    facts: Sheet,
    fact_line: int,
    fact: dict[str, str],
    *,
    slug: str,
) -> Row | None:
    """One product, or None when a cell of it is bad (remembered in its sheet)."""
    before = len(names.bad) + len(facts.bad)

    def whole(column: str, least: int, most: int) -> int:
        return facts.take(fact_line, column, lambda: _whole(fact[column], least, most)) or 0

    def one_of(column: str, allowed: Iterable[str]) -> str:
        choices = list(allowed)
        return facts.take(fact_line, column, lambda: _one_of(fact[column], choices)) or choices[0]

    unit = BaseUnit(one_of("base_unit", BaseUnit.values))
    step = whole("order_step", 1, MAX_STEP)
    shelf_life = whole("shelf_life_days", 1, 3650)
    lead = whole("harvest_lead_days", 0, 30)
    least = whole("min_worth_harvesting", 1, MAX_STEP)
    low = whole("price_low_satang", 1, MAX_PRICE_SATANG)
    high = whole("price_high_satang", 1, MAX_PRICE_SATANG)
    piece = None
    if unit is BaseUnit.PIECE:
        piece = whole("nominal_piece_g", 1, 100_000)
    elif fact["nominal_piece_g"]:
        facts.bad.append(
            facts.at(fact_line, "nominal_piece_g").refusal(_("สินค้าที่ชั่งเป็นกรัมต้องเว้นว่าง"))
        )
    if low and high and high < low:
        facts.bad.append(facts.at(fact_line, "price_high_satang").refusal(_("ราคาสูงต่ำกว่าราคาต่ำ")))
    for column, price in (("price_low_satang", low), ("price_high_satang", high)):
        if step and price and not price_divides(price, step, unit):
            facts.bad.append(
                facts.at(fact_line, column).refusal(
                    _("ราคาหารขั้นสั่ง %(step)s ไม่ลงตัวเป็นสตางค์") % {"step": format_quantity(step, unit)}
                )
            )
    if lead > shelf_life > 0:
        facts.bad.append(
            facts.at(fact_line, "harvest_lead_days").refusal(
                _("เก็บก่อนส่งนานเกินอายุที่เก็บได้ (%(days)d วัน)") % {"days": shelf_life}
            )
        )
    tax, reason = TAX[one_of("tax_category", TAX)]
    perennial = one_of("perennial", ("no", "yes")) == "yes"
    first_days = whole("first_harvest_days", 1, 5000) if fact["first_harvest_days"] else None
    for column in ("unit_th", "unit_en"):
        facts.take(fact_line, column, lambda column=column: _text(fact[column], 40))  # type: ignore[misc]
    for column, most in (("name_th", 255), ("name_en", 255), ("variants", 400)):
        required = column != "variants"
        names.take(
            line,
            column,
            lambda column=column, most=most, required=required: _text(  # type: ignore[misc]
                name[column], most, required=required
            ),
        )
    months = names.take(
        line,
        "season_months",
        lambda: months_from_text(name["season_months"], shelf_life_days=shelf_life),
    )
    if len(names.bad) + len(facts.bad) > before or months is None:
        return None
    product = Product(
        upc=slug,
        slug=slug,
        title=name["name_th"],
        title_en=name["name_en"],
        title_ms=name["name_ms"],
        aliases=_aliases(name["variants"]),
        structure=Product.STANDALONE,
        is_public=True,
        is_discountable=False,
        base_unit=unit,
        unit_label_th=fact["unit_th"],
        unit_label_en=fact["unit_en"],
        nominal_piece_g=piece,
        step_qty=step,
        shelf_life_days=shelf_life,
        harvest_lead_days=lead,
        min_harvest_qty=least,
        season_months=months,
    )
    return Row(
        product,
        ProduceGuide(
            low_satang=low, high_satang=high, first_harvest_days=first_days, perennial=perennial
        ),
        TaxCategory(kind=tax, valid_from=TAX_FROM, reason=reason),
        shelves=[],
        substitutes=[part.strip() for part in name["substitutes"].split(",") if part.strip()],
    )


def _whole(text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Refusal(_("“%(text)s” ไม่ใช่จำนวนเต็ม") % {"text": text[:40]})
    value = int(text)
    if not least <= value <= most:
        raise Refusal(
            _("%(value)s ต้องอยู่ระหว่าง %(least)s ถึง %(most)s")
            % {"value": f"{value:,}", "least": f"{least:,}", "most": f"{most:,}"}
        )
    return value


def _one_of(text: str, allowed: list[str]) -> str:
    if text not in allowed:
        raise Refusal(
            _("“%(text)s” ต้องเป็น %(allowed)s") % {"text": text[:40], "allowed": " / ".join(allowed)}
        )
    return text


def _text(text: str, most: int, *, required: bool = True) -> str:
    if required and not text:
        raise Refusal(_("ว่าง"))
    if len(text) > most:
        raise Refusal(_("ยาวเกิน %(most)d ตัวอักษร") % {"most": most})
    return text


def _aliases(text: str) -> str:
    """Other names, comma separated, without the table's remarks in brackets or in English."""
    words = re.split(r"[,;]", re.sub(r"\([^)]*\)", "", text))
    return ", ".join(word.strip() for word in words if word.strip() and not word.isascii())


def _save_shelves(shelves: list[Category]) -> dict[str, int]:
    """Create the shelves that are missing, in order; return primary keys by code."""
    found = dict(Category.objects.exclude(code=None).values_list("code", "pk"))
    for shelf in shelves:
        if shelf.code not in found:
            Category.add_root(instance=shelf)
            found[shelf.code] = shelf.pk
    return found


def _update(rows: list[Row], known: dict[Any, int]) -> None:
    for row in rows:
        row.product.pk = known[row.product.upc]
        row.guide.product_id = row.product.pk
    Product.objects.bulk_update([row.product for row in rows], _FACTS, batch_size=100)
    ProduceGuide.objects.bulk_create(
        [row.guide for row in rows],
        update_conflicts=True,
        unique_fields=["product"],
        update_fields=["low_satang", "high_satang", "first_harvest_days", "perennial"],
    )


def _link_substitutes(rows: list[Row]) -> None:
    """Name as substitutes what the table names, best first, as far as it is a product of ours."""
    by_word: dict[str, int] = {}
    for product in Product.objects.only("pk", "title", "aliases").order_by("pk"):
        for word in [product.title, *product.aliases.split(",")]:
            by_word.setdefault(word.strip(), product.pk)
    links = []
    ids = dict(Product.objects.values_list("upc", "pk"))
    for row in rows:
        own = ids[row.product.upc]
        named = dict.fromkeys(by_word[word] for word in row.substitutes if word in by_word)
        named.pop(own, None)
        links += [
            ProductRecommendation(primary_id=own, recommendation_id=other, ranking=100 - place)
            for place, other in enumerate(named)
        ]
    ProductRecommendation.objects.bulk_create(links, ignore_conflicts=True)
