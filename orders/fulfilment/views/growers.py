"""Pages of growers and their coordinators: what to pick, what is sold, when the money comes."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.db.models import Q, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalogue.models import Product
from catalogue.partner.prices import farm_gate_prices
from catalogue.supply.models import OfferShare
from marketplace.common.clock import today
from marketplace.common.dates import format_date, harvest_and_delivery
from marketplace.common.exceptions import Refusal
from marketplace.common.money import value_of
from marketplace.cycles.models import CycleState, OrderCycle
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import FarmerGroup, Person, RoleName
from orders.allocation.explaining import names_of, say
from orders.allocation.models import Allocation, AllocationMove, FarmerOutcome
from orders.allocation.services import MoveInput, move_allocations
from orders.allocation.services.running import amount
from orders.fulfilment import hooks, services
from orders.fulfilment.forms import MoveForm, show_refusal
from orders.fulfilment.models import HarvestLot, HarvestNotice, NoticeRow
from orders.fulfilment.paying import pay_day_of, rule_in_brief
from orders.fulfilment.services.notices import notice_line
from orders.fulfilment.views.common import COORDINATORS, STAFF, form_key, tell_refusal, the_cycle

NAMED_GROUP_ROLES = ("staff", "treasurer", "coordinator")


# ---- harvest notices ---------------------------------------------------------------------------


@requires(*NAMED_GROUP_ROLES)
def notices(request: AccessedRequest, pk: int) -> HttpResponse:
    """Show what each group and each member is asked to pick, with texts to pass on."""
    cycle = the_cycle(pk)
    found = list(
        HarvestNotice.objects.for_access(request.access)
        .filter(cycle=cycle)
        .select_related("group")
        .order_by("group__name_th")
    )
    rows: dict[int, list[NoticeRow]] = defaultdict(list)
    for row in (
        NoticeRow.objects.filter(notice__in=found)
        .filter(Q(qty__gt=0) | Q(changed_at__isnull=False))
        .select_related("person", "product", "acknowledged_by")
        .order_by("person__called", "person__name", "product__title")
    ):
        rows[row.notice_id].append(row)
    groups = [_group_notice(cycle, notice, rows[notice.pk]) for notice in found]
    planned = Allocation.objects.planned(cycle.pk).for_access(request.access)
    waiting = FarmerGroup.objects.filter(pk__in=planned.values_list("group_id", flat=True)).exclude(
        pk__in=[notice.group_id for notice in found]
    )
    context = {
        "cycle": cycle,
        "groups": groups,
        "waiting": list(waiting),
        "people": len({row.person_id for listed in rows.values() for row in listed}),
        "quiet": len(
            {
                row.person_id
                for listed in rows.values()
                for row in listed
                if row.qty and row.acknowledged_at is None
            }
        ),
        "may_issue": request.access.is_cooperative and cycle.state == CycleState.ALLOCATED,
    }
    return render(request, "fulfilment/notices.html", context)


def _group_notice(
    cycle: OrderCycle, notice: HarvestNotice, rows: list[NoticeRow]
) -> dict[str, Any]:
    people: dict[int, dict[str, Any]] = {}
    for row in rows:
        member = people.setdefault(row.person_id, {"person": row.person, "rows": []})
        member["rows"].append(
            {"row": row, "text": notice_line(row), "qty": amount(row.qty, row.product)}
        )
    for member in people.values():
        member["acknowledged"] = all(
            one["row"].acknowledged_at or not one["row"].qty for one in member["rows"]
        )
        member["text"] = personal_text(
            cycle, member["person"], [one["row"] for one in member["rows"]]
        )
        member["keys"] = [one["row"].pk for one in member["rows"]]
    lines = [
        _("ใบแจ้งเก็บ %(group)s ส่ง %(day)s")
        % {"group": notice.group.name, "day": format_date(cycle.delivery_day, "day")}
    ]
    for member in people.values():
        listed = ", ".join(
            _("%(product)s %(qty)s") % {"product": one["row"].product.title, "qty": one["qty"]}
            for one in member["rows"]
            if one["row"].qty
        )
        if listed:
            lines.append(f"{member['person']}: {listed}")
    lead = min((row.product.harvest_lead_days for row in rows), default=1)
    lines.append(harvest_and_delivery(cycle.delivery_day, lead))
    return {
        "notice": notice,
        "members": list(people.values()),
        "text": "\n".join(lines),
        "lead": lead,
        "grams": sum(row.product.grams_of(row.qty) for row in rows),
    }


def personal_text(cycle: OrderCycle, person: Person, rows: list[NoticeRow]) -> str:
    """Return what one grower is asked to pick, as a short text to pass on."""
    lines = [
        _("%(name)s ส่ง %(day)s") % {"name": person, "day": format_date(cycle.delivery_day, "day")}
    ]
    lines += [notice_line(row) for row in rows]
    lead = min((row.product.harvest_lead_days for row in rows), default=1)
    lines.append(harvest_and_delivery(cycle.delivery_day, lead))
    return "\n".join(lines)


@require_POST
@requires(*STAFF)
def issue(request: AccessedRequest, pk: int) -> HttpResponse:
    """Send the harvest notices of a cycle."""
    cycle = the_cycle(pk)
    try:
        made = services.issue_notices(cycle=cycle, by=request.user)
    except Refusal as refusal:
        tell_refusal(request, refusal)
    else:
        people = NoticeRow.objects.filter(notice__in=made, qty__gt=0).values("person").distinct()
        messages.success(
            request,
            _("ส่งใบแจ้งเก็บแล้ว %(groups)s กลุ่ม %(people)s ราย คัดลอกข้อความส่งต่อทาง LINE ได้ด้านล่าง")
            % {"groups": len(made), "people": people.count()},
        )
    return redirect("fulfilment:notices", pk=pk)


@require_POST
@requires("grower", "coordinator", "staff")
def acknowledge(request: AccessedRequest) -> HttpResponse:
    """Note that somebody will pick as asked."""
    keys = [int(key) for key in request.POST.getlist("row") if key.isdecimal()]
    rows = list(NoticeRow.objects.for_access(request.access).filter(pk__in=keys))
    if keys and not rows:
        get_object_or_404(NoticeRow.objects.for_access(request.access), pk=keys[0])
    services.acknowledge_rows(by=request.user, rows=rows)
    messages.success(request, _("รับทราบแล้ว ขอบคุณ"))
    cycle = request.POST.get("cycle", "")
    if cycle.isdecimal():
        return redirect("fulfilment:notices", pk=int(cycle))
    return redirect("fulfilment:grower-home")


# ---- the grower's first page -------------------------------------------------------------------


@requires(RoleName.GROWER, RoleName.COORDINATOR)
def grower_home(request: AccessedRequest) -> HttpResponse:
    """Answer: how many kilograms are sold, how much money, on which day."""
    person = Person.objects.select_related("user").filter(pk=request.access.person_id or 0).first()
    if person is None:
        return render(request, "fulfilment/no_person.html")
    cycle = _next_cycle_of(person)
    context: dict[str, Any] = {
        "person": person,
        "day": today(),
        "cycle": cycle,
        "group": _group_of(person),
        "money": _money(person),
        "slips": list(
            HarvestLot.objects.filter(person=person, kind=HarvestLot.Kind.OWN, intake_qty__gt=0)
            .select_related("product", "cycle")
            .order_by("-taken_in_at", "-pk")[:5]
        ),
    }
    context["coordinator_phone"] = context["group"].phone if context["group"] else ""
    if cycle is not None:
        context.update(_round_of(person, cycle))
    return render(request, "fulfilment/grower_home.html", context)


def _group_of(person: Person) -> FarmerGroup | None:
    membership = (
        person.memberships.filter(until__isnull=True)
        .select_related("group")
        .order_by("-pk")
        .first()
    )
    return membership.group if membership else None


def _next_cycle_of(person: Person) -> OrderCycle | None:
    """Return the day that concerns her next: the first with something to pick, from today on."""
    days = (
        OrderCycle.objects.filter(
            lines__allocations__in=Allocation.objects.standing().filter(person=person)
        )
        .exclude(state=CycleState.CANCELLED)
        .select_related("hub")
        .distinct()
    )
    return (
        days.filter(delivery_day__gte=today()).order_by("delivery_day").first()
        or days.order_by("-delivery_day").first()
    )


def _round_of(person: Person, cycle: OrderCycle) -> dict[str, Any]:
    rows = list(
        Allocation.objects.planned(cycle.pk)
        .filter(person=person)
        .values_list("product_id", "grade")
        .annotate(total=Sum("qty"))
        .order_by("product__title", "grade")
    )
    products = Product.objects.in_bulk({product for product, _grade, _qty in rows})
    prices = farm_gate_prices(days=[cycle.delivery_day], product_ids=set(products) or {0})
    picks, grams, money, priced = [], 0, 0, True
    for key, grade, qty in rows:
        product = products[key]
        price = prices.get((key, grade, cycle.delivery_day))
        value = value_of(qty, price, per=product.per) if price is not None else None
        grams += product.grams_of(qty)
        money += value or 0
        priced = priced and value is not None
        picks.append(
            {"product": product, "grade": grade, "qty": amount(qty, product), "price": price,
             "value": value}
        )  # fmt: skip
    notice_rows = list(
        NoticeRow.objects.filter(notice__cycle=cycle, person=person).select_related("product")
    )
    lots = list(
        HarvestLot.objects.filter(cycle=cycle, person=person, kind=HarvestLot.Kind.OWN)
        .select_related("product", "group", "cycle")
        .order_by("pk")
    )
    group = _group_of(person)
    weighed: dict[tuple[int, str], int] = defaultdict(int)
    for lot in lots:
        weighed[lot.product_id, lot.grade] += lot.intake_qty
    came = {lot.product_id for lot in lots if lot.intake_qty}
    asking = cycle.state in (CycleState.ALLOCATED, CycleState.INTAKE)
    for one in picks:
        qty = weighed.pop((one["product"].pk, one["grade"]), 0)
        one["weighed"] = amount(qty, one["product"]) if qty else ""
    return {
        "picks": picks,
        "grams": grams,
        "money_satang": money if priced else None,
        "pay_day": pay_day_of(lots) if lots else None,
        "pay": rule_in_brief(group) if group else "–",
        "notice_rows": notice_rows,
        "to_acknowledge": [
            row.pk
            for row in notice_rows
            if asking and row.qty and not row.acknowledged_at and row.product_id not in came
        ],
        "all_weighed": bool(picks) and all(one["product"].pk in came for one in picks),
        "lead": min((one["product"].harvest_lead_days for one in picks), default=1),
        "reasons": _reasons(person, cycle),
        "lots": lots,
    }


def _reasons(person: Person, cycle: OrderCycle) -> list[dict[str, Any]]:
    """Return why she sells less than she offered, product by product."""
    outcomes = list(
        FarmerOutcome.objects.filter(run__cycle=cycle, run__is_current=True, person=person)
        .exclude(run__kind="intake")
        .exclude(reason_code="")
        .select_related("product")
        .order_by("product__title")
    )
    names = names_of([row.product for row in outcomes]) if outcomes else {}
    return [
        {
            "product": row.product,
            "sold": amount(row.sold_qty, row.product),
            "offered": amount(row.offered_qty, row.product),
            "text": say(row.reason_code, row.reason, row.product, names),
            "credit": amount(row.credit_qty, row.product) if row.credit_qty else "",
        }
        for row in outcomes
    ]


def _money(person: Person) -> dict[str, object]:
    found: dict[str, object] = {}
    for panel in hooks.grower_money:
        found.update(panel(person))
    return found


# ---- the coordinator's first page --------------------------------------------------------------


@requires(RoleName.COORDINATOR)
def coordinator_home(request: AccessedRequest) -> HttpResponse:
    """Show what her members are to pick, who has not answered, what is weighed."""
    groups = list(
        FarmerGroup.objects.filter(pk__in=request.access.coordinated_group_ids).order_by("name_th")
    )
    cycles = list(
        OrderCycle.objects.filter(
            delivery_day__gte=today(),
            state__in=(CycleState.ALLOCATED, CycleState.INTAKE, CycleState.DISPATCHED),
        )
        .select_related("hub")
        .order_by("delivery_day")[:4]
    )
    days = [_coordinator_day(cycle, groups) for cycle in cycles]
    opened = (
        OrderCycle.objects.filter(delivery_day__gte=today(), state=CycleState.OPEN)
        .order_by("delivery_day")
        .first()
    )
    context = {
        "groups": groups,
        "days": [day for day in days if day["people"]],
        "opened": opened,
        "day": today(),
    }
    return render(request, "fulfilment/coordinator_home.html", context)


def _coordinator_day(cycle: OrderCycle, groups: list[FarmerGroup]) -> dict[str, Any]:
    rows = list(
        Allocation.objects.planned(cycle.pk)
        .filter(group__in=groups)
        .values_list("person_id", "product_id")
        .annotate(total=Sum("qty"))
        .order_by("person__called", "person__name", "product__title")
    )
    people = Person.objects.in_bulk({row[0] for row in rows})
    products = Product.objects.in_bulk({row[1] for row in rows})
    weighed = dict(
        HarvestLot.objects.filter(cycle=cycle, group__in=groups, kind=HarvestLot.Kind.OWN)
        .values_list("person_id")
        .annotate(total=Sum("intake_qty"))
        .order_by()
    )
    answered = dict(
        NoticeRow.objects.filter(notice__cycle=cycle, notice__group__in=groups, qty__gt=0)
        .values_list("person_id", "acknowledged_at")
        .order_by("acknowledged_at")
    )
    members: dict[int, dict[str, Any]] = {}
    for person, product, qty in rows:
        one = members.setdefault(
            person,
            {
                "person": people[person],
                "rows": [],
                "weighed": bool(weighed.get(person)),
                "told": person in answered,
                "acknowledged": bool(answered.get(person)),
            },
        )
        one["rows"].append(f"{products[product].name} {amount(qty, products[product])}")
    grams = sum(products[product].grams_of(qty) for _person, product, qty in rows)
    return {
        "cycle": cycle,
        "people": list(members.values()),
        "grams": grams,
        "quiet": sum(1 for one in members.values() if one["told"] and not one["acknowledged"]),
        "may_move": cycle.state == CycleState.ALLOCATED,
        "lead": min((product.harvest_lead_days for product in products.values()), default=1),
    }


# ---- moving quantity between members -----------------------------------------------------------


@requires(*COORDINATORS)
def moves(request: AccessedRequest, pk: int) -> HttpResponse:
    """Show what each member supplies, and move some of it to another member until intake."""
    cycle = the_cycle(pk)
    rows = list(
        Allocation.objects.planned(cycle.pk)
        .for_access(request.access)
        .values_list("share_id")
        .annotate(total=Sum("qty"))
        .order_by("share__harvest_offer__product__title", "share__person__called", "share_id")
    )
    shares = OfferShare.objects.select_related(
        "person", "harvest_offer__product", "harvest_offer__group"
    ).in_bulk([share for share, _qty in rows])
    chosen = request.POST.get("share") or request.GET.get("share", "")
    form = None
    picked = None
    if chosen.isdecimal():
        picked = get_object_or_404(
            OfferShare.objects.for_access(request.access).select_related(
                "person", "harvest_offer__product"
            ),
            pk=int(chosen),
            pk__in=shares,
        )
        held = dict(rows)[picked.pk]
        form = _move_form(request, cycle, picked, held)
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            try:
                move_allocations(
                    by=request.user,
                    moves=[
                        MoveInput(
                            cycle_id=cycle.pk,
                            from_share_id=picked.pk,
                            to_share_id=int(data["to_share"]),
                            qty=data["qty"],
                            key=data["key"],
                            reason=data["reason"],
                        )
                    ],
                )
            except Refusal as refusal:
                show_refusal(form, refusal)
            else:
                messages.success(request, _("ย้ายแล้ว ทั้งสองคนเห็นในหน้าของตัวเอง"))
                return redirect("fulfilment:moves", pk=pk)
    context = {
        "cycle": cycle,
        "rows": [
            {"share": shares[share], "qty": amount(qty, shares[share].harvest_offer.product)}
            for share, qty in rows
        ],
        "form": form,
        "picked": picked,
        "may_move": cycle.state == CycleState.ALLOCATED,
        "done": AllocationMove.objects.filter(
            run__cycle=cycle,
            **(
                {}
                if request.access.is_cooperative
                else {"group__in": request.access.coordinated_group_ids}
            ),
        ).select_related("product", "from_share__person", "to_share__person", "by"),
        "back": reverse("fulfilment:coordinator-home")
        if not request.access.is_cooperative
        else reverse("fulfilment:cycle", args=[cycle.pk]),
    }
    return render(request, "fulfilment/moves.html", context)


def _move_form(
    request: AccessedRequest, cycle: OrderCycle, share: OfferShare, held: int
) -> MoveForm:
    offer = share.harvest_offer
    members = (
        OfferShare.objects.filter(
            harvest_offer__group=offer.group_id,
            harvest_offer__product=offer.product_id,
            harvest_offer__grade=offer.grade,
            harvest_offer__first_day__lte=cycle.delivery_day,
            harvest_offer__last_day__gte=cycle.delivery_day,
        )
        .exclude(person=share.person_id)
        .select_related("person")
        .order_by("person__called", "person__name", "pk")
    )
    return MoveForm(
        request.POST or None,
        unit=offer.product.base_unit,
        members=[(str(one.pk), str(one.person)) for one in members],
        initial={"key": form_key(), "qty": held},
    )
