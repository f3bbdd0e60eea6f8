"""Using what buyers have on deposit: applied to a bill, returned, kept; and undone by reversal.

Always true: a buyer's deposit account is locked first, then uses, then documents, as a bank row
locks accounts before documents.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db.models import Sum
from django.urls import reverse as url_of
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import now, today
from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht
from marketplace.common.transactions import unit_of_work
from marketplace.ledger.rules import JournalInput
from marketplace.ledger.services import balances, lock_bounds, open_accounts, post, reverse
from marketplace.notifications.services import Telling, tell
from marketplace.parties.models import Buyer
from marketplace.parties.services.money import require_treasurer
from orders.deposits import rules
from orders.deposits.exceptions import AnotherPerson, Decided, NotEnoughHeld
from orders.deposits.models import DepositTerms, DepositUse, UseKind, UseState
from orders.invoicing import accounts, posting
from orders.invoicing.exceptions import TooMuchForDocument
from orders.invoicing.models import Document
from orders.invoicing.services import settle_documents
from orders.reconciliation.models import Application, ApplicationKind


def held_now(buyer: Buyer) -> int:
    """What a buyer has on deposit, satang; locks its account until the unit of work ends."""
    code = accounts.deposit(buyer).code
    open_accounts(accounts=[accounts.deposit(buyer)])
    return lock_bounds([code])[code].available_satang


def _require_held(buyer: Buyer, satang: int) -> int:
    """Refuse more than is on deposit and not asked for already; return what is held."""
    if satang <= 0:
        raise Refusal(_("จำนวนเงินต้องมากกว่า 0"), code="negative", where="satang")
    held = held_now(buyer)
    asked = DepositUse.objects.asked().filter(buyer=buyer).aggregate(total=Sum("satang"))["total"]
    if satang > held - (asked or 0):
        raise NotEnoughHeld(held - (asked or 0))
    return held


@unit_of_work
def apply_deposit(
    *, by: User | None, bill: Document, satang: int, key: UUID, day: dt.date | None = None
) -> DepositUse:
    """Pay a bill, whole or in part, with what its buyer has on deposit; the same key again is once.

    Args:
        by: the treasurer.
        bill: open.
        satang: at most what is open on it and what is held.
        key: of the form that asked.
        day: accounting day, today when left out.

    Raises:
        TreasurerOnly; NotEnoughHeld; TooMuchForDocument: more than is open on the bill.
    """
    require_treasurer(by)
    asking = Document.objects.asking().select_related("buyer").get(pk=bill.pk)
    held = _require_held_once(asking.buyer, satang, key)
    if isinstance(held, DepositUse):
        return held
    if satang > asking.open_satang:
        raise TooMuchForDocument(asking.code, format_baht(asking.open_satang))
    use = _book(
        by,
        DepositUse(
            key=key,
            buyer=asking.buyer,
            kind=UseKind.APPLIED,
            document=asking,
            satang=satang,
            day=day or today(),
            made_by=by,
        ),
    )
    settle_documents(by=by, amounts={asking.pk: satang}, day=use.day)
    return use


@unit_of_work
def settle_reclaim(*, by: User | None, buyer: Buyer, key: UUID) -> DepositUse:
    """Let what is held pay what the buyer owes back since a cheque of its deposit was returned.

    Args:
        by: the treasurer.
        buyer: whose money it is; as much as is both held and owed is used.
        key: of the form that asked; the same again is once.

    Raises:
        TreasurerOnly; NotEnoughHeld: nothing is held; Refusal: code "nothing-owed".
    """
    require_treasurer(by)
    held = held_now(buyer)
    if (before := DepositUse.objects.filter(key=key).first()) is not None:
        return before
    owed = balances([accounts.reclaim(buyer).code]).get(accounts.reclaim(buyer).code, 0)
    if owed <= 0:
        raise Refusal(_("ผู้ซื้อรายนี้ไม่มียอดที่ต้องเรียกคืน"), code="nothing-owed")
    if held <= 0:
        raise NotEnoughHeld(held)
    return _book(
        by,
        DepositUse(
            key=key,
            buyer=buyer,
            kind=UseKind.RECLAIMED,
            satang=min(held, owed),
            day=today(),
            made_by=by,
        ),
    )


@unit_of_work
def undo_applied(*, by: User | None, use: DepositUse, reason: str) -> DepositUse:
    """Take a deposit off a bill again; the bill is owed, the money is held. Twice is once.

    Raises:
        TreasurerOnly; Refusal: code "no-reason"; Decided: it went back or was kept.
    """
    require_treasurer(by)
    words = " ".join(reason.split())
    if not words:
        raise Refusal(_("กรุณาบอกเหตุผลที่ยกเลิก"), code="no-reason", where="reason")
    held_now(use.buyer)
    found = DepositUse.objects.select_for_update(of=("self",)).get(pk=use.pk)
    if found.state == UseState.UNDONE:
        return found
    if found.kind != UseKind.APPLIED or found.state != UseState.STANDS:
        raise Decided(found.get_state_display())
    assert found.journal is not None
    assert found.document_id is not None
    reverse(by=by, journals=[found.journal], reason=words)
    found.state, found.ended_reason = UseState.UNDONE, words[:200]
    found.decided_at, found.decided_by = now(), by
    found.save(update_fields=["state", "ended_reason", "decided_at", "decided_by"])
    settle_documents(by=by, amounts={found.document_id: -found.satang})
    record(
        by=by,
        action="deposit.undone",
        subject=found,
        party=found.buyer,
        data={"satang": found.satang, "reason": words},
    )
    return found


@unit_of_work
def ask_to_give(
    *,
    by: User | None,
    buyer: Buyer,
    kind: str,
    satang: int,
    reason: str,
    key: UUID,
    pay_to: str = "",
) -> DepositUse:
    """Ask to return a deposit or to keep it by its terms; a second person decides.

    Args:
        by: the treasurer.
        buyer: whose money it is.
        kind: "returned" or "kept".
        satang: at most what is held and, when kept, what the terms allow.
        reason: read by the buyer.
        key: of the form that asked.
        pay_to: the buyer's bank account, for a return.

    Raises:
        TreasurerOnly; NotEnoughHeld; Refusal: code "no-reason", "no-account", "no-terms",
            "over-terms".
    """
    require_treasurer(by)
    words, where = " ".join(reason.split()), " ".join(pay_to.split())
    if not words:
        raise Refusal(_("กรุณาบอกเหตุผล ผู้ซื้อจะได้อ่าน"), code="no-reason", where="reason")
    if kind == UseKind.RETURNED and not where:
        raise Refusal(_("กรุณาบอกบัญชีธนาคารของผู้ซื้อที่จะโอนคืน"), code="no-account", where="pay_to")
    held = _require_held_once(buyer, satang, key)
    if isinstance(held, DepositUse):
        return held
    if kind == UseKind.KEPT:
        rules.require_kept(satang, held, keep_bp_of(buyer))
    use = DepositUse.objects.create(
        key=key,
        buyer=buyer,
        kind=UseKind(kind),
        satang=satang,
        day=today(),
        reason=words[:200],
        pay_to=where[:120],
        state=UseState.ASKED,
        made_by=by,
    )
    record(
        by=by,
        action="deposit.asked",
        subject=use,
        party=buyer,
        data={"kind": kind, "satang": satang},
    )
    return use


def _require_held_once(buyer: Buyer, satang: int, key: UUID) -> int | DepositUse:
    """Refuse more than is held, or find what the same form asked before."""
    held_now(buyer)
    before: DepositUse | None = DepositUse.objects.filter(key=key).first()
    return before if before is not None else _require_held(buyer, satang)


def keep_bp_of(buyer: Buyer) -> int:
    """The share of a deposit that today's terms allow to be kept, hundredths of a per cent."""
    terms: DepositTerms | None = DepositTerms.objects.on(today()).filter(buyer=buyer).first()
    return terms.keep_bp if terms else 0


