"""Pages of documents: what is to be issued, each kind's A4 paper, credit and debit notes, VAT."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.common import clock
from orders.invoicing.models import Document, DocumentKind, Paper, VatStatus
from orders.invoicing.services import TermsInput, issue_debit_note, issue_quotation, set_terms
from orders.invoicing.terms import Sheets, Signer
from tests.orders.invoicing.test_papers import charge_vat, line_of, pay
from tests.support import money, people
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY, MONDAY, at

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def market() -> Money:
    made = money.make_money()
    set_terms(
        by=None,
        terms=[
            TermsInput(
                buyer=made.day.hospital,
                valid_from=MONDAY,
                papers=[Sheets(paper) for paper in Paper],
                committee=[Signer("นางตัวอย่าง หนึ่ง", "พยาบาล", "ประธานกรรมการ")],
            )
        ],
    )
    return made


def ask(client: Client, market: Money, kind: DocumentKind, **more: str) -> Document:
    """Press the button of a kind on the page of what is to be issued."""
    sent = {"kind": kind.value, "buyer": str(market.day.hospital.pk)} | more
    answer = client.post(reverse("invoicing:issue-papers"), sent)
    assert answer.status_code == 302, answer.content
    found: Document = Document.objects.get(kind=kind)
    return found


def test_the_treasurer_issues_every_paper_from_one_page(client: Client, market: Money) -> None:
    charge_vat(market)
    client.force_login(market.treasurer)
    sale = market.accepted(20)
    client.post(reverse("invoicing:issue"), {"month": "2027-01"})
    bill = Document.objects.get()
    page = client.get(reverse("invoicing:waiting")).content.decode()
    assert "ออกใบตรวจรับ" in page
    assert "ออกใบกำกับภาษี" in page
    assert "ออกใบวางบิล" in page
    made = [
        ask(client, market, DocumentKind.ACCEPTANCE),
        ask(client, market, DocumentKind.TAX_INVOICE),
        ask(client, market, DocumentKind.BILLING_NOTE),
    ]
    pay(market, bill, bill.total_satang)
    made.append(ask(client, market, DocumentKind.RECEIPT))
    assert "ออกเอกสารครบแล้ว" in client.get(reverse("invoicing:waiting")).content.decode()
    for document, words in zip(
        made, ("นางตัวอย่าง หนึ่ง", "ใบกำกับภาษี", bill.reference, "ได้รับเงิน"), strict=True
    ):
        paper = client.get(reverse("invoicing:bill", args=[document.pk])).content.decode()
        assert words in paper
        assert document.code in paper
        assert "แปดร้อยเก้าสิบแปดบาทแปดสิบสตางค์" in paper
    assert sale.total_satang == 89_880


def test_a_quotation_is_asked_for_until_it_is_issued(client: Client, market: Money) -> None:
    order = market.day.order(20).order
    client.force_login(market.day.staff)
    assert order.number in client.get(reverse("invoicing:waiting")).content.decode()
    quotation = ask(
        client, market, DocumentKind.QUOTATION, order=str(order.pk), valid_until="10/02/2570"
    )
    assert quotation.due_day.isoformat() == "2027-02-10"
    assert order.number not in client.get(reverse("invoicing:waiting")).content.decode()


def test_the_staff_issue_no_paper_that_carries_money(client: Client, market: Money) -> None:
    money.bill_for(market.day.site, market.day.cycle)
    client.force_login(market.day.staff)
    sent = {"kind": "billing_note", "buyer": str(market.day.hospital.pk)}
    assert client.post(reverse("invoicing:issue-papers"), sent).status_code == 403
    assert not Document.objects.filter(kind="billing_note").exists()


def test_a_bill_is_corrected_line_by_line(client: Client, market: Money) -> None:
    sale = market.accepted(20)
    bill = market.bill()
    client.force_login(market.treasurer)
    address = reverse("invoicing:change", args=[bill.pk])
    box = f"v_{line_of(sale).pk}"
    too_much = {"kind": "credit", "reason": "เน่า", box: "900"}
    assert "ลดได้ไม่เกิน 840.00 บาท" in client.post(address, too_much).content.decode()
    answer = client.post(address, too_much | {box: "42"}, follow=True).content.decode()
    assert "CN-2570-000001" in answer
    assert bill.code in answer
    answer = client.post(address, too_much | {"kind": "debit", box: "10"}, follow=True)
    assert "DN-2570-000001" in answer.content.decode()
    related = client.get(reverse("invoicing:bill", args=[bill.pk])).content.decode()
    assert "CN-2570-000001" in related
    assert "DN-2570-000001" in related
    assert money.failing() == []


def test_a_buyer_reads_its_own_papers_and_no_others(client: Client, market: Money) -> None:
    order = market.day.order(20).order
    own = issue_quotation(by=None, order=order, valid_until=FIRST_DAY)
    client.force_login(people.user("finance", (market.day.hospital, "finance")))
    assert own.code in client.get(reverse("invoicing:papers")).content.decode()
    assert client.get(reverse("invoicing:bill", args=[own.pk])).status_code == 200
    client.force_login(people.user("hotel-finance", (market.day.hotel, "finance")))
    assert own.code not in client.get(reverse("invoicing:papers")).content.decode()
    assert client.get(reverse("invoicing:bill", args=[own.pk])).status_code == 404


def test_a_debit_note_stands_among_the_bills_to_pay(client: Client, market: Money) -> None:
    sale = market.accepted(20)
    note = issue_debit_note(
        by=None, bill=market.bill(), values={line_of(sale).pk: 1_000}, reason="ชั่งขาด"
    )
    client.force_login(market.treasurer)
    assert note.code in client.get(reverse("invoicing:bills")).content.decode()
    paper = client.get(reverse("invoicing:bill", args=[note.pk])).content.decode()
    assert note.reference in paper


def test_the_day_of_vat_is_set_on_its_page(client: Client, market: Money) -> None:
    clock.set_clock(at(FIRST_DAY))
    client.force_login(market.treasurer)
    address = reverse("invoicing:vat")
    sent = {"valid_from": "04/01/2570", "registered": "on", "rate": "7", "reason": "ภ.พ.20"}
    assert "ตั้งย้อนหลังไม่ได้" in client.post(address, sent).content.decode()
    client.post(address, sent | {"valid_from": "11/01/2570"})
    status = VatStatus.objects.get()
    assert (status.registered, status.rate_bp) == (True, 700)
    assert "จดทะเบียนภาษีมูลค่าเพิ่มแล้ว" in client.get(address).content.decode()
