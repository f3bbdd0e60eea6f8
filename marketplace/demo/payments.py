"""The demo's payment vouchers: a vendor's is issued, a bank charge's waits for the second person; what
growers saved is handed on, what they paid back waits for the second person.
"""

from __future__ import annotations

from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from marketplace.common import clock
from marketplace.demo.cast import WORD
from marketplace.demo.treasury import Treasury
from orders.settlement.models import DeductionKind, PaymentVoucher
from orders.settlement.payables import waiting
from orders.settlement.services import (
    HandOnInput,
    PaymentVoucherInput,
    agree_hand_on,
    ask_payment_voucher,
    decide_payment_voucher,
    make_hand_on,
)
from orders.settlement.services.handing import held_satang


def write_payment_vouchers(treasury: Treasury, moment: datetime) -> None:
    """Issue a voucher for goods bought outside; leave one of a bank charge to be checked."""
    with clock.at(moment):
        needed = waiting()
        bought = next((one for one in needed if one.account), None)
        charge = next((one for one in needed if one.target.startswith("application:")), None)
        if bought is not None:
            made = _ask(
                treasury,
                PaymentVoucherInput(
                    target=bought.target,
                    pays_by="transfer",
                    pay_to=f"ธนาคาร{WORD} •••4321 {bought.payee}",
                    paper=f"บิลเงินสด{WORD} เล่มที่ 1 เลขที่ 12",
                ),
            )
            decide_payment_voucher(by=treasury.market.checker, voucher=made, agreed=True)
        if charge is not None:
            _ask(treasury, PaymentVoucherInput(target=charge.target))


def hand_on_deductions(treasury: Treasury, moment: datetime) -> None:
    """Hand savings on to the savings desk; leave what was paid back on loans to be checked."""
    with clock.at(moment):
        for kind, desk in (
            (DeductionKind.SAVING, "ฝ่ายเงินฝากและหุ้น"),
            (DeductionKind.LOAN, "ฝ่ายสินเชื่อ"),
        ):
            if held_satang(kind, clock.today()) <= 0:
                continue
            batch = make_hand_on(
                by=treasury.market.treasurer,
                wanted=HandOnInput(
                    kind=kind,
                    until=clock.today(),
                    payee=f"{desk} {WORD}",
                    pay_to=f"ธนาคาร{WORD} •••9876 {desk}",
                ),
                key=uuid5(NAMESPACE_URL, f"demo-hand-on-{kind}"),
            )
            if kind == DeductionKind.SAVING:
                agree_hand_on(by=treasury.market.checker, batch=batch)


def _ask(treasury: Treasury, wanted: PaymentVoucherInput) -> PaymentVoucher:
    return ask_payment_voucher(
        by=treasury.market.treasurer,
        wanted=wanted,
        key=uuid5(NAMESPACE_URL, f"demo-payment-{wanted.target}"),
    )
