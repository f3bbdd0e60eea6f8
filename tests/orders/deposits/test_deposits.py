"""Money held for buyers: it pays a bill once, goes back with two persons, and never below zero."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from marketplace.notifications.models import Message
from orders.cheques.services import deposit_cheques, receive_cheque, return_cheque
from orders.deposits.checks import close_lines
from orders.deposits.exceptions import AnotherPerson, Decided, NotEnoughHeld
from orders.deposits.models import DepositTerms, DepositUse, UseState
from orders.deposits.rules import Exposure, above_limit, most_kept
from orders.deposits.services import (
    apply_deposit,
    ask_to_give,
    decide_given,
    set_deposit_terms,
    settle_reclaim,
    undo_applied,
)
from orders.invoicing import accounts
from orders.invoicing.exceptions import TooMuchForDocument
from orders.invoicing.models import Document
from orders.invoicing.services import issue_bills
from orders.reconciliation.models import BankRow
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

ROOM = {
    "awaited-true",
    "bills-paid-true",
    "deposits-kept-true",
    "other-money-true",
    "receivable-true",
    "journals-balance",
    "balances-true",
    "nothing-overdrawn",
}
DAY = FIRST_DAY + dt.timedelta(days=9)


@pytest.fixture
def market() -> Money:
    made = money.make_money()
    clock.set_clock(at(DAY, 9))
    return made


def bill(market: Money, satang: int = 84_000) -> Document:
    sale = money.sale_for(market.day.site, market.day.cycle, satang)
    return issue_bills(by=None, buyer=market.day.hospital, deliveries=[sale.delivery])[0]


def arrive(market: Money, satang: int, **what: Any) -> BankRow:
    """A bank row comes and is applied: to a deposit of the hospital unless told otherwise."""
    data = money.statement([(DAY, satang, "โอน")])
    import_statement(by=None, account=market.bank, file_bytes=data, filename=f"{uuid4()}.csv")
    row: BankRow = BankRow.objects.get()
    wanted = {"kind": "deposit", "buyer": market.day.hospital} | what
    apply_row(
        by=market.treasurer,
        row=row,
        applications=[ApplicationInput(satang=abs(satang), **wanted)],
    )
    return row


def wrong() -> list[tuple[str, str]]:
    """Failing checks that deposits could break; the sales behind these bills are not posted."""
    return [one for one in money.failing() if one[0] in ROOM]


def held(market: Money) -> int:
    return -money.balance(accounts.deposit(market.day.hospital).code)


def pay(market: Money, document: Document, satang: int, key: UUID | None = None) -> DepositUse:
    return apply_deposit(by=market.treasurer, bill=document, satang=satang, key=key or uuid4())


def ask(market: Money, satang: int, kind: str = "returned", **rest: Any) -> DepositUse:
    facts: dict[str, Any] = {
        "reason": "เลิกจอง",
        "key": uuid4(),
        "pay_to": "ธนาคารตัวอย่าง 1" if kind == "returned" else "",
    }
    return ask_to_give(
        by=market.treasurer, buyer=market.day.hospital, kind=kind, satang=satang, **facts | rest
    )


# ---- paying bills --------------------------------------------------------------------------------


def test_what_is_held_pays_a_bill_in_part_and_then_the_rest(market: Money) -> None:
    owed = bill(market)
    arrive(market, 100_000)
    pay(market, owed, 50_000)
    owed.refresh_from_db()
    assert (owed.open_satang, held(market)) == (34_000, 50_000)
    pay(market, owed, 34_000)
    owed.refresh_from_db()
    assert owed.is_paid
    assert held(market) == 16_000
    assert wrong() == []


def test_the_same_form_sent_twice_pays_once(market: Money) -> None:
    owed, key = bill(market), uuid4()
    arrive(market, 100_000)
    assert pay(market, owed, 20_000, key) == pay(market, owed, 20_000, key)
    assert held(market) == 80_000


def test_no_more_than_is_held_or_open(market: Money) -> None:
    owed = bill(market)
    arrive(market, 30_000)
    with pytest.raises(NotEnoughHeld):
        pay(market, owed, 30_001)
    small = bill(market, 10_000)
    with pytest.raises(TooMuchForDocument):
        pay(market, small, 10_001)
    with pytest.raises(Refusal, match="มากกว่า 0"):
        pay(market, small, 0)
    assert held(market) == 30_000
    assert not DepositUse.objects.exists()


def test_only_the_treasurer_uses_deposits(market: Money) -> None:
    owed = bill(market)
    arrive(market, 30_000)
    with pytest.raises(Refusal):
        apply_deposit(by=market.day.staff, bill=owed, satang=1, key=uuid4())
    assert held(market) == 30_000


def test_taking_it_off_again_owes_the_bill_and_holds_the_money(market: Money) -> None:
    owed = bill(market)
    arrive(market, 84_000)
    use = pay(market, owed, 84_000)
    with pytest.raises(Refusal, match="เหตุผล"):
        undo_applied(by=market.treasurer, use=use, reason=" ")
    for _turn in range(2):
        undo_applied(by=market.treasurer, use=use, reason="ตัดผิดบิล")
    owed.refresh_from_db()
    assert (owed.open_satang, held(market)) == (84_000, 84_000)
    assert wrong() == []


def test_the_bank_row_behind_it_cannot_be_undone_while_it_pays_a_bill(market: Money) -> None:
    owed = bill(market)
    row = arrive(market, 84_000)
    use = pay(market, owed, 84_000)
    with pytest.raises(Refusal):
        undo_application(by=market.treasurer, application=row.applications.get())
    undo_applied(by=market.treasurer, use=use, reason="ตัดผิด")
    undo_application(by=market.treasurer, application=row.applications.get())
    assert held(market) == 0
    assert wrong() == []


# ---- giving it away ------------------------------------------------------------------------------


def test_a_return_needs_a_second_person_and_waits_for_the_bank(market: Money) -> None:
    arrive(market, 50_000)
    use = ask(market, 20_000)
    assert held(market) == 50_000
    with pytest.raises(AnotherPerson):
        decide_given(by=market.treasurer, use=use, agreed=True)
    decide_given(by=market.second, use=use, agreed=True)
    assert held(market) == 30_000
    assert money.balance(accounts.DEPOSIT_RETURNED.code) == -20_000
    assert wrong() == []
    with pytest.raises(Decided):
        decide_given(by=market.second, use=use, agreed=True)
    assert Message.objects.filter(
        recipient=f"party:{market.day.hospital.pk}", kind="deposit.used"
    ).exists()

    data = money.statement([(DAY, -20_000, "โอนออก")], opening=10_050_000)
    import_statement(by=None, account=market.bank, file_bytes=data, filename="back.csv")
    row = BankRow.objects.get(out_satang=20_000)
    apply_row(
        by=market.treasurer,
        row=row,
        applications=[
            ApplicationInput(satang=20_000, kind="awaited", target=f"deposit_return:{use.pk}")
        ],
    )
    assert money.balance(accounts.DEPOSIT_RETURNED.code) == 0
    assert wrong() == []


def test_what_is_asked_for_is_not_there_for_anything_else(market: Money) -> None:
    owed = bill(market)
    arrive(market, 50_000)
    ask(market, 20_000)
    with pytest.raises(NotEnoughHeld, match=r"300\.00"):
        pay(market, owed, 30_001)
    with pytest.raises(NotEnoughHeld):
        ask(market, 30_001)
    (line,) = close_lines(DAY, DAY)
    assert not line.ok


def test_refusing_leaves_it_held_and_says_why(market: Money) -> None:
    arrive(market, 50_000)
    use = ask(market, 20_000)
    with pytest.raises(Refusal, match="เหตุผล"):
        decide_given(by=market.second, use=use, agreed=False)
    decide_given(by=market.second, use=use, agreed=False, reason="ยังมีบิลค้าง")
    use.refresh_from_db()
    assert (use.state, use.ended_reason, held(market)) == ("refused", "ยังมีบิลค้าง", 50_000)
    (line,) = close_lines(DAY, DAY)
    assert line.ok


def test_a_deposit_is_kept_only_by_terms_and_up_to_their_share(market: Money) -> None:
    arrive(market, 50_000)
    with pytest.raises(Refusal) as refused:
        ask(market, 10_000, "kept")
    assert refused.value.code == "no-terms"
    set_deposit_terms(
        by=market.treasurer,
        buyer=market.day.hospital,
        valid_from=DAY,
        credit_satang=None,
        keep_bp=2_500,
        paper="สัญญาตัวอย่าง 1",
    )
    with pytest.raises(Refusal) as refused:
        ask(market, 12_501, "kept")
    assert refused.value.code == "over-terms"
    decide_given(by=market.second, use=ask(market, 12_500, "kept"), agreed=True)
    assert held(market) == 37_500
    assert money.balance(accounts.DEPOSIT_KEPT.code) == -12_500
    assert wrong() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"paper": " "}, "no-paper"),
        ({"keep_bp": 10_001}, "share"),
        ({"valid_from": DAY - dt.timedelta(days=1)}, "past"),
    ],
)
def test_terms_are_on_paper_and_never_backwards(
    market: Money, changes: dict[str, Any], code: str
) -> None:
    facts = {"valid_from": DAY, "credit_satang": 1, "keep_bp": 0, "paper": "ก"} | changes
    with pytest.raises(Refusal) as refused:
        set_deposit_terms(by=market.treasurer, buyer=market.day.hospital, **facts)
    assert refused.value.code == code
    assert not DepositTerms.objects.exists()


# ---- a cheque that came back after what it brought was used --------------------------------------


def cheque_on_deposit(market: Money, satang: int) -> Any:
    """A cheque for no bill clears: all of it is held."""
    cheque = receive_cheque(
        by=market.treasurer,
        buyer=market.day.hospital,
        number="10045678",
        bank="ธนาคารตัวอย่าง",
        dated=DAY,
        satang=satang,
    )
    slip = deposit_cheques(by=market.treasurer, cheques=[cheque], account=market.bank)
    arrive(market, satang, kind="awaited", buyer=None, target=f"cheque_slip:{slip.pk}")
    return cheque


def test_a_cheque_returned_after_its_money_paid_a_bill_owes_that_bill_again(market: Money) -> None:
    owed = bill(market)
    cheque = cheque_on_deposit(market, 60_000)
    pay(market, owed, 60_000)
    return_cheque(by=market.treasurer, cheque=cheque, reason="เงินไม่พอ")
    owed.refresh_from_db()
    assert (owed.open_satang, held(market)) == (84_000, 0)
    assert wrong() == []


def test_other_money_that_paid_the_same_bill_stays_on_it(market: Money) -> None:
    owed = bill(market)
    cheque = cheque_on_deposit(market, 40_000)
    data = money.statement([(DAY, 30_000, "โอน")], opening=10_040_000)
    import_statement(by=None, account=market.bank, file_bytes=data, filename="more.csv")
    apply_row(
        by=market.treasurer,
        row=BankRow.objects.get(in_satang=30_000),
        applications=[ApplicationInput(30_000, kind="deposit", buyer=market.day.hospital)],
    )
    pay(market, owed, 70_000)
    return_cheque(by=market.treasurer, cheque=cheque, reason="เงินไม่พอ")
    owed.refresh_from_db()
    assert (owed.settled_satang, held(market)) == (30_000, 0)
    assert wrong() == []


def test_what_went_back_to_the_buyer_is_reclaimed(market: Money) -> None:
    cheque = cheque_on_deposit(market, 60_000)
    decide_given(by=market.second, use=ask(market, 45_000), agreed=True)
    return_cheque(by=market.treasurer, cheque=cheque, reason="เงินไม่พอ")
    reclaim = accounts.reclaim(market.day.hospital).code
    assert (money.balance(reclaim), held(market)) == (45_000, 0)
    assert wrong() == []

    data = money.statement([(DAY, 50_000, "โอน")], opening=10_060_000)
    import_statement(by=None, account=market.bank, file_bytes=data, filename="paid.csv")
    apply_row(
        by=market.treasurer,
        row=BankRow.objects.get(in_satang=50_000),
        applications=[ApplicationInput(50_000, kind="deposit", buyer=market.day.hospital)],
    )
    key = uuid4()
    for _turn in range(2):
        settle_reclaim(by=market.treasurer, buyer=market.day.hospital, key=key)
    assert (money.balance(reclaim), held(market)) == (0, 5_000)
    assert wrong() == []
    with pytest.raises(Refusal, match="ไม่มียอด"):
        settle_reclaim(by=market.treasurer, buyer=market.day.hospital, key=uuid4())


# ---- the database itself -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [{"satang": 1}, {"reason": "อื่น"}, {"state": "asked"}],
)
def test_what_a_use_says_cannot_be_rewritten(market: Money, change: dict[str, Any]) -> None:
    arrive(market, 50_000)
    use = ask(market, 20_000)
    decide_given(by=market.second, use=use, agreed=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        DepositUse.objects.filter(pk=use.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        DepositUse.objects.filter(pk=use.pk).delete()


def test_the_database_knows_maker_and_checker(market: Money) -> None:
    arrive(market, 50_000)
    use = ask(market, 20_000)
    journal = decide_given(by=market.second, use=ask(market, 1), agreed=True).journal
    with pytest.raises(IntegrityError), transaction.atomic():
        DepositUse.objects.filter(pk=use.pk).update(
            state=UseState.STANDS, decided_by=market.treasurer, journal=journal
        )


# ---- figures -------------------------------------------------------------------------------------

SATANG = st.integers(0, 10**12)


@given(SATANG, st.integers(0, 10_000))
def test_what_is_kept_is_at_most_the_share_and_a_satang_more_is_too_much(
    amount: int, keep_bp: int
) -> None:
    most = most_kept(amount, keep_bp)
    assert most * 10_000 <= amount * keep_bp < (most + 1) * 10_000


@given(SATANG, SATANG, SATANG, SATANG, SATANG, SATANG, SATANG)
def test_an_order_passes_the_limit_by_what_it_is_above(
    billed: int, unbilled: int, ordered: int, on_deposit: int, new: int, limit: int, allowed: int
) -> None:
    exposure = Exposure(billed, unbilled, ordered, on_deposit)
    over = above_limit(exposure, new, limit, allowed)
    owing = max(0, billed + unbilled + ordered - on_deposit) + new
    assert (over == 0) == (owing <= limit + allowed)
    assert over in (0, owing - limit - allowed)
