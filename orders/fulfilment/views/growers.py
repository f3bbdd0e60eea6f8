"""First pages of growers and their coordinators: what to pick, what is sold, when the money comes."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import render

from catalogue.models import Product
from catalogue.partner.prices import farm_gate_prices
from marketplace.common.clock import today
from marketplace.common.money import value_of
from marketplace.cycles.models import CycleState, OrderCycle
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import FarmerGroup, Person, RoleName
from orders.allocation.explaining import names_of, say
from orders.allocation.models import Allocation, FarmerOutcome
from orders.allocation.seasons import seasons_of
from orders.allocation.services.running import amount
from orders.fulfilment import hooks
from orders.fulfilment.models import HarvestLot, NoticeRow
from orders.fulfilment.paying import pay_day_of, rule_in_brief


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
    if not outcomes:
        return []
    names = names_of([row.product for row in outcomes])
    mine = FarmerOutcome.objects.filter(
        person=person, product__in=[row.product_id for row in outcomes]
    )
    seasons = {season.product.pk: season for season in seasons_of(mine, cycle.delivery_day)}
    return [
        {
            "product": row.product,
            "sold": amount(row.sold_qty, row.product),
            "offered": amount(row.offered_qty, row.product),
            "text": say(row.reason_code, row.reason, row.product, names),
            "credit": amount(row.credit_qty, row.product) if row.credit_qty else "",
            "season": seasons.get(row.product_id),
        }
        for row in outcomes
    ]


def _money(person: Person) -> dict[str, object]:
    found: dict[str, object] = {}
    for panel in hooks.grower_money:
        found.update(panel(person))
    return found


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
