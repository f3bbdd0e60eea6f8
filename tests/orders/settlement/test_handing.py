"""What payments were charged for savings and loans is handed on once, and never more than was held."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from orders.invoicing import accounts
from orders.reconciliation.models import BankRow
from orders.reconciliation.services import ApplicationInput, apply_row, import_statement
from orders.settlement.exceptions import SamePerson
from orders.settlement.models import (
    Deduction,
    DeductionTaken,
    HandOn,
    HandOnRow,
    PaymentVoucher,
    PayoutItem,
)
from orders.settlement.services import (
    DeductionInput,
    HandOnInput,
    agree_deduction,
    agree_hand_on,
    drop_hand_on,
    make_hand_on,
    pay_batch,
    return_item,
    void_payment_voucher,
)
from tests.support import money
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY, MONDAY, at

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

SENT = FIRST_DAY + dt.timedelta(days=8)
BACK = SENT + dt.timedelta(days=3)
SAVED, LENT = 2_000, 5_000


@pytest.fixture
def market() -> Money:
    """ป้าแดง is owed 560 baht; she saves 20 and pays 50 of a loan back with every payment."""
    made = money.make_money()
    made.accepted(20)
    made.account_for(made.day.daeng)
    clock.set_clock(at(SENT))
    agree(made, "saving", None, SAVED)
    agree(made, "loan", 90_000, LENT)
    return made


def agree(market: Money, kind: str, satang: int | None, instalment: int) -> Deduction:
    return agree_deduction(
        by=market.treasurer,
        wanted=DeductionInput(
            key=uuid4().hex,
            kind=kind,
            person=market.day.daeng,
            group=market.day.group,
            what="หุ้นตัวอย่าง",
            satang=satang,
            paper="หนังสือ 1",
            signed_on=MONDAY,
            instalment_satang=instalment,
        ),
    )


def rows_of(market: Money, *rows: tuple[dt.date, int, str]) -> list[BankRow]:
    clock.set_clock(at(max(day for day, _satang, _words in rows)))
    before = set(market.bank.rows.values_list("pk", flat=True))
    import_statement(
        by=None,
        account=market.bank,
        file_bytes=money.statement(list(rows)),
        filename=f"{uuid4().hex}.csv",
    )
    return list(market.bank.rows.exclude(pk__in=before).order_by("pk"))


def paid(market: Money, *more: tuple[dt.date, int, str]) -> tuple[PayoutItem, list[BankRow]]:
    """A batch that reached her, and what the statement shows after it."""
    batch = market.paid_batch()
    assert batch.total_satang == 56_000 - SAVED - LENT
    out, *rest = rows_of(market, (SENT, -batch.total_satang, "โอนจ่าย"), *more)
    pay_batch(by=market.treasurer, batch=batch, row=out)
    return batch.items.get(), rest


def asked(market: Money, kind: str = "saving", until: dt.date | None = None) -> HandOn:
    return make_hand_on(
        by=market.treasurer,
        wanted=HandOnInput(
            kind, until or clock.today(), "ฝ่ายเงินฝาก ตัวอย่าง", "ธนาคารตัวอย่าง 111-1-11111-1"
        ),
        key=uuid4(),
    )


def book(market: Money, prefix: str = "saving") -> int:
    return money.balance(f"{prefix}:{market.day.daeng.code}")


def test_nothing_is_handed_on_before_the_payment_reached_her(market: Money) -> None:
    market.paid_batch()
    with pytest.raises(Refusal) as caught:
        asked(market)
    assert caught.value.code == "nothing"
    assert not HandOn.objects.exists()


def test_savings_go_to_the_savings_book_by_a_voucher_that_waits_for_its_bank_row(
    market: Money,
) -> None:
    _item, (row,) = paid(market, (BACK, -SAVED, "โอนออก ฝ่ายเงินฝาก"))
    assert book(market) == -SAVED
    batch = asked(market)
    assert (batch.satang, batch.rows.get().satang, book(market)) == (SAVED, SAVED, -SAVED)
    with pytest.raises(SamePerson):
        agree_hand_on(by=market.treasurer, batch=batch)
    agree_hand_on(by=market.second, batch=batch)
    agree_hand_on(by=market.second, batch=batch)
    voucher = PaymentVoucher.objects.get()
    assert (voucher.state, voucher.target, voucher.satang) == ("issued", batch.target, SAVED)
    assert (voucher.made_by, voucher.decided_by) == (market.treasurer, market.second)
    assert (book(market), money.balance(accounts.HANDING.code)) == (0, 0)
    assert money.balance(accounts.VOUCHER_TRANSIT.code) == -SAVED
    assert money.failing() == []
    apply_row(
        by=market.treasurer,
        row=row,
        applications=[
            ApplicationInput(SAVED, kind="awaited", target=f"payment_voucher:{voucher.pk}")
        ],
    )
    assert money.balance(accounts.VOUCHER_TRANSIT.code) == 0
    assert money.failing() == []
    with pytest.raises(Refusal):
        asked(market)


def test_instalments_go_back_to_the_desk_that_lent(market: Money) -> None:
    paid(market)
    assert money.balance(accounts.COOP_MEMBERS) == -90_000
    agree_hand_on(by=market.second, batch=asked(market, "loan"))
    assert money.balance(accounts.COOP_MEMBERS) == -90_000 + LENT
    assert book(market, "loan") == 90_000 - LENT
    assert money.failing() == []


def test_what_is_held_is_handed_on_once_whoever_asks(market: Money) -> None:
    paid(market)
    key = uuid4()
    wanted = HandOnInput("saving", clock.today(), "ก", "ข")
    first = make_hand_on(by=market.treasurer, wanted=wanted, key=key)
    assert make_hand_on(by=market.treasurer, wanted=wanted, key=key) == first
    with pytest.raises(Refusal):
        make_hand_on(by=market.second, wanted=wanted, key=uuid4())
    taken = DeductionTaken.objects.get(deduction__kind="saving")
    for satang in (SAVED, SAVED + 1, 1):
        with pytest.raises(DatabaseError), transaction.atomic():
            HandOnRow.objects.create(batch=first, taken=taken, satang=satang)
    with pytest.raises(DatabaseError), transaction.atomic():
        HandOnRow.objects.update(satang=1)
    drop_hand_on(by=market.treasurer, batch=first, reason="ผิดบัญชี")
    assert asked(market).satang == SAVED


def test_a_payment_that_came_back_before_approval_stops_the_batch(market: Money) -> None:
    item, (row,) = paid(market, (BACK, 49_000, "คืนเงินโอน"))
    batch = asked(market)
    return_item(by=market.treasurer, item=item, row=row, reason="บัญชีปิด")
    with pytest.raises(Refusal) as caught:
        agree_hand_on(by=market.second, batch=batch)
    assert caught.value.code == "changed"
    drop_hand_on(by=market.treasurer, batch=batch, reason="ตีกลับ")
    assert book(market) == 0
    assert money.failing() == []


def test_what_came_back_after_it_was_handed_on_is_taken_off_the_next_batch(market: Money) -> None:
    item, (row,) = paid(market, (BACK, 49_000, "คืนเงินโอน"))
    first = asked(market)
    agree_hand_on(by=market.second, batch=first)
    agree_hand_on(by=market.second, batch=asked(market, "loan"))
    return_item(by=market.treasurer, item=item, row=row, reason="บัญชีปิด")
    assert money.payable(market.day.daeng, market.day.group) == 56_000
    assert (book(market), money.balance(accounts.HANDED_BACK.code)) == (0, SAVED)
    assert book(market, "loan") == 90_000
    assert money.failing() == []
    # The same produce is paid again: it is charged again, and the books owe the desks nothing more.
    again = market.paid_batch()
    (out,) = rows_of(market, (BACK + dt.timedelta(days=2), -again.total_satang, "โอนจ่าย"))
    pay_batch(by=market.treasurer, batch=again, row=out)
    for kind in ("saving", "loan"):
        with pytest.raises(Refusal) as caught:
            asked(market, kind)
        assert caught.value.code == "nothing"
    assert money.balance(accounts.COOP_MEMBERS) == -90_000 + LENT


def test_an_approved_batch_is_dropped_after_its_voucher_was_voided(market: Money) -> None:
    paid(market)
    batch = asked(market)
    agree_hand_on(by=market.second, batch=batch)
    with pytest.raises(Refusal) as caught:
        drop_hand_on(by=market.treasurer, batch=batch, reason="ผิดบัญชี")
    assert caught.value.code == "has-voucher"
    void_payment_voucher(by=market.treasurer, voucher=PaymentVoucher.objects.get(), reason="ผิดบัญชี")
    assert money.balance(accounts.HANDING.code) == -SAVED
    assert money.failing() == []
    drop_hand_on(by=market.treasurer, batch=batch, reason="ผิดบัญชี")
    assert (book(market), money.balance(accounts.HANDING.code)) == (-SAVED, 0)
    assert money.failing() == []


def test_the_database_wants_two_persons(market: Money) -> None:
    paid(market)
    batch = asked(market)
    with pytest.raises(DatabaseError), transaction.atomic():
        HandOn.objects.filter(pk=batch.pk).update(state="agreed", decided_by=market.treasurer)
    with pytest.raises(DatabaseError), transaction.atomic():
        HandOn.objects.filter(pk=batch.pk).update(satang=1)


def test_a_treasurer_makes_a_batch_and_another_approves_it(client: Client, market: Money) -> None:
    paid(market)
    client.force_login(market.treasurer)
    page = client.get(reverse("settlement:hand-ons")).content.decode()
    assert "ต้องนำส่ง ฿70.00" in page
    address = reverse("settlement:new-hand-on", args=["saving"])
    assert market.day.daeng.name in client.get(address).content.decode()
    sent = {
        "until": f"{clock.today():%d/%m}/2570",
        "payee": "ฝ่ายเงินฝาก ตัวอย่าง",
        "pay_to": "ธนาคารตัวอย่าง 111",
        "key": str(uuid4()),
    }
    made = client.post(address, sent, follow=True).content.decode()
    batch = HandOn.objects.get()
    assert "อีกคนต้องเข้าระบบ" in made
    assert "xlsx" in client.get(reverse("settlement:hand-on", args=[batch.pk])).content.decode()
    client.force_login(market.second)
    done = client.post(
        reverse("settlement:decide-hand-on", args=[batch.pk, "agree"]), follow=True
    ).content.decode()
    assert PaymentVoucher.objects.get().code in done
    assert "รอแถวธนาคาร" in done
    sheet = client.get(reverse("settlement:hand-on", args=[batch.pk]), {"format": "xlsx"})
    assert sheet.content[:2] == b"PK"
    refused = client.post(
        reverse("settlement:decide-hand-on", args=[batch.pk, "drop"]),
        {"reason": "ผิด"},
        follow=True,
    ).content.decode()
    assert "กรุณายกเลิกใบนั้นก่อน" in refused
