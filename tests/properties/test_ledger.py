"""Rule 4 under any sequence of postings and reversals, and against raw SQL: the books add up."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.ledger.exceptions import KeyUsed, NotReversible, Overdrawn, Unbalanced
from marketplace.ledger.models import Account, Entry, Journal
from marketplace.ledger.services import EntryInput, JournalInput, post, recompute, reverse
from tests.support.ordering import FIRST_DAY, at

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

BOUNDED = "cash:float"
CODES = ("rounding", "fee:bank", "suspense:unmatched", "vat:output", BOUNDED)
SATANG = st.integers(-(10**9), 10**9)
SIDES = st.lists(st.tuples(st.sampled_from(CODES), SATANG), min_size=1, max_size=5)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("post"), st.integers(0, 5), SIDES, st.sampled_from([0, 0, 0, 1])),
        st.tuples(st.just("again"), st.integers(0, 9)),
        st.tuples(st.just("other"), st.integers(0, 9)),
        st.tuples(st.just("reverse"), st.integers(0, 9)),
    ),
    min_size=2,
    max_size=14,
)


@pytest.fixture(autouse=True)
def _monday(stop_clock: Any) -> None:
    stop_clock(at(FIRST_DAY))


def event(key: str, sides: list[tuple[str, int]], off: int = 0) -> JournalInput:
    """A journal of these sides with the rest on the rounding account; `off` satang unbalanced."""
    rest = -sum(satang for _code, satang in sides) + off
    return JournalInput(
        key=key,
        event="test",
        day=FIRST_DAY,
        description="ทดสอบ",
        source="test:1",
        entries=[
            EntryInput(code, satang, "test:1") for code, satang in [*sides, ("rounding", rest)]
        ],
    )


def books() -> tuple[list[Any], list[Any], dict[str, int]]:
    """Everything that stands in the ledger."""
    return (
        list(Journal.objects.order_by("key").values_list("pk", "key", "reverses")),
        list(Entry.objects.order_by("pk").values_list("pk", "journal", "account", "satang")),
        dict(Account.objects.values_list("code", "balance_satang")),
    )


def assert_true() -> None:
    """Every journal adds up to zero, every balance is the sum of its entries, no bound is broken."""
    sums = Entry.objects.order_by().values("journal").annotate(total=Sum("satang"))
    assert {row["total"] for row in sums} <= {0}
    assert {row["journal"] for row in sums} == set(Journal.objects.values_list("pk", flat=True))
    assert recompute() == {}
    assert Account.objects.get(pk=BOUNDED).balance_satang >= 0


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=ACTS)
def test_any_sequence_of_postings_and_reversals_adds_up(acts: list[tuple[Any, ...]]) -> None:
    with transaction.atomic():
        posted: dict[str, JournalInput] = {}
        for act, number, *rest in acts:
            before = books()
            refused: type[Exception] | None = None
            keys = sorted(posted)
            key = keys[number % len(keys)] if keys else ""
            try:
                with transaction.atomic():
                    if act == "post" and f"e{number}" not in posted:
                        asked = event(f"e{number}", *rest)
                        post(by=None, journals=[asked])
                        posted[asked.key] = asked
                    elif act == "again" and key:
                        found = post(by=None, journals=[posted[key]])
                        assert found[0].key == key
                        assert books() == before
                    elif act == "other" and key:
                        post(
                            by=None, journals=[event(key, [("suspense:unmatched", 1234567891011)])]
                        )
                    elif act == "reverse" and key:
                        journal = Journal.objects.get(key=key)
                        was_undone = Journal.objects.filter(reverses=journal).exists()
                        undoing = reverse(by=None, journals=[journal], reason="ผิด")[0]
                        assert not was_undone
                        assert sides_of(undoing) == sorted(
                            (code, -satang) for code, satang in sides_of(journal)
                        )
                        with pytest.raises(NotReversible), transaction.atomic():
                            reverse(by=None, journals=[undoing], reason="กลับของกลับ")
            except (Unbalanced, Overdrawn, KeyUsed, NotReversible) as error:
                refused = type(error)
            if refused is not None:
                assert books() == before
            if act == "other" and key:
                assert refused is KeyUsed
            if act == "post" and rest[1] and f"e{number}" not in posted:
                assert refused is Unbalanced
            assert_true()
        transaction.set_rollback(True)


def sides_of(journal: Journal) -> list[tuple[str, int]]:
    """Account and satang of each entry, sorted."""
    return sorted(journal.entries.values_list("account_id", "satang"))


# ---- raw SQL -------------------------------------------------------------------------------------


@pytest.fixture
def sealed() -> Journal:
    """One journal of seven satang."""
    return post(by=None, journals=[event("sealed", [("suspense:unmatched", 7)])])[0]


def run(sql: str, *values: Any, more_follows: bool = False) -> None:
    """Send SQL to the database past Django; it checks what it defers unless more follows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        if connection.vendor == "postgresql":
            cursor.execute(f"SET CONSTRAINTS ALL {'DEFERRED' if more_follows else 'IMMEDIATE'}")


