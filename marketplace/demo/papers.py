"""The demo's papers: what each buyer's office asks for, and one real example of each document."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from marketplace.common import clock
from marketplace.common.dates import be_year
from marketplace.common.money import from_decimal
from marketplace.demo.cast import WORD
from marketplace.demo.setting import Market
from marketplace.parties.models import Buyer
from orders.invoicing.models import Document, Paper, PaysBy, Shift
from orders.invoicing.services import (
    TermsInput,
    issue_acceptance_reports,
    issue_billing_note,
    issue_credit_note,
    issue_debit_note,
    issue_quotation,
    issue_receipt,
    name_budget,
    set_terms,
)
from orders.invoicing.services.changes import changeable_lines
from orders.invoicing.terms import GOVERNMENT_MONTH, Sheets, Signer, terms_on
from orders.invoicing.waiting import uncarried, unreceived, unreported
from orders.models import Order
from orders.reconciliation.models import Application
from orders.reconciliation.services import note_certificate
from orders.services import attach_purchase_order, record_purchase_order

OFFICE = (
    Sheets(Paper.QUOTATION, 1, 1),
    Sheets(Paper.PURCHASE_ORDER, 0, 1),
    Sheets(Paper.DELIVERY_NOTE, 1, 1),
    Sheets(Paper.ACCEPTANCE, 1, 1),
    Sheets(Paper.BILL, 1, 2),
    Sheets(Paper.BILLING_NOTE, 1, 1),
    Sheets(Paper.RECEIPT, 1, 1),
)
HOTEL = (
    Sheets(Paper.DELIVERY_NOTE, 1, 1),
    Sheets(Paper.BILL, 1, 1),
    Sheets(Paper.BILLING_NOTE, 1, 1),
    Sheets(Paper.RECEIPT, 1, 0),
)
SHOP = (Sheets(Paper.DELIVERY_NOTE, 1, 0), Sheets(Paper.BILL, 1, 0), Sheets(Paper.RECEIPT, 1, 0))


def agree_on_papers(market: Market, day: date) -> None:
    """Record every buyer's paper terms from the first day on, as its finance office told them."""
    set_terms(by=market.treasurer, terms=[_terms(market, buyer, day) for buyer in market.buyers])


def _terms(market: Market, buyer: Buyer, day: date) -> TermsInput:
    cast = market.buyer_casts[buyer.pk]
    common: dict[str, Any] = {
        "buyer": buyer,
        "valid_from": day,
        "billing_plan": buyer.billing_plan,
        "credit_days": cast.payment_days,
    }
    if cast.government:
        return TermsInput(
            **common,
            billing_days=[5, 20],
            billing_shift=Shift.AFTER,
            paying_shift=Shift.AFTER,
            billing_place=f"กลุ่มงานบัญชีและการเงิน ตึกอำนวยการ{WORD} ชั้น 2 เวลา 9.00–12.00 น.",
            fiscal_month=GOVERNMENT_MONTH,
            contact=f"งานการเงิน {WORD}",
            papers=OFFICE,
            committee=[
                Signer(f"นางสาวกานดา {WORD}", "นักโภชนาการชำนาญการ", "ประธานกรรมการ"),
                Signer(f"นายวิชัย {WORD}", "เจ้าพนักงานพัสดุ", "กรรมการ"),
                Signer(f"นางสมศรี {WORD}", "พยาบาลวิชาชีพ", "กรรมการ"),
            ],
        )
    if cast.buyer_class == "hotel":
        return TermsInput(
            **common,
            billing_days=[] if cast.late else [25],
            billing_place=f"แผนกบัญชี {WORD} ชั้น B1 ก่อน 15.00 น.",
            billing_shift=Shift.AFTER,
            paying_days=[] if cast.late else [10, 31],
            paying_shift=Shift.BEFORE,
            pays_by=PaysBy.CHEQUE,
            papers=HOTEL,
        )
    return TermsInput(**common, papers=SHOP)


def keep_papers(market: Market, moment: datetime) -> None:
    """Do a Saturday's paper work: what each office asked for is issued, once it can be."""
    with clock.at(moment):
        by, day = market.treasurer, clock.today()
        terms = terms_on(market.buyers, day)
        for buyer in market.buyers:
            own = {buyer.pk: terms[buyer.pk]}
            if sales := unreported(day, own):
                issue_acceptance_reports(by=by, deliveries=[sale.delivery for sale in sales])
            bills = [bill for bill in uncarried() if bill.buyer_id == buyer.pk]
            if bills and terms[buyer.pk].asks_for(Paper.BILLING_NOTE):
                issue_billing_note(by=by, buyer=buyer, bills=bills)
            if paid := [bill for bill in unreceived() if bill.buyer_id == buyer.pk]:
                issue_receipt(by=by, buyer=buyer, bills=paid)


def correct_a_bill(market: Market, moment: datetime) -> None:
    """Take two kilograms off one bill after a claim, ask for a forgotten crate on another, and take in
    the first withholding certificate.
    """
    with clock.at(moment):
        bills = list(Document.objects.billed().standing().order_by("pk"))
        for bill, issue, reason in zip(
            bills,
            (issue_credit_note, issue_debit_note),
            (f"ผักช้ำ ผู้ซื้อส่งรูปหลังตรวจรับ ({WORD})", f"คิดราคาเกรดต่ำกว่าที่ส่ง ({WORD})"),
            strict=False,
        ):
            line = changeable_lines(bill)[0]
            issue(
                by=market.treasurer,
                bill=bill,
                values={line.row.pk: line.row.value_satang // 10},
                reason=reason,
            )
        withheld = Application.objects.awaiting_certificate().order_by("pk").first()
        if withheld is not None:
            note_certificate(
                by=market.treasurer,
                application=withheld,
                number=f"{WORD} 12/2569",
                day=clock.today(),
            )


def file_purchase_orders(market: Market, orders: Iterable[Order], moment: datetime) -> None:
    """Quote what government offices ordered, and take in their purchase orders two days later.

    The smallest office is late: its newest order waits for both.
    """
    government = [one for one in orders if one.buyer.is_government]
    late = government[-1:] if len(government) > 1 else []
    for order in government:
        if order in late:
            continue
        with clock.at(moment):
            issue_quotation(
                by=market.staff,
                order=order,
                valid_until=clock.today() + timedelta(days=30),
            )
        with clock.at(min(moment + timedelta(days=2), clock.now())):
            day = clock.today()
            row = record_purchase_order(
                by=market.staff,
                buyer=order.buyer,
                number=f"พส {WORD} {order.pk}/{be_year(day)}",
                dated=day,
                ceiling_satang=-(-from_decimal(order.total_excl_tax) // 1_000_000) * 1_000_000,
            )
            attach_purchase_order(by=market.staff, orders=[order], purchase_order=row)
            name_budget(by=market.treasurer, purchase_order=row, name="เงินบำรุง ค่าอาหารผู้ป่วย")
