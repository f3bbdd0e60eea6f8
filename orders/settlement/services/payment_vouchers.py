"""Payment vouchers: asked for by one, issued by another with a gap-free number, void for a reason.

Always locked first: the ledger accounts a voucher moves, so that one lot is never paid twice, from
the float and by voucher.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import now, today
from marketplace.common.dates import be_year
from marketplace.common.exceptions import Refusal
from marketplace.common.money import baht_in_words, format_baht
from marketplace.common.transactions import unit_of_work
from marketplace.ledger.exceptions import Overdrawn
from marketplace.ledger.models import Journal
from marketplace.ledger.services import balances, lock_bounds, open_accounts, post, reverse
from marketplace.parties.models import Cooperative
from marketplace.parties.services.money import require_treasurer
from orders.invoicing import accounts, posting
from orders.invoicing.rules import document_code
from orders.invoicing.services import draw_numbers
from orders.invoicing.services.documents import content_hash, seller_of
from orders.reconciliation.models import Application
from orders.settlement.exceptions import FloatShort, SamePerson, WrongState
from orders.settlement.hooks import Payable
from orders.settlement.models import PaymentVoucher
from orders.settlement.payables import payable_of

SERIES: Final = "PV"
_PAYS = PaymentVoucher.PaysBy


@dataclass(frozen=True, slots=True)
class PaymentVoucherInput:
    """What somebody writes on a voucher.

    Attributes:
        target: what it pays.
        pays_by: transfer or cash; ignored where the books have the payment already.
        payee: as the paper names it; what is known of the target when left out.
        pay_to: the payee's account, for a transfer.
        paper: number of the vendor's bill that is attached.
    """

    target: str
    pays_by: str = ""
    payee: str = ""
    pay_to: str = ""
    paper: str = ""


def _lock() -> None:
    open_accounts(accounts=[accounts.VOUCHER_TRANSIT])
    lock_bounds([accounts.SAFE, accounts.OUTSIDE, accounts.VOUCHER_TRANSIT.code])


def _payable(target: str) -> Payable:
    with override("th"):  # papers are Thai, whatever the language of who writes them
        found = payable_of(target)
    if found is None or found.satang <= 0:
        raise Refusal(_("รายการนี้จ่ายไปแล้วหรือถูกยกเลิก กรุณาเปิดหน้านี้ใหม่แล้วเลือกอีกครั้ง"), code="no-target")
    return found


@unit_of_work
def ask_payment_voucher(
    *, by: User | None, wanted: PaymentVoucherInput, key: UUID
) -> PaymentVoucher:
    """Make a payment voucher; a second person issues it.

    Where two persons have decided about the payment already (a returned deposit) it is issued at
    once in their names.

    Args:
        by: the treasurer, the maker.
        wanted: what stands on it.
        key: of the form; the same again is the same voucher.

    Raises:
        TreasurerOnly; Refusal: code "no-target", "has-voucher", "no-way", "no-account".
    """
    require_treasurer(by)
    _lock()
    before = PaymentVoucher.objects.filter(key=key).first()
    if before is not None:
        return before
    payable = _payable(wanted.target)
    known = PaymentVoucher.objects.alive().filter(target=wanted.target).first()
    if known is not None:
        raise Refusal(_("รายการนี้มีใบสำคัญจ่ายแล้ว %(code)s") % {"code": known}, code="has-voucher")
    pays_by, pay_to = str(_PAYS.BOOKED), payable.pay_to
    if payable.account:
        pays_by, pay_to = wanted.pays_by, " ".join(wanted.pay_to.split())
        if pays_by not in (_PAYS.TRANSFER, _PAYS.CASH):
            raise Refusal(_("กรุณาเลือกว่าโอนหรือจ่ายเงินสด"), code="no-way", where="pays_by")
        if pays_by == _PAYS.TRANSFER and not pay_to:
            raise Refusal(_("กรุณาใส่บัญชีธนาคารของผู้รับเงิน"), code="no-account", where="pay_to")
    voucher = PaymentVoucher.objects.create(
        key=key,
        target=payable.target,
        payee=(" ".join(wanted.payee.split()) or payable.payee)[:160],
        pay_to=pay_to[:160],
        what=payable.what[:200],
        paper=" ".join(wanted.paper.split())[:120],
        pays_by=pays_by,
        satang=payable.satang,
        made_by=payable.made_by or by,
    )
    record(
        by=by,
        action="payment_voucher.asked",
        subject=voucher,
        data={"target": voucher.target, "satang": voucher.satang},
    )
    if payable.checked_by is not None:
        _issue(by, voucher, payable, payable.checked_by)
    return voucher


@unit_of_work
def decide_payment_voucher(
    *, by: User, voucher: PaymentVoucher, agreed: bool, reason: str = ""
) -> PaymentVoucher:
    """Let a second person issue a voucher, which posts it, or refuse it.

    Args:
        by: a treasurer other than the maker.
        voucher: asked for.
        agreed: False refuses it; the maker may take it back so.
        reason: needed to refuse.

    Raises:
        TreasurerOnly; SamePerson; WrongState; FloatShort: the safe does not hold that much.
        Refusal: code "no-reason", "no-target", "changed".
    """
    require_treasurer(by)
    _lock()
    found = PaymentVoucher.objects.select_for_update(of=("self",)).get(pk=voucher.pk)
    if found.state != PaymentVoucher.State.ASKED:
        raise WrongState(str(found), found.get_state_display())
    if not agreed:
        return _end(by, found, PaymentVoucher.State.REFUSED, reason)
    if found.made_by_id == by.pk:
        raise SamePerson
    payable = _payable(found.target)
    if payable.satang != found.satang:
        raise Refusal(
            _("ยอดของรายการนี้เปลี่ยนเป็น %(satang)s บาท กรุณาไม่อนุมัติแล้วทำใบใหม่")
            % {"satang": format_baht(payable.satang)},
            code="changed",
        )
    return _issue(by, found, payable, by)


@unit_of_work
def void_payment_voucher(
    *, by: User | None, voucher: PaymentVoucher, reason: str
) -> PaymentVoucher:
    """Void an issued voucher: its number stays, its journal is reversed. Twice is once.

    Raises:
        TreasurerOnly; WrongState: it was never issued.
        Refusal: code "no-reason", "on-the-bank": a bank row paid it; undo that first.
    """
    require_treasurer(by)
    _lock()
    found = (
        PaymentVoucher.objects.select_for_update(of=("self",))
        .select_related("journal")
        .get(pk=voucher.pk)
    )
    if found.state == PaymentVoucher.State.VOID:
        return found
    if found.state != PaymentVoucher.State.ISSUED:
        raise WrongState(str(found), found.get_state_display())
    if Application.objects.standing().filter(target=f"payment_voucher:{found.pk}").exists():
        raise Refusal(_("ธนาคารจ่ายใบนี้แล้ว กรุณายกเลิกการตัดแถวธนาคารก่อน"), code="on-the-bank")
    ended = _end(by, found, PaymentVoucher.State.VOID, reason)
    if ended.journal is not None:
        reverse(by=by, journals=[ended.journal], reason=ended.ended_reason)
    return ended


def _end(
    by: User | None, voucher: PaymentVoucher, state: PaymentVoucher.State, reason: str
) -> PaymentVoucher:
    words = " ".join(reason.split())
    if not words:
        raise Refusal(_("กรุณาบอกเหตุผล"), code="no-reason", where="reason")
    voucher.state, voucher.ended_reason = state, words[:200]
    voucher.ended_at, voucher.ended_by = now(), by
    voucher.save(update_fields=["state", "ended_reason", "ended_at", "ended_by"])
    record(
        by=by,
        action=f"payment_voucher.{state}",
        subject=voucher,
        data={"code": voucher.code, "reason": words},
    )
    return voucher


def _issue(
    by: User | None, voucher: PaymentVoucher, payable: Payable, checker: User
) -> PaymentVoucher:
    """Give a voucher its number, freeze what it says and post it."""
    day, cooperative = today(), Cooperative.objects.get()
    year = be_year(day)
    (number,) = draw_numbers(series=SERIES, branch=cooperative.branch, year_be=year, count=1)
    voucher.series, voucher.branch = SERIES, cooperative.branch
    voucher.year_be, voucher.number = year, number
    voucher.code, voucher.day = document_code(SERIES, year, number), day
    voucher.decided_at, voucher.decided_by = now(), checker
    voucher.content = {
        "code": voucher.code,
        "day": day.isoformat(),
        "seller": seller_of(cooperative),
        "payee": voucher.payee,
        "pay_to": voucher.pay_to,
        "pays_by": voucher.pays_by,
        "paper": voucher.paper,
        "rows": [{"what": voucher.what, "satang": voucher.satang}],
        "satang": voucher.satang,
        "words": baht_in_words(voucher.satang),
        "made_by": str(voucher.made_by or ""),
        "checked_by": str(checker),
    }
    voucher.sha256 = content_hash(voucher.content)
    if payable.account:
        voucher.journal = _posted(by, voucher, payable)
    voucher.state = PaymentVoucher.State.ISSUED
    voucher.save(
        update_fields=[
            "series",
            "branch",
            "year_be",
            "number",
            "code",
            "day",
            "content",
            "sha256",
            "journal",
            "state",
            "decided_at",
            "decided_by",
        ]
    )
    record(
        by=by,
        action="payment_voucher.issued",
        subject=voucher,
        data={"code": voucher.code, "satang": voucher.satang},
    )
    return voucher


def _posted(by: User | None, voucher: PaymentVoucher, payable: Payable) -> Journal:
    cash = voucher.pays_by == _PAYS.CASH
    has = balances([accounts.SAFE])[accounts.SAFE]
    try:
        (journal,) = post(
            by=by,
            journals=[
                posting.payment_voucher_issued(
                    voucher=voucher.pk,
                    day=voucher.day or today(),
                    words=f"{voucher.code} {voucher.payee}",
                    debit=payable.account,
                    credit=accounts.SAFE if cash else accounts.VOUCHER_TRANSIT.code,
                    satang=voucher.satang,
                    source=payable.target,
                )
            ],
        )
    except Overdrawn as error:
        if not cash:
            raise
        raise FloatShort(format_baht(has)) from error
    return journal
