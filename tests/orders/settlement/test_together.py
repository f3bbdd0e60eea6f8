"""Sixteen real processes that pay the same growers at the same moment: nobody is paid twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from marketplace.accounts.models import User
from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from marketplace.parties.models import Person
from orders.invoicing import accounts
from orders.settlement.models import PayoutBatch, PayoutItem, PayoutOwed, Voucher
from orders.settlement.services import (
    approve_batch,
    make_batch,
    open_float,
    pay_batch,
    pay_cash,
)
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


def pay_all(maker: int, checker: int) -> str:
    """Make, approve and send a batch of everything due."""
    clock.set_clock(LATER)
    try:
        batch = make_batch(by=User.objects.get(pk=maker))
        approve_batch(by=User.objects.get(pk=checker), batch=batch)
        pay_batch(by=User.objects.get(pk=maker), batch=batch)
    except Refusal as refusal:
        return refusal.code
    return "paid"


def send(batch: int, by: int) -> str:
    """Send one approved batch."""
    clock.set_clock(LATER)
    try:
        pay_batch(by=User.objects.get(pk=by), batch=PayoutBatch.objects.get(pk=batch))
    except Refusal as refusal:
        return refusal.code
    return "paid"


def hand_out(payee: int, key: str) -> str:
    """Pay a grower in cash."""
    clock.set_clock(LATER)
    try:
        pay_cash(by=None, payee=Person.objects.get(pk=payee), key=key, signed_by="แดง ตัวอย่าง")
    except Refusal as refusal:
        return refusal.code
    return "paid"


def owed_560_baht() -> money.Money:
    market = money.make_money()
    market.accepted(20)
    market.account_for(market.day.daeng)
    clock.set_clock(LATER)
    return market


def test_sixteen_who_gather_what_is_due_pay_it_once(crowd: Writers) -> None:
    market = owed_560_baht()
    answers, _seconds = crowd.run(pay_all, [(market.treasurer.pk, market.second.pk)] * WRITERS)
    assert sorted(answers) == ["nothing-due"] * (WRITERS - 1) + ["paid"]
    assert PayoutItem.objects.get().satang == 56_000
    assert money.payable(market.day.daeng, market.day.group) == 0
    assert money.balance(accounts.PAYOUT_TRANSIT) == -56_000
    assert money.failing() == []


def test_sixteen_who_send_one_batch_send_it_once(crowd: Writers) -> None:
    market = owed_560_baht()
    batch = make_batch(by=market.treasurer)
    approve_batch(by=market.second, batch=batch)
    answers, _seconds = crowd.run(send, [(batch.pk, market.treasurer.pk)] * WRITERS)
    assert set(answers) == {"paid"}
    assert money.balance(accounts.PAYOUT_TRANSIT) == -56_000


@pytest.mark.parametrize("same_form", [True, False], ids=["one form", "sixteen forms"])
def test_sixteen_who_hand_out_the_same_cash_hand_it_out_once(
    crowd: Writers, same_form: bool
) -> None:
    market = owed_560_baht()
    open_float(by=market.treasurer, counted_satang=900_000, withdrawn_satang=900_000)
    plans = [(market.day.daeng.pk, "k" if same_form else f"k{n}") for n in range(WRITERS)]
    answers, _seconds = crowd.run(hand_out, plans)
    assert answers.count("paid") == (WRITERS if same_form else 1)
    assert set(answers) <= {"paid", "nothing-due"}
    assert Voucher.objects.get().satang == 56_000
    assert money.balance(accounts.FLOAT) == 844_000
    assert money.failing() == []


def pay_somehow(writer: int, maker: int, checker: int, payee: int) -> str:
    """Pay a grower: every other one by a batch, the rest in cash."""
    return pay_all(maker, checker) if writer % 2 else hand_out(payee, f"k{writer}")


def test_batches_and_cash_at_once_pay_each_amount_once(crowd: Writers) -> None:
    market = owed_560_baht()
    open_float(by=market.treasurer, counted_satang=900_000, withdrawn_satang=900_000)
    pair = (market.treasurer.pk, market.second.pk)
    plans = [(writer, *pair, market.day.daeng.pk) for writer in range(WRITERS)]
    answers, _seconds = crowd.run(pay_somehow, plans)
    assert sorted(answers) == ["nothing-due"] * (WRITERS - 1) + ["paid"]
    assert PayoutItem.objects.get().satang == 56_000
    assert PayoutOwed.objects.values("owed").distinct().count() == PayoutOwed.objects.count()
    assert money.payable(market.day.daeng, market.day.group) == 0
    left = money.balance(accounts.PAYOUT_TRANSIT) + money.balance(accounts.FLOAT)
    assert left == 900_000 - 56_000
    assert money.failing() == []
