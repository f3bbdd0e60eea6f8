"""Every write of this room: asking, running, running again, deleting.

A run reads the market and writes nothing but its own scenario. It works by state: whoever takes a
waiting scenario up draws a turn, and only the holder of the turn may say how far it is or end it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Q
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.audit.services import record, record_many
from marketplace.common.clock import now
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import after_commit, unit_of_work
from orders.allocation import engine
from orders.allocation.instances import distances
from orders.simulator.figures import Solved, hide_small, side
from orders.simulator.models import DIES_AFTER, Scenario, ScenarioError, ScenarioState
from orders.simulator.questions import Question, supposed
from orders.simulator.week import WeekProduct, open_cycles, read_week

log = logging.getLogger(__name__)

TAKEN_UP_AFTER = timedelta(seconds=30)
"""A scenario that still waits then was missed by the queue; the tick takes it up."""

Told = Callable[[int, int], None]


class NothingToTry(Exception):
    """The week has no open day with an order or an imagined one."""


@unit_of_work
def ask(*, by: User | None, name: str, week: date, question: Question) -> Scenario:
    """Keep a "what if" under a name and have it computed in the background.

    Args:
        by: who asks.
        name: as it is listed.
        week: the Monday.
        question: what is supposed to happen.

    Raises:
        Refusal: nothing is supposed, or the week has no open day.
    """
    if question == Question():
        raise Refusal(_("เลือกอย่างน้อยหนึ่งเรื่อง: น้ำท่วม ครัวใหม่ หรือกลุ่มใหม่"), code="nothing")
    if not open_cycles(week):
        raise Refusal(str(ScenarioError.EMPTY.label), code="empty", where="week")
    made = Scenario.objects.create(
        name=name[:80], week=week, question=question.as_data(), made_by=by
    )
    record(by=by, action="simulator.asked", subject=made, data=made.question)
    _send(made.pk)
    return made


@unit_of_work
def ask_again(*, by: User | None, scenarios: Iterable[Scenario]) -> list[Scenario]:
    """Have scenarios computed again from the market as it is now; one under way is left alone.

    Returns:
        Those that wait now.
    """
    again = []
    for one in _locked(scenarios):
        if one.is_under_way:
            continue
        one.state, one.error, one.turn = ScenarioState.WAITING, "", None
        one.done = one.total = 0
        one.asked_at, one.beat_at = now(), None
        one.save()
        again.append(one)
        _send(one.pk)
    record_many([("simulator.asked_again", one, {}) for one in again], by=by)
    return again


@unit_of_work
def delete_scenarios(*, by: User | None, scenarios: Iterable[Scenario]) -> None:
    """Delete scenarios: they are nobody's history. A run still at work on one ends in nothing."""
    gone = _locked(scenarios)
    record_many([("simulator.deleted", one, {"name": one.name}) for one in gone], by=by)
    Scenario.objects.filter(pk__in=[one.pk for one in gone]).delete()


def _locked(scenarios: Iterable[Scenario]) -> list[Scenario]:
    keys = [one.pk for one in scenarios]
    return list(Scenario.objects.select_for_update().filter(pk__in=keys).order_by("pk"))


def _send(pk: int) -> None:
    from orders.simulator.tasks import work_on

    # Without a queue the scenario waits for the tick.
    after_commit(lambda: work_on.delay(pk), robust=True)


def take_up() -> int:
    """Work on what the queue missed, and say of runs that died that they did; the tick's job.

    Returns:
        How many were worked on.
    """
    _bury()
    waiting = Scenario.objects.filter(
        state=ScenarioState.WAITING, asked_at__lte=now() - TAKEN_UP_AFTER
    )
    return sum(work(pk) for pk in waiting.order_by("asked_at", "pk").values_list("pk", flat=True))


@unit_of_work
def _bury() -> None:
    Scenario.objects.filter(state=ScenarioState.RUNNING).filter(
        Q(beat_at__isnull=True) | Q(beat_at__lt=now() - DIES_AFTER)
    ).update(state=ScenarioState.FAILED, error=ScenarioError.DIED, turn=None)


def work(pk: int) -> bool:
    """Compute a waiting scenario and keep what came of it, whatever it is.

    Returns:
        Whether it was still waiting.
    """
    scenario = _begin(pk)
    if scenario is None:
        return False
    turn = scenario.turn
    assert turn is not None
    try:
        result = compute(
            scenario.week,
            Question.of_data(scenario.question),
            lambda done, total: _tell(pk, turn, done, total),
        )
    except NothingToTry:
        _end(pk, turn, state=ScenarioState.FAILED, error=ScenarioError.EMPTY)
    except Exception:
        log.exception("scenario %s came to nothing", pk)
        _end(pk, turn, state=ScenarioState.FAILED, error=ScenarioError.BROKEN)
    else:
        _end(pk, turn, state=ScenarioState.DONE, result=result, finished_at=now())
    return True


@unit_of_work
def _begin(pk: int) -> Scenario | None:
    waiting = Scenario.objects.select_for_update().filter(pk=pk, state=ScenarioState.WAITING)
    scenario = waiting.first()
    if scenario is not None:
        scenario.state, scenario.turn, scenario.beat_at = ScenarioState.RUNNING, uuid4(), now()
        scenario.save(update_fields=["state", "turn", "beat_at"])
    return scenario


@unit_of_work
def _tell(pk: int, turn: UUID, done: int, total: int) -> None:
    Scenario.objects.filter(pk=pk, turn=turn).update(done=done, total=total, beat_at=now())


@unit_of_work
def _end(pk: int, turn: UUID, **values: Any) -> None:
    Scenario.objects.filter(pk=pk, turn=turn).update(turn=None, **values)


def compute(week: date, question: Question, tell: Told) -> dict[str, Any]:
    """Compute a week as it is and as it would be; reads the market and writes nothing.

    Args:
        week: the Monday.
        question: what is supposed to happen.
        tell: called with steps done and all steps, some twenty times.

    Returns:
        `before` and `after` as `figures.side` makes them, `days` and the engine's name.

    Raises:
        NothingToTry: there is no open day, or nobody asks for anything even then.
    """
    cycles = open_cycles(week)
    days = [cycle.delivery_day for cycle in cycles]
    products = read_week(cycles, question.products) if cycles else []
    roads = distances()
    before: list[Solved] = []
    after: list[Solved] = []
    total = len(products)
    every = max(1, total // 20)
    tell(0, total)
    for place, one in enumerate(products, start=1):
        now_ = _with_roads(one.instance, roads)
        then = _with_roads(supposed(one.instance, one.product.pk, days, question), roads)
        first = _solve(one, now_)
        before.append(first)
        after.append(first if then == now_ else _solve(one, then))
        if place % every == 0 or place == total:
            tell(place, total)
    if not any(one.instance.lines for one in (*before, *after)):
        raise NothingToTry
    first_side, second_side = side(before), side(after)
    hide_small(first_side, second_side)
    return {
        "before": first_side,
        "after": second_side,
        "days": [day.isoformat() for day in days],
        "engine": engine.ENGINE,
    }


def _with_roads(instance: engine.Instance, roads: dict[tuple[str, str], int]) -> engine.Instance:
    zones = {lot.zone for lot in instance.lots} | {line.deliver_zone for line in instance.lines}
    near = {pair: km for pair, km in roads.items() if set(pair) <= zones}
    return replace(instance, distance_km=near)


def _solve(week: WeekProduct, instance: engine.Instance) -> Solved:
    result = engine.solve(instance)
    engine.verify(instance, result)
    return Solved(week, instance, result)
