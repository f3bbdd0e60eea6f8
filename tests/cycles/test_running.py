"""Cycles open, cut off and move on."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from marketplace.common.dates import BANGKOK
from marketplace.common.exceptions import Refusal
from marketplace.cycles import hooks, services
from marketplace.cycles.exceptions import AfterCutoff, DayNotPossible, DayTaken, NotThisState
from marketplace.cycles.hooks import DayMove, Touched
from marketplace.cycles.models import CycleState, OrderCycle
from marketplace.notifications.models import Message
from marketplace.parties.models import Buyer
from tests.support import people

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

WEDNESDAY = date(2026, 12, 9)
MORNING = datetime(2026, 12, 9, 8, 0, tzinfo=BANGKOK)


@pytest.fixture(autouse=True)
def _stand_still(stop_clock):
    stop_clock(MORNING)


@pytest.fixture
def moves(monkeypatch) -> list[DayMove]:
    """What upper rooms are told of moved days; every buyer is touched with a line of its own."""
    seen: list[DayMove] = []

    def hook(move: DayMove) -> Touched:
        seen.append(move)
        return {buyer.pk: ["ใบจอง 1 ใบ"] for buyer in Buyer.objects.all()}

    monkeypatch.setattr(hooks, "day_moved", [hook])
    return seen


def cycle(days: int = 7) -> OrderCycle:
    return services.open_cycles(by=None, hub=people.hub(), days=[WEDNESDAY + timedelta(days=days)])[
        0
    ]


def test_a_season_opens_once_however_often_it_is_asked():
    days = [WEDNESDAY + timedelta(days=n) for n in (7, 9, 5)]
    first = services.open_cycles(by=None, hub=people.hub(), days=days)
    again = services.open_cycles(by=None, hub=people.hub(), days=[*days, date(2026, 12, 21)])
    assert [c.delivery_day for c in first] == sorted(days)
    assert [c.pk for c in again][:3] == [c.pk for c in first]
    assert OrderCycle.objects.count() == 4


def test_each_buyer_class_has_its_own_cutoff():
    opened = cycle()
    hospital = services.cutoff_for(opened, "hospital").astimezone(BANGKOK)
    restaurant = services.cutoff_for(opened, "restaurant").astimezone(BANGKOK)
    assert (hospital.day, hospital.hour) == (13, 12)
    assert (restaurant.day, restaurant.hour) == (14, 18)


def test_a_day_without_time_to_order_is_refused():
    with pytest.raises(Refusal) as refused:
        services.open_cycles(by=None, hub=people.hub(), days=[WEDNESDAY, date(2026, 12, 10)])
    assert {type(item) for item in refused.value.items} == {DayNotPossible}
    assert OrderCycle.objects.count() == 0


@pytest.mark.parametrize(("seconds", "open_for_orders"), [(-1, True), (0, False), (1, False)])
def test_ordering_ends_at_the_cutoff_to_the_second(stop_clock, seconds, open_for_orders):
    opened = cycle()
    stop_clock(services.cutoff_for(opened, "hospital") + timedelta(seconds=seconds))
    if open_for_orders:
        assert services.require_open(cycle_ids=[opened.pk], buyer_class="hospital") == [opened]
    else:
        with pytest.raises(Refusal) as refused:
            services.require_open(cycle_ids=[opened.pk], buyer_class="hospital")
        assert isinstance(refused.value.items[0], AfterCutoff)
        assert services.require_open(cycle_ids=[opened.pk], buyer_class="restaurant") == [opened]


def test_a_cycle_closes_when_the_last_class_has_cut_off(stop_clock, monkeypatch):
    told: list[int] = []
    monkeypatch.setattr(hooks, "cutoff_reached", [lambda cycles: told.extend(c.pk for c in cycles)])
    opened = cycle()
    last = services.cutoff_for(opened, "restaurant")
    stop_clock(last - timedelta(seconds=1))
    assert services.close_due_cycles() == []
    stop_clock(last)
    assert services.close_due_cycles() == [opened]
    assert told == [opened.pk]


def test_a_job_that_slept_a_week_catches_up_once(stop_clock, monkeypatch):
    told: list[int] = []

    def allocate(cycles):
        for one in cycles:
            told.append(one.pk)
            services.transition(one, CycleState.ALLOCATED)

    monkeypatch.setattr(hooks, "cutoff_reached", [allocate])
    three = [cycle(n) for n in (5, 6, 7)]
    stop_clock(MORNING + timedelta(days=14))
    assert services.close_due_cycles() == three
    assert services.close_due_cycles() == []
    assert told == [c.pk for c in three]


def test_an_allocation_that_failed_is_tried_again_and_holds_up_no_other_cycle(
    stop_clock, monkeypatch
):
    broken = {True}
    first, second = cycle(6), cycle(7)

    def allocate(cycles):
        if cycles[0].pk == first.pk and broken:
            raise RuntimeError("solver died")
        services.transition(cycles[0], CycleState.ALLOCATED)

    monkeypatch.setattr(hooks, "cutoff_reached", [allocate])
    stop_clock(MORNING + timedelta(days=14))
    with pytest.raises(RuntimeError, match="solver died"):
        services.close_due_cycles()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("closed", "allocated")
    broken.clear()
    services.close_due_cycles()
    first.refresh_from_db()
    assert first.state == "allocated"


def test_states_follow_each_other_and_skip_nothing():
    one = cycle()
    with pytest.raises(NotThisState):
        services.transition(one, CycleState.ALLOCATED)
    for state in ("closed", "allocated", "intake", "dispatched", "accepted"):
        assert services.transition(one, state).state == one.state == state
        services.transition(one, state)
    with pytest.raises(NotThisState):
        services.transition(one, CycleState.CANCELLED)


def test_a_moved_day_keeps_its_first_day_and_tells_each_party_once(moves):
    people.buyer()
    people.buyer("โรงแรมตัวอย่าง", "hotel")
    one = cycle()
    services.move_cycle(by=None, cycle=one, to=date(2026, 12, 18), reason="ถนนขาด")
    services.move_cycle(by=None, cycle=one, to=date(2026, 12, 18), reason="ถนนขาด")
    one.refresh_from_db()
    assert (one.delivery_day, one.moved_from) == (date(2026, 12, 18), date(2026, 12, 16))
    assert services.cutoff_for(one, "hospital").astimezone(BANGKOK).day == 15
    assert [move.kind for move in moves] == ["move"]
    bodies = Message.objects.filter(kind="cycles.move", channel="screen")
    assert bodies.count() == 2
    assert bodies[0].body == "ถนนขาด\nใบจอง 1 ใบ"


def test_a_cutoff_that_has_passed_stays_passed_when_the_day_moves(moves, stop_clock):
    one = cycle()
    passed = services.cutoff_for(one, "hospital")
    stop_clock(passed + timedelta(hours=1))
    services.move_cycle(by=None, cycle=one, to=date(2026, 12, 22), reason="น้ำท่วม")
    assert services.cutoff_for(one, "hospital") == passed
    assert services.cutoff_for(one, "restaurant").astimezone(BANGKOK).day == 20


def test_a_day_cannot_move_onto_another_cycle(moves):
    one, other = cycle(7), cycle(8)
    with pytest.raises(DayTaken, match="รวมกับอีกวัน"):
        services.move_cycle(by=None, cycle=one, to=other.delivery_day, reason="น้ำท่วม")
    assert moves == []


def test_joined_days_leave_one_cycle(moves):
    one, other = cycle(7), cycle(8)
    services.join_cycle(by=None, cycle=one, to=other.delivery_day, reason="วันหยุด")
    services.join_cycle(by=None, cycle=one, to=other.delivery_day, reason="วันหยุด")
    one.refresh_from_db()
    assert one.state == "cancelled"
    assert [(m.kind, m.target) for m in moves] == [("join", other)]


def test_joining_a_day_without_a_cycle_is_refused(moves):
    with pytest.raises(DayNotPossible, match="ย้ายวัน"):
        services.join_cycle(by=None, cycle=cycle(), to=date(2026, 12, 30), reason="วันหยุด")


def test_some_buyers_move_after_cutoff_and_the_rest_stay(moves, stop_clock):
    some = people.buyer()
    one = cycle()
    services.transition(one, "closed")
    services.transition(one, "allocated")
    target = services.move_cycle(
        by=None, cycle=one, to=date(2026, 12, 17), reason="ครัวปิด", buyers=[some]
    )
    one.refresh_from_db()
    assert one.delivery_day == date(2026, 12, 16)
    assert (target.delivery_day, target.state) == (date(2026, 12, 17), "allocated")
    assert moves[0].buyers == (some.pk,)


def test_a_skipped_day_is_cancelled_and_may_be_opened_again(moves):
    one = cycle()
    services.cancel_cycle(by=None, cycle=one, reason="น้ำท่วม")
    services.cancel_cycle(by=None, cycle=one, reason="น้ำท่วม")
    assert len(moves) == 1
    assert one.state == "cancelled"
    assert cycle().pk != one.pk


def test_nothing_moves_once_weighing_has_begun(moves):
    one = cycle()
    for state in ("closed", "allocated", "intake"):
        services.transition(one, state)
    for act in (
        lambda: services.move_cycle(by=None, cycle=one, to=date(2026, 12, 18), reason="ฝน"),
        lambda: services.cancel_cycle(by=None, cycle=one, reason="ฝน"),
    ):
        with pytest.raises(NotThisState):
            act()


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_day_is_not_moved_without_a_reason(moves, reason):
    with pytest.raises(Refusal, match="เหตุผล"):
        services.move_cycle(by=None, cycle=cycle(), to=date(2026, 12, 18), reason=reason)


def test_what_an_upper_room_refuses_undoes_the_move(monkeypatch):
    def refuse(move: DayMove) -> Touched:
        raise Refusal("ผลผลิตของวันใหม่ไม่พอ")

    monkeypatch.setattr(hooks, "day_moved", [refuse])
    one = cycle()
    with pytest.raises(Refusal, match="ไม่พอ"):
        services.move_cycle(by=None, cycle=one, to=date(2026, 12, 18), reason="ฝน")
    one.refresh_from_db()
    assert one.delivery_day == date(2026, 12, 16)


def test_a_tick_runs_every_job_even_when_one_fails(monkeypatch):
    def fail() -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(hooks, "periodic_jobs", {})
    hooks.register_job("a.fails", fail)
    hooks.register_job("b.works", lambda: 3)
    done = services.tick()
    assert isinstance(done["a.fails"], RuntimeError)
    assert done["b.works"] == 3
