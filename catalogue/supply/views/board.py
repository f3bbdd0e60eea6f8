"""The supply board of staff and agencies, and the list of shortages."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from catalogue.standards.models import Standard
from catalogue.supply import services
from catalogue.supply.forms import SettleForm, show_refusal
from catalogue.supply.models import Shortage
from catalogue.supply.reading import Board, excel_of, figure_of, shortage_rows, supply_board
from marketplace.common.clock import now
from marketplace.common.dates import format_date
from marketplace.common.exceptions import Refusal
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.exports import xlsx
from marketplace.parties.models import FarmerGroup, RoleName
from marketplace.places.models import District

OFFICE = (RoleName.STAFF, RoleName.TREASURER)
WATCHERS = (*OFFICE, RoleName.AGENCY)
WEEKS = (1, 2, 4)
PER_PAGE = 40


def _board(request: AccessedRequest) -> tuple[Board, dict[str, object]]:
    asked = request.GET
    weeks = int(asked["weeks"]) if asked.get("weeks", "").isdigit() else 2
    weeks = weeks if weeks in WEEKS else 2
    group = asked.get("group", "")
    chosen = {
        "weeks": weeks,
        "district": asked.get("district", ""),
        "standard": asked.get("standard", ""),
        "group": int(group) if group.isdigit() else None,
    }
    board = supply_board(
        weeks=weeks,
        district_id=str(chosen["district"]),
        standard_id=str(chosen["standard"]),
        group_id=int(group) if group.isdigit() else None,
    )
    return board, chosen


@requires(*WATCHERS)
def board(request: AccessedRequest) -> HttpResponse:
    """Show what is free and reserved, product by product and day by day."""
    found, chosen = _board(request)
    rows = [
        {
            "product": row.product,
            "cells": [
                {
                    "heat": cell.heat,
                    "free": figure_of(row.product, cell.free),
                    "reserved": figure_of(row.product, cell.reserved),
                    "empty": not cell.free and not cell.reserved,
                    "day": day,
                }
                for cell, day in zip(row.cells, found.days, strict=True)
            ],
        }
        for row in found.rows
    ]
    return render(
        request,
        "supply/board.html",
        {
            "board": found,
            "rows": rows,
            "chosen": chosen,
            "weeks": WEEKS,
            "districts": District.objects.all(),
            "standards": Standard.objects.all(),
            "groups": FarmerGroup.objects.active().order_by("name_th"),
            "text": _text(found),
        },
    )


def _text(found: Board) -> str:
    lines = [
        _("%(product)s จองได้ %(free)s %(unit)s")
        % {
            "product": row.product.name,
            "free": figure_of(row.product, max(cell.free for cell in row.cells)),
            "unit": row.product.unit_label,
        }
        for row in found.rows[:30]
        if any(cell.free for cell in row.cells)
    ]
    return "\n".join([_("ผลผลิตที่ยังจองได้"), *lines]) if lines else ""


@requires(*WATCHERS)
def board_xlsx(request: AccessedRequest) -> HttpResponse:
    """The board as a spreadsheet: free and reserved of each day."""
    found, _chosen = _board(request)
    heads = [_("ผลผลิต"), _("หน่วย")]
    for day in found.days:
        label = format_date(day, "day")
        heads += [
            _("จองได้ %(day)s") % {"day": label},
            _("จองแล้ว %(day)s") % {"day": label},
        ]
    return xlsx(
        name="supply-board",
        title=_("กระดานผลผลิต"),
        heads=heads,
        rows=(
            [
                row.product.name,
                row.product.unit_label,
                *(
                    excel_of(row.product, qty)
                    for cell in row.cells
                    for qty in (cell.free, cell.reserved)
                ),
            ]
            for row in found.rows
        ),
    )


@requires(*OFFICE)
def shortages(request: AccessedRequest) -> HttpResponse:
    """List guarantees that could not be kept, the most pressing first."""
    settled = request.GET.get("show") == "settled"
    found = Shortage.objects.filter(settled_at__isnull=not settled).select_related(
        "cycle", "product", "settled_by"
    )
    if settled:
        found = found.order_by("-settled_at", "-pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = shortage_rows(list(page))
    moment = now()
    for row in rows:
        row["late"] = row["shortage"].deadline <= moment
    text = "\n".join(
        _("%(who)s ขาด%(product)s %(amount)s ส่ง %(day)s")
        % {
            "who": row["who"],
            "product": row["shortage"].product.name,
            "amount": row["amount"],
            "day": format_date(row["shortage"].cycle.delivery_day, "day"),
        }
        for row in rows
    )
    return render(
        request,
        "supply/shortages.html",
        {
            "rows": rows,
            "page_obj": page,
            "settled": settled,
            "late": sum(1 for row in rows if row["late"]),
            "text": "" if settled else text,
        },
    )


@requires(*OFFICE)
def settle(request: AccessedRequest, pk: int) -> HttpResponse:
    """Write down how a shortage was dealt with."""
    shortage = get_object_or_404(Shortage.objects.select_related("cycle", "product"), pk=pk)
    form = SettleForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            services.settle_shortages(
                by=request.user, shortages=[shortage], how=form.cleaned_data["how"]
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("บันทึกแล้วว่าจัดการอย่างไร"))
            return redirect("supply:shortages")
    return render(
        request,
        "supply/settle.html",
        {"form": form, **shortage_rows([shortage])[0]},
        status=422 if form.errors else 200,
    )
