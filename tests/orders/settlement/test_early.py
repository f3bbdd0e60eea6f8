"""Paying a group before its buyer paid: two persons, a limit, and an account of its own."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from marketplace.parties.models import Cooperative, FarmerGroup
from orders.invoicing import accounts
from orders.invoicing.models import Document
from orders.reconciliation.models import BankRow
from orders.reconciliation.services import (
    ApplicationInput,
    apply_row,
    import_statement,
    undo_application,
)
from orders.settlement.exceptions import NothingDue, OverLimit, SamePerson, WrongState
from orders.settlement.models import EarlyOwed, EarlyPayment, Owed
from orders.settlement.services import (
    approve_early,
    ask_early,
    cancel_early,
    fail_item,
    make_batch,
    open_float,
    pay_batch,
    pay_cash,
)
from tests.support import money
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY, at

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

LATER = FIRST_DAY + dt.timedelta(days=8)


@pytest.fixture
def market() -> Money:
    """ป้าแดง is owed 560 baht once the hospital pays its bill of 840."""
    made = money.make_money()
    FarmerGroup.objects.update(release_rule="buyer_paid")
    Cooperative.objects.update(working_capital_limit_satang=60_000)
    made.accepted(20)
    made.account_for(made.day.daeng)
    clock.set_clock(at(LATER))
    made.bill()
    return made


def approved(market: Money) -> EarlyPayment:
    early = ask_early(by=market.treasurer, group=market.day.group, reason="น้ำท่วม")
    return approve_early(by=market.second, early=early)


def buyer_pays(market: Money) -> BankRow:
    data = money.statement([(LATER, 84_000, "ตัวอย่าง")])
    import_statement(by=None, account=market.bank, file_bytes=data, filename="a.csv")
    row = market.bank.rows.get(in_satang=84_000)
    apply_row(
        by=None, row=row, applications=[ApplicationInput(84_000, document=Document.objects.get())]
    )
    return row


def prepaid(market: Money) -> int:
    return money.balance(f"prepaid:{market.day.group.code}:{market.day.daeng.code}")


def payable(market: Money) -> int:
    return money.payable(market.day.daeng, market.day.group)


def test_nothing_is_paid_before_the_buyer_until_a_second_person_approved(market: Money) -> None:
    early = ask_early(by=market.treasurer, group=market.day.group, reason="น้ำท่วม")
    with pytest.raises(NothingDue):
        make_batch(by=market.treasurer)
    with pytest.raises(SamePerson):
        approve_early(by=market.treasurer, early=early)
    with pytest.raises(DatabaseError), transaction.atomic():
        EarlyPayment.objects.update(approved_by=market.treasurer)
    with pytest.raises(NothingDue):  # asked for already
        ask_early(by=market.second, group=market.day.group, reason="อีกครั้ง")
    approve_early(by=market.second, early=early)
    assert make_batch(by=market.treasurer).total_satang == 56_000


def test_what_is_paid_early_stands_in_its_own_account_until_the_buyer_pays(market: Money) -> None:
    approved(market)
    market.paid_batch()
    assert (prepaid(market), payable(market)) == (56_000, 56_000)
    assert money.balance(accounts.PAYOUT_TRANSIT) == -56_000
    assert money.failing() == []
    buyer_pays(market)
    assert (prepaid(market), payable(market)) == (0, 0)
    assert EarlyOwed.objects.get().state == "settled"
    assert money.failing() == []
    with pytest.raises(NothingDue):
        make_batch(by=market.treasurer)


def test_a_buyer_who_pays_before_the_batch_leaves_makes_it_an_ordinary_payment(
    market: Money,
) -> None:
    approved(market)
    batch = make_batch(by=market.treasurer)
    buyer_pays(market)
    from orders.settlement.services import approve_batch

    approve_batch(by=market.second, batch=batch)
    pay_batch(by=market.treasurer, batch=batch)
    assert (prepaid(market), payable(market)) == (0, 0)
    assert money.failing() == []


@pytest.mark.parametrize("buyer_paid", [False, True], ids=["before the buyer", "after the buyer"])
def test_an_early_payment_that_failed_is_owed_again(market: Money, buyer_paid: bool) -> None:
    approved(market)
    batch = market.paid_batch()
    if buyer_paid:
        buyer_pays(market)
    fail_item(by=market.treasurer, item=batch.items.get(), reason="เลขบัญชีผิด")
    assert (prepaid(market), payable(market)) == (0, 56_000)
    assert money.balance(accounts.PAYOUT_TRANSIT) == 0
    assert money.failing() == []
    assert market.paid_batch().total_satang == 56_000
    assert prepaid(market) == (0 if buyer_paid else 56_000)
    assert money.failing() == []


def test_cash_before_the_buyer_stands_in_the_same_account(market: Money) -> None:
    market.account_for(market.day.daeng, "cash")
    approved(market)
    open_float(by=market.treasurer, counted_satang=60_000, withdrawn_satang=60_000)
    pay_cash(by=market.treasurer, payee=market.day.daeng, key="k", signed_by="แดง")
    assert (prepaid(market), money.balance(accounts.FLOAT)) == (56_000, 4_000)
    assert money.failing() == []


def test_the_limit_counts_what_is_out_and_what_is_approved(market: Money) -> None:
    Cooperative.objects.update(working_capital_limit_satang=55_999)
    early = ask_early(by=market.treasurer, group=market.day.group, reason="น้ำท่วม")
    with pytest.raises(OverLimit):
        approve_early(by=market.second, early=early)
    Cooperative.objects.update(working_capital_limit_satang=60_000)
    approve_early(by=market.second, early=early)
    more = money.owed_to(market.day.daeng, market.day.group, market.day.cycle, satang=5_000)
    Owed.objects.filter(pk=more.pk).update(due_day=None)
    second = ask_early(by=market.treasurer, group=market.day.group, reason="อีก")
    with pytest.raises(OverLimit):
        approve_early(by=market.second, early=second)


def test_only_whole_lots_that_fit_are_asked_for(market: Money) -> None:
    with pytest.raises(NothingDue):
        ask_early(
            by=market.treasurer, group=market.day.group, reason="น้ำท่วม", at_most_satang=55_999
        )
    with pytest.raises(Refusal):
        ask_early(by=market.treasurer, group=market.day.group, reason=" ")
    assert not EarlyPayment.objects.exists()


def test_what_was_called_off_waits_for_the_buyer_again(market: Money) -> None:
    early = approved(market)
    cancel_early(by=market.treasurer, early=early)
    with pytest.raises(NothingDue):
        make_batch(by=market.treasurer)
    again = approved(market)
    market.paid_batch()
    with pytest.raises(WrongState):
        cancel_early(by=market.treasurer, early=again)


def test_an_undone_payment_of_the_buyer_leaves_the_books_in_order(market: Money) -> None:
    approved(market)
    market.paid_batch()
    row = buyer_pays(market)
    undo_application(by=None, application=row.applications.get())
    assert money.failing() == []
    assert Owed.objects.paid_early().count() == 1


def test_the_treasurers_ask_and_approve_on_the_page(client: Client, market: Money) -> None:
    client.force_login(market.treasurer)
    address = reverse("settlement:early")
    form = {"group": market.day.group.pk, "at_most": "", "reason": "น้ำท่วม"}
    page = client.post(address, form, follow=True).content.decode()
    assert "560.00" in page
    early = EarlyPayment.objects.get()
    approve = reverse("settlement:move-early", args=[early.pk, "approve"])
    client.post(approve)
    early.refresh_from_db()
    assert early.state == "asked"
    client.force_login(market.second)
    assert "จ่ายก่อนผู้ซื้อจ่าย รออนุมัติ" in client.get(reverse("settlement:home")).content.decode()
    client.post(approve)
    early.refresh_from_db()
    assert early.state == "approved"
