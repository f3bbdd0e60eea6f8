"""The grid: products down, delivery days across, one quantity in each cell; of a draft or of an order.

Everything it shows is read here in a fixed number of queries, whatever its size.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from catalogue.grades import Grade
from catalogue.partner.models import StockRecord
from catalogue.partner.prices import ListingPrice, selling_prices
from marketplace.common.clock import today
from marketplace.common.dates import format_date
from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht_short, value_of
from marketplace.common.quantities import BaseUnit, format_number, parse_quantity
from marketplace.parties.models import Buyer, PartyKind
from orders.days import DeliveryDay, delivery_days, holidays_of
from orders.models import DraftCell, Line, Order, OrderDraft
from orders.promises import Key, Promises, likely_promises
from orders.rules import drop_fee
from orders.services.inputs import CellInput
from orders.states import DeliveryState

FAVOURITE_SINCE = dt.timedelta(days=60)


@dataclass(slots=True)
class Cell:
    """One cell: what stands in it, and what could be promised."""

    name: str
    listing_id: int
    cycle_id: int
    index: int
    qty: int
    firm: int
    most: int
    price_satang: int
    text: str
    left: str
    want: str
    is_open: bool
    shut: str
    label: str
    on: bool = False
    error: str = ""
    is_asked: bool = False

    @property
    def css(self) -> str:
        return "cell short" if self.error else ("cell want" if self.want else "cell")


@dataclass(slots=True)
class Row:
    """One listing."""

    listing: StockRecord
    name: str
    about: str
    price: str
    unit: str
    per: int
    step: int
    step_text: str
    grams: int
    favourite: bool
    cells: list[Cell]
    qty: int = 0
    worth: int = 0

    @property
    def total(self) -> str:
        return format_number(self.qty, BaseUnit(self.listing.product.base_unit))

    @property
    def worth_text(self) -> str:
        return format_baht_short(self.worth).removeprefix("฿")


@dataclass(slots=True)
class Day:
    """One column."""

    of: DeliveryDay
    index: int
    week: bool
    name: str
    month: str
    holiday: str
    on: bool = False
    grams: int = 0
    worth: int = 0
    fee: int = 0
    wanted_grams: int = 0

    @property
    def kilos(self) -> str:
        return format_number(self.grams, BaseUnit.GRAM)

    @property
    def worth_text(self) -> str:
        return format_baht_short(self.worth).removeprefix("฿")


@dataclass(slots=True)
class Grid:
    """A whole grid with its sums."""

    days: list[Day] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    grams: int = 0
    firm_grams: int = 0
    wanted_grams: int = 0
    wanted_cells: int = 0
    worth: int = 0
    fee: int = 0
    hidden_rows: int = 0

    @property
    def kilos(self) -> str:
        return format_number(self.grams, BaseUnit.GRAM)

    @property
    def firm_kilos(self) -> str:
        return format_number(self.firm_grams, BaseUnit.GRAM)

    @property
    def wanted_kilos(self) -> str:
        return format_number(self.wanted_grams, BaseUnit.GRAM)

    @property
    def worth_text(self) -> str:
        return format_baht_short(self.worth).removeprefix("฿")

    @property
    def shown_day(self) -> Day | None:
        """The day a phone shows."""
        return next((day for day in self.days if day.on), self.days[0] if self.days else None)

    @property
    def day_before(self) -> Day | None:
        shown = self.shown_day
        return self.days[shown.index - 1] if shown and shown.index else None

    @property
    def day_after(self) -> Day | None:
        shown = self.shown_day
        return self.days[shown.index + 1] if shown and shown.index + 1 < len(self.days) else None

    def cells(self) -> Iterable[Cell]:
        for row in self.rows:
            yield from row.cells


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a grid is drawn from: a draft, or a placed order."""

    buyer: Buyer
    site_id: int
    days: dict[int, DeliveryDay]
    asked: dict[Key, int]
    standing: dict[Key, int]
    is_order: bool = False
    fixed: frozenset[int] = frozenset()
    """Cycles whose delivery can no longer be changed, though the day is open."""


def sheet_of_draft(draft: OrderDraft) -> Sheet:
    """Read a draft's cells; the days of its window."""
    return Sheet(
        buyer=draft.buyer,
        site_id=draft.site_id,
        days=delivery_days(
            buyer_class_id=draft.buyer.buyer_class_id,
            first_day=draft.first_day,
            last_day=draft.last_day,
        ),
        asked={
            (listing, cycle): qty
            for listing, cycle, qty in DraftCell.objects.filter(draft=draft).values_list(
                "listing_id", "cycle_id", "qty"
            )
        },
        standing={},
    )


