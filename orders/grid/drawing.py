"""Drawing a grid: prices, promises, what is closed and why, sums and fees."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from catalogue.grades import Grade
from catalogue.partner.models import StockRecord
from catalogue.partner.prices import ListingPrice, selling_prices
from marketplace.common.clock import today
from marketplace.common.dates import format_date
from marketplace.common.money import format_baht_short, value_of
from marketplace.common.quantities import BaseUnit, format_number
from marketplace.parties.models import PartyKind
from orders.days import holidays_of
from orders.grid.shapes import Cell, Day, Grid, Row
from orders.grid.sheets import Sheet
from orders.models import Line
from orders.promises import Key, Promises, likely_promises
from orders.rules import fees_of_drop
from orders.services.fees import zone_fees

FAVOURITE_SINCE = dt.timedelta(days=60)


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
    zones = zone_fees(district_id=sheet.district_id, days=days.values())
    for column in grid.days:
        cycle = column.of.cycle_id
        column.zone = sheet.zones.get(cycle) if cycle in sheet.placed else zones.get(column.of.day)
        column.fees = fees_of_drop(
            column.worth,
            minimum_satang=rule.minimum_drop_satang,
            small_drop_satang=rule.small_drop_fee_satang,
            zone=column.zone,
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
