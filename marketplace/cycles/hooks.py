"""Where upper rooms hook into order cycles; filled in their `AppConfig.ready()`.

`cutoff_reached`: called for every cycle that is closed and not yet allocated, again at each tick
until its state has moved on. Each call stands outside the transaction that closed the cycles and
opens its own unit of work, so a failed allocation never re-opens a cycle. A function must work by
state: called twice, it does its work once.

`day_moved`: called inside the transaction that moves, joins or skips a day, after the cycle rows
are changed. What a function raises undoes the whole move. It returns whom the move touches.

`periodic_jobs`: run by `marketplace.tick`, each by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from marketplace.accounts.models import User
    from marketplace.cycles.models import OrderCycle

Touched = Mapping[int, Sequence[str]]
"""Primary key of each touched party, and what it is told in short lines (may be none)."""


@dataclass(frozen=True, slots=True)
class DayMove:
    """What happens to a delivery day.

    `kind`: "move" (the whole cycle stands on its new day already: `target` is `cycle`; or, with
    `buyers`, these buyers go to the cycle `target`), "join" (everything, or these buyers, goes to
    the cycle `target`), "skip" (not delivered: `target` is None). `buyers`: primary keys of Buyer,
    None for all. `from_day`, `to_day`: delivery days.
    """

    kind: str
    cycle: OrderCycle
    target: OrderCycle | None
    buyers: tuple[int, ...] | None
    from_day: date
    to_day: date | None
    by: User | None
    reason: str


cutoff_reached: list[Callable[[list[OrderCycle]], None]] = []
day_moved: list[Callable[[DayMove], Touched]] = []

buyers_on_day: list[Callable[[OrderCycle], Iterable[int]]] = []
"""Who has a delivery on a cycle, as primary keys of Buyer: asked when a day may be moved for some."""


goods_on_day: list[Callable[[OrderCycle], Iterable[str]]] = []
"""What has been picked for a cycle already, in short lines: shown before its day is changed."""

cutoff_changed: list[Callable[[OrderCycle, str, datetime], None]] = []
"""Told inside the transaction that gives a buyer class (its key) another cut-off (UTC)."""


@dataclass(frozen=True, slots=True)
class PeriodicJob:
    """A job that the tick runs; it works by state and may be run at any moment, twice, or late."""

    name: str
    run: Callable[[], object]


periodic_jobs: dict[str, PeriodicJob] = {}


def register_job(name: str, run: Callable[[], object]) -> None:
    """Have `run` called at every tick; `name` is dotted (`notifications.send_waiting`)."""
    periodic_jobs[name] = PeriodicJob(name, run)
