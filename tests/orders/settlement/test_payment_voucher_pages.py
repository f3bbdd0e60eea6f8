"""Payment vouchers as two treasurers use them."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from orders.settlement.models import PaymentVoucher
from tests.orders.settlement.test_payment_vouchers import lot, market
from tests.support.money import Money

pytestmark = pytest.mark.django_db
__all__ = ["market"]


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def test_one_makes_the_voucher_and_the_other_issues_and_voids_it(market: Money) -> None:
    maker, checker = signed_in(market.treasurer), signed_in(market.second)
    new = reverse("settlement:new-payment-voucher", args=["lot", lot().pk])
    assert new in maker.get(reverse("settlement:payment-vouchers")).content.decode()
    form = {
        "payee": "แผงตัวอย่าง",
        "pays_by": "transfer",
        "pay_to": "",
        "paper": "เลขที่ 12",
        "key": str(uuid4()),
    }
    assert "กรุณาใส่บัญชีธนาคารของผู้รับเงิน" in maker.post(new, form).content.decode()
    maker.post(new, form | {"pay_to": "ธนาคารตัวอย่าง 1"})
    found = PaymentVoucher.objects.get()
    page = reverse("settlement:payment-voucher", args=[found.pk])
    decide = reverse("settlement:decide-payment-voucher", args=[found.pk])
    assert 'value="yes"' not in maker.get(page).content.decode()
    assert 'value="yes"' in checker.get(page).content.decode()
    said = maker.post(decide, {"agreed": "yes"}, follow=True).content.decode()
    assert "ต้องเป็นคนละคน" in said
    paper = checker.post(decide, {"agreed": "yes"}, follow=True).content.decode()
    for words in ("PV-2570-000001", "สองร้อยบาทถ้วน", "แผงตัวอย่าง", "เลขที่ 12"):
        assert words in paper
    void = reverse("settlement:void-payment-voucher", args=[found.pk])
    assert "กรุณาบอกเหตุผล" in checker.post(void, {}, follow=True).content.decode()
    assert "ยอดผิด" in checker.post(void, {"reason": "ยอดผิด"}, follow=True).content.decode()
    pdf = reverse("settlement:payment-voucher-pdf", args=[found.pk])
    assert "มี PDF เฉพาะใบที่ออกแล้ว" in checker.get(pdf, follow=True).content.decode()
    listed = checker.get(reverse("settlement:payment-vouchers")).content.decode()
    assert "PV-2570-000001" in listed
    assert new in listed


def test_a_voucher_made_in_english_is_a_thai_paper(market: Money) -> None:
    maker = signed_in(market.treasurer)
    new = reverse("settlement:new-payment-voucher", args=["lot", lot().pk])
    form = {"payee": "แผงตัวอย่าง", "pays_by": "cash", "key": str(uuid4())}
    maker.cookies["django_language"] = "en"
    maker.post(new, form)
    assert PaymentVoucher.objects.get().what.startswith("ซื้อเสริม")
