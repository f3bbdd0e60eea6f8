"""Why a cell of a draft is not sure, and moving what is not to another day or product."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from catalogue.partner.models import StockRecord
from catalogue.supply.availability import alternatives, listing_terms
from marketplace.common.dates import bangkok_date, format_date, format_time
from marketplace.common.money import format_baht_short, value_of
from marketplace.common.quantities import BaseUnit, format_number
from marketplace.parties.access import AccessedRequest, requires
from orders import promises, services
from orders.access import WRITERS, draft_to_change
from orders.grid import (
    Sheet,
    build_grid,
    sheet_of_draft,
)
from orders.models import OrderDraft
from orders.services import CellInput


@requires(*WRITERS)
@require_GET
def draft_why(request: AccessedRequest, pk: int) -> HttpResponse:
    """Explain one cell: what is sure, what is left on which day, what could take its place."""
    found = draft_to_change(request.access, pk)
    context = explanation(found, sheet_of_draft(found), request.GET.get("cell", ""))
    if context is None:
        return HttpResponse(status=204)
    return render(request, "orders/_why.html", context | {"draft": found})


@requires(*WRITERS)
@require_POST
def draft_shift(request: AccessedRequest, pk: int) -> HttpResponse:
    """Move the part of a cell that is not sure to another day or another product."""
    found = draft_to_change(request.access, pk)
    source = (number_in(request.POST.get("listing", "")), number_in(request.POST.get("cycle", "")))
    target = (
        number_in(request.POST.get("to_listing", "")) or source[0],
        number_in(request.POST.get("to_cycle", "")) or source[1],
    )
    qty = number_in(request.POST.get("qty", "")) or 0
    held = {
        (listing, cycle): amount
        for listing, cycle, amount in found.cells.values_list("listing_id", "cycle_id", "qty")
    }
    if None in source or source == target or not 0 < qty <= held.get(source, 0):  # type: ignore[arg-type]
        messages.error(request, _("ช่องนั้นเปลี่ยนไปแล้ว กรุณาดูอีกครั้ง"))
        return redirect("orders:draft", found.pk)
    services.save_cells(
        by=request.user,
        draft=found,
        cells=[
            CellInput(source[0], source[1], held[source] - qty),  # type: ignore[arg-type,index]
            CellInput(target[0], target[1], held.get(target, 0) + qty),  # type: ignore[arg-type]
        ],
    )
    messages.success(request, _("ย้ายแล้ว ตรวจดูช่องปลายทางได้ในตาราง"))
    return redirect("orders:draft", found.pk)


def explanation(found: OrderDraft, sheet: Sheet, asked: str) -> dict[str, Any] | None:
    """Return what `_why.html` shows of a cell named `<listing>-<cycle>`, None for no such cell."""
    left, _dash, right = asked.removeprefix("c-").partition("-")
    listing = StockRecord.objects.for_display().filter(pk=number_in(left) or 0).first()
    day = sheet.days.get(number_in(right) or 0)
    if listing is None or day is None:
        return None
    drawn = build_grid(sheet, only_products=[listing.product_id])
    row = next((row for row in drawn.rows if row.listing.pk == listing.pk), None)
    cell = next((one for one in row.cells if one.cycle_id == day.cycle_id), None) if row else None
    if row is None or cell is None:
        return None
    unit = BaseUnit(listing.product.base_unit)
    short = max(0, cell.qty - cell.firm)
    need = short or listing.product.step_qty
    open_days = [one.cycle for one in sheet.days.values() if one.is_open]
    terms = listing_terms(listing, day.day)
    figure = promises.why(terms=terms, most=cell.most)
    others = alternatives(listing=listing, cycle=day.cycle, qty=need, cycles=open_days)
    left_on = {one.cycle_id: one for one in row.cells}
    price_of = {
        one.listing_id: one.price_satang
        for one in build_grid(
            sheet, only_products={other.product_id for other, _left in others.substitutes}
        ).cells()
        if one.cycle_id == day.cycle_id
    }
    substitutes = []
    for other, rest in others.substitutes:
        same_unit = other.product.base_unit == listing.product.base_unit
        fits = same_unit and need % other.product.step_qty == 0 and price_of.get(other.pk)
        change = 0
        if fits and short:
            change = value_of(short, price_of[other.pk] - cell.price_satang, per=row.per)
        substitutes.append(
            {
                "listing": other,
                "left": format_number(rest, BaseUnit(other.product.base_unit)),
                "unit": other.product.unit_label,
                "can": bool(fits and short),
                "cheaper": format_baht_short(-change) if change < 0 else "",
                "dearer": format_baht_short(change) if change > 0 else "",
            }
        )

    def number(qty: int) -> str:
        return format_number(qty, unit)

    eq = [{"sign": "", "value": number(figure.offered), "label": _("กลุ่มเปิดจอง")}]
    eq.append({"sign": "−", "value": number(figure.others), "label": _("จองไปแล้ว")})
    if figure.mine:
        eq.append({"sign": "−", "value": number(figure.mine), "label": _("ช่องอื่นของคุณ")})
    eq.append({"sign": "=", "value": number(figure.left), "label": _("ยืนยันให้คุณได้")})
    return {
        "why": cell,
        "why_row": row,
        "why_day": day,
        "why_result_day": format_date(bangkok_date(day.cutoff_at), "day"),
        "why_result_time": format_time(day.cutoff_at),
        "short": short,
        "short_text": number(short),
        "qty_text": number(cell.qty),
        "firm_text": number(cell.firm),
        "terms": eq,
        "other_days": [
            {
                "cycle": cycle,
                "left": left_on[cycle.pk].left if cycle.pk in left_on else number(rest),
            }
            for cycle, rest in others.days
            if cycle.pk not in left_on or left_on[cycle.pk].most - left_on[cycle.pk].qty >= need
        ],
        "substitutes": substitutes,
        "left_days": [
            {"day": sheet.days[one.cycle_id].day, "left": number(one.most - one.qty)}
            for one in row.cells
            if one.is_open and one.cycle_id != cell.cycle_id and one.most > one.qty
        ][:6],
    }


def number_in(text: str) -> int | None:
    return int(text) if text.isdigit() else None
