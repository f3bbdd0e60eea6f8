"""Payments in cash out of the open float, each with a receipt voucher that its payee signs."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import now, today
from marketplace.common.dates import be_year
from marketplace.common.exceptions import Refusal
from marketplace.common.money import baht_in_words, format_baht
from marketplace.common.transactions import unit_of_work
from marketplace.ledger.exceptions import Overdrawn
from marketplace.ledger.services import balances, lock_bounds, post
from marketplace.parties.models import Cooperative, FarmerGroup, Person
from orders.fulfilment.models import HarvestLot
from orders.invoicing import accounts, posting
from orders.invoicing.rules import document_code
from orders.invoicing.services import draw_numbers
from orders.settlement.exceptions import FloatShort, NoFloat, NothingDue
from orders.settlement.models import (
    CashFloat,
    Deduction,
    PaymentVoucher,
    PayoutItem,
    PayoutOwed,
    Voucher,
)
from orders.settlement.services.early import mark_paid_early
from orders.settlement.services.payees import due_of, note_taken, owed_in, payments_of

SERIES = "RV"


def _open_float() -> CashFloat:
    found = CashFloat.objects.select_for_update(of=("self",)).filter(is_open=True).first()
    if found is None:
        raise NoFloat
    return found


def _require_signed(
    signed_by: str, signed_how: str, witnesses: str, photo: File[Any] | None
) -> None:
    if not signed_by.strip():
        raise Refusal(_("กรุณาใส่ชื่อผู้รับเงิน"), code="unsigned")
    if signed_how == Voucher.Signed.THUMB and not witnesses.strip():
        raise Refusal(_("พิมพ์ลายนิ้วมือต้องมีพยาน 2 คน กรุณาใส่ชื่อพยาน"), code="no-witness")
    if signed_how == Voucher.Signed.PHOTO and photo is None:
        raise Refusal(_("กรุณาถ่ายรูปผู้รับเงินหรือใบที่เซ็นแล้ว"), code="no-photo")


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
    _require_signed(signed_by, signed_how, witnesses, photo)
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
    owed_rows = owed_in(due)
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
            for owed in owed_rows
        ]
        + [
            {
                "day": day.isoformat(),
                "lot": "",
                "kind": "deduction",
                "what": str(taken.deduction),
                "satang": -taken.satang,
            }
            for taken in due.taken
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
    PayoutOwed.objects.bulk_create([PayoutOwed(item=item, owed=owed) for owed in owed_rows])
    note_taken([(item, due)])
    _post_cash(by=by, voucher=voucher, payments=payments_of([item])[item.pk])
    mark_paid_early([item])
    return voucher


@unit_of_work
def hand_out_advance(
    *,
    by: User | None,
    deduction: Deduction,
    key: str,
    signed_by: str,
    signed_how: str = Voucher.Signed.NAME,
    witnesses: str = "",
    photo: File[Any] | None = None,
) -> Voucher:
    """Hand an approved advance out of the open float, against a signature; once.

    Args:
        by: who pays, from the open float.
        deduction: an advance to be paid in cash.
        key: of the form; the same key returns the same voucher.

    Raises:
        NoFloat, FloatShort.
        Refusal: codes "unsigned", "no-witness", "no-photo", "not-approved" or "paid".
    """
    before = Voucher.objects.filter(key=key).first()
    if before is not None:
        return before
    _require_signed(signed_by, signed_how, witnesses, photo)
    opened = _open_float()
    found = (
        Deduction.objects.select_for_update(of=("self",))
        .select_related("person", "group", "voucher")
        .get(pk=deduction.pk)
    )
    if found.voucher is not None:
        if found.voucher.key == key:
            return found.voucher
        raise Refusal(_("จ่ายเงินยืมรายการนี้ไปแล้ว"), code="paid")
    if found.approved_at is None or found.ended_at is not None or found.satang is None:
        raise Refusal(_("เงินยืมต้องให้อีกคนอนุมัติก่อนจึงจ่ายได้"), code="not-approved")
    day = today()
    voucher = _voucher(
        by=by,
        key=key,
        opened=opened,
        content={
            "payee": found.person.name,
            "group": found.group.name_th,
            "rows": [
                {
                    "day": day.isoformat(),
                    "lot": "",
                    "kind": "advance",
                    "what": str(found),
                    "satang": found.satang,
                }
            ],
            "satang": found.satang,
            "words": baht_in_words(found.satang),
            "signed_by": signed_by.strip(),
        },
        satang=found.satang,
        group=found.group,
        person=found.person,
        signed_by=signed_by,
        signed_how=signed_how,
        witnesses=witnesses,
        photo=photo,
    )
    post(
        by=by,
        journals=[
            posting.advance_handed_out(
                deduction=found.pk,
                voucher=voucher.pk,
                code=voucher.code,
                day=day,
                account=accounts.of_member(found.kind, found.person).code,
                satang=found.satang,
            )
        ],
    )
    found.voucher, found.given_at = voucher, now()
    found.save(update_fields=["voucher", "given_at"])
    record(
        by=by,
        action="deduction.handed_out",
        subject=found,
        party=found.group,
        data={"code": voucher.code, "satang": found.satang},
    )
    return voucher


@unit_of_work
def pay_outside(*, by: User | None, lot: HarvestLot, key: str, signed_by: str) -> Voucher:
    """Pay the vendor of goods bought from the market, from the open float.

    Raises:
        NoFloat, FloatShort.
        Refusal: code "not-outside", "paid" or "has-voucher" (it is paid by a payment voucher).
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
    lock_bounds([accounts.OUTSIDE])
    asked = PaymentVoucher.objects.alive().filter(target=f"lot:{lot.pk}").first()
    if asked is not None:
        raise Refusal(_("ล็อตนี้มีใบสำคัญจ่ายแล้ว %(code)s") % {"code": asked}, code="has-voucher")
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
