"""What a grower has answered so far, kept in the session, and the page of one question."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from marketplace.parties.access import AccessedRequest
from marketplace.parties.models import FarmerGroup, Membership, PartyKind, Person

DRAFT, DONE = "supply_tell", "supply_told"


STEPS = ("what", "much", "days", "quality", "check")


@dataclass
class Draft:
    """What has been answered so far; quantities in base units, days as ISO text."""

    key: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    product: int | None = None
    qty: int | None = None
    days: list[str] = field(default_factory=list)
    whole: bool = False
    grade: str = ""
    plot: int | None = None
    standards: list[str] = field(default_factory=list)
    min_price: int = 0

    @classmethod
    def of(cls, request: AccessedRequest) -> Draft:
        kept = request.session.get(DRAFT)
        try:
            return cls(**kept) if kept else cls()
        except TypeError:  # a draft of an older version of this page
            return cls()

    def keep(self, request: AccessedRequest) -> None:
        request.session[DRAFT] = self.__dict__

    @property
    def delivery_days(self) -> list[date]:
        return [date.fromisoformat(day) for day in self.days]

    def first_open_step(self) -> str:
        """The first question that has no answer yet."""
        if self.product is None:
            return "what"
        if not self.qty:
            return "much"
        if not self.days:
            return "days"
        if not self.grade:
            return "quality"
        return "check"


@dataclass(frozen=True)
class Teller:
    """Who tells, for which group."""

    person: Person
    group: FarmerGroup


def teller_of(request: AccessedRequest) -> Teller | None:
    """Return the person and group that this user tells for; None when there is none."""
    person_id = request.access.person_id
    if person_id is None:
        return None
    groups = list(
        Membership.objects.filter(person_id=person_id, until__isnull=True, group__stage="active")
        .order_by("pk")
        .values_list("group_id", flat=True)
    )
    acting = request.access.acting
    if not groups:
        return None
    chosen = (
        acting.party_id
        if acting and acting.party.kind == PartyKind.GROUP and acting.party_id in groups
        else groups[0]
    )
    return Teller(Person.objects.get(pk=person_id), FarmerGroup.objects.get(pk=chosen))


def go_on(request: AccessedRequest, draft: Draft, name: str) -> HttpResponse:
    """Go to the next open question; when all are answered, back to the last screen."""
    draft.keep(request)
    following = STEPS[STEPS.index(name) + 1]
    missing = draft.first_open_step()
    return redirect("supply:tell-step", missing if missing == "check" else following)


def ask_page(
    request: AccessedRequest, name: str, context: dict[str, Any], *, wrong: bool = False
) -> HttpResponse:
    number = STEPS.index(name) + 1
    back = STEPS[number - 2] if number > 1 else None
    return render(
        request,
        f"supply/tell_{name}.html",
        {
            "step": name,
            "number": number,
            "steps": range(1, len(STEPS) + 1),
            "back": back,
            **context,
        },
        status=422 if wrong else 200,
    )


def window_of(draft: Draft) -> tuple[date, date]:
    """Return the first and the last delivery day chosen."""
    days = draft.delivery_days
    return min(days), max(days)
