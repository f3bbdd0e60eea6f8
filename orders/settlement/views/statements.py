"""Statements of a group, of a person, and one's own."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.common.clock import today
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import FarmerGroup, PayoutAccount, Person, RoleName
from orders.invoicing.rules import month_of
from orders.settlement.models import Deduction, Owed
from orders.settlement.services import present_terms
from orders.settlement.statements import money_of, statement
from orders.settlement.views.common import OFFICE


def _month(text: str | None) -> tuple[dt.date, dt.date]:
    """The month asked for ("2027-01"); this one when none or nonsense."""
    try:
        return month_of(dt.date.fromisoformat(f"{text}-01"))
    except ValueError:
        return month_of(today())


def _neighbours(first: dt.date, last: dt.date) -> dict[str, str]:
    return {
        "previous": (first - dt.timedelta(days=1)).strftime("%Y-%m"),
        "following": (last + dt.timedelta(days=1)).strftime("%Y-%m"),
    }


@requires(*OFFICE, RoleName.COORDINATOR)
def group_statement(request: AccessedRequest, pk: int) -> HttpResponse:
    """A group's statement of a month: every grower's part and every delivery."""
    groups = FarmerGroup.objects.all()
    if not request.access.is_cooperative:
        groups = groups.filter(pk__in=request.access.coordinated_group_ids)
    group = get_object_or_404(groups, pk=pk)
    first, last = _month(request.GET.get("month"))
    return render(
        request,
        "settlement/statement.html",
        {
            "group": group,
            "statement": statement(first=first, last=last, group=group),
            "may_question": not request.access.is_cooperative,
            "account": _account_of(request, group=group),
            "back_url": reverse("settlement:growers")
            if request.access.is_cooperative
            else reverse("settlement:mine"),
            "back_label": _("ค่าผลผลิต"),
            **_neighbours(first, last),
        },
    )


@requires(*OFFICE, RoleName.COORDINATOR, RoleName.GROWER)
def person_statement(request: AccessedRequest, pk: int) -> HttpResponse:
    """A grower's statement of a month."""
    person = get_object_or_404(Person.objects.for_access(request.access), pk=pk)
    first, last = _month(request.GET.get("month"))
    return render(
        request,
        "settlement/statement.html",
        {
            "person": person,
            "statement": statement(first=first, last=last, person=person),
            "may_question": not request.access.is_cooperative,
            "account": _account_of(request, person=person),
            "back_url": reverse("settlement:growers")
            if request.access.is_cooperative
            else reverse("settlement:mine"),
            "back_label": _("ค่าผลผลิต"),
            **_neighbours(first, last),
        },
    )


def _account_of(
    request: AccessedRequest, *, person: Person | None = None, group: FarmerGroup | None = None
) -> PayoutAccount | None:
    """Where the money goes, masked; staff who are not treasurers are not shown it."""
    if request.access.is_cooperative and not request.access.is_treasurer:
        return None
    return PayoutAccount.objects.filter(person=person, group=group, ended_at__isnull=True).first()


def _deductions_of(person: Person) -> list[dict[str, Any]]:
    """What a grower agreed to, with what is left of it; what is over and done is left out."""
    rows = Deduction.objects.live().filter(person=person).with_taken().order_by("pk")
    return [
        {"deduction": row, "left_satang": left}
        for row in rows
        if (left := None if row.satang is None else row.satang - row.gone_satang) != 0
    ]


@requires(RoleName.GROWER, RoleName.COORDINATOR)
def mine(request: AccessedRequest) -> HttpResponse:
    """A grower's money: what was earned, when it comes, every statement; a coordinator's groups."""
    person = Person.objects.filter(pk=request.access.person_id or 0).first()
    groups = FarmerGroup.objects.filter(pk__in=request.access.coordinated_group_ids)
    owed = (
        list(
            Owed.objects.filter(person=person)
            .order_by("-day")
            .values("day__year", "day__month")
            .annotate(total=Sum("satang"))
            .order_by("-day__year", "-day__month")[:12]
        )
        if person
        else []
    )
    return render(
        request,
        "settlement/mine.html",
        {
            "person": person,
            "money": money_of(person) if person else None,
            "deductions": _deductions_of(person) if person else [],
            "terms": present_terms(),
            "months": [
                {
                    "first": dt.date(row["day__year"], row["day__month"], 1),
                    "satang": row["total"],
                }
                for row in owed
            ],
            "groups": [
                {
                    "group": group,
                    "open_satang": Owed.objects.filter(group=group)
                    .unpaid()
                    .aggregate(total=Sum("satang"))["total"]
                    or 0,
                }
                for group in groups
            ],
        },
    )
