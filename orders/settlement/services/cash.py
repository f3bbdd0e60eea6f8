"""Cash: a float counted out and counted back, and payments signed for one by one."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import now, today
from marketplace.common.dates import be_year
from marketplace.common.exceptions import Refusal
from marketplace.common.money import baht_in_words, format_baht
from marketplace.common.transactions import unit_of_work
from marketplace.ledger.exceptions import Overdrawn
from marketplace.ledger.models import Journal
from marketplace.ledger.services import balances, post
from marketplace.parties.models import Cooperative, FarmerGroup, Person
from orders.fulfilment.models import HarvestLot
from orders.invoicing import accounts, posting
from orders.invoicing.rules import document_code
from orders.invoicing.services import draw_numbers
from orders.settlement.exceptions import (
    FloatOpen,
    FloatShort,
    NoFloat,
    NothingDue,
    SamePerson,
)
from orders.settlement.models import CashFloat, PayoutItem, PayoutOwed, Voucher
from orders.settlement.services.payees import due_of, payments_of

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


def _open_float() -> CashFloat:
    found = CashFloat.objects.select_for_update(of=("self",)).filter(is_open=True).first()
    if found is None:
        raise NoFloat
    return found


@unit_of_work
def pay_cash(
    *,
    by: User | None,
    payee: Person | FarmerGroup,
    key: str,
    signed_by: str,
    signed_how: str = Voucher.Signed.NAME,
    witnesses: str = "",
    photo: File[Any] | None = None,
    group: FarmerGroup | None = None,
) -> Voucher:
    """Pay a payee everything that is due today in cash, with a receipt voucher; paid at once.

    Args:
        by: who pays, from the open float.
        payee: a grower, or a group that pays its members itself.
        key: of the form; the same key returns the same voucher.
        signed_by: name of who signed.
        signed_how: name, thumb (with two witnesses) or photo.
        group: only what this group owes, for a grower of two groups.

    Raises:
        NoFloat, NothingDue, FloatShort.
        Refusal: code "unsigned" or "no-witness".
    """
    before = Voucher.objects.filter(key=key).first()
    if before is not None:
        return before
    if not signed_by.strip():
        raise Refusal(_("กรุณาใส่ชื่อผู้รับเงิน"), code="unsigned")
    if signed_how == Voucher.Signed.THUMB and not witnesses.strip():
        raise Refusal(_("พิมพ์ลายนิ้วมือต้องมีพยาน 2 คน กรุณาใส่ชื่อพยาน"), code="no-witness")
    if signed_how == Voucher.Signed.PHOTO and photo is None:
        raise Refusal(_("กรุณาถ่ายรูปผู้รับเงินหรือใบที่เซ็นแล้ว"), code="no-photo")
    opened = _open_float()
    # The same form sent again while the first still worked: the float's lock has let it finish.
    before = Voucher.objects.filter(key=key).first()
    if before is not None:
        return before
    dues = due_of(until=today(), payees=[payee], lock=True)
    if group is not None:
        dues = [due for due in dues if due.group.pk == group.pk]
    if not dues:
        raise NothingDue
    due = dues[0]
    day = today()
    content = {
        "payee": str(due.person.name if due.person else due.group.name_th),
        "group": due.group.name_th,
        "rows": [
            {
                "day": owed.day.isoformat(),
                "lot": owed.lot.code,
                "kind": owed.kind,
                "qty": owed.qty,
                "price_satang": owed.price_satang,
                "satang": owed.satang,
            }
            for owed in due.owed
        ],
        "satang": due.satang,
        "words": baht_in_words(due.satang),
        "signed_by": signed_by.strip(),
    }
    voucher = _voucher(
        by=by,
        key=key,
        opened=opened,
        content=content,
        satang=due.satang,
        group=due.group,
        person=due.person,
        signed_by=signed_by,
        signed_how=signed_how,
        witnesses=witnesses,
        photo=photo,
    )
    item = PayoutItem.objects.create(
        voucher=voucher,
        group=due.group,
        person=due.person,
        satang=due.satang,
        state=PayoutItem.State.PAID,
        confirmed_satang=due.satang,
        paid_day=day,
    )
    PayoutOwed.objects.bulk_create([PayoutOwed(item=item, owed=owed) for owed in due.owed])
    _post_cash(by=by, voucher=voucher, payments=payments_of([item])[item.pk])
    return voucher


@unit_of_work
def pay_outside(*, by: User | None, lot: HarvestLot, key: str, signed_by: str) -> Voucher:
    """Pay the vendor of goods bought from the market, from the open float.

    Raises:
        NoFloat, FloatShort.
        Refusal: code "not-outside" or "paid".
    """
    before = Voucher.objects.filter(key=key).first()
    if before is not None:
        return before
    if lot.kind != HarvestLot.Kind.OUTSIDE or not lot.cost_satang:
        raise Refusal(_("ล็อตนี้ไม่ใช่ของซื้อเสริม"), code="not-outside")
    opened = _open_float()
    before = Voucher.objects.filter(key=key).first()
    if before is not None:
        return before
    if Voucher.objects.filter(outside_lot=lot).exists():
        raise Refusal(_("จ่ายค่าซื้อเสริมล็อตนี้ไปแล้ว"), code="paid")
    content = {
        "payee": lot.vendor,
        "group": "",
        "rows": [
            {
                "day": lot.harvested_on.isoformat(),
                "lot": lot.code,
                "kind": "outside",
                "qty": lot.intake_qty,
                "price_satang": 0,
                "satang": lot.cost_satang,
            }
        ],
        "satang": lot.cost_satang,
        "words": baht_in_words(lot.cost_satang),
        "signed_by": signed_by.strip(),
    }
    voucher = _voucher(
        by=by,
        key=key,
        opened=opened,
        content=content,
        satang=lot.cost_satang,
        outside_lot=lot,
        signed_by=signed_by,
    )
    _post_cash(
        by=by,
        voucher=voucher,
        payments=[(accounts.OUTSIDE, lot.cost_satang, f"lot:{lot.pk}")],
    )
    return voucher


def _voucher(
    *,
    by: User | None,
    key: str,
    opened: CashFloat,
    content: dict[str, Any],
    satang: int,
    signed_by: str,
    group: FarmerGroup | None = None,
    person: Person | None = None,
    outside_lot: HarvestLot | None = None,
    signed_how: str = Voucher.Signed.NAME,
    witnesses: str = "",
    photo: File[Any] | None = None,
) -> Voucher:
    has = balances([accounts.FLOAT])[accounts.FLOAT]
    if satang > has:
        raise FloatShort(format_baht(has))
    day = today()
    branch, year = Cooperative.objects.get().branch, be_year(day)
    number = draw_numbers(series=SERIES, branch=branch, year_be=year, count=1)[0]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    voucher = Voucher(
        key=key,
        code=document_code(SERIES, year, number),
        float=opened,
        day=day,
        group=group,
        person=person,
        outside_lot=outside_lot,
        satang=satang,
        signed_by=signed_by.strip()[:160],
        signed_how=signed_how,
        witnesses=witnesses.strip()[:200],
        content=content,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        by=by,
    )
    if photo is not None:
        voucher.photo = photo  # type: ignore[assignment]
    voucher.save()
    return voucher


def _post_cash(*, by: User | None, voucher: Voucher, payments: list[tuple[str, int, str]]) -> None:
    has = balances([accounts.FLOAT])[accounts.FLOAT]
    try:
        post(
            by=by,
            journals=[
                posting.cash_paid(
                    voucher=voucher.pk, day=voucher.day, code=voucher.code, payments=payments
                )
            ],
        )
    except Overdrawn as error:
        raise FloatShort(format_baht(has)) from error
    record(
        by=by,
        action="cash.paid",
        subject=voucher,
        party=voucher.group or "",
        data={"code": voucher.code, "satang": voucher.satang},
    )


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
