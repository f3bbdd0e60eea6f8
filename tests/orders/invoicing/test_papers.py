"""Billing notes, receipts, credit and debit notes, acceptance reports, tax invoices, quotations,
withholding certificates: numbered in their own series, frozen, in step with bills and ledger.
"""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from catalogue.models import TaxCategory
from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from marketplace.parties.models import Cooperative
from orders.invoicing.exceptions import MoreThanTheLine, NothingToIssue, NotVoidable, StillNeeded
from orders.invoicing.models import (
    DeliverySale,
    Document,
    DocumentDelivery,
    DocumentLink,
    LineSale,
    VatStatus,
)
from orders.invoicing.services import (
    TermsInput,
    issue_acceptance_reports,
    issue_billing_note,
    issue_bills,
    issue_credit_note,
    issue_debit_note,
    issue_quotation,
    issue_receipt,
    issue_tax_invoices,
    set_terms,
    set_vat_status,
    void_documents,
)
from orders.invoicing.services.documents import content_hash
from orders.invoicing.terms import Signer
from orders.reconciliation.models import Application
from orders.reconciliation.services import (
    ApplicationInput,
    apply_row,
    import_statement,
    note_certificate,
    undo_application,
)
from tests.support import money
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY, MONDAY, at

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

PAY_DAY = FIRST_DAY + dt.timedelta(days=10)


@pytest.fixture
def market() -> Money:
    return money.make_money()


def some_bills(market: Money, count: int) -> list[Document]:
    """Open bills of the hospital, each of one delivery worth 840 baht."""
    return [
        issue_bills(by=None, buyer=market.day.hospital, deliveries=[sale.delivery], day=FIRST_DAY)[
            0
        ]
        for sale in [money.sale_for(market.day.site, market.day.cycle) for _turn in range(count)]
    ]


def pay(market: Money, bill: Document, satang: int, withheld: int = 0) -> Application:
    """Money for a bill arrives and is applied."""
    clock.set_clock(at(PAY_DAY))
    held = import_statement(
        by=None,
        account=market.bank,
        file_bytes=money.statement([(PAY_DAY, satang, "โอน")]),
        filename=f"{bill.code}.csv",
    )
    row = market.bank.rows.get(in_satang=satang, applied_satang=0)
    assert held
    return apply_row(
        by=market.treasurer,
        row=row,
        applications=[ApplicationInput(satang=satang, document=bill, withheld_satang=withheld)],
    )[0]


def charge_vat(market: Money) -> None:
    """The cooperative registers, and kale counts as processed."""
    VatStatus.objects.create(valid_from=MONDAY, registered=True, rate_bp=700)
    Cooperative.objects.update(tax_id="0994000000017")
    TaxCategory.objects.filter(product=market.day.kale).delete()
    TaxCategory.objects.create(
        product=market.day.kale, kind="vat", valid_from=MONDAY, reason="ลวกแล้วบรรจุถุงสุญญากาศ"
    )


def line_of(sale: DeliverySale) -> LineSale:
    """The one line of a delivery."""
    return sale.lines.get()


def hospital_balance(market: Money, family: str) -> int:
    """What an account kept for the hospital shows."""
    return money.balance(f"{family}:{market.day.hospital.code}")


# ---- billing notes ---------------------------------------------------------------------------------


def test_a_billing_note_groups_open_bills_and_posts_nothing(market: Money) -> None:
    first, second = some_bills(market, 2)
    before = hospital_balance(market, "receivable")
    note = issue_billing_note(
        by=market.treasurer, buyer=market.day.hospital, bills=[second, first], day=FIRST_DAY
    )
    assert (note.code, note.total_satang) == ("BN-2570-000001", 168_000)
    assert [row["code"] for row in note.content["bills"]] == [first.code, second.code]
    assert note.sha256 == content_hash(note.content)
    assert hospital_balance(market, "receivable") == before
    assert (note.open_satang, note.is_paid) == (0, False)
    assert set(Document.objects.open()) == {first, second}


