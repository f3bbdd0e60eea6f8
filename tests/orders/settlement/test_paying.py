"""What growers are owed, payout batches of two people, and cash from a counted float."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from marketplace.ledger.services import EntryInput, JournalInput, post
from marketplace.parties.models import FarmerGroup
from orders.invoicing import accounts
from orders.reconciliation.models import BankRow
from orders.reconciliation.services import (
    ApplicationInput,
    apply_row,
    import_statement,
    undo_application,
)
from orders.settlement.exceptions import (
    BuyerNotPaid,
    FloatOpen,
    FloatShort,
    NoFloat,
    NothingDue,
    SamePerson,
    WrongState,
)
from orders.settlement.models import CashFloat, Owed, PayoutBatch, PayoutItem, Voucher
from orders.settlement.services import (
    approve_batch,
    cancel_batch,
    close_float,
    fail_item,
    make_batch,
    open_float,
    pay_batch,
    pay_cash,
    receive_resale_cash,
)
from tests.support import money, people
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY, at

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

LATER = FIRST_DAY + dt.timedelta(days=8)


@pytest.fixture
def market() -> Money:
    return money.make_money()


def owed_market(market: Money, method: str = "bank") -> Money:
    """ป้าแดง is owed 560 baht, due by now."""
    market.accepted(20)
    market.account_for(market.day.daeng, method)
    clock.set_clock(at(LATER))
    return market


def payable(market: Money) -> int:
    return money.payable(market.day.daeng, market.day.group)


# ---- owed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("basis", "kilos"), [("scale", 20), ("accepted", 17)])
def test_owed_is_farm_gate_times_the_weight_that_is_paid(basis: str, kilos: int) -> None:
    market = money.make_money(basis=basis)
    market.accepted(20, accepted=17, rejected=3, cause="quality")
    assert sum(owed.satang for owed in Owed.objects.all()) == kilos * 2800
    assert payable(market) == kilos * 2800
    assert money.failing() == []


def test_bought_goods_that_nobody_ordered_are_owed_all_the_same(market: Money) -> None:
    market.accepted(20, brought=22.5)
    assert payable(market) == 63_000
    assert money.in_hand() == 7_000


def test_consignment_that_the_hub_spoiled_is_owed() -> None:
    market = money.make_money(basis="accepted")
    market.accepted(20, accepted=17, rejected=3, cause="handling")
    assert payable(market) == 56_000


# ---- batches -------------------------------------------------------------------------------------


def test_the_one_who_makes_a_batch_does_not_approve_it(market: Money) -> None:
    owed_market(market)
    batch = make_batch(by=market.treasurer)
    with pytest.raises(SamePerson):
        approve_batch(by=market.treasurer, batch=batch)
    with pytest.raises(WrongState):
        pay_batch(by=market.treasurer, batch=batch)
    with pytest.raises(DatabaseError), transaction.atomic():
        PayoutBatch.objects.filter(pk=batch.pk).update(approved_by=market.treasurer)
    assert payable(market) == 56_000
    approve_batch(by=market.second, batch=batch)
    pay_batch(by=market.treasurer, batch=batch)
    assert payable(market) == 0
    assert money.balance(accounts.PAYOUT_TRANSIT) == -56_000


def test_a_batch_sent_again_pays_once(market: Money) -> None:
    owed_market(market)
    batch = market.paid_batch()
    for _turn in range(2):
        approve_batch(by=market.second, batch=batch)
        pay_batch(by=market.second, batch=batch)
    batch.refresh_from_db()
    assert batch.sent_by == market.treasurer
    assert money.balance(accounts.PAYOUT_TRANSIT) == -56_000
    with pytest.raises(NothingDue):
        make_batch(by=market.treasurer)


def test_what_stands_in_a_batch_is_not_gathered_again_until_it_is_cancelled(
    market: Money,
) -> None:
    owed_market(market)
    batch = make_batch(by=market.treasurer)
    with pytest.raises(NothingDue):
        make_batch(by=market.second)
    open_float(by=market.second, counted_satang=60_000, withdrawn_satang=60_000)
    with pytest.raises(NothingDue):
        pay_cash(by=market.second, payee=market.day.daeng, key="a", signed_by="แดง")
    cancel_batch(by=market.treasurer, batch=batch, reason="ทำใหม่")
    with pytest.raises(WrongState):
        approve_batch(by=market.second, batch=batch)
    again = make_batch(by=market.treasurer)
    assert again.total_satang == 56_000
    assert again.code != batch.code


def test_a_sent_batch_is_not_cancelled(market: Money) -> None:
    owed_market(market)
    batch = market.paid_batch()
    with pytest.raises(WrongState):
        cancel_batch(by=market.treasurer, batch=batch, reason="ผิด")
    assert payable(market) == 0


def test_what_is_not_due_yet_is_not_paid(market: Money) -> None:
    market.accepted(20)
    market.account_for(market.day.daeng)
    with pytest.raises(NothingDue):
        make_batch(by=market.treasurer, due_until=FIRST_DAY - dt.timedelta(days=1))


def test_who_waits_for_the_buyer_is_paid_after_the_bill(market: Money) -> None:
    FarmerGroup.objects.update(release_rule="buyer_paid")
    owed_market(market)
    bill = market.bill()
    with pytest.raises(NothingDue):
        make_batch(by=market.treasurer)
    row = moved(market, 84_000)
    apply_row(by=None, row=row, applications=[ApplicationInput(84_000, document=bill)])
    assert make_batch(by=market.treasurer).total_satang == 56_000


def released_market(market: Money) -> BankRow:
    """ป้าแดง's group waits for the buyer, and the buyer has paid; the bank row that did."""
    FarmerGroup.objects.update(release_rule="buyer_paid")
    owed_market(market)
    bill = market.bill()
    row = moved(market, 84_000)
    apply_row(by=None, row=row, applications=[ApplicationInput(84_000, document=bill)])
    return row


