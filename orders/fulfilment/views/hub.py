"""The hub's pages: today, lots, outside purchases, the day's balance."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalogue.models import Product
from marketplace.common.dates import format_date
from marketplace.common.exceptions import Refusal
from marketplace.cycles.models import CycleState, OrderCycle
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import Person
from orders.allocation.models import Allocation
from orders.allocation.services.running import amount
from orders.fulfilment import services
from orders.fulfilment.balance import day_balance
from orders.fulfilment.board import Board, current_cycle, make_board, neighbours, waiting_lots
from orders.fulfilment.forms import DisposeForm, LotForm, OutsideForm, show_refusal
from orders.fulfilment.models import HarvestLot
from orders.fulfilment.views.common import OFFICE, STAFF, form_key, tell_refusal, the_cycle


@requires(*OFFICE)
def today(request: AccessedRequest) -> HttpResponse:
    """Show the cycle that the hub works on."""
    found = current_cycle()
    if found is None:
        return render(request, "fulfilment/no_cycle.html")
    return _board(request, found)


@requires(*OFFICE)
def cycle(request: AccessedRequest, pk: int) -> HttpResponse:
    """Show a cycle's day."""
    return _board(request, the_cycle(pk))


def _board(request: AccessedRequest, found: OrderCycle) -> HttpResponse:
    before, after = neighbours(found)
    board = make_board(found)
    context = {
        "board": board,
        "cycle": found,
        "before": before,
        "after": after,
        "may_close": found.state == CycleState.INTAKE
        or (found.state == CycleState.ALLOCATED and board.weighed_g),
    }
    return render(request, "fulfilment/today.html", context)


@require_POST
@requires(*STAFF)
def close(request: AccessedRequest, pk: int) -> HttpResponse:
    """Close intake: settle the day again from real lots."""
    found = the_cycle(pk)
    if request.POST.get("confirm") != "1" and found.state in (
        CycleState.ALLOCATED,
        CycleState.INTAKE,
    ):
        board = make_board(found)
        if board.missing:
            return _ask_to_close(request, board)
    try:
        run = services.close_intake(cycle=found, by=request.user)
    except Refusal as refusal:
        tell_refusal(request, refusal)
    else:
        short = run.lines.filter(short_qty__gt=0).count()
        text = (
            _("ปิดชั่งรับแล้ว ขาด %(count)s รายการ ผู้ซื้อได้รับแจ้งแล้ว") % {"count": short}
            if short
            else _("ปิดชั่งรับแล้ว ได้ครบทุกรายการ แพ็คได้เลย")
        )
        messages.success(request, text)
    return redirect("fulfilment:cycle", pk=pk)


def _ask_to_close(request: AccessedRequest, board: Board) -> HttpResponse:
    """Name who has not come before the day is settled without them."""
    persons = Person.objects.in_bulk({row.person_id for row in board.missing})
    listed: dict[int, list[str]] = defaultdict(list)
    for row in board.missing:
        listed[row.person_id].append(
            _("%(product)s %(qty)s")
            % {"product": row.product.name, "qty": amount(row.qty, row.product)}
        )
    people = sorted(
        ({"person": persons[key], "rows": rows} for key, rows in listed.items()),
        key=lambda one: str(one["person"]),
    )
    context = {"cycle": board.cycle, "board": board, "people": people}
    return render(request, "fulfilment/close_intake.html", context, status=409)


@requires(*STAFF)
def day_sheet(request: AccessedRequest, pk: int) -> HttpResponse:
    """Print what is expected and what goes where, to work without a screen."""
    found = the_cycle(pk)
    rows = (
        Allocation.objects.planned(found.pk)
        .values_list("group__name_th", "person_id", "product_id", "grade")
        .annotate(total=Sum("qty"))
        .order_by("group__name_th", "person__name", "product__title", "grade")
    )
    listed = list(rows)
    persons = Person.objects.in_bulk({row[1] for row in listed})
    products = Product.objects.in_bulk({row[2] for row in listed})
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for group, person, product, grade, total in listed:
        groups[group].append(
            {
                "person": persons[person],
                "product": products[product],
                "grade": grade,
                "qty": amount(total, products[product]),
            }
        )
    context = {
        "cycle": found,
        "groups": dict(groups),
        "board": make_board(found),
        "back_url": reverse("fulfilment:cycle", args=[pk]),
    }
    return render(request, "fulfilment/day_sheet.html", context)


@requires(*OFFICE)
def balance(request: AccessedRequest, pk: int) -> HttpResponse:
    """Show the equation of the day, per product."""
    found = the_cycle(pk)
    rows = day_balance(found)
    context = {"cycle": found, "rows": rows, "open_count": sum(not row.closes for row in rows)}
    return render(request, "fulfilment/balance.html", context)