def raw_id(value: uuid.UUID) -> str:
    """A UUID as this database keeps it."""
    return value.hex if connection.vendor == "sqlite" else str(value)


def insert_entry(
    journal: uuid.UUID, account: str, satang: int, *, more_follows: bool = False
) -> None:
    run(
        "INSERT INTO ledger_entry (journal_id, account_id, satang, source, memo) "
        "VALUES (%s, %s, %s, 'raw', '')",
        raw_id(journal),
        account,
        satang,
        more_follows=more_follows,
    )


def insert_header(journal: uuid.UUID) -> None:
    run(
        "INSERT INTO ledger_journal (id, key, event, day, description, source, posted_at) "
        "VALUES (%s, %s, 'raw', %s, 'raw', 'raw', %s)",
        raw_id(journal),
        str(journal),
        FIRST_DAY,
        dt.datetime(2027, 1, 1, tzinfo=dt.UTC),
    )


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_entry SET satang = satang + 1",
        "UPDATE ledger_entry SET account_id = 'fee:bank'",
        "UPDATE ledger_entry SET memo = 'x'",
        "DELETE FROM ledger_entry",
        "UPDATE ledger_journal SET day = '2020-01-01'",
        "UPDATE ledger_journal SET key = 'x'",
        "UPDATE ledger_journal SET reverses_id = id",
        "DELETE FROM ledger_journal",
        "DELETE FROM ledger_account WHERE code = 'suspense:unmatched'",
    ],
)
def test_raw_sql_does_not_rewrite_history(sealed: Journal, sql: str) -> None:
    before = books()
    with pytest.raises(DatabaseError), transaction.atomic():
        run(sql)
    assert books() == before


def test_raw_sql_adds_no_line_to_a_sealed_journal(sealed: Journal) -> None:
    before = books()
    with pytest.raises(DatabaseError), transaction.atomic():
        insert_entry(sealed.pk, "rounding", 1)
    with pytest.raises(DatabaseError), transaction.atomic():
        run(
            "INSERT INTO ledger_entry (journal_id, account_id, satang, source, memo) "
            "SELECT id, 'rounding', 5, 'raw', '' FROM ledger_journal"
        )
    assert books() == before


@transaction.atomic
def seal(sides: list[int]) -> None:
    """Write a journal of these sides and its header."""
    journal = uuid.uuid4()
    for account, satang in zip(("rounding", "suspense:unmatched"), sides, strict=False):
        insert_entry(journal, account, satang, more_follows=True)
    insert_header(journal)


@pytest.mark.parametrize("sides", [[100, -99], [100], [], [50, 50]], ids=str)
def test_raw_sql_seals_nothing_that_does_not_add_up(sides: list[int]) -> None:
    before = books()
    with pytest.raises(DatabaseError):
        seal(sides)
    assert books() == before


def test_raw_sql_that_adds_up_is_sealed_and_moves_balances() -> None:
    journal, before = uuid.uuid4(), books()[2]
    with transaction.atomic():
        insert_entry(journal, "suspense:unmatched", 100, more_follows=True)
        insert_entry(journal, "rounding", -100, more_follows=True)
        insert_header(journal)
    after = books()[2]
    assert after["suspense:unmatched"] - before["suspense:unmatched"] == 100
    assert after["rounding"] - before["rounding"] == -100
    assert_true()