def sheet_of_order(order: Order) -> Sheet:
    """Read an order's lines; its own days and those between them that are open."""
    lines = list(
        Line.objects.filter(order=order).values_list(
            "stockrecord_id",
            "cycle_id",
            "firm_qty",
            "wanted_qty",
            "cycle__delivery_day",
            "delivery__state",
        )
    )
    on = [line[4] for line in lines] or [today()]
    days = delivery_days(
        buyer_class_id=order.buyer.buyer_class_id, first_day=min(on), last_day=max(on)
    )
    own = {line[1] for line in lines}
    return Sheet(
        buyer=order.buyer,
        site_id=order.site_id,
        days={key: day for key, day in days.items() if key in own or day.is_open},
        asked={(line[0], line[1]): line[2] + line[3] for line in lines if line[2] + line[3]},
        standing={(line[0], line[1]): line[2] for line in lines if line[2]},
        is_order=True,
        fixed=frozenset(
            line[1]
            for line in lines
            if line[5] not in (DeliveryState.PLACED, DeliveryState.CANCELLED)
        ),
    )


def build_grid(
    sheet: Sheet,
    *,
    show: str = "",
    query: str = "",
    day_id: int | None = None,
    only_products: Iterable[int] | None = None,
    asked_cell: str = "",
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Grid:
    """Draw a grid.

    Args:
        sheet: what stands.
        show: "often" ordered lately by this site, "filled" with a quantity, "open" with something to
            promise; otherwise all.
        query: part of a product's name.
        day_id: the cycle a phone shows.
        only_products: rows of these products alone (after saving some cells).
        asked_cell: the name of the cell whose figures are explained.
        typed: what a person typed, by cell name, to be shown again as it is.
        errors: what is wrong with a cell, by its name.
    """
    listings = _listings(sheet, only_products)
    days = {key: day.day for key, day in sheet.days.items()}
    prices = selling_prices(
        listings=listings,
        buyer_class_id=sheet.buyer.buyer_class_id,
        buyer_id=sheet.buyer.pk,
        days=sorted(set(days.values())),
    )
    by_cell = {
        (listing.pk, cycle): price
        for listing in listings
        for cycle, day in days.items()
        if (price := prices.get((listing.pk, day))) is not None
    }
    promises = likely_promises(
        listings=listings,
        days=days,
        asked=sheet.asked,
        standing=sheet.standing,
        ceilings={key: price.farm_gate_satang for key, price in by_cell.items()},
    )
    favourites = _favourites(sheet)
    grid = Grid(days=_columns(sheet, day_id))
    for listing in listings:
        row = _row(
            sheet, listing, grid.days, by_cell, promises, favourites.get(listing.pk, 0), asked_cell
        )
        if typed or errors:
            for cell in row.cells:
                cell.text = (typed or {}).get(cell.name, cell.text)
                cell.error = (errors or {}).get(cell.name, "")
        if not any(cell.price_satang for cell in row.cells) and not row.qty:
            continue
        _add_up(grid, row)
        if _shown(row, show, query):
            grid.rows.append(row)
        else:
            grid.hidden_rows += 1
    grid.rows.sort(key=lambda row: (-favourites.get(row.listing.pk, 0), row.name, row.listing.pk))
    rule = sheet.buyer.buyer_class
    for column in grid.days:
        column.fee = drop_fee(
            column.worth,
            minimum_satang=rule.minimum_drop_satang,
            fee_satang=rule.small_drop_fee_satang,
        )
        grid.fee += column.fee
    return grid


def _listings(sheet: Sheet, only_products: Iterable[int] | None) -> list[StockRecord]:
    rows = StockRecord.objects.trading().for_display()
    if only_products is not None:
        rows = rows.filter(product_id__in=set(only_products))
    found: list[StockRecord] = list(rows)
    known = {listing.pk for listing in found}
    gone = {listing for listing, _cycle in sheet.asked} - known
    if gone and only_products is None:
        found += list(StockRecord.objects.for_display().filter(pk__in=gone))
    return found


def _favourites(sheet: Sheet) -> dict[int, int]:
    """Return how often the site ordered each listing lately."""
    return dict(
        Line.objects.filter(
            order__site_id=sheet.site_id,
            cycle__delivery_day__gte=today() - FAVOURITE_SINCE,
            quantity__gt=0,
        )
        .order_by()
        .values_list("stockrecord_id")
        .annotate(times=Count("pk"))
    )


def _columns(sheet: Sheet, day_id: int | None) -> list[Day]:
    holidays = holidays_of(day.day for day in sheet.days.values())
    columns: list[Day] = []
    for index, (key, day) in enumerate(sheet.days.items()):
        before = columns[-1].of.day if columns else None
        text = format_date(day.day, "day")
        name, _space, month = text.rpartition(" ")
        columns.append(
            Day(
                of=day,
                index=index,
                week=before is not None and before.isocalendar()[:2] != day.day.isocalendar()[:2],
                name=name,
                month=month,
                holiday=holidays.get(day.day, ""),
                on=key == day_id,
            )
        )
    if columns and not any(column.on for column in columns):
        next((c for c in columns if c.of.is_open), columns[0]).on = True
    return columns


def _row(
    sheet: Sheet,
    listing: StockRecord,
    columns: Sequence[Day],
    prices: Mapping[Key, ListingPrice],
    promises: Promises,
    times: int,
    asked_cell: str,
) -> Row:
    product = listing.product
    unit = BaseUnit(product.base_unit)
    name, unit_label = str(product.name), str(product.unit_label)
    party = listing.partner.party
    about = [str(Grade(listing.min_grade).value)]
    if listing.required_standard is not None:
        about.append(str(listing.required_standard.code))
    if party is not None and party.kind == PartyKind.GROUP:
        about.append(party.name)
    row = Row(
        listing=listing,
        name=name,
        about=" · ".join(about),
        price="",
        unit=unit_label,
        per=unit.per,
        step=product.step_qty,
        step_text=format_number(product.step_qty, unit),
        grams=product.grams_of(1) if unit is BaseUnit.PIECE else 1,
        favourite=bool(times),
        cells=[],
    )
    seen: list[int] = []
    trading = listing.archived_at is None and product.archived_at is None
    for column in columns:
        key = listing.pk, column.of.cycle_id
        qty = sheet.asked.get(key, 0)
        price = prices.get(key)
        satang = price.selling_satang if price else 0
        if satang and satang not in seen:
            seen.append(satang)
        firm = min(promises.firm.get(key, 0), qty)
        most = promises.most.get(key, 0)
        is_open = bool(
            column.of.is_open
            and column.of.cycle_id not in sheet.fixed
            and ((satang and trading) or (qty and sheet.is_order))
        )
        cell = Cell(
            name=f"c-{key[0]}-{key[1]}",
            listing_id=key[0],
            cycle_id=key[1],
            index=column.index,
            qty=qty,
            firm=firm,
            most=most,
            price_satang=satang,
            text=format_number(qty, unit).replace(",", "") if qty else "",
            left=format_number(most, unit),
            want=format_number(qty - firm, unit) if qty > firm else "",
            is_open=is_open,
            shut="" if is_open else str(_shut_word(column, sheet, bool(satang))),
            label=f"{name} {row.about} {format_date(column.of.day, 'day')} {unit_label}",
            on=column.on,
        )
        cell.is_asked = cell.name == asked_cell
        row.cells.append(cell)
        row.qty += qty
        row.worth += value_of(qty, satang, per=unit.per)
    row.price = _prices(seen)
    return row


def _shut_word(column: Day, sheet: Sheet, priced: bool) -> Any:
    from django.utils.translation import gettext as _

    if column.of.closed_because:
        return column.of.closed_because
    if column.of.cycle_id in sheet.fixed:
        return _("จัดสรรแล้ว")
    return _("เลิกขาย") if priced else _("ยังไม่มีราคา")


def _prices(satang: Sequence[int]) -> str:
    if not satang:
        return ""
    texts = [format_baht_short(one).removeprefix("฿") for one in (min(satang), max(satang))]
    return texts[0] if texts[0] == texts[1] else "–".join(texts)


def _add_up(grid: Grid, row: Row) -> None:
    product = row.listing.product
    for cell, column in zip(row.cells, grid.days, strict=True):
        if not cell.qty:
            continue
        grams, firm = product.grams_of(cell.qty), product.grams_of(cell.firm)
        worth = value_of(cell.qty, cell.price_satang, per=row.per)
        column.grams += grams
        column.wanted_grams += grams - firm
        column.worth += worth
        grid.grams += grams
        grid.firm_grams += firm
        grid.wanted_grams += grams - firm
        grid.wanted_cells += 1 if cell.want else 0
        grid.worth += worth


def _shown(row: Row, show: str, query: str) -> bool:
    if query and query.casefold() not in f"{row.name} {row.listing.product.aliases}".casefold():
        return False
    if show == "often":
        return row.favourite or bool(row.qty)
    if show == "filled":
        return bool(row.qty)
    if show == "open":
        return any(cell.most or cell.qty for cell in row.cells)
    return True


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed into cells: quantities that could be read, and what could not."""

    cells: list[CellInput]
    errors: dict[str, str]


def read_typed(values: Mapping[str, str]) -> Typed:
    """Read cells named `c-<listing>-<cycle>`: kilograms or pieces, Thai digits too; empty is 0."""
    keys: dict[str, Key] = {}
    for name in values:
        parts = name.split("-")
        if len(parts) == 3 and parts[0] == "c" and parts[1].isdigit() and parts[2].isdigit():
            keys[name] = int(parts[1]), int(parts[2])
    units = dict(
        StockRecord.objects.filter(pk__in={listing for listing, _cycle in keys.values()})
        .order_by()
        .values_list("pk", "product__base_unit")
    )
    cells, errors = [], {}
    for name, (listing, cycle) in keys.items():
        text = values[name].strip()
        if listing not in units:
            continue
        try:
            qty = parse_quantity(text, unit=BaseUnit(units[listing])) if text else 0
        except Refusal as refusal:
            errors[name] = str(refusal)
        else:
            cells.append(CellInput(listing, cycle, qty))
    return Typed(cells, errors)


def refusals_by_cell(refusal: Refusal) -> dict[str, str]:
    """Return what a service refused, by cell name; what concerns no cell is left out."""
    found = {}
    for item in getattr(refusal, "items", [refusal]):
        where = item.where
        if isinstance(where, dict) and "listing" in where and "cycle" in where:
            found[f"c-{where['listing']}-{where['cycle']}"] = str(item)
    return found
