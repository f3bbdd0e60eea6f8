"""What a flood, a kitchen and a group do to a week, as the engine sees it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from orders.allocation import engine
from orders.simulator.figures import FEWEST, SMALL, hide_small
from orders.simulator.questions import Flood, Joining, Kitchen, Question, supposed

MONDAY = date(2027, 1, 4)
DAYS = [MONDAY, MONDAY + timedelta(days=2), MONDAY + timedelta(days=4)]
KG = 1_000


def lot(key: str, kilos: int, zone: str = "9007", days: list[date] = DAYS) -> engine.Lot:
    return engine.Lot(
        id=key, farmer=key, product="1", grade="A", certificates=frozenset(),
        days=frozenset(days), zone=zone, quantity_g=kilos * KG,
    )  # fmt: skip


def line(key: str, kilos: int, day: date = MONDAY) -> engine.Line:
    return engine.Line(
        id=key, product="1", min_grade="B", certificates=frozenset(), day=day,
        quantity_g=kilos * KG, deliver_zone="9011", tier=1, max_price_satang=0,
    )  # fmt: skip


def week(*lots: engine.Lot, lines: tuple[engine.Line, ...] = ()) -> engine.Instance:
    return engine.Instance(
        farmers=tuple(engine.Farmer(one.farmer, one.quantity_g) for one in lots),
        lots=lots,
        lines=lines,
        pack_g=500,
    )


def test_a_flood_takes_its_part_of_the_days_it_hits_and_nothing_elsewhere() -> None:
    wet, dry = lot("1", 30), lot("2", 30, zone="9011")
    asked = Question(flood=Flood("9007", 50, (0,)))
    found = supposed(week(wet, dry), 1, DAYS, asked)
    # A third of the days loses half: a sixth of 30 kg.
    assert [one.quantity_g for one in found.lots] == [25 * KG, 30 * KG]
    assert [one.plan_g for one in found.farmers] == [25 * KG, 30 * KG]


def test_where_all_is_lost_nothing_is_picked_on_those_days() -> None:
    found = supposed(week(lot("1", 30)), 1, DAYS, Question(flood=Flood("9007", 100, (0, 2))))
    assert found.lots[0].days == frozenset(DAYS[2:])
    assert found.lots[0].quantity_g == 10 * KG
    gone = supposed(
        week(lot("1", 30)), 1, DAYS, Question(flood=Flood("9007", 100, tuple(range(7))))
    )
    assert (gone.lots[0].quantity_g, gone.lots[0].days) == (0, frozenset())
    engine.verify(gone, engine.solve(gone))


def test_a_kitchen_asks_for_its_whole_week_on_its_days_and_a_contract_comes_first() -> None:
    kitchen = Kitchen("9011", (1,), 300 * KG, 4000, "B", contract=False)
    found = supposed(week(lot("1", 400)), 1, DAYS, Question(kitchen=kitchen))
    assert sum(one.quantity_g for one in found.lines) == 300 * KG
    assert {one.day for one in found.lines} == set(DAYS)
    assert {one.tier for one in found.lines} == {1}
    agreed = replace(kitchen, contract=True)
    rival = week(lot("1", 100), lines=(line("7", 100),))
    result = engine.solve(supposed(rival, 1, [MONDAY], Question(kitchen=agreed)))
    got = {out.id: out.allocated_g for out in result.lines}
    assert got == {"new:2027-01-04": 100 * KG, "7": 0}


def test_a_group_brings_its_kilograms_by_its_members_and_only_its_products() -> None:
    asked = Question(joining=Joining("9002", (1,), 100 * KG, "A", 7))
    found = supposed(week(lot("1", 10)), 1, DAYS, asked)
    new = [one for one in found.lots if one.farmer.startswith("new:")]
    assert len(new) == 7
    assert sum(one.quantity_g for one in new) == 100 * KG
    assert all(one.quantity_g % 500 == 0 for one in new)
    other = week(lot("1", 10))
    assert supposed(other, 2, DAYS, asked) == other


questions = st.builds(
    Question,
    flood=st.none()
    | st.builds(
        Flood,
        st.just("9007"),
        st.integers(1, 100),
        st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    ),
    kitchen=st.none()
    | st.builds(
        Kitchen,
        st.just("9011"),
        st.just((1,)),
        st.integers(1_000, 90_000),
        st.integers(1, 9_000),
        st.sampled_from("ABC"),
        st.booleans(),
    ),
    joining=st.none()
    | st.builds(
        Joining,
        st.just("9002"),
        st.just((1,)),
        st.integers(1_000, 90_000),
        st.sampled_from("ABC"),
        st.integers(1, 9),
    ),
)


@settings(max_examples=60, deadline=None)
@given(questions, st.lists(st.integers(0, 60), min_size=1, max_size=4))
def test_any_question_gives_a_possible_week_and_comes_back_from_its_data(
    asked: Question, kilos: list[int]
) -> None:
    base = week(
        *(lot(str(place), kg) for place, kg in enumerate(kilos)),
        lines=(line("7", 40), line("8", 25, DAYS[1])),
    )
    assert Question.of_data(json.loads(json.dumps(asked.as_data()))) == asked
    then = supposed(base, 1, DAYS, asked)
    first, second = engine.solve(base), engine.solve(then)
    engine.verify(then, second)
    if asked.flood and not asked.joining and not asked.kitchen:
        assert second.filled_g <= first.filled_g
    if asked.joining and not asked.flood and not asked.kitchen:
        assert second.filled_g >= first.filled_g


@settings(max_examples=100)
@given(
    st.dictionaries(
        st.sampled_from("123456"), st.tuples(st.integers(1, 6), st.integers(0, 999)), min_size=1
    )
)
def test_no_income_of_fewer_than_three_growers_is_shown_or_can_be_worked_out(
    groups: dict[str, tuple[int, int]],
) -> None:
    made = {
        "income": [
            {"group": key, "people": people, "satang": satang}
            for key, (people, satang) in groups.items()
        ]
    }
    hide_small(made)
    shown = made["income"]
    assert all(row["people"] >= FEWEST for row in shown)
    assert made["income_satang"] == sum(row["satang"] for row in shown)
    hidden = set(groups) - {row["group"] for row in shown}
    if any(row["group"] == SMALL for row in shown):
        assert sum(groups[key][0] for key in hidden) >= FEWEST
