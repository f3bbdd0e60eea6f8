"""The demo's papers: what each buyer's office asks for, and one real example of each document."""

from __future__ import annotations

from datetime import date
from typing import Any

from marketplace.demo.cast import WORD
from marketplace.demo.setting import Market
from marketplace.parties.models import Buyer
from orders.invoicing.models import Paper, PaysBy
from orders.invoicing.services import TermsInput, set_terms
from orders.invoicing.terms import GOVERNMENT_MONTH, Sheets, Signer

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
            billing_days=[25],
            billing_place=f"แผนกบัญชี {WORD} ชั้น B1 ก่อน 15.00 น.",
            paying_days=[10, 31],
            pays_by=PaysBy.CHEQUE,
            papers=HOTEL,
        )
    return TermsInput(**common, papers=SHOP)
