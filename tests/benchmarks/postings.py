"""Posts per second through the ledger's service, each in a transaction of its own.

One writer alone, then eight at the same moment, each a process with a connection of its own; first
every writer on two accounts of its own, then all on the same two. Kept balances make those two hot:
each post waits until the one before it is on the disk. The reach is what django-hordak 2.0.0 does,
which keeps no balances.
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


def hammer(writer: int, accounts: str, run: str, times: int) -> int:
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
                    [
                        EntryInput(f"{accounts}:a", 100, "bench"),
                        EntryInput(f"{accounts}:b", -100, "bench"),
                    ],
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
            for number in range(MANY)
            for code in (f"bench{number}:a", f"bench{number}:b")
        ]
    )
    where = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    rows = []
    for count, hot, reach in ((1, True, "≥ 148/s"), (MANY, False, "≥ 592/s"), (MANY, True, "")):
        names = [f"bench{0 if hot else n}" for n in range(count)]
        with writers(count) as crowd:
            crowd.run(hammer, [(n, names[n], f"w{count}{hot}", 5) for n in range(count)])
            rates = []
            for turn in range(RUNS):
                each = TIMES // count
                plans = [(n, names[n], f"{count}{hot}-{turn}", each) for n in range(count)]
                done, seconds = crowd.run(hammer, plans)
                rates.append(sum(done) / seconds)
        who = "1 writer" if count == 1 else f"{count} writers"
        where_to = "two hot accounts" if hot and count > 1 else "accounts of their own"
        rows.append(
            (
                f"post, {where}, {who}, {where_to}, median of {RUNS}",
                f"{statistics.median(rates):.0f}/s",
                reach,
            )
        )
    if wrong := recompute():
        raise AssertionError(f"balances are wrong: {wrong}")
    return rows
