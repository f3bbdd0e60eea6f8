"""Pages of the allocation: what each run gave, and why it gave no more."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.common.clock import today
from marketplace.common.quantities import BaseUnit
from marketplace.cycles.models import CycleState
from marketplace.parties.access import AccessedRequest, public, requires
from marketplace.parties.exports import xlsx
from marketplace.parties.models import FarmerGroup, Person, RoleName
from orders.allocation.comparing import choices_for, compare_runs
from orders.allocation.explaining import badge_of, names_of, say
from orders.allocation.method import HEIGHT, WIDTH, drawing_of, worked_example
from orders.allocation.models import Allocation, FarmerOutcome, LineOutcome, Override, Run
from orders.allocation.seasons import seasons_of
from orders.allocation.services import solve_again
from orders.allocation.services.running import amount

OFFICE = (RoleName.STAFF, RoleName.TREASURER)
PER_PAGE = 50


@requires(*OFFICE)
def runs(request: AccessedRequest) -> HttpResponse:
    """List the runs, newest first."""
    rows = (
        Run.objects.select_related("cycle", "by")
        .annotate(short_lines=Count("lines", filter=Q(lines__short_qty__gt=0)))
        .order_by("-cycle__delivery_day", "-at", "-pk")
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "allocation/runs.html", {"page_obj": page})


@requires(*OFFICE)
def run(request: AccessedRequest, pk: int) -> HttpResponse:
    """Show one run: short lines with their reasons, growers below plan, or every line."""
    found = get_object_or_404(Run.objects.select_related("cycle", "by"), pk=pk)
    tab = request.GET.get("tab", "short")
    lines = found.lines.select_related(
        "line__product", "line__order__buyer", "line__standard"
    ).order_by("line__product__title", "line__order__buyer__name_th", "pk")
    below = (
        found.farmers.exclude(reason_code="")
        .select_related("person", "product")
        .order_by("product__title", "person__name", "pk")
    )
    short = lines.filter(short_qty__gt=0)
    context: dict[str, Any] = {
        "run": found,
        "tab": tab,
        "short_count": short.count(),
        "below_count": below.count(),
        "all_count": lines.count(),
        "firm_short": short.filter(allocated_qty__lt=_firm()).count(),
        "other": Run.objects.filter(cycle=found.cycle, is_current=True).exclude(pk=pk),
        "moves": found.moves.select_related("product", "from_share__person", "to_share__person"),
        "may_replan": found.is_current
        and found.kind != Run.Kind.INTAKE
        and found.cycle.state == CycleState.ALLOCATED,
        "overrides": Override.objects.filter(line__cycle=found.cycle).select_related(
            "share__person", "line__product", "line__cycle", "line__order__buyer", "by"
        ),
    }
    if tab == "farmers":
        context["page_obj"] = Paginator(below, PER_PAGE).get_page(request.GET.get("page"))
        context["rows"] = _farmer_rows(context["page_obj"].object_list)
    else:
        listed = lines if tab == "all" else short
        context["page_obj"] = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
        context["rows"] = _line_rows(context["page_obj"].object_list)
    context["shares"] = _shares(found, request.GET.get("product", ""))
    context["products"] = found.products.select_related("product").order_by("product__title")
    return render(request, "allocation/run.html", context)


def _firm() -> Any:
    from django.db.models import F

    return F("firm_qty")


def _line_rows(outcomes: QuerySet[LineOutcome]) -> list[dict[str, Any]]:
    listed = list(outcomes)
    names = names_of({row.line.product_id: row.line.product for row in listed}.values())
    rows = []
    for row in listed:
        status, words = badge_of(row.reason_code, row.reason)
        product = row.line.product
        rows.append(
            {
                "row": row,
                "product": product,
                "asked": amount(row.asked_qty, product),
                "firm": amount(row.firm_qty, product),
                "given": amount(row.allocated_qty, product),
                "short": amount(row.short_qty, product),
                "status": status,
                "words": words,
                "text": say(row.reason_code, row.reason, product, names),
            }
        )
    return rows


def _farmer_rows(outcomes: QuerySet[FarmerOutcome]) -> list[dict[str, Any]]:
    listed = list(outcomes)
    names = names_of({row.product_id: row.product for row in listed}.values())
    rows = []
    for row in listed:
        status, words = badge_of(row.reason_code, row.reason)
        rows.append(
            {
                "row": row,
                "offered": amount(row.offered_qty, row.product),
                "sold": amount(row.sold_qty, row.product),
                "credit": amount(row.credit_qty, row.product) if row.credit_qty else "",
                "percent": row.sold_qty * 100 // row.offered_qty if row.offered_qty else 0,
                "status": status,
                "words": words,
                "text": say(row.reason_code, row.reason, row.product, names),
            }
        )
    return rows


def _shares(found: Run, product: str) -> dict[str, Any] | None:
    """Return how one product was shared among its growers."""
    if not product.isdecimal():
        return None
    outcomes = list(
        found.farmers.filter(product_id=int(product))
        .select_related("person", "product")
        .order_by("-offered_qty", "person__name")
    )
    if not outcomes:
        return None
    kind = outcomes[0].product
    moved: dict[int, int] = defaultdict(int)
    for person, qty in (
        Allocation.objects.filter(run=found, product=kind)
        .values_list("person_id")
        .annotate(total=Sum("qty"))
        .order_by()
    ):
        moved[person] = qty
    people = [
        {
            "person": row.person,
            "offered": amount(row.offered_qty, kind),
            "sold": amount(row.sold_qty, kind),
            "now": amount(moved[row.person_id], kind)
            if moved[row.person_id] != row.sold_qty
            else "",
            "percent": row.sold_qty * 100 // row.offered_qty if row.offered_qty else 0,
        }
        for row in outcomes
    ]
    known = {row.person_id for row in outcomes}
    others = Person.objects.in_bulk([person for person in moved if person not in known])
    people += [
        {"person": person, "offered": amount(0, kind), "sold": amount(0, kind),
         "now": amount(moved[key], kind), "percent": 0}
        for key, person in others.items()
    ]  # fmt: skip
    offered = sum(row.offered_qty for row in outcomes)
    sold = sum(row.sold_qty for row in outcomes)
    return {
        "product": kind,
        "people": people,
        "offered": amount(offered, kind),
        "sold": amount(sold, kind),
        "percent": sold * 100 // offered if offered else 0,
    }


@requires(*OFFICE)
def export(request: AccessedRequest, pk: int) -> HttpResponse:
    """Download a run: every line as a sheet, or what each product was computed from as JSON."""
    found = get_object_or_404(Run.objects.select_related("cycle"), pk=pk)
    if request.GET.get("format") == "json":
        answer = JsonResponse(
            {
                "cycle": found.cycle.delivery_day.isoformat(),
                "engine": found.engine,
                "input_sha256": found.input_sha256,
                "output_sha256": found.output_sha256,
                "cause": found.cause,
                "overrides": [
                    {
                        "line": str(row.line_id),
                        "lot": str(row.share_id),
                        "quantity_g": row.qty,
                        "before_g": row.before_qty,
                        "reason": row.reason,
                    }
                    for row in Override.objects.standing(found.cycle_id).order_by("pk")
                ],
                "instances": [row.document for row in found.products.order_by("pk")],
            },
            json_dumps_params={"ensure_ascii": False, "indent": 1},
        )
        name = f"allocation-{found.cycle.delivery_day:%Y%m%d}-{found.pk}.json"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    outcomes = found.lines.select_related(
        "line__product", "line__order__buyer", "line__standard"
    ).order_by("line__product__title", "line__order__buyer__name_th", "pk")
    return xlsx(
        name=f"allocation-{found.cycle.delivery_day:%Y%m%d}",
        title=str(_("ผลจัดสรร")),
        heads=[
            _("ผู้ซื้อ"), _("ผลผลิต"), _("เกรด"), _("หน่วย"), _("ขอ"), _("ยืนยัน"), _("ได้"), _("ขาด"),
            _("เหตุผล"),
        ],
        rows=(
            [
                one["row"].line.order.buyer.name,
                one["product"].name,
                one["row"].line.min_grade,
                one["product"].unit_label,
                *(
                    Decimal(qty) / BaseUnit(one["product"].base_unit).per
                    for qty in (
                        one["row"].asked_qty,
                        one["row"].firm_qty,
                        one["row"].allocated_qty,
                        one["row"].short_qty,
                    )
                ),
                one["text"],
            ]
            for one in _line_rows(outcomes)
        ),
    )  # fmt: skip


@requires(*OFFICE)
def compare(request: AccessedRequest, pk: int) -> HttpResponse:
    """Show what changed between this run and another, the earlier one first."""
    found = get_object_or_404(Run.objects.select_related("cycle"), pk=pk)
    choices = choices_for(found)
    asked = request.GET.get("with", "")
    other = next((run for run in choices if str(run.pk) == asked), None)
    if other is None and asked:
        raise Http404
    other = other or next(iter(choices), None)
    pair = sorted((found, other), key=lambda run: (run.at, run.pk)) if other else []
    return render(
        request,
        "allocation/compare.html",
        {
            "run": found,
            "other": other,
            "choices": choices,
            "found": compare_runs(*pair) if pair else None,
        },
    )


@require_POST
@requires(*OFFICE)
def check(request: AccessedRequest, pk: int) -> HttpResponse:
    """Solve a run again from what was kept and compare."""
    found = get_object_or_404(Run, pk=pk)
    again = solve_again(found)
    if again and again.other_engine:
        messages.success(
            request,
            _("รอบนี้คิดด้วยวิธีคิดรุ่น %(old)s คิดซ้ำด้วยรุ่นปัจจุบันแล้วได้รวมเท่ากันทุกผลผลิต")
            % {"old": again.other_engine},
        )
    elif again:
        messages.success(
            request, _("คิดซ้ำแล้วได้ผลเดียวกันทุกบรรทัด รหัสผล %(code)s") % {"code": found.result_code}
        )
    else:
        messages.error(
            request,
            _("คิดซ้ำแล้วผลไม่ตรง แจ้งผู้ดูแลระบบ พร้อมรหัสผล %(code)s") % {"code": found.result_code},
        )
    return redirect("allocation:run", pk=pk)


@requires(RoleName.COORDINATOR, *OFFICE)
def season(request: AccessedRequest) -> HttpResponse:
    """What every member was given of what she told: the last delivery day beside the season."""
    access = request.access
    groups = FarmerGroup.objects.order_by("name_th")
    outcomes = FarmerOutcome.objects.for_access(access)
    chosen = request.GET.get("group", "")
    group = None
    if access.is_cooperative:
        group = groups.filter(pk=int(chosen)).first() if chosen.isdecimal() else None
        if group is not None:
            outcomes = outcomes.filter(
                person__memberships__group=group, person__memberships__until__isnull=True
            )
    else:
        groups = groups.filter(pk__in=access.coordinated_group_ids)
        group = groups.first()
    return render(
        request,
        "allocation/season.html",
        {
            "seasons": seasons_of(outcomes, today()),
            "group": group,
            "groups": groups if access.is_cooperative else [],
        },
    )


@public
def method(request: HttpRequest) -> HttpResponse:
    """Explain the method on five farms and three kitchens, computed by the engine itself."""
    example = worked_example("th" if get_language() in (None, "th") else "en")
    return render(
        request,
        "allocation/method.html",
        {"example": example, "drawing": drawing_of(example), "width": WIDTH, "height": HEIGHT},
    )