def undo(row: BankRow) -> None:
    undo_application(by=None, application=row.applications.get(undone_at__isnull=True))


def test_what_is_not_paid_out_waits_again_when_the_buyers_payment_is_undone(
    market: Money,
) -> None:
    row = released_market(market)
    undo(row)
    with pytest.raises(NothingDue):
        make_batch(by=market.treasurer)
    bill = market.day.hospital.documents.get()
    apply_row(by=None, row=row, applications=[ApplicationInput(84_000, document=bill)])
    assert make_batch(by=market.treasurer).total_satang == 56_000


def test_an_approved_batch_is_not_sent_when_the_buyers_payment_is_undone(market: Money) -> None:
    row = released_market(market)
    batch = make_batch(by=market.treasurer)
    approve_batch(by=market.second, batch=batch)
    undo(row)
    with pytest.raises(BuyerNotPaid):
        pay_batch(by=market.treasurer, batch=batch)
    assert payable(market) == 56_000
    cancel_batch(by=market.treasurer, batch=batch, reason="ผู้ซื้อยังไม่จ่าย")
    with pytest.raises(NothingDue):
        make_batch(by=market.treasurer)


def test_what_was_paid_out_stays_paid_and_is_shown_as_paid_early(
    market: Money, client: Client
) -> None:
    row = released_market(market)
    market.paid_batch()
    client.force_login(market.treasurer)
    early = "จ่ายเกษตรกรก่อนผู้ซื้อจ่าย"
    assert early not in client.get(reverse("settlement:home")).content.decode()
    undo(row)
    assert payable(market) == 0
    assert early in client.get(reverse("settlement:home")).content.decode()
    assert "560.00" in client.get(reverse("settlement:growers")).content.decode()
    assert money.failing() == []
    bill = market.day.hospital.documents.get()
    apply_row(by=None, row=row, applications=[ApplicationInput(84_000, document=bill)])
    assert early not in client.get(reverse("settlement:home")).content.decode()


def test_a_dated_pay_day_is_kept_when_a_part_of_the_bill_is_paid(market: Money) -> None:
    owed_market(market)
    bill = market.bill()
    FarmerGroup.objects.update(release_rule="buyer_paid")  # what is owed keeps its day
    row = moved(market, 10_000)
    apply_row(by=None, row=row, applications=[ApplicationInput(10_000, document=bill)])
    undo(row)
    assert make_batch(by=market.treasurer).total_satang == 56_000


