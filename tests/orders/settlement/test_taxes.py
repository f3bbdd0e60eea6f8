"""The month's tax reports agree with the books, and every line leads to its document."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.common import clock
from marketplace.ledger.hooks import CloseLine
from marketplace.ledger.periods import last_day_of
from orders.invoicing.services import (
    issue_credit_note,
    issue_debit_note,
    issue_tax_invoices,
    set_vat_status,
    void_documents,
)
from orders.reconciliation.models import Application
from orders.reconciliation.services import note_certificate
from orders.settlement.taxes import (
    VatReport,
    booked_vat,
    reported_vat,
    tax_close_lines,
    vat_report,
    withheld_report,
)
from tests.orders.invoicing.test_papers import charge_vat, line_of, pay
from tests.support import money
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY, at

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

MONTH = FIRST_DAY.replace(day=1)
END = last_day_of(MONTH)


@pytest.fixture
def market() -> Money:
    return money.make_money()


def report() -> VatReport:
    return vat_report(MONTH, END)


def line(name: str) -> CloseLine:
    return next(one for one in tax_close_lines(MONTH, END) if one.name == name)


def test_a_sale_stands_in_its_month_with_its_tax_invoice(market: Money) -> None:
    charge_vat(market)
    sale = market.accepted(20)
    assert [row.lacks_paper for row in report().rows] == [True]
    assert not line("vat-reported").ok
    (invoice,) = issue_tax_invoices(by=None, deliveries=[sale.delivery], day=FIRST_DAY)
    (row,) = report().rows
    assert (row.code, row.taxed_satang, row.vat_satang) == (invoice.code, 84_000, 5_880)
    assert row.url == reverse("invoicing:bill", args=[invoice.pk])
    assert -money.balance("vat:output") == report().vat_satang
    assert line("vat-reported").ok
    assert vat_report(END + dt.timedelta(days=1), END + dt.timedelta(days=31)).rows == []
    assert money.failing() == []


def test_exempt_goods_are_listed_without_tax(market: Money) -> None:
    sale = market.accepted(20)
    (row,) = report().rows
    assert (row.taxed_satang, row.vat_satang, row.other_satang) == (0, 0, sale.total_satang)
    assert not row.lacks_paper


def test_notes_change_the_month_they_are_issued_in_and_voiding_takes_it_back(market: Money) -> None:
    charge_vat(market)
    sale = market.accepted(20)
    bill = market.bill()
    clock.set_clock(at(END + dt.timedelta(days=3)))
    note = issue_credit_note(by=None, bill=bill, values={line_of(sale).pk: 10_000}, reason="ช้ำ")
    issue_debit_note(by=None, bill=bill, values={line_of(sale).pk: 5_000}, reason="ชั่งขาด")
    months = {f"{MONTH:%Y-%m}": 5_880, f"{END + dt.timedelta(days=3):%Y-%m}": -700 + 350}
    assert reported_vat() == booked_vat() == months
    clock.set_clock(at(END + dt.timedelta(days=40)))
    void_documents(by=None, documents=[note], reason="ออกผิด")
    after = END + dt.timedelta(days=40)
    assert reported_vat() == booked_vat() == months | {f"{after:%Y-%m}": 700}
    (back,) = vat_report(after, after).rows
    assert (back.code, back.taxed_satang, back.vat_satang) == (note.code, 10_000, 700)
    assert money.failing() == []


def test_a_new_rate_leaves_what_was_delivered_before_as_it_was(market: Money) -> None:
    charge_vat(market)
    sale = market.accepted(20)
    bill = market.bill()
    before = report()
    clock.set_clock(at(FIRST_DAY + dt.timedelta(days=1)))
    set_vat_status(
        by=None,
        valid_from=FIRST_DAY + dt.timedelta(days=1),
        registered=True,
        rate_bp=1000,
        reason="ตัวอย่าง",
    )
    assert report() == before
    # A note after the change speaks of a delivery before it: the delivery's own rate.
    issue_credit_note(by=None, bill=bill, values={line_of(sale).pk: 10_000}, reason="ช้ำ")
    assert sorted(row.vat_satang for row in report().rows) == [-700, 5_880]
    assert money.failing() == []


def test_a_delivery_on_the_day_of_a_new_rate_carries_it(market: Money) -> None:
    charge_vat(market)
    set_vat_status(by=None, valid_from=FIRST_DAY, registered=True, rate_bp=1000, reason="ตัวอย่าง")
    market.accepted(20)
    assert [row.vat_satang for row in report().rows] == [8_400]
    assert money.failing() == []


def test_tax_withheld_waits_for_its_certificate(market: Money) -> None:
    market.accepted(20)
    bill = market.bill()
    pay(market, bill, bill.total_satang - 840, withheld=840)
    (withheld,) = withheld_report(MONTH, END)
    (row,) = withheld.rows
    assert (row.satang, row.buyer, row.link.label) == (840, market.day.hospital.name, bill.code)
    assert withheld.closing_satang == money.balance("wht:receivable") == 840
    waits = line("withholding-certified")
    assert not waits.ok
    assert not waits.must


def test_the_page_and_its_sheets_show_the_same_sums(market: Money, client: Client) -> None:
    charge_vat(market)
    market.accepted(20)
    bill = market.bill()
    pay(market, bill, bill.total_satang - 840, withheld=840)
    client.force_login(market.treasurer)
    address = reverse("settlement:taxes") + f"?month={MONTH:%Y-%m}"
    page = client.get(address).content.decode()
    assert "58.80" in page
    assert "8.40" in page
    book = openpyxl.load_workbook(BytesIO(client.get(address + "&format=vat").content))
    assert [float(cell.value) for cell in list(book.active)[-1][7:]] == [840.0, 58.8, 0.0]
    book = openpyxl.load_workbook(BytesIO(client.get(address + "&format=withheld").content))
    assert float(list(book.active)[-1][5].value) == 8.4


def test_the_page_asks_the_same_questions_however_much_was_withheld(
    market: Money, client: Client
) -> None:
    charge_vat(market)
    market.accepted(20)
    bill = market.bill()
    client.force_login(market.treasurer)
    address = reverse("settlement:taxes") + f"?month={MONTH:%Y-%m}"

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get(address)
        return len(caught)

    queries()
    none = queries()
    pay(market, bill, bill.total_satang - 840, withheld=840)
    assert queries() == none
    application = Application.objects.awaiting_certificate().get()
    note_certificate(by=None, application=application, number="ตัวอย่าง 1", day=bill.day)
    assert {one.account.pk for one in withheld_report(MONTH, END)} == {
        "wht:receivable",
        "wht:certified",
    }
    assert queries() == none
