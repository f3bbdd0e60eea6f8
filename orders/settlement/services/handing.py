"""Handing on what growers' payments were charged for: to their savings book, to the desk that lent.

A row is all that one payment took for one deduction; it is handed on once. Locked in this order: the
amounts taken, then the batch, then ledger accounts.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import now, today
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from marketplace.ledger.services import open_accounts, post, reverse
from marketplace.parties.services.money import require_treasurer
from orders.invoicing import accounts, posting
from orders.settlement.exceptions import SamePerson, WrongState
from orders.settlement.models import (
    DeductionKind,
    DeductionTaken,
    HandOn,
    HandOnRow,
    PaymentVoucher,
    PayoutItem,
)
from orders.settlement.services.payment_vouchers import PaymentVoucherInput, ask_payment_voucher


@dataclass(frozen=True, slots=True)
class HandOnInput:
    """What is to be handed on, and where to.

    Attributes:
        kind: saving, loan, inputs or advance.
        until: payments that reached their payees by this day.
        payee: who gets it, such as the cooperative's savings desk.
        pay_to: their account.
    """

    kind: str
    until: dt.date
    payee: str
    pay_to: str


def to_hand_on(kind: str, until: dt.date) -> list[tuple[DeductionTaken, int]]:
    """What a batch of a kind would hold: each amount taken with its satang, below zero for what is
    taken off as its payment came back.
    """
    of = "deduction__person", "item__batch", "item__voucher"
    return [
        *((one, one.satang) for one in _to_pay(kind, until).select_related(*of)),
        *((one, -one.satang) for one in _to_take_off(kind).select_related(*of)),
    ]


def _to_pay(kind: str, until: dt.date) -> QuerySet[DeductionTaken]:
    found: QuerySet[DeductionTaken] = DeductionTaken.objects.to_hand_on(kind, until).order_by("pk")
    return found


def _to_take_off(kind: str) -> QuerySet[DeductionTaken]:
    found: QuerySet[DeductionTaken] = DeductionTaken.objects.to_take_off(kind).order_by("pk")
    return found


@unit_of_work
def make_hand_on(*, by: User | None, wanted: HandOnInput, key: UUID) -> HandOn:
    """Gather what was taken of one kind into a batch that a second person approves.

    Args:
        by: a treasurer, the maker.
        key: of the form; the same again is the same batch.

    Raises:
        TreasurerOnly: the user is not a treasurer.
        Refusal: code "no-payee" or "no-account"; "nothing": nothing is held, or less than what must
            be taken off.
    """
    require_treasurer(by)
    before = HandOn.objects.filter(key=key).first()
    if before is not None:
        return before
    payee, pay_to = " ".join(wanted.payee.split()), " ".join(wanted.pay_to.split())
    if not payee:
        raise Refusal(_("กรุณาใส่ชื่อผู้รับเงินนำส่ง"), code="no-payee", where="payee")
    if not pay_to:
        raise Refusal(_("กรุณาใส่บัญชีที่จะโอนเข้า"), code="no-account", where="pay_to")
    if wanted.until > today():
        raise Refusal(_("วันที่ต้องไม่เกินวันนี้"), code="until", where="until")
    rows = [
        *((one, one.satang) for one in _locked(_to_pay(wanted.kind, wanted.until))),
        *((one, -one.satang) for one in _locked(_to_take_off(wanted.kind))),
    ]
    total = sum(satang for _one, satang in rows)
    if total <= 0:
        raise Refusal(_("ยังไม่มียอดที่หักไว้และต้องนำส่งถึงวันนี้"), code="nothing")
    batch = HandOn.objects.create(
        key=key,
        kind=DeductionKind(wanted.kind),
        until=wanted.until,
        payee=payee[:160],
        pay_to=pay_to[:160],
        satang=total,
        made_by=by,
    )
    HandOnRow.objects.bulk_create(
        [HandOnRow(batch=batch, taken=one, satang=satang) for one, satang in rows]
    )
    record(
        by=by,
        action="hand_on.made",
        subject=batch,
        data={"kind": batch.kind, "satang": total, "rows": len(rows)},
    )
    return batch


def _locked(rows: QuerySet[DeductionTaken]) -> list[DeductionTaken]:
    return list(rows.select_for_update(of=("self",)))


@unit_of_work
def agree_hand_on(*, by: User, batch: HandOn) -> HandOn:
    """Approve a batch that somebody else made: it leaves the members' accounts and its payment voucher
    is issued. Again changes nothing.

    Raises:
        TreasurerOnly; SamePerson; WrongState: it was dropped.
        Refusal: code "changed": a payment came back, or was undone, since the batch was made.
    """
    require_treasurer(by)
    listed = list(HandOnRow.objects.filter(batch=batch).values_list("taken_id", flat=True))
    taken = {
        one.pk: one for one in _locked(DeductionTaken.objects.filter(pk__in=listed).order_by("pk"))
    }
    found = HandOn.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if found.state == HandOn.State.AGREED:
        return found
    if found.state != HandOn.State.ASKED:
        raise WrongState(str(found), found.get_state_display())
    if found.made_by_id == by.pk:
        raise SamePerson
    rows = list(
        found.rows.filter(stands=True)
        .select_related("taken__deduction__person", "taken__item")
        .order_by("pk")
    )
    if any(not _sound(row, taken[row.taken_id]) for row in rows):
        raise Refusal(
            _("มีการจ่ายในรอบนี้ที่ตีกลับหรือถูกยกเลิกหลังทำรอบ กรุณายกเลิกรอบแล้วทำใหม่"), code="changed"
        )
    open_accounts(accounts=[accounts.HANDING, accounts.HANDED_BACK])
    (found.journal,) = post(
        by=by,
        journals=[
            posting.members_handed_on(
                batch=found.pk,
                day=today(),
                words=f"นำส่ง{found.get_kind_display()} {found.payee}",
                parts=[(_account(row), row.satang, _source(row)) for row in rows],
            )
        ],
    )
    found.state, found.decided_at, found.decided_by = HandOn.State.AGREED, now(), by
    found.save(update_fields=["state", "decided_at", "decided_by", "journal"])
    record(by=by, action="hand_on.agreed", subject=found, data={"satang": found.satang})
    ask_payment_voucher(
        by=by,
        wanted=PaymentVoucherInput(
            target=found.target,
            pays_by=PaymentVoucher.PaysBy.TRANSFER,
            payee=found.payee,
            pay_to=found.pay_to,
        ),
        key=found.key,
    )
    return found


def _sound(row: HandOnRow, taken: DeductionTaken) -> bool:
    if row.satang < 0:
        return not taken.stands
    return taken.stands and row.taken.item.state == PayoutItem.State.PAID


def _account(row: HandOnRow) -> str:
    deduction = row.taken.deduction
    if deduction.kind != DeductionKind.SAVING:
        return accounts.COOP_MEMBERS
    if row.satang < 0:
        return accounts.HANDED_BACK.code
    return accounts.of_member(deduction.kind, deduction.person).code


def _source(row: HandOnRow) -> str:
    return f"deduction:{row.taken.deduction_id}"


@unit_of_work
def drop_hand_on(*, by: User | None, batch: HandOn, reason: str) -> HandOn:
    """Drop a batch: what it held may be handed on otherwise. Twice is once.

    Raises:
        TreasurerOnly: the user is not a treasurer.
        Refusal: code "no-reason"; "has-voucher": its payment voucher stands, void that first;
            "taken-off": a later batch has taken off again what this one handed on.
    """
    require_treasurer(by)
    words = " ".join(reason.split())
    if not words:
        raise Refusal(_("กรุณาบอกเหตุผล"), code="no-reason", where="reason")
    listed = list(HandOnRow.objects.filter(batch=batch).values_list("taken_id", flat=True))
    _locked(DeductionTaken.objects.filter(pk__in=listed).order_by("pk"))
    found = HandOn.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if found.state == HandOn.State.DROPPED:
        return found
    voucher = PaymentVoucher.objects.alive().filter(target=found.target).first()
    if voucher is not None:
        raise Refusal(
            _("ใบสำคัญจ่าย %(code)s ของรอบนี้ยังใช้อยู่ กรุณายกเลิกใบนั้นก่อน") % {"code": voucher},
            code="has-voucher",
        )
    came_back = found.rows.filter(stands=True, satang__gt=0, taken__stands=False)
    if found.state == HandOn.State.AGREED and came_back.exists():
        raise Refusal(
            _("มีการจ่ายในรอบนี้ที่ตีกลับแล้ว ยอดนั้นหักออกจากรอบนำส่งถัดไป ยกเลิกรอบนี้ไม่ได้"),
            code="taken-off",
        )
    if found.journal is not None:
        reverse(by=by, journals=[found.journal], reason=f"ยกเลิกรอบนำส่ง: {words}")
    found.rows.filter(stands=True).update(stands=False)
    found.state, found.ended_reason = HandOn.State.DROPPED, words[:200]
    found.save(update_fields=["state", "ended_reason"])
    record(by=by, action="hand_on.dropped", subject=found, data={"reason": words})
    return found


def held_satang(kind: str, until: dt.date) -> int:
    """What a batch of a kind would come to, satang; below zero when more must be taken off."""
    return sum(satang for _one, satang in to_hand_on(kind, until))