@unit_of_work
def decide_given(*, by: User, use: DepositUse, agreed: bool, reason: str = "") -> DepositUse:
    """Let a second person agree to give a deposit away, or refuse it.

    A return waits for its bank row from then on.

    Args:
        by: a treasurer other than who asked.
        use: asked.
        agreed: False refuses it.
        reason: needed to refuse.

    Raises:
        TreasurerOnly; AnotherPerson; Decided; NotEnoughHeld; Refusal: code "no-reason".
    """
    require_treasurer(by)
    held = held_now(use.buyer)
    found = DepositUse.objects.select_for_update(of=("self",)).get(pk=use.pk)
    if found.state != UseState.ASKED:
        raise Decided(found.get_state_display())
    words = " ".join(reason.split())
    if not agreed:
        if not words:
            raise Refusal(_("กรุณาบอกเหตุผลที่ไม่อนุมัติ"), code="no-reason", where="reason")
        found.state, found.ended_reason = UseState.REFUSED, words[:200]
        found.decided_at, found.decided_by = now(), by
        found.save(update_fields=["state", "ended_reason", "decided_at", "decided_by"])
        record(by=by, action="deposit.refused", subject=found, party=found.buyer)
        return found
    if found.made_by_id == by.pk:
        raise AnotherPerson
    if found.satang > held:
        raise NotEnoughHeld(held)
    if found.kind == UseKind.KEPT:
        rules.require_kept(found.satang, held, keep_bp_of(found.buyer))
    found.decided_at, found.decided_by, found.day = now(), by, today()
    return _book(by, found)


