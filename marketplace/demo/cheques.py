"""The demo's cheques: one collected, one post-dated in the drawer, one returned by the bank."""

from __future__ import annotations

from datetime import datetime, timedelta

from marketplace.common import clock
from marketplace.demo.cast import WORD
from marketplace.demo.treasury import Treasury
from orders.cheques.models import Cheque
from orders.cheques.services import PartInput, deposit_cheques, receive_cheque, return_cheque
from orders.invoicing.models import Document
from orders.reconciliation.services import ApplicationInput, apply_row, import_statement


def take_cheques(treasury: Treasury, moment: datetime) -> list[Cheque]:
    """Let buyers hand in cheques for open bills; the first is collected, the last is returned."""
    day, by = moment.date(), treasury.market.treasurer
    taken: list[Cheque] = []
    with clock.at(moment):
        bills = Document.objects.open().filter(settled_satang=0, due_day__gte=day)
        for place, bill in enumerate(bills.select_related("buyer").order_by("pk")[:3]):
            taken.append(
                receive_cheque(
                    by=by,
                    buyer=bill.buyer,
                    number=f"1004567{place}",
                    bank=f"ธนาคาร{WORD}",
                    branch="หาดใหญ่",
                    dated=day + timedelta(days=14) if place == 1 else day,
                    satang=bill.open_satang,
                    parts=[PartInput(bill, bill.open_satang)],
                )
            )
            if place < 2:  # the third is paid by transfer after all
                treasury.promised = [one for one in treasury.promised if one[1] != bill.pk]
        for cheque in taken[0:1] + taken[2:3]:
            deposit_cheques(by=by, cheques=[cheque], account=treasury.account)
        if taken:
            _collect(treasury, taken[0], moment)
        for cheque in taken[2:3]:
            return_cheque(by=by, cheque=cheque, reason="เงินในบัญชีไม่พอจ่าย", fee_satang=20_000)
    return taken


def _collect(treasury: Treasury, cheque: Cheque, moment: datetime) -> None:
    """Let the bank credit a cheque, and apply its row to the slip."""
    day = moment.date()
    cheque.refresh_from_db()
    treasury.bank.move(day, f"ฝากเช็ค {cheque.number}", into=cheque.satang)
    content = treasury.bank.statement(day)
    assert content is not None
    import_statement(
        by=treasury.market.treasurer,
        account=treasury.account,
        file_bytes=content,
        filename=f"statement-{day:%Y%m%d}-cheque.csv",
    )
    row = treasury.account.rows.filter(description__contains=cheque.number).get()
    apply_row(
        by=treasury.market.treasurer,
        row=row,
        applications=[
            ApplicationInput(
                satang=cheque.satang, kind="awaited", target=f"cheque_slip:{cheque.slip_id}"
            )
        ],
    )
