"""Rows that take back an earlier one, buyers whose money waits for a person, Stripe taking back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from marketplace.common.exceptions import Refusal
from orders.invoicing.models import Document
from orders.invoicing.services import issue_bills
from orders.reconciliation.models import Application, BankRow, MatchingChoice
from orders.reconciliation.rules import Moved, Tie, says_taken_back, taken_back
from orders.reconciliation.services import (
    ApplicationInput,
    apply_row,
    apply_rows,
    import_statement,
    match_automatically,
    set_matching,
    take_back,
    undo_application,
)
from orders.reconciliation.services.returns import returns_of
from tests.support import money
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY

pytestmark = pytest.mark.django_db
everywhere = pytest.mark.everywhere

PAID_ON = FIRST_DAY + dt.timedelta(days=9)
BACK_ON = PAID_ON + dt.timedelta(days=2)


@pytest.fixture
def market() -> Money:
    return money.make_money()


def bill(market: Money, satang: int = 84_000) -> Document:
    sale = money.sale_for(market.day.site, market.day.cycle, satang)
    return issue_bills(by=None, buyer=market.day.hospital, deliveries=[sale.delivery])[0]


def arrive(market: Money, *rows: tuple[dt.date, int, str]) -> list[BankRow]:
    import_statement(
        by=None, account=market.bank, file_bytes=money.statement(rows), filename="a.csv"
    )
    return list(BankRow.objects.order_by("day", "place"))


def bounced(market: Money) -> tuple[Document, BankRow, BankRow]:
    """A bill paid by itself, and the row by which the bank takes the money back."""
    market.accepted()
    found = market.bill()
    came, back = arrive(
        market,
        (PAID_ON, 84_000, found.reference),
        (BACK_ON, -84_000, f"เช็คคืน {found.reference}"),
    )
    match_automatically(account=market.bank)
    found.refresh_from_db()
    assert found.is_paid
    return found, came, back


@everywhere
def test_money_that_came_back_is_owed_again_and_both_rows_are_done(market: Money) -> None:
    found, came, back = bounced(market)
    (suggested,) = returns_of([back])[back.pk]
    assert (suggested.earlier.id, suggested.tie, suggested.chosen) == (came.pk, Tie.REFERENCE, True)
    take_back(by=market.treasurer, row=back, earlier=came, seen=0)
    found.refresh_from_db()
    assert found.open_satang == 84_000
    assert money.balance(f"receivable:{market.day.hospital.code}") == 84_000
    assert not BankRow.objects.open().exists()
    assert money.balance("suspense:unmatched") == 0
    assert money.failing() == []


@everywhere
def test_taking_back_is_undone_for_both_rows_and_can_be_done_again(market: Money) -> None:
    _found, came, back = bounced(market)
    made = take_back(by=market.treasurer, row=back, earlier=came)
    undo_application(by=market.treasurer, application=made[0])
    undo_application(by=market.treasurer, application=made[1])
    assert BankRow.objects.open().count() == 2
    assert money.failing() == []
    take_back(by=market.treasurer, row=back, earlier=came)
    assert not BankRow.objects.open().exists()
    assert money.failing() == []


@everywhere
def test_a_row_takes_back_only_its_own_pair_and_once(market: Money) -> None:
    _found, came, back = bounced(market)
    with pytest.raises(Refusal) as refused:
        take_back(by=market.treasurer, row=came, earlier=back)
    assert refused.value.code == "changed"
    with pytest.raises(Refusal) as refused:
        apply_row(
            by=market.treasurer,
            row=back,
            applications=[ApplicationInput(84_000, kind="returned", target=f"bank_row:{came.pk}")],
        )
    assert refused.value.code == "no-pair"
    take_back(by=market.treasurer, row=back, earlier=came)
    with pytest.raises(Refusal) as refused:
        take_back(by=market.treasurer, row=back, earlier=came)
    assert refused.value.code == "changed"
    assert money.failing() == []


@everywhere
def test_rows_of_other_amounts_do_not_cancel_each_other(market: Money) -> None:
    came, back = arrive(market, (PAID_ON, 84_000, "โอน"), (BACK_ON, -84_001, "เช็คคืน"))
    assert returns_of([back])[back.pk] == ()
    with pytest.raises(Refusal) as refused:
        take_back(by=market.treasurer, row=back, earlier=came)
    assert refused.value.code == "not-its-return"
    with pytest.raises(Refusal) as refused:
        apply_rows(
            by=None,
            applications={
                came.pk: [ApplicationInput(84_000, kind="returned", target=f"bank_row:{back.pk}")],
                back.pk: [ApplicationInput(84_000, kind="returned", target=f"bank_row:{came.pk}")],
            },
        )
    assert refused.value.code == "no-pair"
    assert not Application.objects.exists()


def test_the_queue_offers_the_return_and_takes_it(client: Client, market: Money) -> None:
    _found, came, back = bounced(market)
    client.force_login(market.treasurer)
    page = client.get(reverse("reconciliation:queue")).content.decode()
    assert "ธนาคารกลับรายการก่อนหน้า" in page
    form = {"earlier": came.pk, "seen": "0"}
    for _sent in range(2):
        answer = client.post(reverse("reconciliation:returned", args=[back.pk]), form, follow=True)
        assert answer.status_code == 200
    assert Application.objects.standing().count() == 2
    assert money.failing() == []


def moved(number: int, satang: int, words: str, *, day: int = 1, reference: str = "") -> Moved:
    return Moved(number, dt.date(2027, 2, day), number, satang, words, reference)


def test_equal_amounts_alone_take_nothing_back() -> None:
    came = moved(1, 50_000, "รับโอนจาก โรงแรมตัวอย่าง")
    assert taken_back(moved(2, -50_000, "โอนจ่ายค่าผลผลิต"), [came]) == ()


def test_of_two_that_fit_alike_none_is_chosen() -> None:
    twice = [moved(number, 50_000, "รับโอนจาก โรงแรมตัวอย่าง") for number in (1, 2)]
    found = taken_back(moved(3, -50_000, "โอนคืน โรงแรมตัวอย่าง"), twice)
    assert [one.earlier.id for one in found] == [2, 1]
    assert not any(one.chosen for one in found)


def test_the_banks_own_reference_ties_rows_without_a_word() -> None:
    came = moved(1, 50_000, "รับโอน", reference="TR99100")
    other = moved(2, 50_000, "รับโอน", reference="TR99101")
    (found,) = taken_back(moved(3, -50_000, "โอน", reference="TR99100"), [came, other])
    assert (found.earlier, found.chosen) == (came, True)


def test_a_row_of_long_ago_is_not_looked_for() -> None:
    came = moved(1, 50_000, "รับโอนจาก โรงแรมตัวอย่าง")
    late = Moved(2, dt.date(2027, 3, 20), 1, -50_000, "โอนคืน โรงแรมตัวอย่าง")
    assert taken_back(late, [came]) == ()


@pytest.mark.parametrize("words", ["เช็คคืน 0012", "กลับรายการ โอน", "REVERSAL", "Returned transfer"])
def test_what_banks_write_on_a_return_is_known(words: str) -> None:
    assert says_taken_back(words)


@everywhere
def test_money_given_back_that_comes_again_pays_no_bill_by_itself(market: Money) -> None:
    found = bill(market)
    arrive(
        market,
        (PAID_ON, -84_000, f"คืนเงิน {found.reference}"),
        (BACK_ON, 84_000, f"เงินโอนคืน {found.reference}"),
    )
    assert match_automatically(account=market.bank) == []


@everywhere
def test_a_watched_buyers_money_waits_for_a_person_until_switched_back(market: Money) -> None:
    found = bill(market)
    arrive(market, (PAID_ON, 84_000, found.reference))
    wanted: dict[str, Any] = {"by": market.treasurer, "buyer": market.day.hospital}
    with pytest.raises(Refusal) as refused:
        set_matching(automatic=False, reason=" ", **wanted)
    assert refused.value.code == "no-reason"
    set_matching(automatic=False, reason="หลายแผนกโอนแทนกัน", **wanted)
    assert match_automatically(account=market.bank) == []
    set_matching(automatic=False, reason="อีกครั้ง", **wanted)
    assert MatchingChoice.objects.count() == 1
    set_matching(automatic=True, reason="แยกบัญชีแล้ว", **wanted)
    assert len(match_automatically(account=market.bank)) == 1


@everywhere
def test_a_choice_made_is_never_changed(market: Money) -> None:
    set_matching(by=None, buyer=market.day.hospital, automatic=False, reason="ตัวอย่าง")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE reconciliation_matchingchoice SET reason = 'x'")


def test_the_switch_is_seen_and_set_on_its_page(client: Client, market: Money) -> None:
    client.force_login(market.treasurer)
    where = reverse("reconciliation:matching")
    assert "ตัดเองได้ทุกราย" in client.get(where).content.decode()
    form = {"buyer": market.day.hospital.pk, "automatic": "off", "reason": "หลายแผนกโอนแทนกัน"}
    page = client.post(where, form, follow=True).content.decode()
    assert "ให้คนตัดสินทุกแถว 1 ราย" in page
    assert "หลายแผนกโอนแทนกัน" in page
    client.post(where, {**form, "automatic": "on", "reason": "  "})
    assert MatchingChoice.objects.count() == 1