def test_a_payment_that_the_bank_refused_is_owed_again_once(market: Money) -> None:
    owed_market(market)
    batch = market.paid_batch()
    for _turn in range(2):
        fail_item(by=market.treasurer, item=batch.items.get(), reason="เลขบัญชีผิด")
    assert payable(market) == 56_000
    assert money.balance(accounts.PAYOUT_TRANSIT) == 0
    assert market.paid_batch().total_satang == 56_000
    assert payable(market) == 0
    assert money.failing() == []


def moved(market: Money, satang: int) -> BankRow:
    """A row on the bank's statement, out when below zero."""
    data = money.statement([(LATER, satang, "ตัวอย่าง")])
    import_statement(by=None, account=market.bank, file_bytes=data, filename="a.csv")
    return market.bank.rows.get()


def test_the_bank_row_confirms_and_undoing_it_takes_that_back(market: Money) -> None:
    owed_market(market)
    batch = market.paid_batch()
    row = moved(market, -56_000)
    pay_batch(by=market.treasurer, batch=batch, row=row)
    assert PayoutItem.objects.get().state == "paid"
    with pytest.raises(WrongState):
        fail_item(by=market.treasurer, item=batch.items.get(), reason="สาย")
    undo_application(by=None, application=row.applications.get())
    batch.refresh_from_db()
    assert (batch.state, batch.confirmed_satang) == ("sent", 0)
    assert payable(market) == 0


def test_a_bank_row_confirms_no_more_than_is_on_its_way(market: Money) -> None:
    owed_market(market)
    batch = market.paid_batch()
    row = moved(market, -60_000)
    part = ApplicationInput(60_000, kind="payout", target=f"batch:{batch.pk}")
    with pytest.raises(Refusal):
        apply_row(by=None, row=row, applications=[part])
    row.refresh_from_db()
    assert row.applied_satang == 0


# ---- cash ----------------------------------------------------------------------------------------


def test_cash_is_paid_from_the_float_with_a_voucher_and_counted_back_by_another(
    market: Money,
) -> None:
    owed_market(market, "cash")
    opened = open_float(by=market.treasurer, counted_satang=60_000, withdrawn_satang=60_000)
    voucher = pay_cash(by=market.treasurer, payee=market.day.daeng, key="k", signed_by="แดง")
    assert (voucher.code, voucher.satang) == ("RV-2570-000001", 56_000)
    assert voucher.content["words"] == "ห้าร้อยหกสิบบาทถ้วน"
    assert (payable(market), money.balance(accounts.FLOAT)) == (0, 4_000)
    with pytest.raises(SamePerson):
        close_float(by=market.treasurer, cash_float=opened, counted_satang=4_000)
    closed = close_float(by=market.second, cash_float=opened, counted_satang=3_900)
    assert (closed.difference_satang, money.balance(accounts.SAFE)) == (-100, 3_900)
    assert money.balance(accounts.CASH_DIFFERENCE) == 100
    with pytest.raises(NoFloat):
        close_float(by=market.second, cash_float=opened, counted_satang=3_900)
    assert money.balance(accounts.FLOAT) == 0
    assert money.failing() == []


def test_the_one_who_paid_from_a_float_does_not_count_it_back(market: Money) -> None:
    owed_market(market, "cash")
    opened = open_float(by=market.treasurer, counted_satang=60_000, withdrawn_satang=60_000)
    pay_cash(by=market.second, payee=market.day.daeng, key="k", signed_by="แดง")
    with pytest.raises(SamePerson):
        close_float(by=market.second, cash_float=opened, counted_satang=4_000)


def test_a_form_sent_again_is_one_voucher_and_a_new_one_finds_nothing_due(market: Money) -> None:
    owed_market(market, "cash")
    open_float(by=market.treasurer, counted_satang=120_000, withdrawn_satang=120_000)
    daeng = market.day.daeng
    first = pay_cash(by=market.treasurer, payee=daeng, key="k", signed_by="แดง")
    assert pay_cash(by=market.treasurer, payee=daeng, key="k", signed_by="แดง") == first
    with pytest.raises(NothingDue):
        pay_cash(by=market.treasurer, payee=daeng, key="other", signed_by="แดง")
    assert money.balance(accounts.FLOAT) == 64_000


