"""The chain over sealed journals: a byte changed by somebody with the keys is found and named."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from marketplace.common.guards import lifted
from marketplace.cycles.services import tick
from marketplace.ledger.chain import seal_night, verify
from marketplace.ledger.models import ChainLink, ChainNight, Entry, Journal
from marketplace.ledger.rules import EntryInput, JournalInput
from marketplace.ledger.services import post

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


def _post(*keys: str) -> list[Journal]:
    return post(
        by=None,
        journals=[
            JournalInput(
                key=key,
                event="test",
                day=dt.date(2027, 1, 5),
                description=f"ตัวอย่าง {key}",
                source="test:1",
                entries=[
                    EntryInput("rounding", 5, "test:1", "ตัวอย่าง"),
                    EntryInput("fee:bank", -5, "test:1"),
                ],
            )
            for key in keys
        ],
    )


@pytest.fixture
def two_nights(stop_clock):
    """Three journals on the fifth, two on the sixth; both nights sealed."""
    stop_clock(dt.datetime(2027, 1, 5, 3, tzinfo=dt.UTC))
    _post("a", "b", "c")
    stop_clock(dt.datetime(2027, 1, 6, 3, tzinfo=dt.UTC))
    assert seal_night() == 3
    _post("d", "e")
    stop_clock(dt.datetime(2027, 1, 7, 3, tzinfo=dt.UTC))
    assert seal_night() == 2


def _verify(**options) -> str:
    out = StringIO()
    call_command("verify_ledger", stdout=out, **options)
    return out.getvalue()


def test_each_night_is_sealed_once_and_holds(two_nights) -> None:
    assert seal_night() == 0
    assert list(ChainNight.objects.values_list("journals", "last_place")) == [(3, 3), (2, 5)]
    assert verify().broken is None
    assert verify().links == 5
    assert "5 journals hold, 0 not chained yet" in _verify()


def test_the_tick_seals_what_a_week_left_open(stop_clock) -> None:
    stop_clock(dt.datetime(2027, 1, 5, 3, tzinfo=dt.UTC))
    _post("a")
    tick()
    waiting = verify().waiting
    stop_clock(dt.datetime(2027, 1, 12, 3, tzinfo=dt.UTC))
    tick()
    tick()

    assert waiting == 1
    assert verify().waiting == 0
    assert ChainNight.objects.get().day == dt.date(2027, 1, 11)


@pytest.mark.parametrize(
    ("table", "change", "broken"),
    [
        ("ledger_entry", "memo = 'ตัวอยาาง'", "b"),
        ("ledger_entry", "satang = satang * 2", "b"),
        ("ledger_journal", "description = 'ตัวอย่าง B'", "b"),
        ("ledger_journal", "day = '2027-01-06'", "d"),
    ],
)
def test_a_changed_byte_is_found_and_its_journal_named(two_nights, table, change, broken) -> None:
    pk = Journal.objects.get(key=broken).pk
    column = "journal_id" if table == "ledger_entry" else "id"
    with lifted(connection), connection.cursor() as cursor:
        raw = pk if connection.vendor == "postgresql" else pk.hex
        cursor.execute(f"UPDATE {table} SET {change} WHERE {column} = %s", [raw])

    with pytest.raises(CommandError, match=f"journal {broken}: the journal is not what was"):
        _verify()


def test_a_removed_link_is_found(two_nights) -> None:
    with lifted(connection):
        ChainLink.objects.filter(place=2)._raw_delete("default")

    with pytest.raises(CommandError, match=r"broken at link 2.*a link is missing"):
        _verify()


def test_a_removed_tail_is_found(two_nights) -> None:
    with lifted(connection):
        ChainLink.objects.filter(place=5)._raw_delete("default")

    with pytest.raises(CommandError, match="broken at link 5"):
        _verify()


def test_a_chain_written_anew_is_not_the_one_kept_outside(two_nights) -> None:
    kept = ChainNight.objects.latest("day").sha256
    assert "last link" in _verify(expect=kept)
    with lifted(connection):
        Entry.objects.filter(journal__key="a", satang=5).update(memo="อื่น")
        ChainLink.objects.all()._raw_delete("default")
        ChainNight.objects.all()._raw_delete("default")
    seal_night()

    assert verify().broken is None
    with pytest.raises(CommandError, match="written anew"):
        _verify(expect=kept)


@pytest.mark.parametrize("model", [ChainLink, ChainNight])
def test_the_chain_is_append_only(two_nights, model) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.update(sha256="0" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.all()._raw_delete("default")

    assert verify().broken is None
