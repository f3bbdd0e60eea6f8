"""Pages on which staff plan an allocated day again: look first, then apply what was looked at."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from catalogue.supply.models import OfferShare
from catalogue.supply.services import foresee_cut
from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal
from marketplace.cycles.models import CycleState, OrderCycle
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import RoleName
from orders.allocation import engine, hooks
from orders.allocation.forms import DecisionForm, EventForm, show_refusal
from orders.allocation.models import Override, Run
from orders.allocation.replanning import (
    DayPlan,
    Plan,
    gini_of,
    plan_decided,
    plan_for,
    plan_line,
)
from orders.allocation.services import override, replan, undo_override
from orders.allocation.services.replanning import changed_lines
from orders.allocation.services.running import amount
from orders.models import Line

OFFICE = (RoleName.STAFF, RoleName.TREASURER)


@require_http_methods(["GET", "POST"])
@requires(*OFFICE)
def planning(request: AccessedRequest) -> HttpResponse:
    """Say what happened, see what it does to every line and grower, then apply it."""
    applying = request.method == "POST"
    data = request.POST if applying else request.GET
    form = EventForm(data if "what" in data else None, initial=_next_days())
    plan = None
    if form.is_bound and form.is_valid():
        try:
            if applying:
                runs = replan(
                    event=form.event(),
                    seen=request.POST.get("seen", ""),
                    key=request.POST.get("key", "")[:64] or uuid4().hex,
                    by=request.user,
                )
                messages.success(request, _("วางแผนใหม่แล้ว แจ้งเฉพาะคนที่ยอดเปลี่ยน"))
                if not runs:
                    return redirect("supply:board")
                return redirect("allocation:run", pk=runs[0].pk)
            plan = plan_for(form.event())
        except Refusal as refusal:
            show_refusal(form, refusal)
            if refusal.code == "changed":
                plan = plan_for(form.event())
    return render(
        request,
        "allocation/replan.html",
        {
            "form": form,
            "plan": plan,
            "seen": _words(plan) if plan else None,
            "key": uuid4().hex,
            "hidden": _hidden(data) if plan else [],
        },
    )


def _next_days() -> dict[str, Any]:
    """The days that are allocated and wait for their goods, else tomorrow."""
    days = list(
        OrderCycle.objects.filter(state=CycleState.ALLOCATED, delivery_day__gte=today())
        .order_by("delivery_day")
        .values_list("delivery_day", flat=True)
    ) or [today() + timedelta(days=1)]
    return {"first_day": days[0], "last_day": days[-1]}


def _hidden(data: Any) -> list[tuple[str, str]]:
    names = ("what", "first_day", "last_day", "districts", "offer", "lost", "cause")
    return [(name, value) for name in names for value in data.getlist(name)]


def _words(plan: Plan) -> dict[str, Any]:
    """What a plan changes, for the page."""
    deltas: dict[int, int] = defaultdict(int)
    for day in plan.days:
        for share, qty in day.deltas().items():
            deltas[share] += qty
    shares = OfferShare.objects.select_related(
        "person", "harvest_offer__product", "harvest_offer__group"
    ).in_bulk({*deltas, *plan.still, *(s for day in plan.days for _l, s in day.after())})
    later = foresee_cut(wanted=plan.still, taken=deltas)
    gone = _gone(plan, shares, deltas)
    days = [_day_words(day, shares, gone) for day in plan.days]
    return {
        "days": days,
        "line_count": sum(len(day["lines"]) for day in days),
        "broken_count": sum(bool(one["broken"]) for day in days for one in day["lines"]),
        "grower_count": sum(len(day["growers"]) for day in days),
        "lost": [
            {
                "share": shares[pk],
                "before": amount(shares[pk].qty, shares[pk].harvest_offer.product),
                "after": amount(qty, shares[pk].harvest_offer.product),
            }
            for pk, qty in plan.still.items()
        ],
        "open_days": _open_days(later.lost),
        "moved": bool(later.moved),
    }


def _open_days(lost: Any) -> list[dict[str, Any]]:
    """What orders of days still open would lose, by day and product."""
    from catalogue.models import Product

    totals: dict[tuple[Any, int], int] = defaultdict(int)
    for one in lost:
        totals[one.day, one.product_id] += one.qty
    products = Product.objects.in_bulk({product for _day, product in totals})
    return [
        {"day": day, "product": products[key], "qty": amount(qty, products[key])}
        for (day, key), qty in sorted(totals.items(), key=lambda pair: pair[0])
    ]


def _gone(plan: Plan, shares: dict[int, OfferShare], deltas: dict[int, int]) -> dict[int, int]:
    """What a plan leaves less of in each offer, base units: what was lost and what it takes."""
    found: dict[int, int] = defaultdict(int)
    for pk, qty in plan.still.items():
        found[shares[pk].harvest_offer_id] += shares[pk].qty - qty
    for pk, qty in deltas.items():
        found[shares[pk].harvest_offer_id] += qty
    return dict(found)


def _day_words(day: DayPlan, shares: dict[int, OfferShare], gone: dict[int, int]) -> dict[str, Any]:
    after = day.after()
    lines: list[dict[str, Any]] = []
    for line, had, gets in changed_lines(day):
        sure = min(day.promised[line.pk], line.ordered_qty)
        lines.append(
            {
                "line": line,
                "before": amount(had, line.product),
                "after": amount(gets, line.product),
                "more": gets > had,
                "broken": amount(sure - gets, line.product) if gets < sure else "",
            }
        )
    lines.sort(key=lambda one: not one["broken"])
    short = {
        line: line.ordered_qty - gets
        for line, had, gets in changed_lines(day)
        if gets < min(had, line.ordered_qty)
    }
    instead: dict[int, list[str]] = defaultdict(list)
    for ask in hooks.substitutes_for if short else ():
        for pk, words in ask(short, gone).items():
            instead[pk].extend(words)
    for one in lines:
        one["instead"] = instead.get(one["line"].pk, [])
    growers = []
    for pk, qty in day.deltas().items():
        product = shares[pk].harvest_offer.product
        growers.append({"share": shares[pk], "qty": amount(abs(qty), product), "more": qty > 0})
    kept = sum(min(qty, after.get(pair, 0)) for pair, qty in day.before.items())
    return {
        "cycle": day.cycle,
        "lines": lines,
        "growers": growers,
        "kept_percent": kept * 100 // max(1, sum(day.before.values())) if day.before else 100,
    }


@require_http_methods(["GET", "POST"])
@requires(*OFFICE)
def decide(request: AccessedRequest, pk: int) -> HttpResponse:
    """Decide what one share gives to a line: see what it costs, then keep it with its reason."""
    line = get_object_or_404(
        Line.objects.select_related("cycle", "product", "order__buyer", "standard"), pk=pk
    )
    run = Run.objects.filter(cycle=line.cycle, is_current=True).exclude(kind="intake").first()
    may = line.cycle.state == CycleState.ALLOCATED and run is not None
    choices = _choices(line) if may else []
    applying = request.method == "POST"
    data = request.POST if applying else request.GET
    form = DecisionForm(
        data if "share" in data else None,
        line=line,
        shares=[(one["pk"], one["text"]) for one in choices],
    )
    plan = None
    if may and form.is_bound and form.is_valid():
        decided = form.decided()
        try:
            if applying:
                _made, run = override(
                    decided=decided,
                    reason=form.cleaned_data["reason"],
                    seen=request.POST.get("seen", ""),
                    key=request.POST.get("key", "")[:64] or uuid4().hex,
                    by=request.user,
                )
                messages.success(request, _("กำหนดแล้ว แผนที่ทำต่อจากนี้จะยึดตามนี้จนกว่าจะยกเลิก"))
                return redirect("allocation:run", pk=run.pk)
            plan = plan_decided(decided)
        except Refusal as refusal:
            show_refusal(form, refusal)
            if refusal.code == "changed":
                plan = plan_decided(decided)
    return render(
        request,
        "allocation/decide.html",
        {
            "line": line,
            "run": run,
            "may": may,
            "form": form,
            "choices": choices,
            "asked": amount(line.ordered_qty, line.product),
            "plan": plan,
            "seen": _words(plan) if plan else None,
            "cost": _cost(plan) if plan else None,
            "key": uuid4().hex,
            "hidden": [(name, data.get(name, "")) for name in ("share", "qty", "reason")],
            "overrides": Override.objects.filter(line=line).select_related(
                "share__person", "line__product", "line__cycle", "line__order__buyer", "by"
            ),
        },
    )


def _choices(line: Line) -> list[dict[str, Any]]:
    """The shares that fit a line, with what they give now and could give at most."""
    day = plan_line(line)
    built = next((one.built for one in day.solved if str(line.pk) in one.built.lines), None)
    if built is None:
        return []
    wanted = next(one for one in built.instance.lines if one.id == str(line.pk))
    found: list[dict[str, Any]] = []
    for lot in built.instance.lots:
        share = built.shares[lot.id]
        now_given = day.before.get((line.pk, share.pk), 0)
        if not engine.fits(lot, wanted) and not now_given:
            continue
        words = {
            "name": share.person,
            "group": share.harvest_offer.group,
            "grade": share.harvest_offer.grade,
            "now": amount(now_given, line.product),
            "most": amount(lot.quantity_g, line.product),
        }
        text = _("%(name)s · %(group)s · เกรด %(grade)s · ตอนนี้ให้ %(now)s มีได้ถึง %(most)s") % words
        found.append({"pk": share.pk, "now": now_given, "text": text})
    return sorted(found, key=lambda one: (-one["now"], one["text"]))


def _cost(plan: Plan) -> dict[str, Any]:
    """What a decision costs in fill and fairness."""
    assert plan.without is not None
    (day,) = plan.days
    lost = 0
    for with_it, without in zip(day.solved, plan.without.solved, strict=True):
        product = with_it.built.product
        lost += product.grams_of(without.result.filled_g) - product.grams_of(
            with_it.result.filled_g
        )
    return {
        "lost_g": lost,
        "gini_without": f"{float(gini_of(plan.without)):.3f}",
        "gini_with": f"{float(gini_of(day)):.3f}",
    }


@require_POST
@requires(*OFFICE)
def undo(request: AccessedRequest, pk: int) -> HttpResponse:
    """Take a decision back and plan its day without it."""
    row = get_object_or_404(Override.objects.select_related("line"), pk=pk)
    try:
        run = undo_override(row=row, key=f"undo:{row.pk}", by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("allocation:decide", pk=row.line_id)
    messages.success(request, _("ยกเลิกแล้ว และวางแผนวันนั้นใหม่"))
    return redirect("allocation:run", pk=run.pk)
