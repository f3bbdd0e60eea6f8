"""Sixteen real processes at one payment voucher: one paper, one number, one journal, one bank row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from marketplace.accounts.models import User
from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from marketplace.ledger.models import Journal
from orders.fulfilment.models import HarvestLot
from orders.fulfilment.services import OutsideInput, buy_outside
from orders.invoicing import accounts
from orders.reconciliation.models import Application, BankRow
from orders.reconciliation.services import ApplicationInput, apply_row, import_statement
from orders.settlement.models import PaymentVoucher
from orders.settlement.services import (
    PaymentVoucherInput,
    ask_payment_voucher,
    decide_payment_voucher,
)
from tests.support import money
from tests.support.fulfilment import key
from tests.support.ordering import FIRST_DAY, KG, at
from tests.support.writers import Writers, writers

pytestmark = [pytest.mark.everywhere]

WRITERS = 16
LATER = FIRST_DAY + dt.timedelta(days=8)
COST = 20_000


@pytest.fixture(scope="module")
def processes(django_db_setup: Any) -> Iterator[Writers]:
    with writers(WRITERS) as started:
        yield started


@pytest.fixture
def crowd(processes: Writers, committed_db: Any) -> Writers:
    return processes


def ask_for(maker: int, target: str, form: str) -> str:
    """Make a voucher of one payment, each writer with a form of its own."""
    clock.set_clock(at(LATER))
    try:
        ask_payment_voucher(
            by=User.objects.get(pk=maker),
            wanted=PaymentVoucherInput(
                target=target, pays_by="transfer", pay_to="ธนาคารตัวอย่าง 1234567890"
            ),
            key=UUID(form),
        )
    except Refusal as refusal:
        return refusal.code
    return "made"


def confirm(checker: int, voucher: int) -> str:
    """Agree to a voucher as the second person."""
    clock.set_clock(at(LATER))
    try:
        decide_payment_voucher(
            by=User.objects.get(pk=checker),
            voucher=PaymentVoucher.objects.get(pk=voucher),
            agreed=True,
        )
    except Refusal as refusal:
        return refusal.code
    return "issued"


def clear(by: int, row: int, target: str) -> str:
    """Apply the bank's row to the voucher."""
    clock.set_clock(at(LATER))
    try:
        apply_row(
            by=User.objects.get(pk=by),
            row=BankRow.objects.get(pk=row),
            applications=[ApplicationInput(COST, kind="awaited", target=target)],
        )
    except Refusal as refusal:
        return refusal.code
    return "applied"


def test_a_voucher_is_made_confirmed_and_cleared_once_by_sixteen(crowd: Writers) -> None:
    market = money.make_money()
    day = market.day
    day.cut_off()
    clock.set_clock(at(FIRST_DAY, 4))
    buy_outside(
        by=day.staff,
        purchases=[OutsideInput(key(), day.cycle.pk, day.kale.pk, "A", 6 * KG, "แผงตัวอย่าง", COST)],
    )
    day.close()
    clock.set_clock(at(LATER))
    target = f"lot:{HarvestLot.objects.get(kind='outside').pk}"

    forms = [(market.treasurer.pk, target, str(uuid4())) for _writer in range(WRITERS)]
    answers, _seconds = crowd.run(ask_for, forms)
    assert sorted(answers) == ["has-voucher"] * (WRITERS - 1) + ["made"]
    voucher = PaymentVoucher.objects.get()

    answers, _seconds = crowd.run(confirm, [(market.second.pk, voucher.pk)] * WRITERS)
    assert "issued" in answers
    voucher.refresh_from_db()
    assert (voucher.state, voucher.number) == (PaymentVoucher.State.ISSUED, 1)
    assert Journal.objects.filter(event=voucher.journal.event).count() == 1  # type: ignore[union-attr]
    assert money.balance(accounts.VOUCHER_TRANSIT.code) == -COST

    import_statement(
        by=None,
        account=market.bank,
        file_bytes=money.statement([(LATER, -COST, "โอน")]),
        filename="a.csv",
    )
    row = BankRow.objects.get()
    plans = [(market.treasurer.pk, row.pk, f"payment_voucher:{voucher.pk}")] * WRITERS
    answers, _seconds = crowd.run(clear, plans)
    assert answers.count("applied") == 1
    assert Application.objects.count() == 1
    assert money.balance(accounts.VOUCHER_TRANSIT.code) == 0
    assert money.failing() == []
