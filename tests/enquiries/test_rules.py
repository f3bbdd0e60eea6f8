"""Where an enquiry may go, what is dropped, when it is late, past and blanked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.enquiries import rules
from cms.enquiries.rules import Sending

SENT = datetime(2026, 11, 23, 3, tzinfo=UTC)
STATES = st.sampled_from(sorted(rules.MOVES))


@given(STATES, STATES)
def test_what_is_closed_stays_closed_and_nothing_becomes_new_again(state: str, to: str) -> None:
    if rules.may_move(state, to):
        assert state not in rules.CLOSED
        assert to != "new"


@given(STATES, st.integers(-5, 5))
def test_a_host_is_offered_only_steps_that_follow_and_no_visit_is_done_before_its_day(
    state: str, days: int
) -> None:
    today = date(2026, 11, 23)
    for to in rules.choices_from(state, today + timedelta(days=days), today):
        assert rules.may_move(state, to)
        assert to != "expired"
        assert to != "done" or days <= 0


@pytest.mark.parametrize(
    ("after", "late"),
    [(timedelta(days=3) - timedelta(seconds=1), False), (timedelta(days=3), True)],
)
def test_three_days_is_too_long(after: timedelta, late: bool) -> None:
    assert rules.waits_too_long("new", SENT, SENT + after) is late
    assert not rules.waits_too_long("answered", SENT, SENT + after)


def test_a_day_is_past_only_when_it_has_ended_without_an_agreement() -> None:
    day = date(2026, 12, 12)
    assert not rules.is_past("new", day, day)
    assert rules.is_past("answered", day, day + timedelta(days=1))
    assert not rules.is_past("agreed", day, day + timedelta(days=9))


@pytest.mark.parametrize(
    ("sending", "why"),
    [
        (Sending("", 3), ""),
        (Sending("http://casino.example", 60), "trap"),
        (Sending("", None), "stamp"),
        (Sending("", 2.9), "quick"),
        (Sending("", 60, address_hour=4, address_day=19, contact_day=2), ""),
        (Sending("", 60, address_hour=5), "address"),
        (Sending("", 60, address_day=20), "address"),
        (Sending("", 60, contact_day=3), "contact"),
    ],
)
def test_what_is_dropped(sending: Sending, why: str) -> None:
    assert rules.spam(sending) == why


def test_data_is_kept_from_the_closing_day_in_bangkok_or_from_the_visit() -> None:
    late_evening = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)  # the 24th in Bangkok
    assert rules.blank_on(late_evening, date(2027, 1, 1), 180) == date(2027, 5, 23)
    assert rules.blank_on(None, date(2027, 1, 1), 180) == date(2027, 6, 30)
