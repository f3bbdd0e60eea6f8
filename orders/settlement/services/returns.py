"""Payments that the bank confirmed and that came back days later: owed again, by the bank's own row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.dates import bangkok_date
from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht
from marketplace.common.transactions import unit_of_work
from marketplace.ledger.models import Journal
from marketplace.ledger.services import lock_bounds, open_accounts, post, reverse
from marketplace.parties.services.money import require_treasurer
from orders.invoicing import accounts, posting
from orders.reconciliation.hooks import Awaited, Expected
from orders.reconciliation.models import BankRow
from orders.settlement.exceptions import WrongState
from orders.settlement.models import EarlyOwed, PayoutItem, PayoutOwed
from orders.settlement.services.givenback import given_back
from orders.settlement.services.payees import codes_of

PREFIX = "payout_return"
LABEL = gettext_lazy("เงินโอนตีกลับ")


@unit_of_work
def return_item(*, by: User | None, item: PayoutItem, row: BankRow, reason: str) -> PayoutItem:
    """A payment came back: what was owed is owed again, and what was deducted from it is not.

    The bank row is applied to it in the same transaction; undoing that takes all of it back.

    Args:
        by: a treasurer, who compared the row with the payment.
        item: a payment of a batch that a bank row confirmed.
        row: money in, of which at least the payment's amount is not applied yet.
        reason: what the bank says, such as a closed account.

    Raises:
        TreasurerOnly: the user is not a treasurer.
        WrongState: no bank row confirmed it, or it came back before.
        Refusal: code "reason", or "row": the row is too small, money out or older than the payment.
    """
    from orders.reconciliation.services import ApplicationInput, apply_row

    require_treasurer(by)
    if not reason.strip():
        raise Refusal(_("กรุณาบอกเหตุผลที่ธนาคารแจ้ง"), code="reason", where="reason")
    item = PayoutItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if item.state != PayoutItem.State.PAID or item.batch is None:
        raise WrongState(str(item.payee), str(PayoutItem.State(item.state).label))
    row = BankRow.objects.get(pk=row.pk)
    if row.in_satang - row.applied_satang < item.satang or (
        item.paid_day is not None and row.day < item.paid_day
    ):
        raise Refusal(
            _("แถวธนาคารนี้ไม่ใช่เงินเข้าที่เหลือพอ %(baht)s บาทหลังวันโอน กรุณาเลือกแถวอื่น")
            % {"baht": format_baht(item.satang)},
            code="row",
            where="row",
        )
    _owe_again(by=by, item=item, day=row.day)
    item.state, item.failure = PayoutItem.State.FAILED, reason.strip()[:200]
    item.save(update_fields=["state", "failure"])
    apply_row(
        by=by,
        row=row,
        applications=[ApplicationInput(item.satang, kind="awaited", target=f"{PREFIX}:{item.pk}")],
    )
    record(
        by=by,
        action="payout.returned",
        subject=f"payoutitem:{item.pk}",
        data={"reason": item.failure, "row": row.pk},
    )
    return item


def _owe_again(*, by: User | None, item: PayoutItem, day: dt.date) -> None:
    assert item.batch is not None
    rows = item.owed.filter(stands=True).select_related("owed__group", "owed__person")
    lock_bounds(code for row in rows for code in codes_of(row.owed))
    early = EarlyOwed.objects.filter(owed__payments__in=rows, state=EarlyOwed.State.PAID)
    ahead = set(early.values_list("owed_id", flat=True))
    owed: dict[str, int] = {}
    for row in rows:
        opened = accounts.prepaid if row.owed_id in ahead else accounts.payable
        code = opened(row.owed.group, row.owed.person).code
        owed[code] = owed.get(code, 0) + row.owed.satang
    open_accounts(accounts=[accounts.PAYOUT_RETURNED])
    source = f"payout_item:{item.pk}"
    post(
        by=by,
        journals=[
            posting.payout_returned(
                item=item.pk,
                time=1 + _journals(item).count(),
                day=day,
                code=item.batch.code,
                payments=[
                    *((code, satang, source) for code, satang in owed.items()),
                    *given_back([item])[item.pk],
                ],
            )
        ],
    )
    EarlyOwed.objects.filter(owed__in=ahead, state=EarlyOwed.State.PAID).update(
        state=EarlyOwed.State.APPROVED
    )
    item.owed.filter(stands=True).update(stands=False)
    item.taken.filter(stands=True).update(stands=False)


def _journals(item: PayoutItem) -> QuerySet[Journal]:
    return Journal.objects.filter(key__startswith=f"payout-returned:{item.pk}:")


@unit_of_work
def unreturn(target: str, satang: int, day: dt.date, by: User | None) -> None:
    """The row was not this payment's return after all: it counts as paid again.

    Raises:
        Refusal: code "paid-again": what came back was put into another payment since, or its
            deductions were.
    """
    item = PayoutItem.objects.select_for_update(of=("self",)).get(pk=target.partition(":")[2])
    owed = list(item.owed.values_list("owed_id", flat=True))
    early = EarlyOwed.objects.filter(owed__in=owed, state=EarlyOwed.State.APPROVED)
    if (
        PayoutOwed.objects.filter(owed__in=owed, stands=True).exists()
        or item.taken.exists()
        or early.exists()
    ):
        raise Refusal(_("ยอดที่ตีกลับนี้ถูกนำไปจ่ายหรือหักใหม่แล้ว ยกเลิกการจับคู่ไม่ได้"), code="paid-again")
    journal = _journals(item).filter(reversed_by__isnull=True).get()
    reverse(by=by, journals=[journal], reason="จับคู่เงินตีกลับผิด")
    item.owed.update(stands=True)
    item.state, item.failure = PayoutItem.State.PAID, ""
    item.save(update_fields=["state", "failure"])


def returned() -> list[Expected]:
    """Payments that came back after the bank had confirmed them."""
    return [
        Expected(
            target=f"{PREFIX}:{item.pk}",
            label=f"{item.batch.code} {item.payee}",
            satang=item.satang,
            day=item.paid_day or bangkok_date(item.batch.made_at),
        )
        for item in PayoutItem.objects.returned().select_related("batch", "person", "group")
        if item.batch is not None
    ]


def awaited() -> Awaited:
    """What the bank queue is told of returns: nothing is offered there, a person names the payment."""
    return Awaited(
        prefix=PREFIX,
        label=LABEL,
        account=accounts.PAYOUT_RETURNED.code,
        money_in=True,
        expected=returned,
        undone=unreturn,
    )


def rows_for(items: Iterable[PayoutItem], *, at_most: int = 5) -> dict[int, list[BankRow]]:
    """Bank rows that may be the returns of confirmed payments, the likeliest first, by payment.

    Money in since the payment left with exactly its amount open; those that name its batch, its
    account or its holder before others. Payments without any are left out.
    """
    paid = [one for one in items if one.state == PayoutItem.State.PAID and one.paid_day]
    if not paid:
        return {}
    rows = list(
        BankRow.objects.open()
        .filter(in_satang__gt=0, day__gte=min(one.paid_day for one in paid if one.paid_day))
        .annotate(left_satang=F("in_satang") - F("applied_satang"))
        .filter(left_satang__in={one.satang for one in paid})
    )
    found: dict[int, list[BankRow]] = {}
    for item in paid:
        fit = [
            row
            for row in rows
            if row.in_satang - row.applied_satang == item.satang
            and item.paid_day
            and row.day >= item.paid_day
        ]
        if fit:
            fit.sort(key=lambda row: (-_likeness(item, row), row.day, row.pk))
            found[item.pk] = fit[:at_most]
    return found


def _likeness(item: PayoutItem, row: BankRow) -> int:
    text = f"{row.description} {row.reference}".casefold()
    digits = "".join(one for one in text if one.isdigit())
    code = item.batch.code.casefold() if item.batch else ""
    named = (
        bool(code) and code in text,
        len(item.number) >= 4 and item.number[-4:] in digits,
        any(word in text for word in item.holder_name.casefold().split() if len(word) > 2),
        any(word in text for word in ("คืน", "ตีกลับ", "return", "reject")),
    )
    return sum(weight for weight, hit in zip((8, 4, 4, 2), named, strict=True) if hit)