@requires(*OFFICE)
def lots(request: AccessedRequest, pk: int) -> HttpResponse:
    """Show every lot of a day and what is left of it."""
    found = the_cycle(pk)
    rows = (
        HarvestLot.objects.filter(cycle=found)
        .with_left()
        .select_related("product", "person", "group", "parent")
        .order_by("product__title", "pk")
    )
    return render(request, "fulfilment/lots.html", {"cycle": found, "lots": rows})


@requires(*OFFICE)
def waiting(request: AccessedRequest) -> HttpResponse:
    """Show what came back or is left over of all days and waits for a decision."""
    rows = (
        waiting_lots()
        .select_related("product", "person", "group", "cycle", "from_line__order__buyer")
        .order_by("cycle__delivery_day", "product__title", "pk")
    )
    return render(request, "fulfilment/waiting.html", {"lots": rows})


@requires(*STAFF)
def change_lot(request: AccessedRequest, pk: int) -> HttpResponse:
    """Give a lot another grade, hold it back or let it go on."""
    lot = get_object_or_404(
        HarvestLot.objects.for_access(request.access).select_related("product", "cycle", "person"),
        pk=pk,
    )
    form = LotForm(request.POST or None, initial={"grade": lot.grade})
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        act = request.POST.get("act", "")
        try:
            if act == "hold":
                services.hold_lots(by=request.user, lots=[lot], reason=reason)
                messages.success(request, _("กันล็อต %(code)s ไว้แล้ว") % {"code": lot.code})
            elif act == "release":
                services.release_lots(by=request.user, lots=[lot])
                messages.success(request, _("ปล่อยล็อต %(code)s แล้ว") % {"code": lot.code})
            else:
                services.regrade_lots(
                    by=request.user, lots=[lot], grade=form.cleaned_data["grade"], reason=reason
                )
                messages.success(
                    request,
                    _("ล็อต %(code)s เป็นเกรด %(grade)s")
                    % {"code": lot.code, "grade": form.cleaned_data["grade"]},
                )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("fulfilment:lots", pk=lot.cycle_id)
    return render(request, "fulfilment/change_lot.html", {"lot": lot, "form": form})


@requires(*STAFF)
def dispose(request: AccessedRequest, pk: int) -> HttpResponse:
    """Say what is done with what is left of a lot."""
    lot = get_object_or_404(
        HarvestLot.objects.for_access(request.access)
        .with_left()
        .select_related("product", "cycle", "person", "group"),
        pk=pk,
    )
    first = {"key": form_key(), "qty": lot.left_qty}
    form = DisposeForm(request.POST or None, unit=lot.product.base_unit, initial=first)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.dispose_lots(
                by=request.user,
                disposals=[
                    services.DisposalInput(
                        lot_id=lot.pk,
                        kind=data["kind"],
                        qty=data["qty"],
                        key=data["key"],
                        reason=data["reason"],
                        value_satang=data["value"] or 0,
                    )
                ],
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(
                request,
                _("จด %(qty)s ของล็อต %(code)s แล้ว")
                % {"qty": amount(data["qty"], lot.product), "code": lot.code},
            )
            return redirect("fulfilment:lots", pk=lot.cycle_id)
    history = lot.dispositions.select_related("by").order_by("pk")
    return render(
        request, "fulfilment/dispose.html", {"lot": lot, "form": form, "history": history}
    )


@requires(*STAFF)
def outside(request: AccessedRequest, pk: int) -> HttpResponse:
    """Take in goods bought on the market in need."""
    found = the_cycle(pk)
    first = {"key": form_key(), "product": request.GET.get("product")}
    form = OutsideForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            lot = services.buy_outside(
                by=request.user,
                purchases=[
                    services.OutsideInput(
                        key=data["key"],
                        cycle_id=found.pk,
                        product_id=data["product"].pk,
                        grade=data["grade"],
                        qty=data["qty"],
                        vendor=data["vendor"],
                        cost_satang=data["cost"],
                    )
                ],
            )[0]
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(
                request,
                _("รับ%(product)s %(qty)s ที่ซื้อจากตลาดเป็นล็อต %(code)s แล้ว")
                % {
                    "product": lot.product.name,
                    "qty": amount(lot.intake_qty, lot.product),
                    "code": lot.code,
                },
            )
            return redirect("fulfilment:lots", pk=pk)
    bought = (
        HarvestLot.objects.filter(cycle=found, kind=HarvestLot.Kind.OUTSIDE)
        .select_related("product")
        .order_by("pk")
    )
    context = {
        "cycle": found,
        "form": form,
        "bought": bought,
        "day": format_date(found.delivery_day, "day"),
    }
    return render(request, "fulfilment/outside.html", context)