def test_the_float_never_goes_below_zero(market: Money) -> None:
    owed_market(market, "cash")
    with pytest.raises(NoFloat):
        pay_cash(by=market.treasurer, payee=market.day.daeng, key="k", signed_by="แดง")
    with pytest.raises(FloatShort):
        open_float(by=market.treasurer, counted_satang=55_999)  # the safe is empty
    assert not CashFloat.objects.exists()
    open_float(by=market.treasurer, counted_satang=55_999, withdrawn_satang=55_999)
    with pytest.raises(FloatOpen):
        open_float(by=market.second, counted_satang=1, withdrawn_satang=1)
    with pytest.raises(FloatShort):
        pay_cash(by=market.treasurer, payee=market.day.daeng, key="k", signed_by="แดง")
    assert not Voucher.objects.exists()
    assert payable(market) == 56_000
    assert money.balance(accounts.FLOAT) == 55_999


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"signed_by": " "}, "unsigned"),
        ({"signed_how": "thumb"}, "no-witness"),
        ({"signed_how": "photo"}, "no-photo"),
    ],
    ids=["no name", "no witness", "no picture"],
)
def test_cash_is_paid_against_a_signature_only(
    market: Money, values: dict[str, str], code: str
) -> None:
    owed_market(market, "cash")
    open_float(by=market.treasurer, counted_satang=60_000, withdrawn_satang=60_000)
    with pytest.raises(Refusal) as caught:
        pay_cash(
            by=market.treasurer,
            payee=market.day.daeng,
            key="k",
            **{"signed_by": "แดง", **values},  # type: ignore[arg-type]
        )
    assert caught.value.code == code
    assert payable(market) == 56_000


def test_resale_cash_told_twice_is_put_in_the_safe_once() -> None:
    market = money.make_money()
    post(
        by=None,
        journals=[
            JournalInput(
                "t",
                "test",
                LATER,
                "ทดสอบ",
                "test:1",
                [
                    EntryInput(accounts.RESALE, 10_000, "t"),
                    EntryInput(accounts.CAPITAL, -10_000, "t"),
                ],
            )
        ],
    )
    for _turn in range(2):
        receive_resale_cash(by=market.treasurer, satang=10_000, key="once")
    assert money.balance(accounts.SAFE) == 10_000
    with pytest.raises(Refusal):
        receive_resale_cash(by=market.treasurer, satang=1, key="again")


# ---- pages ---------------------------------------------------------------------------------------


@pytest.fixture(params=["staff", "coordinator", "requester"])
def other(request: pytest.FixtureRequest, market: Money) -> User:
    """Somebody who is no treasurer."""
    day = market.day
    return {"staff": day.staff, "coordinator": day.coordinator, "requester": day.requester}[
        request.param
    ]


def test_nobody_but_a_treasurer_moves_a_payment(client: Client, market: Money, other: User) -> None:
    owed_market(market)
    batch = make_batch(by=market.treasurer)
    client.force_login(other)
    for step in ("approve", "send", "cancel"):
        answer = client.post(reverse("settlement:move-batch", args=[batch.pk, step]))
        assert answer.status_code in (403, 404)
    for name in ("settlement:payouts", "settlement:cash"):
        assert client.post(reverse(name), {"action": "open"}).status_code in (403, 404)
    batch.refresh_from_db()
    assert batch.state == "draft"
    assert not CashFloat.objects.exists()


def test_two_treasurers_make_and_approve_on_the_pages(client: Client, market: Money) -> None:
    owed_market(market)
    client.force_login(market.treasurer)
    form = {"due_until": "19/1/2570", "method": "bank"}
    for _turn in range(2):  # the second finds nothing due and says so
        page = client.post(reverse("settlement:payouts"), form, follow=True).content.decode()
    assert "ยังไม่มียอดถึงกำหนดจ่าย" in page
    batch = PayoutBatch.objects.get()
    approve = reverse("settlement:move-batch", args=[batch.pk, "approve"])
    send = reverse("settlement:move-batch", args=[batch.pk, "send"])
    assert "ต้องเป็นคนละคน" in client.post(approve, follow=True).content.decode()
    client.force_login(people.user("third", (market.day.cooperative, "treasurer")))
    client.post(approve)
    for _turn in range(2):
        assert client.post(send).status_code == 302
    batch.refresh_from_db()
    assert batch.state == "sent"
    assert payable(market) == 0
    assert money.balance(accounts.PAYOUT_TRANSIT) == -56_000
