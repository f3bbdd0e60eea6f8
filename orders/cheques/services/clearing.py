"""What the bank says of deposited cheques: collected, undone, returned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.urls import reverse as url_of
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht
from marketplace.common.transactions import unit_of_work
from marketplace.ledger.services import open_accounts, post, reverse
from marketplace.notifications.services import Telling, tell
from marketplace.parties.models import Cooperative
from orders.cheques import rules
from orders.cheques.models import Cheque, ChequePart, ChequeState
from orders.cheques.services.handing import journals_of, locked_cheque
from orders.deposits.services import call_back
from orders.invoicing import accounts, posting
from orders.invoicing.models import Document
from orders.invoicing.services import drop_certificates, settle_documents


@unit_of_work
def clear_cheques(*, by: User | None, cheques: Sequence[Cheque], day: dt.date) -> list[Cheque]:
    """Count cheques that the bank collected: now their bills are paid.

    Args:
        by: who applied the bank row.
        cheques: deposited.
        day: of the bank row.

    Raises:
        NotInThatState: one is not at the bank.
    """
    cleared = []
    for one in sorted(cheques, key=lambda cheque: cheque.pk):
        cheque = locked_cheque(one, ChequeState.DEPOSITED)
        parts = list(cheque.parts.order_by("document_id"))
        bills = {
            bill.pk: bill
            for bill in Document.objects.select_for_update(of=("self",))
            .filter(pk__in=[part.document_id for part in parts])
            .order_by("pk")
        }
        taken, on_deposit = rules.split_cleared(
            cheque.satang,
            [
                rules.Claim(part.satang, part.withheld_satang, bills[part.document_id].open_satang)
                for part in parts
            ],
        )
        for part, (paid, withheld) in zip(parts, taken, strict=True):
            part.paid_satang, part.paid_withheld_satang = paid, withheld
        ChequePart.objects.bulk_update(parts, ["paid_satang", "paid_withheld_satang"])
        cheque.state, cheque.cleared_on = ChequeState.CLEARED, day
        cheque.clearings += 1
        cheque.on_deposit_satang = on_deposit
        cheque.save(update_fields=["state", "cleared_on", "clearings", "on_deposit_satang"])
        receivable, deposit = accounts.receivable(cheque.buyer), accounts.deposit(cheque.buyer)
        open_accounts(accounts=[receivable, deposit])
        post(
            by=by,
            journals=[
                posting.cheque_cleared(
                    cheque=cheque.pk,
                    turn=cheque.clearings,
                    day=day,
                    words=f"เช็คเรียกเก็บได้ {cheque} {cheque.buyer.name_th}",
                    receivable=receivable.code,
                    deposit=deposit.code,
                    parts=[
                        posting.ChequePartFacts(
                            part.document_id, part.paid_satang, part.paid_withheld_satang
                        )
                        for part in parts
                        if part.paid_satang or part.paid_withheld_satang
                    ],
                    on_deposit_satang=on_deposit,
                )
            ],
        )
        amounts = {
            part.document_id: part.paid_satang + part.paid_withheld_satang
            for part in parts
            if part.paid_satang or part.paid_withheld_satang
        }
        if amounts:
            settle_documents(by=by, amounts=amounts, day=day)
        record(
            by=by,
            action="cheque.cleared",
            subject=cheque,
            party=cheque.buyer,
            data={"bills": amounts, "deposit": on_deposit},
        )
        cleared.append(cheque)
    return cleared


@unit_of_work
def unclear_cheques(*, by: User | None, cheques: Sequence[Cheque]) -> list[Cheque]:
    """Take cheques back to "deposited", as their bank row was undone; the bills are owed again.

    Raises:
        NotInThatState: one was returned since.
    """
    back = []
    for one in sorted(cheques, key=lambda cheque: cheque.pk):
        cheque = locked_cheque(one, ChequeState.CLEARED)
        _take_off(by, cheque, "ยกเลิกการตัดแถวธนาคาร")
        cheque.state, cheque.cleared_on = ChequeState.DEPOSITED, None
        cheque.save(update_fields=["state", "cleared_on", "on_deposit_satang"])
        record(by=by, action="cheque.uncleared", subject=cheque, party=cheque.buyer)
        back.append(cheque)
    return back


@unit_of_work
def return_cheque(
    *,
    by: User | None,
    cheque: Cheque,
    reason: str,
    day: dt.date | None = None,
    fee_satang: int = 0,
) -> Cheque:
    """Book that the bank returned a cheque; its bills are owed again, buyer and treasurer are told.

    One that had been credited waits for the bank's debit row. The fee comes as a bank row of its
    own and is applied there as a bank charge; here it is only noted.

    Args:
        by: the treasurer.
        cheque: deposited or cleared.
        reason: as the bank's slip says it.
        day: it came back, today when left out.
        fee_satang: what the bank takes for it.

    Raises:
        NotInThatState: it is not at the bank; Refusal: code "no-reason".
    """
    reason = " ".join(reason.split())
    if not reason:
        raise Refusal(_("กรุณาบอกเหตุผลตามใบคืนเช็คของธนาคาร"), code="no-reason", where="reason")
    on = day or today()
    found = locked_cheque(cheque, ChequeState.DEPOSITED, ChequeState.CLEARED)
    words = f"เช็คคืน {found} {reason}"[:200]
    if found.state == ChequeState.CLEARED:
        _take_off(by, found, words)
        post(
            by=by,
            journals=[
                posting.cheque_bounced(cheque=found.pk, day=on, words=words, satang=found.satang)
            ],
        )
    else:
        reverse(by=by, journals=journals_of(found, "deposited"), reason=words)
        reverse(by=by, journals=journals_of(found, "received"), reason=words)
    found.state, found.ended_on = ChequeState.RETURNED, on
    found.end_reason, found.fee_satang = reason[:200], fee_satang
    found.save(update_fields=["state", "ended_on", "end_reason", "fee_satang", "on_deposit_satang"])
    _tell_returned(found)
    record(
        by=by,
        action="cheque.returned",
        subject=found,
        party=found.buyer,
        data={"reason": reason, "fee_satang": fee_satang},
    )
    return found


def _take_off(by: User | None, cheque: Cheque, reason: str) -> None:
    """Undo a clearing: journal reversed, bills owed again; those a deposit of it paid since, too.

    What was given back or kept since cannot be called back from a bill: the buyer owes it beside
    them.
    """
    parts = list(cheque.parts.order_by("document_id"))
    if cheque.on_deposit_satang:
        call_back(by=by, buyer=cheque.buyer, satang=cheque.on_deposit_satang, reason=reason)
        open_accounts(accounts=[accounts.reclaim(cheque.buyer)])
    reverse(
        by=by,
        journals=journals_of(cheque, f"cleared:{cheque.clearings}"),
        reason=reason,
        overflow={
            accounts.deposit(cheque.buyer).code: accounts.reclaim(cheque.buyer).code,
        },
    )
    amounts = {
        part.document_id: -(part.paid_satang + part.paid_withheld_satang)
        for part in parts
        if part.paid_satang or part.paid_withheld_satang
    }
    for part in parts:
        drop_certificates(by=by, source=f"cheque_part:{part.pk}", reason="เช็คไม่ผ่าน")
        part.paid_satang = part.paid_withheld_satang = 0
        part.certificate = ""
    ChequePart.objects.bulk_update(parts, ["paid_satang", "paid_withheld_satang", "certificate"])
    cheque.on_deposit_satang = 0
    if amounts:
        settle_documents(by=by, amounts=amounts)


def _tell_returned(cheque: Cheque) -> None:
    bills = ", ".join(part.document.code for part in cheque.parts.select_related("document"))
    words = {
        "bank": cheque.bank,
        "number": cheque.number,
        "satang": format_baht(cheque.satang),
        "reason": cheque.end_reason,
        "bills": bills or "-",
    }
    body = _("ธนาคารคืนเช็คเพราะ %(reason)s · บิลที่กลับมาค้าง: %(bills)s") % words
    buyer, key = cheque.buyer, f"cheque:{cheque.pk}:returned"
    tell(
        tellings=[
            Telling(
                key=f"{key}:buyer",
                recipient=f"party:{buyer.pk}",
                kind="cheque.returned",
                title=_("เช็ค %(bank)s %(number)s ยอด %(satang)s บาท เรียกเก็บไม่ได้") % words,
                body=body,
                url=url_of("invoicing:bills"),
                email=buyer.email,
            ),
            *(
                Telling(
                    key=f"{key}:{pk}",
                    recipient=f"party:{pk}",
                    kind="cheque.returned",
                    title=_("เช็คคืน %(bank)s %(number)s ยอด %(satang)s บาท") % words,
                    body=f"{buyer.name}\n{body}",
                    url=url_of("cheques:cheque", args=[cheque.pk]),
                )
                for pk in Cooperative.objects.values_list("pk", flat=True)
            ),
        ]
    )
