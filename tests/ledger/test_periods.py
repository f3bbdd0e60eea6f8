"""Months that close: no path leads into them; they open again by a second person, with a reason."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from marketplace.audit.models import AuditEntry
from marketplace.common import clock
from marketplace.ledger import hooks
from marketplace.ledger.exceptions import (
    MonthAlready,
    MonthNotOver,
    MonthNotReady,
    MonthOutOfTurn,
    PeriodClosed,
    SamePerson,
)
from marketplace.ledger.hooks import CloseLine
from marketplace.ledger.models import Entry, Journal, PeriodAct
from marketplace.ledger.periods import close_month, closed_until, next_to_close, reopen_month
from marketplace.ledger.rules import EntryInput, JournalInput
from marketplace.ledger.services import post, reverse
from tests.support import people

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

JANUARY, FEBRUARY, MARCH = dt.date(2027, 1, 1), dt.date(2027, 2, 1), dt.date(2027, 3, 1)


@pytest.fixture(autouse=True)
def _march(stop_clock, monkeypatch):
    monkeypatch.setattr(hooks, "close_lines", [])
    stop_clock(dt.datetime(2027, 3, 5, 3, tzinfo=dt.UTC))


@pytest.fixture
def maker():
    return people.user("maker")


@pytest.fixture
def second():
    return people.user("second")


def _event(day: dt.date, key: str = "") -> JournalInput:
    return JournalInput(
        key=key or f"test:{day}",
        event="test",
        day=day,
        description="ตัวอย่าง",
        source="test:1",
        entries=[EntryInput("rounding", 5, "test:1"), EntryInput("fee:bank", -5, "test:1")],
    )


def _raw(day: dt.date) -> None:
    """Write a journal as somebody with a database shell would."""
    pk = uuid.uuid4()
    with connection.cursor() as cursor:
        for account, satang in (("rounding", 3), ("fee:bank", -3)):
            cursor.execute(
                "INSERT INTO ledger_entry (journal_id, account_id, satang, source, memo) "
                "VALUES (%s, %s, %s, 'x', '')",
                [pk if connection.vendor == "postgresql" else pk.hex, account, satang],
            )
        cursor.execute(
            "INSERT INTO ledger_journal (id, key, event, day, description, source, posted_at) "
            "VALUES (%s, %s, 'x', %s, 'x', 'x', %s)",
            [
                pk if connection.vendor == "postgresql" else pk.hex,
                str(pk),
                day.isoformat(),
                clock.now().isoformat(),
            ],
        )


def test_a_closed_month_takes_no_journal_and_the_next_one_does(maker) -> None:
    post(by=None, journals=[_event(dt.date(2027, 1, 31))])
    close_month(by=maker, month=dt.date(2027, 1, 9))

    with pytest.raises(PeriodClosed):
        post(by=None, journals=[_event(dt.date(2027, 1, 31), "late")])
    with pytest.raises(PeriodClosed):
        post(by=None, journals=[_event(dt.date(2026, 12, 1), "long ago")])
    post(by=None, journals=[_event(FEBRUARY)])

    assert sorted(Journal.objects.values_list("day", flat=True)) == [
        dt.date(2027, 1, 31),
        FEBRUARY,
    ]


@pytest.mark.parametrize("day", [JANUARY, dt.date(2027, 1, 31), dt.date(2025, 6, 15)])
def test_raw_sql_is_refused_too(maker, day: dt.date) -> None:
    post(by=None, journals=[_event(dt.date(2027, 1, 15))])
    close_month(by=maker, month=JANUARY)
    entries = Entry.objects.count()

    with pytest.raises(DatabaseError, match="month is closed"), transaction.atomic():
        _raw(day)
    _raw(FEBRUARY)

    assert Entry.objects.count() == entries + 2


def test_what_was_posted_before_can_be_posted_again_without_change(maker) -> None:
    made = post(by=None, journals=[_event(JANUARY)])
    close_month(by=maker, month=JANUARY)

    assert post(by=None, journals=[_event(JANUARY)]) == made


def test_a_reversal_of_a_closed_month_carries_todays_day(maker) -> None:
    journal = post(by=None, journals=[_event(JANUARY)])[0]
    close_month(by=maker, month=JANUARY)

    undone = reverse(by=maker, journals=[journal], reason="ตัวอย่าง")[0]

    assert undone.day == clock.today()


def test_months_close_in_order_once_and_when_they_are_over(maker) -> None:
    with pytest.raises(MonthOutOfTurn):
        close_month(by=maker, month=JANUARY)  # nothing was posted yet
    post(by=None, journals=[_event(JANUARY), _event(MARCH)])

    with pytest.raises(MonthOutOfTurn):
        close_month(by=maker, month=FEBRUARY)
    close_month(by=maker, month=JANUARY)
    with pytest.raises(MonthAlready):
        close_month(by=maker, month=JANUARY)
    close_month(by=maker, month=FEBRUARY)  # a month without a journal closes too
    with pytest.raises(MonthNotOver):
        close_month(by=maker, month=MARCH)

    assert closed_until() == dt.date(2027, 2, 28)
    assert next_to_close() == MARCH


def test_only_another_person_opens_a_month_again_with_a_reason(maker, second) -> None:
    post(by=None, journals=[_event(JANUARY)])
    close_month(by=maker, month=JANUARY)
    close_month(by=maker, month=FEBRUARY)

    with pytest.raises(SamePerson):
        reopen_month(by=maker, month=FEBRUARY, reason="ตัวอย่าง")
    with pytest.raises(MonthOutOfTurn):
        reopen_month(by=second, month=FEBRUARY, reason="  ")
    with pytest.raises(MonthOutOfTurn):
        reopen_month(by=second, month=JANUARY, reason="ตัวอย่าง")
    reopen_month(by=second, month=FEBRUARY, reason="ธนาคารส่งรายการมาช้า")
    post(by=None, journals=[_event(FEBRUARY, "late")])
    close_month(by=second, month=FEBRUARY)

    assert closed_until() == dt.date(2027, 2, 28)
    assert AuditEntry.objects.get(action="ledger.month_reopened").data == {
        "reason": "ธนาคารส่งรายการมาช้า"
    }


def _act(maker, **values) -> PeriodAct:
    return PeriodAct(**{"month": JANUARY, "number": 2, "act": "reopen", "by": maker, **values})


@pytest.mark.parametrize(
    ("_case", "values"),
    [
        ("the one who closed opens it", {"reason": "x"}),
        ("closed twice", {"act": "close"}),
        ("a number left out", {"number": 3, "act": "close"}),
        ("not a month's first day", {"month": dt.date(2027, 2, 2), "number": 1, "act": "close"}),
        ("an earlier month", {"month": dt.date(2026, 12, 1), "number": 1, "act": "close"}),
    ],
)
def test_the_database_refuses_acts_out_of_turn(maker, _case: str, values) -> None:
    post(by=None, journals=[_event(JANUARY)])
    close_month(by=maker, month=JANUARY)

    with pytest.raises(DatabaseError), transaction.atomic():
        _act(maker, **values).save(force_insert=True)

    assert closed_until() == dt.date(2027, 1, 31)


def test_the_database_refuses_opening_without_a_reason(maker, second) -> None:
    post(by=None, journals=[_event(JANUARY)])
    close_month(by=maker, month=JANUARY)

    with pytest.raises(DatabaseError), transaction.atomic():
        _act(second).save(force_insert=True)


def test_a_red_line_that_must_hold_keeps_the_month_open(maker, monkeypatch) -> None:
    post(by=None, journals=[_event(JANUARY)])
    may = CloseLine("old", False, "เงินรอตรวจสอบ", must=False)
    monkeypatch.setattr(hooks, "close_lines", [lambda _f, _l: [may, CloseLine("q", False, "คิว")]])

    with pytest.raises(MonthNotReady) as refused:
        close_month(by=maker, month=JANUARY)
    monkeypatch.setattr(hooks, "close_lines", [lambda _f, _l: [may]])
    close_month(by=maker, month=JANUARY)

    assert refused.value.where == ["คิว"]
    assert closed_until() == dt.date(2027, 1, 31)
