"""Reports of 100,000 entries: the journal as CSV, an account's statement as xlsx; memory flat."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable

from marketplace.common import clock
from marketplace.ledger.book_views import statement_sheet
from marketplace.ledger.exports import csv_journal
from marketplace.ledger.models import Account
from marketplace.ledger.services import AccountInput, EntryInput, JournalInput, open_accounts, post
from marketplace.ledger.statements import account_statement
from tests.support import databases
from tests.support.ordering import FIRST_DAY, at

ENTRIES = 100_000
EACH = 500


def _fill() -> None:
    """Journals of `EACH` debits of one account and one credit of another."""
    open_accounts(
        accounts=[
            AccountInput(code=f"bench:{side}", name_th="ทดสอบ", type="asset") for side in "ab"
        ]
    )
    for start in range(0, ENTRIES, EACH):
        post(
            by=None,
            journals=[
                JournalInput(
                    f"bench:{start}",
                    "bench",
                    FIRST_DAY,
                    "ทดสอบ",
                    "bench",
                    [
                        *(EntryInput("bench:a", 100, f"line:{start + n}") for n in range(EACH)),
                        EntryInput("bench:b", -100 * EACH, "bench"),
                    ],
                )
            ],
        )


def run() -> list[tuple[str, str, str]]:
    """Measure on a clone of the template."""
    database = databases.choose("reports")
    database.prepare()
    clock.set_clock(at(FIRST_DAY))
    try:
        _fill()
        rows = _measured("journal as CSV", "< 5 s", _csv)
        return rows + _measured("account statement as xlsx", "", _xlsx)
    finally:
        clock.set_clock(None)
        database.dispose()


def _csv() -> int:
    return sum(1 for _line in csv_journal(None, None)) - 1


def _xlsx() -> int:
    account = Account.objects.get(pk="bench:a")
    answer = statement_sheet(account, account_statement(account, None, None), 1)
    assert b"".join(answer).startswith(b"PK")
    return ENTRIES


def _measured(what: str, reach: str, work: Callable[[], int]) -> list[tuple[str, str, str]]:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    count = work()
    seconds = time.perf_counter() - started
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert count >= ENTRIES
    return [
        (f"{what}, {ENTRIES:,} lines", f"{seconds:.1f} s", reach),
        ("  memory it grew by", f"{grown:.0f} MB", "flat"),
    ]
