"""Pages of cheques as the treasurer and a buyer's finance use them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.common import clock
from marketplace.common.dates import format_date
from orders.cheques.models import Cheque, ChequeState, DepositSlip
from orders.invoicing.models import Document
from tests.orders.cheques.test_cheques import DAY, bill
from tests.support import money, people
from tests.support.money import Money
from tests.support.ordering import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> Money:
    made = money.make_money()
    clock.set_clock(at(DAY, 9))
    return made


@pytest.fixture
def treasurer(market: Money) -> Client:
    client = Client()
    client.force_login(market.treasurer)
    return client


def typed(found: Document, baht: str = "840") -> dict[str, str]:
    return {
        "bank": "ธนาคารตัวอย่าง",
        "branch": "สงขลา",
        "number": "10045678",
        "dated": f"{DAY:%d/%m}/{DAY.year + 543}",
        "satang": baht,
        "drawer": "",
        f"p_{found.pk}": baht,
        f"w_{found.pk}": "",
    }


def receive(market: Money, treasurer: Client) -> tuple[Document, Cheque]:
    found = bill(market)
    url = reverse("cheques:receive") + f"?buyer={market.day.hospital.pk}"
    answer = treasurer.post(url, typed(found), follow=True)
    assert "รับเช็ค ธนาคารตัวอย่าง 10045678 แล้ว" in answer.content.decode()
    return found, Cheque.objects.get()


def test_the_treasurer_receives_deposits_prints_and_returns_a_cheque(
    market: Money, treasurer: Client
) -> None:
    _found, cheque = receive(market, treasurer)
    assert "10045678" in treasurer.get(reverse("cheques:list")).content.decode()
    page = treasurer.post(
        reverse("cheques:deposit"),
        {
            "cheques": [cheque.pk],
            "account": market.bank.pk,
            "day": f"{DAY:%d/%m}/{DAY.year + 543}",
            "each": "slip",
        },
        follow=True,
    ).content.decode()
    assert "แปดร้อยสี่สิบบาทถ้วน" in page
    slip = DepositSlip.objects.get()
    treasurer.post(reverse("cheques:slip", args=[slip.pk]), {"each": "1"})
    slip.refresh_from_db()
    assert slip.each
    page = treasurer.post(
        reverse("cheques:return", args=[cheque.pk]),
        {"reason": "เงินในบัญชีไม่พอจ่าย", "day": f"{DAY:%d/%m}/{DAY.year + 543}", "fee_satang": "200"},
        follow=True,
    ).content.decode()
    assert "เงินในบัญชีไม่พอจ่าย" in page
    cheque.refresh_from_db()
    assert (cheque.state, cheque.fee_satang) == (ChequeState.RETURNED, 20_000)


def test_a_waiting_cheque_shows_on_the_bill_the_list_and_the_ageing(
    market: Money, treasurer: Client
) -> None:
    found, _cheque = receive(market, treasurer)
    for url in (
        reverse("invoicing:bill", args=[found.pk]),
        reverse("invoicing:bills"),
        reverse("invoicing:ageing"),
    ):
        assert "เช็ครอเรียกเก็บ" in treasurer.get(url).content.decode()
    finance = Client()
    finance.force_login(people.user("paying", (market.day.hospital, "finance")))
    page = finance.get(reverse("cheques:list")).content.decode()
    assert "10045678" in page
    assert format_date(DAY, "short") in page


def test_a_typing_error_keeps_what_was_typed(market: Money, treasurer: Client) -> None:
    found = bill(market)
    url = reverse("cheques:receive") + f"?buyer={market.day.hospital.pk}"
    page = treasurer.post(url, typed(found, "900")).content.decode()
    assert "บิลนี้เหลือให้ตัดอีก 840.00 บาท" in page
    assert 'value="ธนาคารตัวอย่าง"' in page
    assert not Cheque.objects.exists()
    assert market.day.hospital.name_th in treasurer.get(reverse("cheques:receive")).content.decode()


def test_the_month_of_carrying_shows_when_a_cheque_goes_to_the_bank(
    market: Money, treasurer: Client
) -> None:
    found, cheque = receive(market, treasurer)
    page = treasurer.get(reverse("invoicing:carrying") + f"?month={DAY:%Y-%m}").content.decode()
    assert reverse("cheques:cheque", args=[cheque.pk]) in page
    due = treasurer.get(
        reverse("invoicing:carrying") + f"?month={found.due_day:%Y-%m}"
    ).content.decode()
    assert "เช็ครอเรียกเก็บ" in due
