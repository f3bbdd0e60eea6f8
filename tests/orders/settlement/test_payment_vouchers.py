"""Payment vouchers: two persons, a gap-free number, each payment once, and the bank row at the end."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction

from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from orders.deposits.services import ask_to_give, decide_given
from orders.fulfilment.models import HarvestLot
from orders.fulfilment.services import OutsideInput, buy_outside
from orders.invoicing import accounts
from orders.reconciliation.models import BankRow
from orders.reconciliation.services import (
    ApplicationInput,
    apply_row,
    import_statement,
    undo_application,
)
from orders.settlement.exceptions import FloatShort, SamePerson, WrongState
from orders.settlement.models import PaymentVoucher
from orders.settlement.payables import waiting
from orders.settlement.payment_checks import close_lines
from orders.settlement.services import (
    PaymentVoucherInput,
    ask_payment_voucher,
    decide_payment_voucher,
    open_float,
    pay_outside,
    void_payment_voucher,
)
from tests.support import money
from tests.support.fulfilment import key
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY, KG, at

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

LATER = FIRST_DAY + dt.timedelta(days=8)
COST = 20_000


@pytest.fixture
def market() -> Money:
    """6 kilograms were bought from a stall for 200 baht, nobody was paid."""
    made = money.make_money()
    day = made.day
    day.cut_off()
    clock.set_clock(at(FIRST_DAY, 4))
    buy_outside(
        by=day.staff,
        purchases=[OutsideInput(key(), day.cycle.pk, day.kale.pk, "A", 6 * KG, "แผงตัวอย่าง", COST)],
    )
    day.close()
    clock.set_clock(at(LATER))
    return made


def lot() -> HarvestLot:
    found: HarvestLot = HarvestLot.objects.get(kind="outside")
    return found


def ask(market: Money, *, form: UUID | None = None, **rest: Any) -> PaymentVoucher:
    facts: dict[str, Any] = {
        "target": f"lot:{lot().pk}",
        "pays_by": "transfer",
        "pay_to": "ธนาคารตัวอย่าง 1234567890",
    }
    return ask_payment_voucher(
        by=market.treasurer, wanted=PaymentVoucherInput(**facts | rest), key=form or uuid4()
    )


def issued(market: Money, **rest: Any) -> PaymentVoucher:
    return decide_payment_voucher(by=market.second, voucher=ask(market, **rest), agreed=True)


def on_the_bank(market: Money, satang: int, **what: Any) -> BankRow:
    data = money.statement([(LATER, satang, "โอนออก")])
    import_statement(by=None, account=market.bank, file_bytes=data, filename=f"{uuid4()}.csv")
    row: BankRow = BankRow.objects.get()
    apply_row(
        by=market.treasurer, row=row, applications=[ApplicationInput(satang=abs(satang), **what)]
    )
    return row


def transit() -> int:
    return money.balance(accounts.VOUCHER_TRANSIT.code)


# ---- goods bought outside ------------------------------------------------------------------------


def test_a_vendor_is_owed_until_a_second_person_agrees_and_the_bank_row_comes(
    market: Money,
) -> None:
    asked = ask(market)
    assert (asked.code, money.balance(accounts.OUTSIDE)) == (None, -COST)
    found = decide_payment_voucher(by=market.second, voucher=asked, agreed=True)
    assert found.code == "PV-2570-000001"
    assert found.content["words"] == "สองร้อยบาทถ้วน"
    assert (money.balance(accounts.OUTSIDE), transit()) == (0, -COST)
    on_the_bank(market, -COST, kind="awaited", target=f"payment_voucher:{found.pk}")
    assert transit() == 0
    assert money.failing() == []


def test_the_maker_is_not_the_checker(market: Money) -> None:
    asked = ask(market)
    with pytest.raises(SamePerson):
        decide_payment_voucher(by=market.treasurer, voucher=asked, agreed=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        PaymentVoucher.objects.filter(pk=asked.pk).update(decided_by=market.treasurer)


def test_cash_leaves_the_safe_and_never_more_than_lies_in_it(market: Money) -> None:
    asked = ask(market, pays_by="cash", pay_to="")
    with pytest.raises(FloatShort):
        decide_payment_voucher(by=market.second, voucher=asked, agreed=True)
    assert money.balance(accounts.SAFE) == 0
    assert PaymentVoucher.objects.numbered().count() == 0


def test_a_number_that_was_refused_its_money_leaves_no_gap(market: Money) -> None:
    asked = ask(market, pays_by="cash", pay_to="")
    with pytest.raises(FloatShort), transaction.atomic():
        decide_payment_voucher(by=market.second, voucher=asked, agreed=True)
    decide_payment_voucher(by=market.treasurer, voucher=asked, agreed=False, reason="โอนแทน")
    assert issued(market).number == 1
    assert money.failing() == []


def test_the_same_form_is_one_voucher_and_a_lot_has_one_alive(market: Money) -> None:
    form = uuid4()
    assert ask(market, form=form) == ask(market, form=form)
    with pytest.raises(Refusal) as refused:
        ask(market)
    assert refused.value.code == "has-voucher"


def test_what_a_voucher_pays_is_not_paid_in_cash_from_the_float_too(market: Money) -> None:
    ask(market)
    open_float(by=market.treasurer, counted_satang=50_000, withdrawn_satang=50_000)
    with pytest.raises(Refusal) as refused:
        pay_outside(by=market.treasurer, lot=lot(), key=key(), signed_by="แผง")
    assert refused.value.code == "has-voucher"


def test_what_was_paid_in_cash_from_the_float_needs_no_voucher(market: Money) -> None:
    open_float(by=market.treasurer, counted_satang=50_000, withdrawn_satang=50_000)
    pay_outside(by=market.treasurer, lot=lot(), key=key(), signed_by="แผง")
    assert waiting() == []
    with pytest.raises(Refusal) as refused:
        ask(market)
    assert refused.value.code == "no-target"
    assert money.failing() == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"pay_to": " "}, "no-account"),
        ({"pays_by": "beads"}, "no-way"),
        ({"target": "lot:0"}, "no-target"),
    ],
)
def test_a_voucher_says_whom_and_how(market: Money, wrong: dict[str, str], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        ask(market, **wrong)
    assert refused.value.code == code


def test_a_void_voucher_keeps_its_number_and_the_vendor_is_owed_again(market: Money) -> None:
    first = issued(market)
    void_payment_voucher(by=market.treasurer, voucher=first, reason="ยอดผิด")
    void_payment_voucher(by=market.treasurer, voucher=first, reason="อีกครั้ง")
    assert (money.balance(accounts.OUTSIDE), transit()) == (-COST, 0)
    assert issued(market).number == 2
    assert money.failing() == []


def test_what_the_bank_paid_is_not_void_until_its_row_is_undone(market: Money) -> None:
    found = issued(market)
    row = on_the_bank(market, -COST, kind="awaited", target=f"payment_voucher:{found.pk}")
    with pytest.raises(Refusal) as refused:
        void_payment_voucher(by=market.treasurer, voucher=found, reason="ยอดผิด")
    assert refused.value.code == "on-the-bank"
    undo_application(by=market.treasurer, application=row.applications.get())
    void_payment_voucher(by=market.treasurer, voucher=found, reason="ยอดผิด")
    assert money.failing() == []


def test_what_was_refused_stays_refused(market: Money) -> None:
    asked = ask(market)
    decide_payment_voucher(by=market.second, voucher=asked, agreed=False, reason="ไม่มีบิล")
    with pytest.raises(WrongState):
        decide_payment_voucher(by=market.second, voucher=asked, agreed=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        PaymentVoucher.objects.filter(pk=asked.pk).update(state="asked")


@pytest.mark.parametrize(
    "change",
    [{"satang": 1}, {"payee": "คนอื่น"}, {"number": 7}, {"sha256": "0"}, {"day": FIRST_DAY}],
    ids=lambda change: next(iter(change)),
)
def test_what_was_issued_is_never_rewritten(market: Money, change: dict[str, Any]) -> None:
    found = issued(market)
    with pytest.raises(DatabaseError), transaction.atomic():
        PaymentVoucher.objects.filter(pk=found.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        PaymentVoucher.objects.filter(pk=found.pk).delete()


def test_the_month_names_a_voucher_that_nobody_checked(market: Money) -> None:
    asked = ask(market)
    assert not close_lines(FIRST_DAY, LATER)[0].ok
    decide_payment_voucher(by=market.second, voucher=asked, agreed=True)
    assert close_lines(FIRST_DAY, LATER)[0].ok


# ---- what the books have already -----------------------------------------------------------------


def test_a_banks_fee_gets_a_paper_and_no_second_posting(market: Money) -> None:
    on_the_bank(market, -1_500, kind="bank_fee")
    fee = next(one for one in waiting() if one.target.startswith("application:"))
    found = issued(market, target=fee.target)
    assert (found.satang, found.pays_by, found.journal) == (1_500, "booked", None)
    assert money.balance(accounts.BANK_FEE) == 1_500
    assert money.failing() == []


def test_a_returned_deposit_is_issued_in_the_names_of_the_two_who_decided(market: Money) -> None:
    hospital = market.day.hospital
    on_the_bank(market, 30_000, kind="deposit", buyer=hospital)
    use = ask_to_give(
        by=market.treasurer,
        buyer=hospital,
        kind="returned",
        satang=30_000,
        reason="เลิกจอง",
        pay_to="ธนาคารตัวอย่าง 1",
        key=uuid4(),
    )
    decide_given(by=market.second, use=use, agreed=True)
    found = ask(market, target=f"deposit_use:{use.pk}")
    assert (found.made_by, found.decided_by) == (market.treasurer, market.second)
    assert (found.code, found.journal, found.pay_to) == ("PV-2570-000001", None, "ธนาคารตัวอย่าง 1")
    assert money.failing() == []
