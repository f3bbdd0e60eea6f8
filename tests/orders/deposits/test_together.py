"""Sixteen real processes that use one deposit at the same moment: never more than is held."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from marketplace.accounts.models import User
from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from orders.deposits.models import DepositUse
from orders.deposits.services import apply_deposit
from orders.invoicing import accounts
from orders.invoicing.models import Document
from orders.invoicing.services import issue_bills
from orders.reconciliation.models import BankRow
from orders.reconciliation.services import ApplicationInput, apply_row, import_statement
from tests.support import money
from tests.support.ordering import FIRST_DAY, at
from tests.support.writers import Writers, writers

pytestmark = [pytest.mark.everywhere]

WRITERS = 16
LATER = at(FIRST_DAY + dt.timedelta(days=8))


@pytest.fixture(scope="module")
def processes(django_db_setup: Any) -> Iterator[Writers]:
    with writers(WRITERS) as started:
        yield started


@pytest.fixture
def crowd(processes: Writers, committed_db: Any) -> Writers:
    return processes


def pay(bill: int, by: int, satang: int, key: str) -> str:
    """Pay a bill with what is held."""
    clock.set_clock(LATER)
    try:
        apply_deposit(
            by=User.objects.get(pk=by),
            bill=Document.objects.get(pk=bill),
            satang=satang,
            key=UUID(key),
        )
    except Refusal as refusal:
        return refusal.code
    return "paid"


@pytest.mark.parametrize("same_form", [True, False], ids=["one form", "sixteen forms"])
def test_a_deposit_pays_no_more_than_it_holds(crowd: Writers, same_form: bool) -> None:
    market = money.make_money()
    clock.set_clock(LATER)
    hospital = market.day.hospital
    sale = money.sale_for(market.day.site, market.day.cycle, 90_000)
    (bill,) = issue_bills(by=None, buyer=hospital, deliveries=[sale.delivery])
    data = money.statement([(LATER.date(), 30_000, "โอน")])
    import_statement(by=None, account=market.bank, file_bytes=data, filename="a.csv")
    apply_row(
        by=market.treasurer,
        row=BankRow.objects.get(),
        applications=[ApplicationInput(30_000, kind="deposit", buyer=hospital)],
    )
    one = str(uuid4())
    plans = [
        (bill.pk, market.treasurer.pk, 10_000, one if same_form else str(uuid4()))
        for _writer in range(WRITERS)
    ]
    answers, _seconds = crowd.run(pay, plans)
    times = 1 if same_form else 3
    assert set(answers) <= {"paid", "over-held"}
    assert answers.count("paid") == (WRITERS if same_form else times)
    assert DepositUse.objects.standing().count() == times
    bill.refresh_from_db()
    assert bill.settled_satang == times * 10_000
    assert money.balance(accounts.deposit(hospital).code) == -30_000 + times * 10_000