def _book(by: User | None, use: DepositUse) -> DepositUse:
    """Post the journal of a use and let the use stand on it."""
    open_accounts(
        accounts=[
            accounts.deposit(use.buyer),
            accounts.receivable(use.buyer),
            accounts.reclaim(use.buyer),
            accounts.DEPOSIT_RETURNED,
            accounts.DEPOSIT_KEPT,
        ]
    )
    if use.pk is None:
        use.state = UseState.ASKED
        use.save()
    (use.journal,) = post(by=by, journals=[_journal(use)])
    use.state = UseState.STANDS
    use.save(update_fields=["state", "journal", "day", "decided_at", "decided_by"])
    record(
        by=by,
        action=f"deposit.{use.kind}",
        subject=use,
        party=use.buyer,
        data={"satang": use.satang, "document": use.document_id},
    )
    _tell(use)
    return use


def _tell(use: DepositUse) -> None:
    """Tell the buyer what became of its money."""
    words = {
        "what": UseKind(use.kind).label,
        "satang": format_baht(use.satang),
        "code": use.document.code if use.document else "",
    }
    tell(
        tellings=[
            Telling(
                key=f"deposit_use:{use.pk}",
                recipient=f"party:{use.buyer_id}",
                kind="deposit.used",
                title=_("เงินรับล่วงหน้า %(satang)s บาท: %(what)s %(code)s") % words,
                body=" · ".join(one for one in (use.reason, use.pay_to) if one),
                url=url_of("deposits:buyer", args=[use.buyer_id]),
                email=use.buyer.email,
            )
        ]
    )


def _journal(use: DepositUse) -> JournalInput:
    buyer = use.buyer
    deposit = accounts.deposit(buyer).code
    if use.kind == UseKind.APPLIED:
        assert use.document is not None
        return posting.deposit_applied(
            use=use.pk,
            day=use.day,
            words=f"ตัดเงินรับล่วงหน้าชำระ {use.document.code}",
            deposit=deposit,
            receivable=accounts.receivable(buyer).code,
            bill=use.document.pk,
            satang=use.satang,
        )
    if use.kind == UseKind.RECLAIMED:
        return posting.deposit_reclaimed(
            use=use.pk,
            day=use.day,
            words=f"ชดใช้เงินที่เรียกคืน {buyer.name_th}",
            deposit=deposit,
            reclaim=accounts.reclaim(buyer).code,
            satang=use.satang,
        )
    if use.kind == UseKind.RETURNED:
        return posting.deposit_returned(
            use=use.pk,
            day=use.day,
            words=f"คืนเงินรับล่วงหน้า {buyer.name_th} {use.reason}"[:200],
            deposit=deposit,
            transit=accounts.DEPOSIT_RETURNED.code,
            satang=use.satang,
        )
    return posting.deposit_kept(
        use=use.pk,
        day=use.day,
        words=f"ริบเงินมัดจำตามเงื่อนไข {buyer.name_th} {use.reason}"[:200],
        deposit=deposit,
        income=accounts.DEPOSIT_KEPT.code,
        satang=use.satang,
    )


@unit_of_work
def call_back(*, by: User | None, buyer: Buyer, satang: int, reason: str) -> int:
    """Take deposits off bills, newest first, until so much is held again; the bills are owed again.

    For money that was never the buyer's to use: the cheque that brought it came back. What one bill
    gives up beyond need is applied to it again.

    Args:
        by: the treasurer.
        buyer: whose cheque it was.
        satang: to be held.
        reason: for the history.

    Returns:
        What could not be called back, satang: it was returned to the buyer or kept.
    """
    held = held_now(buyer)
    for use in (
        DepositUse.objects.standing()
        .filter(buyer=buyer, kind=UseKind.APPLIED)
        .select_related("document")
        .order_by("-pk")
    ):
        if held >= satang:
            break
        undo_applied(by=by, use=use, reason=reason)
        held += use.satang
        rest = min(held - satang, use.satang)
        if rest > 0:
            assert use.document is not None
            apply_deposit(by=by, bill=use.document, satang=rest, key=_again(use), day=today())
            held -= rest
    return max(0, satang - held)


def _again(use: DepositUse) -> UUID:
    """The key of what is applied again of a use that was called back."""
    return UUID(int=use.key.int ^ 1)


def returned_paid(uses: list[int]) -> dict[int, int]:
    """What bank rows paid of returns: use's primary key → satang."""
    return {
        int(target.partition(":")[2]): satang
        for target, satang in Application.objects.standing()
        .filter(kind=ApplicationKind.AWAITED, target__in=[f"deposit_return:{pk}" for pk in uses])
        .order_by()
        .values_list("target")
        .annotate(total=Sum("satang"))
    }
