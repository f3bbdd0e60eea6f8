"""Posts per second through the ledger's service, each in a transaction of its own.

Every post moves money between the same two hot ledger accounts, the worst case for locks: one
writer alone, then eight at the same moment, each a process with a connection of its own.
"""

from __future__ import annotations

import statistics

from django.db import connection

from marketplace.common import clock
from marketplace.ledger.services import (
    AccountInput,
    EntryInput,
    JournalInput,
    open_accounts,
    post,
    recompute,
)
from tests.support import databases
from tests.support.ordering import FIRST_DAY, at
from tests.support.writers import writers

MANY = 8
TIMES = 400
RUNS = 3


def hammer(writer: int, run: str, times: int) -> int:
    """Post again and again, each event once."""
    clock.set_clock(at(FIRST_DAY))
    for number in range(times):
        post(
            by=None,
            journals=[
                JournalInput(
                    f"{run}:{writer}:{number}",
                    "bench",
                    FIRST_DAY,
                    "ทดสอบ",
                    "bench",
                    [EntryInput("bench:a", 100, "bench"), EntryInput("bench:b", -100, "bench")],
                )
            ],
        )
    return times


def run() -> list[tuple[str, str, str]]:
    """Measure on a clone of the template; refuse to give a figure when a balance is wrong."""
    database = databases.choose("postings")
    database.prepare()
    clock.set_clock(at(FIRST_DAY))
    try:
        return _measure()
    finally:
        clock.set_clock(None)
        database.dispose()


def _measure() -> list[tuple[str, str, str]]:
    open_accounts(
        accounts=[
            AccountInput(code=code, name_th="ทดสอบ", type="asset")
            for code in ("bench:a", "bench:b")
        ]
    )
    where = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    rows = []
    for count, reach in ((1, 148), (MANY, 592)):
        with writers(count) as crowd:
            crowd.run(hammer, [(n, f"w{count}", 5) for n in range(count)])
            rates = []
            for turn in range(RUNS):
                each = TIMES // count
                plans = [(n, f"{count}-{turn}", each) for n in range(count)]
                done, seconds = crowd.run(hammer, plans)
                rates.append(sum(done) / seconds)
        who = "1 writer" if count == 1 else f"{count} writers"
        rows.append(
            (
                f"post to two hot accounts, {where}, {who}, median of {RUNS}",
                f"{statistics.median(rates):.0f}/s",
                f"≥ {reach}/s",
            )
        )
    if wrong := recompute():
        raise AssertionError(f"balances are wrong: {wrong}")
    return rows
