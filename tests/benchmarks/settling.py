"""Settling 100,000 accepted lines: gathered into a batch, approved and sent, on SQLite."""

from __future__ import annotations

import datetime as dt
import resource
import time

from marketplace.common import clock
from marketplace.ledger.services import AccountInput, EntryInput, JournalInput, open_accounts, post
from marketplace.parties.models import Person
from marketplace.parties.services import PayoutAccountInput, set_payout_accounts
from orders.fulfilment.models import HarvestLot
from orders.invoicing import accounts
from orders.settlement.models import Owed
from orders.settlement.services import approve_batch, make_batch, pay_batch
from tests.support import databases, money, people
from tests.support.ordering import FIRST_DAY, at

LINES = 100_000
GROWERS = 200
PRICE = 2_800


def _owe(market: money.Money) -> None:
    """Owe each of the growers her part of the lines, in rows and in the books."""
    day = market.day
    growers = [people.person(f"เกษตรกรตัวอย่าง {number}") for number in range(GROWERS)]
    set_payout_accounts(
        by=None,
        accounts=[
            PayoutAccountInput("bank", one, None, "ธนาคารตัวอย่าง", f"{one.pk:010d}", one.name)
            for one in growers
        ],
    )
    lots = HarvestLot.objects.bulk_create(
        [
            HarvestLot(
                cycle=day.cycle,
                person=one,
                group=day.group,
                product=day.kale,
                grade="A",
                harvested_on=FIRST_DAY,
                best_before=FIRST_DAY,
            )
            for one in growers
        ]
    )
    each = LINES // GROWERS
    Owed.objects.bulk_create(
        (
            Owed(
                key=f"bench-{place}-{number}",
                kind="accepted",
                group=day.group,
                person=one,
                lot=lots[place],
                day=FIRST_DAY,
                qty=1000,
                price_satang=PRICE,
                satang=PRICE,
                due_day=FIRST_DAY,
                journal_key="bench",
            )
            for place, one in enumerate(growers)
            for number in range(each)
        ),
        batch_size=2_000,
    )
    _book(growers, market, PRICE * each)


def _book(growers: list[Person], market: money.Money, satang: int) -> None:
    group = market.day.group
    open_accounts(
        accounts=[
            account
            for one in growers
            for account in (accounts.payable(group, one), accounts.advance(group, one))
        ]
        + [AccountInput(code="bench", name_th="ทดสอบ", type="asset")]
    )
    post(
        by=None,
        journals=[
            JournalInput(
                f"bench:{one.pk}",
                "bench",
                FIRST_DAY,
                "ทดสอบ",
                "bench",
                [
                    EntryInput(accounts.payable(group, one).code, -satang, "bench"),
                    EntryInput("bench", satang, "bench"),
                ],
            )
            for one in growers
        ],
    )


def run() -> list[tuple[str, str, str]]:
    """Measure on a clone of the template; return what, figure, target."""
    database = databases.choose("settling")
    database.prepare()
    try:
        return _measure()
    finally:
        database.dispose()


def _measure() -> list[tuple[str, str, str]]:
    market = money.make_money()
    _owe(market)
    clock.set_clock(at(FIRST_DAY + dt.timedelta(days=8)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    batch = make_batch(by=market.treasurer)
    made = time.perf_counter()
    approve_batch(by=market.second, batch=batch)
    pay_batch(by=market.treasurer, batch=batch)
    ended = time.perf_counter()
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    if batch.total_satang != LINES * PRICE:
        raise AssertionError(f"{batch.total_satang} satang instead of {LINES * PRICE}")
    return [
        (
            f"settle {LINES:,} accepted lines, {GROWERS} growers",
            f"{ended - started:.1f} s",
            "< 10 s",
        ),
        ("  of it gathered into a batch", f"{made - started:.1f} s", ""),
        ("  memory it grew by", f"{grown:.0f} MB", "flat"),
    ]
