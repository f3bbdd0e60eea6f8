"""The demo's deposits: a hotel paid ahead, part of it paid a bill, a return waits for a second person."""

from __future__ import annotations

from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from marketplace.common import clock
from marketplace.demo.cast import WORD
from marketplace.demo.treasury import Treasury
from marketplace.parties.models import Buyer
from orders.deposits.services import apply_deposit, ask_to_give, set_deposit_terms
from orders.invoicing.models import Document
from orders.reconciliation.services import ApplicationInput, apply_row, import_statement

PAID_AHEAD = 2_000_000
RETURNED = 300_000
CREDIT = 200_000_000


def hold_deposits(treasury: Treasury, moment: datetime) -> None:
    """Let a private buyer with an open bill pay ahead; agree on credit with every buyer."""
    day, by = moment.date(), treasury.market.treasurer
    with clock.at(moment):
        for buyer in Buyer.objects.order_by("pk"):
            set_deposit_terms(
                by=by,
                buyer=buyer,
                valid_from=day,
                credit_satang=CREDIT,
                keep_bp=0 if buyer.is_government else 3_000,
                paper=f"ข้อตกลง{WORD} {buyer.code}",
            )
        bill = (
            Document.objects.open()
            .filter(settled_satang=0, kind="bill", buyer__is_government=False)
            .exclude(pk__in=[one[1] for one in treasury.promised])
            .order_by("total_satang", "pk")
            .first()
        )
        if bill is None:
            return
        words = f"มัดจำ {bill.buyer.code}"
        treasury.bank.move(day, words, into=PAID_AHEAD)
        content = treasury.bank.statement(day)
        assert content is not None
        import_statement(
            by=by,
            account=treasury.account,
            file_bytes=content,
            filename=f"statement-{day:%Y%m%d}-deposit.csv",
        )
        apply_row(
            by=by,
            row=treasury.account.rows.filter(description__contains=words).latest("pk"),
            applications=[ApplicationInput(PAID_AHEAD, kind="deposit", buyer=bill.buyer)],
        )
        apply_deposit(
            by=by,
            bill=bill,
            satang=min(bill.open_satang, PAID_AHEAD // 2),
            key=uuid5(NAMESPACE_URL, f"demo-deposit-{bill.code}"),
        )
        ask_to_give(
            by=by,
            buyer=bill.buyer,
            kind="returned",
            satang=RETURNED,
            reason="เลิกจัดงานเลี้ยง ขอคืนบางส่วน",
            pay_to=f"ธนาคาร{WORD} •••1234 {bill.buyer.name}",
            key=uuid5(NAMESPACE_URL, f"demo-return-{bill.code}"),
        )
