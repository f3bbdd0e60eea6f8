"""The guards stand in every database of the tests, and history cannot be rewritten."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from marketplace.audit.models import AuditEntry
from marketplace.audit.services import record
from marketplace.common import clock
from marketplace.common.guards import expected_guards, install_guards, standing_guards
from marketplace.ledger.models import Account, Entry, Journal

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


def _journal(*entries: tuple[str, int]) -> Journal:
    identity = uuid.uuid4()
    Entry.objects.bulk_create(
        [
            Entry(journal_id=identity, account_id=account, satang=satang, source="test:1")
            for account, satang in entries
        ]
    )
    return Journal.objects.create(
        id=identity,
        key=str(identity),
        event="test",
        day=clock.today(),
        description="ทดสอบ",
        source="test:1",
    )


def test_every_registered_guard_stands() -> None:
    assert standing_guards(connection) == expected_guards()


def test_installing_again_changes_nothing() -> None:
    install_guards(connection)

    assert standing_guards(connection) == expected_guards()


def test_a_balanced_journal_is_sealed_and_moves_balances() -> None:
    _journal(("rounding", 5), ("fee:bank", -5))

    assert Account.objects.get(pk="rounding").balance_satang == 5
    assert Account.objects.get(pk="fee:bank").balance_satang == -5


@pytest.mark.parametrize(
    ("_case", "entries"),
    [
        ("one satang off", [("rounding", 100), ("fee:bank", -99)]),
        ("one entry", [("rounding", 100)]),
        ("no entry", []),
        ("zero entries", [("rounding", 0), ("fee:bank", 0)]),
    ],
)
def test_what_does_not_balance_is_refused(_case: str, entries: list[tuple[str, int]]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        _journal(*entries)

    assert not Journal.objects.exists()


def _sealed_entry() -> Entry:
    return _journal(("rounding", 7), ("fee:bank", -7)).entries.get(account_id="rounding")


ATTACKS: list[tuple[str, Callable[[Entry], Any]]] = [
    ("update an entry", lambda e: Entry.objects.filter(pk=e.pk).update(satang=8)),
    ("delete an entry", lambda e: Entry.objects.filter(pk=e.pk)._raw_delete("default")),  # type: ignore[attr-defined]
    ("update a journal", lambda e: Journal.objects.filter(pk=e.journal_id).update(event="x")),
    ("delete an account", lambda e: Account.objects.filter(pk="vat:output")._raw_delete("default")),  # type: ignore[attr-defined]
    (
        "add an entry after the seal",
        lambda e: Entry.objects.create(
            journal_id=e.journal_id, account_id="rounding", satang=1, source="x"
        ),
    ),
]


@pytest.mark.parametrize(("_case", "attack"), ATTACKS, ids=[case for case, _ in ATTACKS])
def test_history_cannot_be_rewritten(_case: str, attack: Callable[[Entry], Any]) -> None:
    entry = _sealed_entry()

    with pytest.raises(DatabaseError), transaction.atomic():
        attack(entry)

    assert Entry.objects.get(pk=entry.pk).satang == 7


def test_the_audit_trail_cannot_be_changed() -> None:
    act = record(by=None, action="test.done", subject="test:1")

    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.filter(pk=act.pk).update(action="other")
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.all()._raw_delete("default")  # type: ignore[attr-defined]


def test_a_bounded_account_is_not_overdrawn() -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        _journal(("cash:float", -1), ("rounding", 1))
