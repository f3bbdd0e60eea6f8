"""Decisions about cycles that need no database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from marketplace.common.dates import bangkok_at
from marketplace.cycles.models import CycleState, Holiday

SUCCESSORS: dict[str, tuple[str, ...]] = {
    CycleState.OPEN: (CycleState.CLOSED, CycleState.CANCELLED),
    CycleState.CLOSED: (CycleState.ALLOCATED, CycleState.CANCELLED),
    CycleState.ALLOCATED: (CycleState.INTAKE, CycleState.CANCELLED),
    CycleState.INTAKE: (CycleState.DISPATCHED,),
    CycleState.DISPATCHED: (CycleState.ACCEPTED,),
    CycleState.ACCEPTED: (),
    CycleState.CANCELLED: (),
}
MOVABLE = (CycleState.OPEN, CycleState.CLOSED, CycleState.ALLOCATED)
"""States in which a day may be moved, joined or skipped; from the first weighing on it is too late."""

LONGEST_SEASON_DAYS = 400


def is_same_feast(one: Holiday, next_day: Holiday) -> bool:
    """Say whether two holidays are the two days between which the moon decides."""
    return (
        one.estimated
        and next_day.estimated
        and one.name_th == next_day.name_th
        and next_day.day - one.day == timedelta(days=1)
    )


def may_follow(state: str, to: str) -> bool:
    """Say whether a cycle in `state` may go to `to`."""
    return to in SUCCESSORS[state]


def cutoff_at(delivery_day: date, days_before: int, at: time) -> datetime:
    """The moment (UTC) from which a class can no longer order for a delivery day.

    `days_before`: whole days; `at`: Bangkok time.
    """
    return bangkok_at(delivery_day - timedelta(days=days_before), at)


def is_open(opens_at: datetime, cutoff: datetime, moment: datetime) -> bool:
    """Say whether orders are taken: from the opening, up to but not at the cut-off."""
    return opens_at <= moment < cutoff


def moved_cutoff(old: datetime, by_rule: datetime, moment: datetime) -> datetime:
    """The cut-off of a cycle whose day has moved.

    One that has passed stays passed, so what was settled is not opened again; one to come follows
    the new day, and is never set into the past.
    """
    return old if old <= moment else max(by_rule, moment)


def days_of_season(first: date, last: date, weekdays: Iterable[int]) -> list[date]:
    """The days from first to last, both included, that fall on these weekdays (Monday is 0)."""
    wanted = set(weekdays)
    return [
        first + timedelta(days=n)
        for n in range((last - first).days + 1)
        if (first + timedelta(days=n)).weekday() in wanted
    ]
