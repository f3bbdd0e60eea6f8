"""Delivery days: seasons, cut-offs that follow a moved day, states that only go forward."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from marketplace.common.dates import BANGKOK
from marketplace.cycles.models import CycleState
from marketplace.cycles.rules import (
    SUCCESSORS,
    cutoff_at,
    days_of_season,
    is_open,
    may_follow,
    moved_cutoff,
)

days = st.dates(date(2026, 1, 1), date(2030, 12, 31))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))
weekdays = st.sets(st.integers(0, 6), min_size=1)


@given(first=days, length=st.integers(0, 400), chosen=weekdays)
def test_a_season_holds_every_chosen_weekday_and_no_other(first, length, chosen):
    last = first + timedelta(days=length)
    found = days_of_season(first, last, chosen)
    assert found == sorted(set(found))
    assert all(first <= day <= last and day.weekday() in chosen for day in found)
    skipped = {first + timedelta(days=n) for n in range(length + 1)} - set(found)
    assert all(day.weekday() not in chosen for day in skipped)


@given(day=days, before=st.integers(0, 30), at=st.times(timezones=st.none()))
def test_a_cutoff_is_that_clock_time_in_bangkok(day, before, at):
    local = cutoff_at(day, before, at).astimezone(BANGKOK)
    assert local.date() == day - timedelta(days=before)
    assert local.time() == at


@given(old=moments, by_rule=moments, now=moments)
def test_a_moved_cutoff_opens_nothing_again_and_is_never_set_into_the_past(old, by_rule, now):
    moved = moved_cutoff(old, by_rule, now)
    if old <= now:
        assert moved == old
        assert not is_open(now - timedelta(days=1), moved, now)
    else:
        assert moved >= now
        assert moved in (by_rule, now)


@given(cutoff=moments, seconds=st.integers(0, 10**6))
def test_no_moment_from_the_cutoff_on_is_open(cutoff, seconds):
    opened = cutoff - timedelta(days=30)
    assert not is_open(opened, cutoff, cutoff + timedelta(seconds=seconds))
    assert is_open(opened, cutoff, cutoff - timedelta(seconds=1))


@given(steps=st.lists(st.sampled_from(list(CycleState)), max_size=30))
def test_no_way_through_the_states_comes_back(steps):
    state, seen = CycleState.OPEN, [CycleState.OPEN]
    for step in steps:
        if may_follow(state, step):
            state = step
            assert step not in seen
            seen.append(step)
    assert set(SUCCESSORS) == set(CycleState)


def test_noon_in_bangkok_is_five_in_the_morning_utc():
    assert cutoff_at(date(2026, 12, 16), 3, time(12)) == datetime(2026, 12, 13, 5, tzinfo=UTC)
