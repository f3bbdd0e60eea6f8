"""A purchase order's set: what is there, what is missing, which date runs backwards, the bundle."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from orders.invoicing.models import Document, DocumentKind, Paper
from orders.invoicing.po_set import PoSet, po_set
from orders.invoicing.services import (
    TermsInput,
    issue_acceptance_reports,
    issue_billing_note,
    issue_bills,
    issue_quotation,
    issue_receipt,
    name_budget,
    set_terms,
    void_documents,
)
from orders.invoicing.sheets import bundle_of
from orders.invoicing.terms import Sheets
from orders.models import Delivery, PurchaseOrder
from orders.services import attach_purchase_order, record_purchase_order
from tests.orders.invoicing.test_papers import pay
from tests.support import money, people
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY, MONDAY

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

ASKED = (
    Sheets(Paper.QUOTATION, 1, 1),
    Sheets(Paper.DELIVERY_NOTE, 1, 0),
    Sheets(Paper.ACCEPTANCE, 1, 2),
    Sheets(Paper.BILL, 1, 1),
    Sheets(Paper.BILLING_NOTE, 1, 0),
    Sheets(Paper.RECEIPT, 1, 0),
)


@pytest.fixture
def market() -> Money:
    made = money.make_money()
    set_terms(
        by=None,
        terms=[TermsInput(buyer=made.day.hospital, valid_from=MONDAY, papers=ASKED)],
    )
    return made


def covered(market: Money, dated: dt.date = MONDAY) -> tuple[PurchaseOrder, Delivery]:
    """A delivery lived through under a purchase order, quoted before, and the delivery."""
    sale = market.accepted(20)
    order = sale.delivery.order
    row = record_purchase_order(
        by=None,
        buyer=market.day.hospital,
        number="พส 12/2570",
        dated=dated,
        ceiling_satang=100_000,
    )
    attach_purchase_order(by=None, orders=[order], purchase_order=row)
    issue_quotation(by=None, order=order, valid_until=FIRST_DAY, day=MONDAY)
    return row, sale.delivery


def states(found: PoSet) -> dict[str, tuple[int, bool]]:
    """Of each paper, how many there are and whether something lacks."""
    return {group.paper.value: (len(group.items), bool(group.missing)) for group in found.groups}


def test_the_set_fills_in_the_order_of_an_office(market: Money) -> None:
    row, delivery = covered(market)
    found = po_set(row)
    assert [group.paper for group in found.groups] == [
        Paper.QUOTATION,
        Paper.PURCHASE_ORDER,
        Paper.DELIVERY_NOTE,
        Paper.ACCEPTANCE,
        Paper.BILL,
        Paper.BILLING_NOTE,
        Paper.RECEIPT,
    ]
    assert states(found)["acceptance"] == (0, True)
    assert states(found)["bill"] == (0, True)
    assert (found.ordered_satang, found.left_satang) == (84_000, 16_000)
    issue_acceptance_reports(by=None, deliveries=[delivery])
    bill = market.bill()
    assert states(po_set(row))["billing_note"] == (0, True)
    issue_billing_note(by=None, buyer=market.day.hospital, bills=[bill])
    pay(market, bill, 84_000)
    assert states(po_set(row))["receipt"] == (0, True)
    issue_receipt(by=None, buyer=market.day.hospital, bills=[bill])
    found = po_set(row)
    assert found.missing == []
    assert found.warnings == []
    assert all(group.items for group in found.groups)
    assert (found.billed_satang, found.paid_satang) == (84_000, 84_000)


def test_an_office_is_warned_of_a_date_that_runs_backwards(market: Money) -> None:
    row, _delivery = covered(market, dated=FIRST_DAY + dt.timedelta(days=1))
    (words,) = po_set(row).warnings
    assert "ใบส่งของ" in words
    assert row.number in words


def test_the_bundle_has_originals_and_copies_as_the_buyer_asks(market: Money) -> None:
    row, delivery = covered(market)
    issue_acceptance_reports(by=None, deliveries=[delivery])
    sheets = bundle_of(po_set(row))
    assert [(sheet.title, sheet.mark) for sheet in sheets] == [
        ("ใบเสนอราคา", "ต้นฉบับ"),
        ("ใบเสนอราคา", "สำเนา"),
        ("ใบส่งของ", "ต้นฉบับ"),
        ("ใบตรวจรับพัสดุ", "ต้นฉบับ"),
        ("ใบตรวจรับพัสดุ", "สำเนา"),
        ("ใบตรวจรับพัสดุ", "สำเนา"),
    ]


def test_bills_are_kept_apart_by_budget_line(market: Money) -> None:
    first, second, third = (money.sale_for(market.day.site, market.day.cycle) for _turn in range(3))
    for number, sale in (("1/70", first), ("2/70", second)):
        row = record_purchase_order(by=None, buyer=market.day.hospital, number=number, dated=MONDAY)
        attach_purchase_order(by=None, orders=[sale.delivery.order], purchase_order=row)
        if sale is second:
            name_budget(by=None, purchase_order=row, name="เงินบำรุง ค่าอาหารเจ้าหน้าที่")
    bills = issue_bills(by=None, buyer=market.day.hospital, month=FIRST_DAY)
    assert [{one.sale for one in bill.sales.all()} for bill in bills] == [{first, third}, {second}]
    assert bills[1].content["deliveries"][0]["budget"] == "เงินบำรุง ค่าอาหารเจ้าหน้าที่"


def test_the_page_of_a_purchase_order(client: Client, market: Money) -> None:
    row, _delivery = covered(market)
    client.force_login(market.treasurer)
    assert row.number in client.get(reverse("invoicing:sets")).content.decode()
    address = reverse("invoicing:po", args=[row.pk])
    page = client.get(address).content.decode()
    assert "ขาดใบตรวจรับ 1 การส่ง" in page
    client.post(reverse("invoicing:po-budget", args=[row.pk]), {"name": "เงินบำรุงตัวอย่าง"})
    assert "เงินบำรุงตัวอย่าง" in client.get(address).content.decode()
    bundle = client.get(reverse("invoicing:po-print", args=[row.pk])).content.decode()
    assert bundle.count('class="sheet"') == 1 + 2 + 1
    client.force_login(people.user("hotel-finance", (market.day.hotel, "finance")))
    assert client.get(address).status_code == 404


def test_void_papers_are_no_part_of_the_set(market: Money) -> None:
    row, _delivery = covered(market)
    quotation = Document.objects.get(kind=DocumentKind.QUOTATION)
    void_documents(by=None, documents=[quotation], reason="ราคาผิด")
    assert states(po_set(row))["quotation"] == (0, True)
