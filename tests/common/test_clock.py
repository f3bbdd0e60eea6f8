"""The only clock can be stopped, moved and put back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from threading import Thread

import pytest

from marketplace.common import clock

EVENING = dt.datetime(2027, 1, 3, 18, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _running_clock() -> Iterator[None]:
    clock.set_clock(None)
    yield
    clock.set_clock(None)


def test_it_runs_in_utc() -> None:
    before = dt.datetime.now(dt.UTC)
    assert before <= clock.now() <= dt.datetime.now(dt.UTC)
    assert clock.now().tzinfo is dt.UTC


def test_today_is_bangkoks() -> None:
    with clock.at(EVENING):
        assert clock.today() == dt.date(2027, 1, 4)


def test_blocks_nest_and_put_back_what_was_there() -> None:
    later = EVENING + dt.timedelta(days=1)
    with clock.at(EVENING):
        with clock.at(later):
            clock.advance(dt.timedelta(hours=1))
            assert clock.now() == later + dt.timedelta(hours=1)
        assert clock.now() == EVENING
    assert clock.now() != EVENING


def test_the_threads_of_a_test_see_it() -> None:
    seen: list[dt.datetime] = []
    with clock.at(EVENING):
        thread = Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen == [EVENING]


def test_other_zones_are_turned_to_utc() -> None:
    bangkok = dt.timezone(dt.timedelta(hours=7))
    clock.set_clock(dt.datetime(2027, 1, 4, 1, 0, tzinfo=bangkok))
    assert clock.now() == EVENING
    assert clock.now().tzinfo is dt.UTC


def test_a_naive_moment_and_moving_a_running_clock_are_defects() -> None:
    with pytest.raises(ValueError, match="time zone"):
        clock.set_clock(dt.datetime(2027, 1, 4))
    with pytest.raises(RuntimeError, match="running"):
        clock.advance(dt.timedelta(hours=1))


def test_no_environment_variable_sets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUANGNA_CLOCK", "2000-01-01T00:00:00Z")
    assert clock.now().year > 2000