def test_a_bill_stands_on_one_billing_note(market: Money) -> None:
    (bill,) = some_bills(market, 1)
    note = issue_billing_note(by=None, buyer=market.day.hospital, bills=[bill], day=FIRST_DAY)
    with pytest.raises(NothingToIssue):
        issue_billing_note(by=None, buyer=market.day.hospital, bills=[bill], day=FIRST_DAY)
    other = Document.objects.get(pk=note.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentLink.objects.create(document=bill, kind="billing_note", of=bill, satang=1)
    void_documents(by=None, documents=[other], reason="วันผิด")
    again = issue_billing_note(by=None, buyer=market.day.hospital, bills=[bill], day=FIRST_DAY)
    assert again.code == "BN-2570-000002"


def test_a_bill_on_a_billing_note_is_not_voided_before_the_note(market: Money) -> None:
    (bill,) = some_bills(market, 1)
    note = issue_billing_note(by=None, buyer=market.day.hospital, bills=[bill], day=FIRST_DAY)
    with pytest.raises(StillNeeded) as told:
        void_documents(by=None, documents=[bill], reason="ผิด")
    assert note.code in str(told.value)
    void_documents(by=None, documents=[note], reason="ผิด")
    void_documents(by=None, documents=[bill], reason="ผิด")
    assert set(Document.objects.filter(state="void")) == {bill, note}


def test_another_buyers_bill_never_gets_on_a_note(market: Money) -> None:
    theirs = money.bill_for(market.day.hotel_site, market.day.cycle)
    with pytest.raises(NothingToIssue):
        issue_billing_note(by=None, buyer=market.day.hospital, bills=[theirs])


# ---- receipts --------------------------------------------------------------------------------------


def test_a_receipt_says_what_came_and_what_was_withheld(market: Money) -> None:
    market.accepted(20)
    bill = market.bill()
    pay(market, bill, 83_160, withheld=840)
    receipt = issue_receipt(by=None, buyer=market.day.hospital, bills=[bill])
    assert (receipt.code, receipt.total_satang, receipt.day) == ("RE-2570-000001", 84_000, PAY_DAY)
    (row,) = receipt.content["bills"]
    assert (row["received_satang"], row["withheld_satang"]) == (84_000, 840)
    with pytest.raises(NothingToIssue):
        issue_receipt(by=None, buyer=market.day.hospital, bills=[bill])
    assert money.failing() == []


def test_each_part_that_comes_gets_its_own_receipt(market: Money) -> None:
    (bill,) = some_bills(market, 1)
    pay(market, bill, 40_000)
    first = issue_receipt(by=None, buyer=market.day.hospital, bills=[bill])
    row = market.bank.rows.get()
    assert row.applied_satang == 40_000
    assert first.total_satang == 40_000
    with pytest.raises(NothingToIssue):
        issue_receipt(by=None, buyer=market.day.hospital, bills=[bill])


def test_no_receipt_before_the_money(market: Money) -> None:
    (bill,) = some_bills(market, 1)
    with pytest.raises(NothingToIssue):
        issue_receipt(by=None, buyer=market.day.hospital, bills=[bill])


def test_a_receipt_is_void_once_its_money_is_undone(market: Money) -> None:
    market.accepted(20)
    bill = market.bill()
    application = pay(market, bill, 84_000)
    receipt = issue_receipt(by=None, buyer=market.day.hospital, bills=[bill])
    undo_application(by=market.treasurer, application=application, reason="เช็คเด้ง")
    receipt.refresh_from_db()
    assert receipt.state == "void"
    assert bill.code in receipt.void_reason
    assert money.failing() == []


# ---- credit and debit notes ------------------------------------------------------------------------


def test_a_credit_note_takes_off_what_is_owed(market: Money) -> None:
    sale = market.accepted(20)
    bill = market.bill()
    note = issue_credit_note(
        by=market.treasurer, bill=bill, values={line_of(sale).pk: 4_200}, reason="คะน้าเน่า 1 กก."
    )
    bill.refresh_from_db()
    assert (note.code, note.total_satang, bill.open_satang) == ("CN-2570-000001", 4_200, 79_800)
    assert hospital_balance(market, "receivable") == 79_800
    assert hospital_balance(market, "deposit") == 0
    assert money.balance("claims") == 4_200
    assert money.failing() == []


def test_what_a_paid_bill_can_no_longer_bear_is_kept_for_the_buyer(market: Money) -> None:
    sale = market.accepted(20)
    bill = market.bill()
    pay(market, bill, 82_000)
    note = issue_credit_note(
        by=None, bill=bill, values={line_of(sale).pk: 8_400}, reason="เน่า 2 กก."
    )
    bill.refresh_from_db()
    assert bill.is_paid
    assert note.content["applied_satang"] == 2_000
    assert hospital_balance(market, "deposit") == -6_400
    receipt = issue_receipt(by=None, buyer=market.day.hospital, bills=[bill])
    assert receipt.total_satang == 82_000
    assert money.failing() == []


def test_a_void_credit_note_asks_for_the_money_again(market: Money) -> None:
    sale = market.accepted(20)
    bill = market.bill()
    note = issue_credit_note(
        by=None, bill=bill, values={line_of(sale).pk: 84_000}, reason="คืนทั้งหมด"
    )
    bill.refresh_from_db()
    assert bill.is_paid
    with pytest.raises(NotVoidable):
        void_documents(by=None, documents=[bill], reason="ผิด")
    void_documents(by=None, documents=[note], reason="ออกผิดใบ")
    bill.refresh_from_db()
    assert bill.open_satang == 84_000
    assert hospital_balance(market, "receivable") == 84_000
    assert money.balance("claims") == 0
    assert money.failing() == []


def test_no_more_is_taken_off_a_line_than_it_carries(market: Money) -> None:
    sale = market.accepted(20)
    bill = market.bill()
    values = {line_of(sale).pk: 50_000}
    issue_credit_note(by=None, bill=bill, values=values, reason="เน่า")
    with pytest.raises(MoreThanTheLine):
        issue_credit_note(by=None, bill=bill, values=values, reason="เน่าอีก")
    with pytest.raises(Refusal):
        issue_credit_note(by=None, bill=bill, values={line_of(sale).pk: 1}, reason=" ")
    with pytest.raises(NothingToIssue):
        issue_credit_note(by=None, bill=bill, values={}, reason="ไม่มี")


def test_a_credit_note_gives_back_the_vat_that_was_charged(market: Money) -> None:
    charge_vat(market)
    sale = market.accepted(20)
    bill = market.bill()
    assert bill.vat_satang == 5_880
    line = line_of(sale).pk
    for part in (27_777, 33_333, 22_890):
        issue_credit_note(by=None, bill=bill, values={line: part}, reason="ทยอยลด")
    bill.refresh_from_db()
    assert bill.is_paid
    assert money.balance("vat:output") == 0
    assert money.failing() == []


def test_a_debit_note_is_asked_for_and_paid_like_a_bill(market: Money) -> None:
    charge_vat(market)
    sale = market.accepted(20)
    bill = market.bill()
    note = issue_debit_note(by=None, bill=bill, values={line_of(sale).pk: 10_000}, reason="ชั่งขาดไป")
    assert (note.code, note.total_satang, note.vat_satang) == ("DN-2570-000001", 10_700, 700)
    assert set(Document.objects.open()) == {bill, note}
    assert hospital_balance(market, "receivable") == bill.total_satang + 10_700
    pay(market, note, 10_700)
    note.refresh_from_db()
    assert note.is_paid
    with pytest.raises(NotVoidable):
        void_documents(by=None, documents=[note], reason="ผิด")
    assert money.failing() == []


# ---- papers of a delivery --------------------------------------------------------------------------


def test_an_acceptance_report_names_the_committee_of_its_day(market: Money) -> None:
    set_terms(
        by=None,
        terms=[
            TermsInput(
                buyer=market.day.hospital,
                valid_from=MONDAY,
                committee=[Signer("นางตัวอย่าง หนึ่ง", "พยาบาล", "ประธานกรรมการ")],
            )
        ],
    )
    sale = market.accepted(20, accepted=18, rejected=2, cause="quality")
    (report,) = issue_acceptance_reports(by=None, deliveries=[sale.delivery])
    assert (report.code, report.day) == ("AR-2570-000001", FIRST_DAY)
    assert report.total_satang == sale.total_satang
    assert [one["name"] for one in report.content["committee"]] == ["นางตัวอย่าง หนึ่ง"]
    (line,) = report.content["lines"]
    assert (line["accepted_qty"], line["rejected_qty"]) == (18_000, 2_000)
    with pytest.raises(NothingToIssue):
        issue_acceptance_reports(by=None, deliveries=[sale.delivery])
    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentDelivery.objects.create(
            document=report, kind="acceptance", delivery=sale.delivery, satang=1
        )
    assert money.failing() == []


def test_a_tax_invoice_carries_only_what_is_not_exempt(market: Money) -> None:
    charge_vat(market)
    sale = market.accepted(20)
    (invoice,) = issue_tax_invoices(by=None, deliveries=[sale.delivery], day=FIRST_DAY)
    assert (invoice.code, invoice.vat_satang) == ("TX-2570-000001", sale.vat_satang)
    assert invoice.content["rates"] == [
        {"rate_bp": 700, "value_satang": 84_000, "vat_satang": 5_880}
    ]
    assert money.failing() == []


def test_no_tax_invoice_for_exempt_goods(market: Money) -> None:
    sale = market.accepted(20)
    with pytest.raises(NothingToIssue):
        issue_tax_invoices(by=None, deliveries=[sale.delivery])


def test_no_tax_invoice_without_a_tax_number(market: Money) -> None:
    charge_vat(market)
    sale = market.accepted(20)
    Cooperative.objects.update(tax_id="")
    with pytest.raises(Refusal) as told:
        issue_tax_invoices(by=None, deliveries=[sale.delivery])
    assert told.value.code == "no-tax-id"


def test_vat_is_never_set_for_the_past(market: Money) -> None:
    with pytest.raises(Refusal):
        set_vat_status(
            by=None,
            valid_from=MONDAY - dt.timedelta(days=1),
            registered=True,
            rate_bp=700,
            reason="",
        )
    status = set_vat_status(
        by=market.treasurer, valid_from=MONDAY, registered=True, rate_bp=700, reason="ภ.พ.20"
    )
    assert VatStatus.objects.get() == status


def test_a_quotation_offers_an_order_at_its_prices(market: Money) -> None:
    order = market.day.order(20).order
    until = MONDAY + dt.timedelta(days=30)
    quotation = issue_quotation(by=None, order=order, valid_until=until)
    assert (quotation.code, quotation.due_day, quotation.order) == ("QT-2570-000001", until, order)
    assert quotation.total_satang == 84_000
    (line,) = quotation.content["lines"]
    assert (line["qty"], line["price_satang"]) == (20_000, 4_200)
    with pytest.raises(Refusal):
        issue_quotation(by=None, order=order, valid_until=MONDAY - dt.timedelta(days=1))


# ---- withholding certificates ----------------------------------------------------------------------


def test_a_certificate_closes_the_tax_that_was_awaited(market: Money) -> None:
    market.accepted(20)
    bill = market.bill()
    application = pay(market, bill, 83_160, withheld=840)
    assert money.balance("wht:receivable") == 840
    note_certificate(by=None, application=application, number="12/345", day=PAY_DAY)
    note_certificate(by=None, application=application, number="12/345", day=PAY_DAY)
    certificate = Document.objects.get(kind="withholding")
    assert (certificate.total_satang, certificate.content["number"]) == (840, "12/345")
    assert (money.balance("wht:receivable"), money.balance("wht:certified")) == (0, 840)
    assert money.failing() == []
    undo_application(by=None, application=application)
    assert (money.balance("wht:receivable"), money.balance("wht:certified")) == (0, 0)
    assert money.failing() == []


# ---- all of them -----------------------------------------------------------------------------------


def test_a_paper_once_issued_is_never_rewritten(market: Money) -> None:
    (bill,) = some_bills(market, 1)
    note = issue_billing_note(by=None, buyer=market.day.hospital, bills=[bill], day=FIRST_DAY)
    with pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.filter(pk=note.pk).update(content={})
    with pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.filter(pk=note.pk).update(settled_satang=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        DocumentLink.objects.filter(document=note).update(satang=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        DocumentLink.objects.filter(document=note)._raw_delete("default")  # type: ignore[attr-defined]
    assert DocumentLink.objects.get().satang == bill.total_satang
