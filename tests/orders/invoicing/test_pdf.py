"""Documents as PDF: Thai copies out as written, and a reprint is the same to the byte."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from marketplace.common.exceptions import Refusal
from marketplace.parties.models import Buyer
from orders.invoicing.models import DocumentPdf, Paper
from orders.invoicing.pdf import chromium
from orders.invoicing.services import (
    TermsInput,
    issue_quotation,
    pdf_of,
    set_terms,
    settle_documents,
    void_documents,
)
from orders.invoicing.terms import Sheets
from orders.services import attach_purchase_order, record_purchase_order
from tests.support import money
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY, MONDAY

pytestmark = [pytest.mark.django_db]

WORDS = "ตำบลท่าหิน น้ำ ผู้ใหญ่"


@pytest.fixture
def market() -> Money:
    made = money.make_money()
    Buyer.objects.filter(pk=made.day.hospital.pk).update(address=WORDS)
    made.day.hospital.refresh_from_db()
    return made


def text_of(content: bytes, place: Path) -> str:
    """The text layer of a PDF, spaces made single."""
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("no pdftotext on this machine; install poppler-utils")
    source = place / "paper.pdf"
    source.write_bytes(content)
    found = subprocess.run(
        [reader, "-layout", "-enc", "UTF-8", str(source), "-"], check=True, capture_output=True
    )
    return " ".join(found.stdout.decode().split())


@pytest.mark.skipif(chromium() is None, reason="no chromium on this machine; install chromium")
def test_thai_comes_out_of_the_pdf_as_written_and_the_same_again(
    client: Client, market: Money, tmp_path: Path
) -> None:
    market.accepted(20)
    bill = market.bill()
    client.force_login(market.treasurer)
    address = reverse("invoicing:pdf", args=[bill.pk])
    first = client.get(address)
    assert first["Content-Type"] == "application/pdf"
    assert first.content.startswith(b"%PDF-")
    text = text_of(first.content, tmp_path)
    assert WORDS in text
    assert bill.code in text
    assert "แปดร้อยสี่สิบบาทถ้วน" in text
    settle_documents(by=None, amounts={bill.pk: 84_000})
    Buyer.objects.filter(pk=bill.buyer_id).update(name_th="ชื่อใหม่ตัวอย่าง")
    assert client.get(address).content == first.content
    kept = DocumentPdf.objects.get()
    assert kept.sha256 == hashlib.sha256(first.content).hexdigest()
    with pytest.raises(DatabaseError), transaction.atomic():
        DocumentPdf.objects.filter(pk=kept.pk).update(content=b"")


def test_where_chromium_is_missing_the_page_says_what_to_do(
    client: Client, market: Money, settings: Any
) -> None:
    settings.CHROMIUM = "/nonexistent/chromium"
    bill = money.bill_for(market.day.site, market.day.cycle)
    with pytest.raises(Refusal) as told:
        pdf_of(bill)
    assert told.value.code == "pdf-failed"
    client.force_login(market.treasurer)
    answer = client.get(reverse("invoicing:pdf", args=[bill.pk]), follow=True)
    assert "กดพิมพ์แล้วเลือกบันทึกเป็น PDF" in answer.content.decode()
    assert not DocumentPdf.objects.exists()


def test_a_void_document_has_no_pdf(client: Client, market: Money) -> None:
    bill = money.bill_for(market.day.site, market.day.cycle)
    void_documents(by=None, documents=[bill], reason="ผิด")
    client.force_login(market.treasurer)
    answer = client.get(reverse("invoicing:pdf", args=[bill.pk]), follow=True)
    assert "เอกสารนี้ยกเลิกแล้ว" in answer.content.decode()


@pytest.mark.skipif(chromium() is None, reason="no chromium on this machine; install chromium")
def test_a_whole_set_is_one_pdf_with_its_originals_and_copies(
    client: Client, market: Money, tmp_path: Path
) -> None:
    papers = (Sheets(Paper.QUOTATION, 1, 1), Sheets(Paper.DELIVERY_NOTE, 1, 0))
    set_terms(
        by=None, terms=[TermsInput(buyer=market.day.hospital, valid_from=MONDAY, papers=papers)]
    )
    order = market.accepted(20).delivery.order
    row = record_purchase_order(
        by=None, buyer=market.day.hospital, number="พส 12/2570", dated=MONDAY
    )
    attach_purchase_order(by=None, orders=[order], purchase_order=row)
    quotation = issue_quotation(by=None, order=order, valid_until=FIRST_DAY, day=MONDAY)
    client.force_login(market.treasurer)
    answer = client.get(reverse("invoicing:po-pdf", args=[row.pk]))
    assert answer["Content-Type"] == "application/pdf"
    text = text_of(answer.content, tmp_path)
    assert text.count(quotation.code) == 2
    assert text.count("สำเนา") == 1
    assert text.count("ต้นฉบับ") == 2


def test_a_set_without_papers_has_no_pdf(client: Client, market: Money) -> None:
    row = record_purchase_order(
        by=None, buyer=market.day.hospital, number="พส 13/2570", dated=MONDAY
    )
    client.force_login(market.treasurer)
    answer = client.get(reverse("invoicing:po-pdf", args=[row.pk]), follow=True)
    assert "ชุดนี้ยังไม่มีเอกสารที่ออกแล้ว" in answer.content.decode()
