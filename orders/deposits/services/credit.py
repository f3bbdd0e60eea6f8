"""Terms of deposits and credit, and who lets a buyer order above its limit."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import now, today
from marketplace.common.exceptions import Refusal
from marketplace.common.money import from_decimal
from marketplace.common.transactions import unit_of_work
from marketplace.ledger.models import Account
from marketplace.parties.models import Buyer
from marketplace.parties.services.money import require_treasurer
from orders.deposits import rules
from orders.deposits.exceptions import AnotherPerson, Decided, OverCredit
from orders.deposits.models import CreditAllowance, DepositTerms, UseState
from orders.invoicing import accounts
from orders.invoicing.models import DeliverySale, Document
from orders.models import Delivery, Line
from orders.states import DeliveryState

NOT_ACCEPTED = (
    DeliveryState.PLACED,
    DeliveryState.ALLOCATED,
    DeliveryState.PACKED,
    DeliveryState.DISPATCHED,
)


@unit_of_work
def set_deposit_terms(
    *,
    by: User | None,
    buyer: Buyer,
    valid_from: dt.date,
    credit_satang: int | None,
    keep_bp: int,
    paper: str,
) -> DepositTerms:
    """Write down what was agreed with a buyer from a day on; earlier terms stay as they were.

    Args:
        by: the treasurer.
        credit_satang: the most it may owe; None for no limit.
        keep_bp: share of a deposit that may be kept when it cancels late, 0 to 10,000.
        paper: the document both signed.

    Raises:
        TreasurerOnly; Refusal: code "no-paper", "share", "past".
    """
    require_treasurer(by)
    words = " ".join(paper.split())
    if not words:
        raise Refusal(_("กรุณาบอกเลขที่หนังสือที่ตกลงกัน"), code="no-paper", where="paper")
    if not 0 <= keep_bp <= rules.BP:
        raise Refusal(_("ส่วนที่ริบได้อยู่ระหว่าง 0 ถึง 100 %"), code="share", where="keep_percent")
    if valid_from < today():
        raise Refusal(
            _("เงื่อนไขใช้ย้อนหลังไม่ได้ กรุณาเลือกวันนี้หรือวันหลังจากนี้"), code="past", where="valid_from"
        )
    terms = DepositTerms.objects.create(
        buyer=buyer,
        valid_from=valid_from,
        credit_satang=credit_satang,
        keep_bp=keep_bp,
        paper=words[:120],
        made_by=by,
    )
    record(
        by=by,
        action="deposit.terms",
        subject=terms,
        party=buyer,
        data={"credit_satang": credit_satang, "keep_bp": keep_bp, "from": str(valid_from)},
    )
    return terms


def limit_of(buyer: Buyer, day: dt.date | None = None) -> int | None:
    """A buyer's credit limit, satang; None where none was agreed."""
    terms: DepositTerms | None = DepositTerms.objects.on(day or today()).filter(buyer=buyer).first()
    return terms.credit_satang if terms else None


def exposure_of(buyer: Buyer) -> rules.Exposure:
    """What a buyer would owe if all it has ordered were delivered; four queries."""
    ordered = Line.objects.filter(
        delivery__order__buyer=buyer, delivery__state__in=NOT_ACCEPTED
    ).aggregate(total=Sum("line_price_excl_tax"))["total"]
    fees = Delivery.objects.filter(order__buyer=buyer, state__in=NOT_ACCEPTED).aggregate(
        total=Sum("fee_satang")
    )["total"]
    billed = (
        Document.objects.open()
        .filter(buyer=buyer)
        .order_by()
        .aggregate(total=Sum(F("total_satang") - F("settled_satang")))["total"]
    )
    unbilled = (
        DeliverySale.objects.unbilled()
        .filter(buyer=buyer)
        .order_by()
        .aggregate(total=Sum("total_satang"))["total"]
    )
    account = Account.objects.filter(code=accounts.deposit(buyer).code).first()
    return rules.Exposure(
        billed_satang=billed or 0,
        unbilled_satang=unbilled or 0,
        ordered_satang=(from_decimal(ordered) if ordered else 0) + (fees or 0),
        held_satang=-account.balance_satang if account else 0,
    )


def allowed_above(buyer: Buyer) -> int:
    """What a second person lets a buyer order beyond its limit today, satang."""
    return (
        CreditAllowance.objects.filter(
            buyer=buyer, state=UseState.STANDS, until__gte=today()
        ).aggregate(total=Sum("satang"))["total"]
        or 0
    )


def require_credit(buyer: Buyer, by: User | None) -> None:
    """Refuse what takes a buyer above its limit; called after the order was written.

    Raises:
        OverCredit: by how much, and what to do.
    """
    limit = limit_of(buyer)
    if limit is None:
        return
    Buyer.objects.select_for_update(of=("self",)).get(pk=buyer.pk)
    over = rules.above_limit(exposure_of(buyer), 0, limit, allowed_above(buyer))
    if over:
        raise OverCredit(over, limit)


@unit_of_work
def ask_allowance(
    *, by: User | None, buyer: Buyer, satang: int, until: dt.date, reason: str, key: UUID
) -> CreditAllowance:
    """Ask that a buyer may order beyond its limit until a day; a second person decides.

    Args:
        by: staff or the treasurer.
        satang: beyond the limit.
        until: last day, today or later.
        reason: why.
        key: of the form that asked; the same again is once.

    Raises:
        Refusal: code "negative", "past", "no-reason".
    """
    if satang <= 0:
        raise Refusal(_("จำนวนเงินต้องมากกว่า 0"), code="negative", where="satang")
    if until < today():
        raise Refusal(_("วันนี้ผ่านไปแล้ว กรุณาเลือกวันใหม่"), code="past", where="until")
    words = " ".join(reason.split())
    if not words:
        raise Refusal(_("กรุณาบอกเหตุผล"), code="no-reason", where="reason")
    made, new = CreditAllowance.objects.get_or_create(
        key=key,
        defaults={
            "buyer": buyer,
            "satang": satang,
            "until": until,
            "reason": words[:200],
            "made_by": by,
        },
    )
    if new:
        record(by=by, action="credit.asked", subject=made, party=buyer, data={"satang": satang})
    return made


@unit_of_work
def decide_allowance(*, by: User, allowance: CreditAllowance, agreed: bool) -> CreditAllowance:
    """Let a second person allow it or refuse it.

    Raises:
        TreasurerOnly; AnotherPerson; Decided.
    """
    require_treasurer(by)
    found = CreditAllowance.objects.select_for_update(of=("self",)).get(pk=allowance.pk)
    if found.state != UseState.ASKED:
        raise Decided(found.get_state_display())
    if agreed and found.made_by_id == by.pk:
        raise AnotherPerson
    found.state = UseState.STANDS if agreed else UseState.REFUSED
    found.decided_at, found.decided_by = now(), by
    found.save(update_fields=["state", "decided_at", "decided_by"])
    record(
        by=by,
        action="credit.allowed" if agreed else "credit.refused",
        subject=found,
        party=found.buyer,
        data={"satang": found.satang, "until": str(found.until)},
    )
    return found
