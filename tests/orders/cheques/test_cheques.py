"""Buyers' cheques: a bill is paid only when the bank collects, and owed again when it returns."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from marketplace.notifications.models import Message
from orders.cheques.checks import close_lines
from orders.cheques.exceptions import NotInThatState
from orders.cheques.models import Cheque, ChequeState, DepositSlip
from orders.cheques.services import (
    PartInput,
    chase_undeposited,
    deposit_cheques,
    give_back_cheque,
    note_cheque_certificate,
    receive_cheque,
    return_cheque,
    set_booked_each,
)
from orders.invoicing import accounts
from orders.invoicing.hooks import waiting_on
from orders.invoicing.models import Document
from orders.invoicing.services import issue_bills, settle_documents
from orders.reconciliation.models import Application, BankRow
from orders.reconciliation.services import (
    ApplicationInput,
    apply_row,
    import_statement,
    undo_application,
)
from tests.support import money
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY, at

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

ROOM = {"cheques-true", "awaited-true", "bills-paid-true", "other-money-true", "receivable-true"}
DAY = FIRST_DAY + dt.timedelta(days=9)


@pytest.fixture
def market() -> Money:
    made = money.make_money()
    clock.set_clock(at(DAY, 9))
    return made


def bill(market: Money, satang: int = 84_000) -> Document:
    sale = money.sale_for(market.day.site, market.day.cycle, satang)
    return issue_bills(by=None, buyer=market.day.hospital, deliveries=[sale.delivery])[0]


def receive(market: Money, *parts: PartInput, **changes: Any) -> Cheque:
    facts: dict[str, Any] = {
        "number": "10045678",
        "bank": "ธนาคารตัวอย่าง",
        "dated": DAY,
        "satang": sum(part.satang for part in parts),
    }
    return receive_cheque(
        by=market.treasurer, buyer=market.day.hospital, parts=parts, **(facts | changes)
    )


def deposit(market: Money, *cheques: Cheque, each: bool = False) -> DepositSlip:
    return deposit_cheques(by=market.treasurer, cheques=cheques, account=market.bank, each=each)


def collect(market: Money, *wanted: tuple[str, int]) -> list[Application]:
    """Bank rows of these amounts arrive and are applied: (target, satang, below zero out)."""
    data = money.statement([(DAY, satang, "CHQ") for _target, satang in wanted])
    import_statement(by=None, account=market.bank, file_bytes=data, filename=f"{wanted}.csv")
    made = []
    for row, (target, satang) in zip(BankRow.objects.order_by("place"), wanted, strict=True):
        made += apply_row(
            by=market.treasurer,
            row=row,
            applications=[ApplicationInput(satang=abs(satang), kind="awaited", target=target)],
        )
    return made


def wrong() -> list[tuple[str, str]]:
    """Checks of cheques, banks and bills that do not hold."""
    return [one for one in money.failing() if one[0] in ROOM]


def receivable(market: Money) -> int:
    return money.balance(f"receivable:{market.day.hospital.code}")


def test_a_bill_is_paid_only_when_the_bank_collects_the_cheque(market: Money) -> None:
    found = bill(market)
    cheque = receive(market, PartInput(found, 84_000))
    found.refresh_from_db()
    assert (found.settled_satang, receivable(market)) == (0, 84_000)
    assert waiting_on([found.pk]) == {found.pk: 84_000}
    assert money.balance(accounts.CHEQUE_IN_HAND) == 84_000
    slip = deposit(market, cheque)
    assert money.balance(accounts.CHEQUE_COLLECTING) == 84_000
    assert wrong() == []
    collect(market, (f"cheque_slip:{slip.pk}", 84_000))
    found.refresh_from_db()
    assert (found.is_paid, found.settled_day, receivable(market)) == (True, DAY, 0)
    assert waiting_on([found.pk]) == {}
    assert wrong() == []


def test_tax_withheld_stands_beside_the_cheque_until_its_certificate_comes(market: Money) -> None:
    found = bill(market, 100_000)
    cheque = receive(market, PartInput(found, 99_000, 1_000))
    assert money.balance(accounts.WITHHELD) == 0
    slip = deposit(market, cheque)
    collect(market, (f"cheque_slip:{slip.pk}", 99_000))
    found.refresh_from_db()
    assert found.is_paid
    assert money.balance(accounts.WITHHELD) == 1_000
    assert wrong() == []
    note_cheque_certificate(by=market.treasurer, cheque=cheque, number="12/2570", day=DAY)
    assert money.balance(accounts.WITHHELD) == 0
    assert wrong() == []


def test_one_bank_row_collects_a_whole_slip(market: Money) -> None:
    first, second = bill(market), bill(market, 50_000)
    slip = deposit(
        market,
        receive(market, PartInput(first, 84_000)),
        receive(market, PartInput(second, 20_000), number="10045679"),
    )
    collect(market, (f"cheque_slip:{slip.pk}", 104_000))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.is_paid, second.settled_satang) == (True, 20_000)
    assert wrong() == []


def test_a_slip_booked_row_by_row_clears_cheque_by_cheque(market: Money) -> None:
    first, second = bill(market), bill(market, 50_000)
    one = receive(market, PartInput(first, 84_000))
    other = receive(market, PartInput(second, 50_000), number="10045679")
    slip = deposit(market, one, other)
    with pytest.raises(Refusal) as refused, transaction.atomic():
        collect(market, (f"cheque_slip:{slip.pk}", 50_000))
    assert refused.value.code == "not-whole"
    set_booked_each(by=market.treasurer, slip=slip, each=True)
    collect(market, (f"cheque:{other.pk}", 50_000))
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.state, other.state) == (ChequeState.DEPOSITED, ChequeState.CLEARED)
    assert wrong() == []
    with pytest.raises(Refusal):
        set_booked_each(by=market.treasurer, slip=slip, each=False)


def test_a_cheque_returned_before_it_cleared_leaves_the_bill_as_it_was(market: Money) -> None:
    found = bill(market)
    cheque = receive(market, PartInput(found, 84_000))
    deposit(market, cheque)
    return_cheque(by=market.treasurer, cheque=cheque, reason="เงินในบัญชีไม่พอจ่าย", fee_satang=20_000)
    assert receivable(market) == 84_000
    assert [
        money.balance(code) for code in (accounts.CHEQUE_COLLECTING, accounts.CHEQUE_UNCLEARED)
    ] == [0, 0]
    assert wrong() == []
    told = set(Message.objects.filter(kind="cheque.returned").values_list("recipient", flat=True))
    assert told == {f"party:{market.day.hospital.pk}", f"party:{market.day.cooperative.pk}"}
    assert receive(market, PartInput(found, 84_000)).state == ChequeState.HELD


def test_a_cheque_returned_after_it_cleared_is_owed_again(market: Money) -> None:
    found = bill(market, 100_000)
    cheque = receive(market, PartInput(found, 99_000, 1_000))
    slip = deposit(market, cheque)
    collect(market, (f"cheque_slip:{slip.pk}", 99_000))
    note_cheque_certificate(by=market.treasurer, cheque=cheque, number="12/2570", day=DAY)
    return_cheque(by=market.treasurer, cheque=cheque, reason="ลายเซ็นไม่ตรง")
    found.refresh_from_db()
    assert (found.settled_satang, receivable(market)) == (0, 100_000)
    assert money.balance(accounts.CHEQUE_BOUNCED) == -99_000
    assert wrong() == []
    data = money.statement([(DAY, -99_000, "CHQ RETURN")], opening=10_099_000)
    import_statement(by=None, account=market.bank, file_bytes=data, filename="b.csv")
    apply_row(
        by=market.treasurer,
        row=BankRow.objects.open().get(),
        applications=[
            ApplicationInput(satang=99_000, kind="awaited", target=f"cheque_return:{cheque.pk}")
        ],
    )
    assert money.balance(accounts.CHEQUE_BOUNCED) == 0
    assert money.balance(market.bank.ledger_code) == 10_000_000
    assert wrong() == []


def test_undoing_the_bank_row_takes_the_payment_off_and_it_can_clear_again(market: Money) -> None:
    found = bill(market)
    slip = deposit(market, receive(market, PartInput(found, 84_000)))
    (made,) = collect(market, (f"cheque_slip:{slip.pk}", 84_000))
    undo_application(by=market.treasurer, application=made, reason="ผิดแถว")
    found.refresh_from_db()
    assert (found.settled_satang, receivable(market)) == (0, 84_000)
    assert wrong() == []
    apply_row(
        by=market.treasurer,
        row=made.row,
        applications=[
            ApplicationInput(satang=84_000, kind="awaited", target=f"cheque_slip:{slip.pk}")
        ],
    )
    found.refresh_from_db()
    assert found.is_paid
    assert wrong() == []


def test_what_no_bill_takes_becomes_a_deposit_and_a_return_of_it_is_owed(market: Money) -> None:
    cheque = receive(market, satang=30_000)
    slip = deposit(market, cheque)
    collect(market, (f"cheque_slip:{slip.pk}", 30_000))
    account = accounts.deposit(market.day.hospital).code
    assert money.balance(account) == -30_000
    assert wrong() == []
    return_cheque(by=market.treasurer, cheque=cheque, reason="ปิดบัญชีแล้ว")
    assert money.balance(account) == 0
    assert wrong() == []


def test_a_bill_paid_meanwhile_takes_less_and_the_rest_is_a_deposit(market: Money) -> None:
    found = bill(market)
    slip = deposit(market, receive(market, PartInput(found, 84_000)))
    settle_documents(by=None, amounts={found.pk: 60_000})
    collect(market, (f"cheque_slip:{slip.pk}", 84_000))
    found.refresh_from_db()
    assert found.is_paid
    assert money.balance(accounts.deposit(market.day.hospital).code) == -60_000


def test_a_post_dated_cheque_stays_in_hand_until_its_day(market: Money) -> None:
    later = DAY + dt.timedelta(days=5)
    cheque = receive(market, PartInput(bill(market), 84_000), dated=later)
    assert list(Cheque.objects.to_deposit(DAY)) == []
    with pytest.raises(Refusal) as refused:
        deposit(market, cheque)
    assert refused.value.code == "post-dated"
    clock.set_clock(at(later, 9))
    assert list(Cheque.objects.to_deposit(later)) == [cheque]
    assert deposit(market, cheque).day == later


def test_a_cheque_left_in_the_drawer_is_chased_once_a_day_and_shown_at_closing(
    market: Money,
) -> None:
    receive(market, PartInput(bill(market), 84_000))
    assert chase_undeposited() == 0
    clock.set_clock(at(DAY + dt.timedelta(days=1), 9))
    assert chase_undeposited() == 1
    assert chase_undeposited() == 0
    (line,) = close_lines(DAY.replace(day=1), DAY + dt.timedelta(days=1))
    assert (line.ok, "840.00" in str(line.detail)) == (False, True)


@pytest.mark.parametrize(
    ("satang", "withheld", "changes", "code"),
    [
        (84_001, 0, {}, "over-bill"),
        (84_000, 1, {}, "over-bill"),
        (84_000, 0, {"satang": 83_999}, "over-cheque"),
        (84_000, 0, {"number": "12A45"}, "number"),
        (84_000, 0, {"dated": DAY - dt.timedelta(days=181)}, "stale"),
    ],
)
def test_a_wrong_cheque_is_refused(
    market: Money, satang: int, withheld: int, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        receive(market, PartInput(bill(market), satang, withheld), **changes)
    assert refused.value.code == code
    assert not Cheque.objects.exists()


def test_waiting_cheques_are_not_taken_twice_nor_for_more_than_is_open(market: Money) -> None:
    found = bill(market)
    receive(market, PartInput(found, 80_000))
    with pytest.raises(Refusal) as again:
        receive(market, satang=1_000)
    assert again.value.code == "twice"
    with pytest.raises(Refusal) as over:
        receive(market, PartInput(found, 5_000), number="10045679")
    assert over.value.code == "over-bill"


def test_a_cheque_given_back_leaves_nothing_in_the_books(market: Money) -> None:
    cheque = receive(market, PartInput(bill(market), 84_000))
    give_back_cheque(by=market.treasurer, cheque=cheque, reason="จ่ายโอนแทน")
    assert money.balance(accounts.CHEQUE_IN_HAND) == 0
    assert wrong() == []
    with pytest.raises(NotInThatState):
        deposit(market, cheque)


@pytest.mark.parametrize("change", [{"state": "cleared", "cleared_on": DAY}, {"satang": 1}])
def test_the_database_keeps_a_cheque_on_its_way(market: Money, change: dict[str, Any]) -> None:
    cheque = receive(market, PartInput(bill(market), 84_000))
    with pytest.raises(IntegrityError), transaction.atomic():
        Cheque.objects.filter(pk=cheque.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Cheque.objects.filter(pk=cheque.pk)._raw_delete("default")
    cheque.refresh_from_db()
    assert (cheque.state, cheque.satang) == (ChequeState.HELD, 84_000)
