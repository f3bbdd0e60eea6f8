"""Advances, inputs on credit, loans and savings of single growers: agreed on paper, taken from
their payments, ended or taken back.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import now, today
from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht
from marketplace.common.transactions import unit_of_work
from marketplace.ledger.models import Account, Journal
from marketplace.ledger.services import open_accounts, post, reverse
from marketplace.parties.models import Cooperative, FarmerGroup, Membership, Person
from marketplace.parties.services.money import require_treasurer
from orders.invoicing import accounts, posting
from orders.settlement.exceptions import OverLimit, SamePerson
from orders.settlement.models import Deduction, DeductionKind, EarlyOwed


@dataclass(frozen=True, slots=True)
class DeductionInput:
    """What a grower agreed to.

    Attributes:
        key: of the form; the same key is the same agreement.
        kind: advance, inputs, loan or saving.
        person, group: a grower and a group she is a member of.
        what: what it is for.
        satang: to be taken in all; None for savings that run until stopped.
        paper: number or name of what she signed.
        signed_on: the day she signed.
        instalment_satang: at most from one payment; 0 for as much as the ceiling leaves.
        in_cash: an advance that this market hands out from its float, once it was approved.
    """

    key: str
    kind: str
    person: Person
    group: FarmerGroup
    what: str
    satang: int | None
    paper: str
    signed_on: dt.date
    instalment_satang: int = 0
    in_cash: bool = False


@unit_of_work
def agree_deduction(*, by: User | None, wanted: DeductionInput) -> Deduction:
    """Write down what a grower agreed to; it is taken from her next payments.

    What the cooperative's own desk gave is owed back to that desk from now on. An advance in cash
    waits for the approval of somebody else.

    Raises:
        TreasurerOnly: the user is not a treasurer.
        Refusal: codes "what", "paper", "signed-on", "satang", "member" or "cash".
    """
    require_treasurer(by)
    before = Deduction.objects.filter(key=wanted.key).first()
    if before is not None:
        return before
    _require_complete(wanted)
    made = Deduction.objects.create(
        key=wanted.key,
        kind=wanted.kind,
        person=wanted.person,
        group=wanted.group,
        what=wanted.what.strip()[:120],
        satang=wanted.satang,
        instalment_satang=wanted.instalment_satang,
        paper=wanted.paper.strip()[:80],
        signed_on=wanted.signed_on,
        source=Deduction.Source.CASH if wanted.in_cash else Deduction.Source.BOOKS,
        given_at=None if wanted.in_cash else now(),
        made_by=by,
    )
    account = accounts.of_member(wanted.kind, wanted.person)
    open_accounts(accounts=[account])
    if not wanted.in_cash and wanted.kind != DeductionKind.SAVING and wanted.satang:
        post(
            by=by,
            journals=[
                posting.member_owes(
                    deduction=made.pk,
                    day=today(),
                    words=f"{made} {made.paper}",
                    account=account.code,
                    satang=wanted.satang,
                )
            ],
        )
    record(
        by=by,
        action="deduction.agreed",
        subject=made,
        party=wanted.group,
        data={"kind": made.kind, "satang": made.satang, "paper": made.paper},
    )
    return made


def _require_complete(wanted: DeductionInput) -> None:
    if not wanted.what.strip():
        raise Refusal(_("กรุณาบอกว่าเป็นค่าอะไร"), code="what", where="what")
    if not wanted.paper.strip():
        raise Refusal(_("กรุณาใส่เลขที่หรือชื่อกระดาษที่เกษตรกรลงชื่อยินยอม"), code="paper", where="paper")
    if wanted.signed_on > today():
        raise Refusal(_("วันที่ลงชื่อต้องไม่เกินวันนี้"), code="signed-on", where="signed_on")
    open_ended = wanted.kind == DeductionKind.SAVING and wanted.satang is None
    if wanted.instalment_satang < 0 or not (
        wanted.instalment_satang > 0 if open_ended else (wanted.satang or 0) > 0
    ):
        raise Refusal(_("กรุณาใส่ยอดรวม หรือถ้าเป็นเงินออมใส่ยอดต่อครั้ง"), code="satang", where="satang")
    if wanted.in_cash and wanted.kind != DeductionKind.ADVANCE:
        raise Refusal(_("จ่ายเงินสดจากตลาดได้เฉพาะเงินยืมล่วงหน้า"), code="cash", where="in_cash")
    if not (Membership.objects.present().filter(person=wanted.person, group=wanted.group).exists()):
        raise Refusal(_("คนนี้ไม่ได้เป็นสมาชิกกลุ่มนี้"), code="member", where="person")


def advanced_satang() -> int:
    """What the working-capital fund has out among growers now: advances in cash and paid early."""
    return sum(
        Account.objects.filter(code__startswith="prepaid:").values_list("balance_satang", flat=True)
    ) + sum(
        row.satang - row.gone_satang
        for row in Deduction.objects.filter(
            source=Deduction.Source.CASH, given_at__isnull=False
        ).with_taken()
        if row.satang is not None
    )


def require_within_limit(more_satang: int) -> None:
    """Refuse to have more out among growers than the cooperative set as its limit.

    Locks the cooperative's row, so that two approvals never count the same room.

    Raises:
        OverLimit: with what is left.
    """
    cooperative = Cooperative.objects.select_for_update(of=("self",)).get()
    waiting = sum(row.satang or 0 for row in Deduction.objects.to_hand_out()) + sum(
        EarlyOwed.objects.filter(
            state=EarlyOwed.State.APPROVED, owed__due_day__isnull=True
        ).values_list("owed__satang", flat=True)
    )
    left = cooperative.working_capital_limit_satang - advanced_satang() - waiting
    if more_satang > left:
        raise OverLimit(format_baht(max(left, 0)))


@unit_of_work
def approve_advance(*, by: User | None, deduction: Deduction) -> Deduction:
    """Approve an advance in cash that somebody else wrote down; again changes nothing.

    Raises:
        TreasurerOnly: the user is not a treasurer.
        SamePerson: `by` wrote it down.
        OverLimit: more would be out than the working-capital limit.
        Refusal: code "ended".
    """
    require_treasurer(by)
    found = Deduction.objects.select_for_update(of=("self",)).get(pk=deduction.pk)
    if found.approved_at is not None:
        return found
    if found.ended_at is not None or found.source != Deduction.Source.CASH:
        raise Refusal(_("รายการนี้ไม่ต้องอนุมัติหรือยกเลิกไปแล้ว"), code="ended")
    if by is None or by.pk == found.made_by_id:
        raise SamePerson
    require_within_limit(found.satang or 0)
    found.approved_by, found.approved_at = by, now()
    found.save(update_fields=["approved_by", "approved_at"])
    record(by=by, action="deduction.approved", subject=found, data={"satang": found.satang})
    return found


@unit_of_work
def end_deduction(
    *, by: User | None, deduction: Deduction, reason: str, undo: bool = False
) -> Deduction:
    """Stop taking a deduction: it was taken otherwise, or the grower took her consent back.

    What was taken stays taken; what is left stays in the books.

    Args:
        undo: it was written down by mistake: its journal is reversed. Only while nothing was taken
            and no cash was handed out.

    Raises:
        TreasurerOnly: the user is not a treasurer.
        Refusal: codes "reason" or "taken".
    """
    require_treasurer(by)
    if not reason.strip():
        raise Refusal(_("กรุณาบอกเหตุผล"), code="reason", where="reason")
    found = Deduction.objects.select_for_update(of=("self",)).get(pk=deduction.pk)
    if found.ended_at is not None:
        return found
    if undo and (found.voucher_id or found.taken.filter(stands=True).exists()):
        raise Refusal(_("หักหรือจ่ายไปแล้ว ลบไม่ได้ ให้หยุดหักแทน"), code="taken", where="undo")
    never_given = found.given_at is None
    if undo:
        journal = Journal.objects.filter(key=f"deduction:{found.pk}").first()
        if journal is not None:
            reverse(by=by, journals=[journal], reason="บันทึกผิด")
    found.ended_at, found.ended_by, found.reason = now(), by, reason.strip()[:200]
    found.undone = undo or never_given
    found.save(update_fields=["ended_at", "ended_by", "reason", "undone"])
    record(
        by=by,
        action="deduction.undone" if found.undone else "deduction.ended",
        subject=found,
        data={"reason": found.reason},
    )
    return found
