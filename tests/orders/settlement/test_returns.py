"""A payment that the bank confirmed and that comes back days later is owed again, once."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from orders.reconciliation.models import BankRow
from orders.reconciliation.services import import_statement, undo_application
from orders.settlement.exceptions import WrongState
from orders.settlement.models import PayoutBatch, PayoutItem
from orders.settlement.services import make_batch, pay_batch, return_item, rows_for
from tests.support import money
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY, at

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

SENT = FIRST_DAY + dt.timedelta(days=8)
BACK = SENT + dt.timedelta(days=3)
WORDS = "คืนเงินโอน 7890 บัญชีปิด"


@pytest.fixture
def market() -> Money:
    made = money.make_money()
    made.accepted(20)
    made.account_for(made.day.daeng)
    clock.set_clock(at(SENT))
    return made


def bank(market: Money, *rows: tuple[dt.date, int, str]) -> list[BankRow]:
    clock.set_clock(at(BACK))
    import_statement(
        by=None, account=market.bank, file_bytes=money.statement(list(rows)), filename="a.csv"
    )
    return list(market.bank.rows.order_by("pk"))


def confirmed(market: Money, *more: tuple[dt.date, int, str]) -> tuple[PayoutItem, list[BankRow]]:
    """A batch whose bank row arrived, and what the statement shows after it."""
    batch = market.paid_batch()
    out, *rest = bank(market, (SENT, -56_000, "โอนจ่าย"), *more)
    pay_batch(by=market.treasurer, batch=batch, row=out)
    return batch.items.get(), rest


def owed(market: Money) -> int:
    return money.payable(market.day.daeng, market.day.group)


def test_what_came_back_is_owed_again_and_may_be_paid_again(market: Money) -> None:
    item, (row,) = confirmed(market, (BACK, 56_000, WORDS))
    return_item(by=market.treasurer, item=item, row=row, reason="บัญชีปิด")
    item.refresh_from_db()
    row.refresh_from_db()
    assert item.came_back
    assert (owed(market), row.applied_satang) == (56_000, 56_000)
    assert money.balance("transit:returned") == 0
    assert PayoutBatch.objects.get().state == "done"
    assert money.failing() == []
    again = market.paid_batch()
    assert (again.total_satang, owed(market)) == (56_000, 0)
    assert money.failing() == []


def test_it_comes_back_once_and_only_after_it_was_confirmed(market: Money) -> None:
    batch = market.paid_batch()
    (row,) = bank(market, (BACK, 56_000, WORDS))
    with pytest.raises(WrongState):
        return_item(by=market.treasurer, item=batch.items.get(), row=row, reason="บัญชีปิด")
    assert owed(market) == 0


@pytest.mark.parametrize(
    ("day", "satang", "reason", "code"),
    [
        (BACK, 55_999, "บัญชีปิด", "row"),
        (BACK, -56_000, "บัญชีปิด", "row"),
        (SENT, 56_000, " ", "reason"),
    ],
)
def test_a_row_that_cannot_be_its_return_is_refused(
    market: Money, day: dt.date, satang: int, reason: str, code: str
) -> None:
    item, (row,) = confirmed(market, (day, satang, "ตัวอย่าง"))
    with pytest.raises(Refusal) as told:
        return_item(by=market.treasurer, item=item, row=row, reason=reason)
    assert told.value.code == code
    assert owed(market) == 0


def test_undoing_the_match_makes_it_paid_again(market: Money) -> None:
    item, (row,) = confirmed(market, (BACK, 56_000, WORDS))
    for _turn in range(2):
        return_item(by=market.treasurer, item=item, row=row, reason="บัญชีปิด")
        undo_application(by=market.treasurer, application=row.applications.order_by("pk").last())
        item.refresh_from_db()
        assert (item.state, owed(market)) == ("paid", 0)
        assert money.failing() == []


def test_the_match_stays_once_the_money_is_in_another_payment(market: Money) -> None:
    item, (row,) = confirmed(market, (BACK, 56_000, WORDS))
    return_item(by=market.treasurer, item=item, row=row, reason="บัญชีปิด")
    make_batch(by=market.treasurer)
    with pytest.raises(Refusal) as told:
        undo_application(by=market.treasurer, application=row.applications.get())
    assert told.value.code == "paid-again"


def test_the_confirmation_is_not_undone_while_a_return_of_it_stands(market: Money) -> None:
    item, (row,) = confirmed(market, (BACK, 56_000, WORDS))
    return_item(by=market.treasurer, item=item, row=row, reason="บัญชีปิด")
    out = market.bank.rows.get(out_satang__gt=0)
    with pytest.raises(WrongState):
        undo_application(by=market.treasurer, application=out.applications.get())


def test_the_row_that_names_the_account_is_offered_first(market: Money) -> None:
    item, (other, named, _small) = confirmed(
        market,
        (BACK, 56_000, "รับโอน"),
        (BACK, 56_000, WORDS),
        (BACK, 1_000, WORDS),
    )
    assert [row.pk for row in rows_for([item])[item.pk]] == [named.pk, other.pk]


def test_the_treasurer_confirms_it_on_the_batchs_page(market: Money, client: Client) -> None:
    item, (row,) = confirmed(market, (BACK, 56_000, WORDS))
    client.force_login(market.treasurer)
    page = reverse("settlement:batch", args=[item.batch_id])
    assert WORDS in client.get(page).content.decode()
    address = reverse("settlement:came-back", args=[item.pk])
    assert client.post(address, {"row": "x", "reason": "บัญชีปิด"}).status_code == 404
    client.post(address, {"row": row.pk, "reason": "บัญชีปิด"})
    assert owed(market) == 56_000
    assert "ตีกลับ" in client.get(page).content.decode()
