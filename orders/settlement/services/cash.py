"""Cash: a float counted out and counted back, and money that goes into the safe."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import now, today
from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht
from marketplace.common.transactions import unit_of_work
from marketplace.ledger.exceptions import Overdrawn
from marketplace.ledger.models import Journal
from marketplace.ledger.services import balances, post
from orders.invoicing import accounts, posting
from orders.settlement.exceptions import (
    FloatOpen,
    FloatShort,
    NoFloat,
    SamePerson,
)
from orders.settlement.models import CashFloat

SERIES = "RV"


@unit_of_work
def open_float(*, by: User | None, counted_satang: int, withdrawn_satang: int = 0) -> CashFloat:
    """Count cash out for payments.

    Args:
        by: who holds it.
        counted_satang: what was counted.
        withdrawn_satang: how much was drawn from the bank for it; the passbook row is applied to
            it later. The rest comes from the safe.

    Raises:
        FloatOpen: the last one was not closed.
        FloatShort: the safe holds less than that.
    """
    if counted_satang <= 0 or not withdrawn_satang >= 0:
        raise Refusal(_("กรุณาใส่จำนวนเงินที่นับได้"), code="empty")
    if CashFloat.objects.filter(is_open=True).exists():
        raise FloatOpen
    try:
        with transaction.atomic():
            opened = CashFloat.objects.create(
                opened_by=by, counted_satang=counted_satang, withdrawn_satang=withdrawn_satang
            )
    except IntegrityError as error:
        raise FloatOpen from error
    source, day = f"float:{opened.pk}", today()
    journals = [
        posting.cash_moved(
            key=f"float-open:{opened.pk}",
            event="cash.float_opened",
            day=day,
            description="เปิดเงินสดย่อย",
            source=source,
            debit=accounts.FLOAT,
            credit=accounts.SAFE,
            satang=counted_satang,
        )
    ]
    if withdrawn_satang:
        journals.insert(
            0,
            posting.cash_moved(
                key=f"withdrawal:{opened.pk}",
                event="cash.withdrawn",
                day=day,
                description="ถอนเงินจากธนาคาร",
                source=source,
                debit=accounts.SAFE,
                credit=accounts.CASH_TRANSIT,
                satang=withdrawn_satang,
            ),
        )
    # Read before posting: after a refusal nothing more can be asked of this transaction.
    has = balances([accounts.SAFE])[accounts.SAFE] + withdrawn_satang
    try:
        post(by=by, journals=journals)
    except Overdrawn as error:
        raise FloatShort(format_baht(has)) from error
    record(by=by, action="cash.opened", subject=opened, data={"satang": counted_satang})
    return opened


@unit_of_work
def close_float(
    *, by: User | None, cash_float: CashFloat, counted_satang: int, note: str = ""
) -> CashFloat:
    """Count back what is left; the one who counts is not the one who held it.

    What is missing or too much goes to its own account and stands on the page.

    Raises:
        SamePerson: `by` opened it or paid from it.
        NoFloat: it is closed already.
    """
    closing = CashFloat.objects.select_for_update(of=("self",)).get(pk=cash_float.pk)
    if not closing.is_open:
        raise NoFloat
    if by is None or by.pk == closing.opened_by_id or closing.vouchers.filter(by=by).exists():
        raise SamePerson
    if counted_satang < 0:
        raise Refusal(_("กรุณาใส่จำนวนเงินที่นับได้"), code="empty")
    expected = balances([accounts.FLOAT])[accounts.FLOAT]
    difference = counted_satang - expected
    if expected or counted_satang:
        post(
            by=by,
            journals=[
                posting.cash_moved(
                    key=f"float-close:{closing.pk}",
                    event="cash.float_closed",
                    day=today(),
                    description="ปิดเงินสดย่อย",
                    source=f"float:{closing.pk}",
                    debit=accounts.SAFE,
                    credit=accounts.FLOAT,
                    satang=counted_satang,
                    difference_satang=-difference,
                )
            ],
        )
    closing.is_open, closing.closed_at, closing.closed_by = False, now(), by
    closing.left_satang, closing.difference_satang = counted_satang, difference
    closing.note = note[:200]
    closing.save()
    record(
        by=by,
        action="cash.closed",
        subject=closing,
        data={"counted_satang": counted_satang, "difference_satang": difference},
    )
    return closing


@unit_of_work
def receive_resale_cash(*, by: User | None, satang: int, key: str) -> None:
    """Put cash from resold goods into the safe; the same key changes nothing.

    Raises:
        Refusal: code "too-much", more than resales brought.
    """
    due = balances([accounts.RESALE])[accounts.RESALE]
    posted = Journal.objects.filter(key=f"resale-cash:{key}").exists()
    if not posted and not 0 < satang <= due:
        raise Refusal(
            _("ค่าขายต่อที่ยังไม่นำเข้ามี %(due)s บาท") % {"due": format_baht(due)}, code="too-much"
        )
    post(
        by=by,
        journals=[
            posting.cash_moved(
                key=f"resale-cash:{key}",
                event="cash.resale",
                day=today(),
                description="นำเงินค่าขายต่อเข้าตู้เซฟ",
                source="resale",
                debit=accounts.SAFE,
                credit=accounts.RESALE,
                satang=satang,
            )
        ],
    )
