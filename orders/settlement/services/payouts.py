"""Payout batches: one person makes, another approves, the bank row confirms."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import now, today
from marketplace.common.dates import bangkok_date, be_year
from marketplace.common.money import format_baht
from marketplace.common.transactions import unit_of_work
from marketplace.ledger.exceptions import Overdrawn
from marketplace.ledger.services import lock_bounds, post
from marketplace.parties.models import Cooperative, FarmerGroup, PayoutAccount, Person
from orders.invoicing import accounts, posting
from orders.invoicing.rules import document_code
from orders.invoicing.services import draw_numbers
from orders.reconciliation.hooks import Expected
from orders.settlement.exceptions import (
    BuyerNotPaid,
    NothingDue,
    OverPayoutLimit,
    OwedChanged,
    SamePerson,
    WrongState,
)
from orders.settlement.models import DeductionTaken, EarlyOwed, PayoutBatch, PayoutItem, PayoutOwed
from orders.settlement.services.accounts import consents_of
from orders.settlement.services.early import mark_paid_early
from orders.settlement.services.files import present_limits
from orders.settlement.services.givenback import given_back
from orders.settlement.services.payees import (
    Due,
    codes_of,
    due_of,
    gather,
    live_accounts,
    note_taken,
    payments_of,
)
from orders.settlement.services.returns import LABEL

if TYPE_CHECKING:
    from orders.reconciliation.models import BankRow

SERIES = "PY"


@unit_of_work
def make_batch(
    *,
    by: User | None,
    payees: Collection[Person | FarmerGroup] | None = None,
    due_until: dt.date | None = None,
    method: str = PayoutAccount.Method.BANK,
) -> PayoutBatch:
    """Gather what is due into a batch for somebody else to approve.

    Args:
        by: who makes it.
        payees: only these growers and groups; None for everybody.
        due_until: what is due by this day; today when left out.
        method: bank or promptpay; payees who are paid otherwise are left out.

    Raises:
        NothingDue: nobody is due by this day in this way.
        OverPayoutLimit: a payment or the whole is above its limit.
        OwedChanged: what is due changed while it was being gathered; making it again helps.
    """
    until = due_until or today()
    dues = due_of(until=until, payees=payees, lock=True)
    where = live_accounts(dues)
    chosen = [
        (due, where[key])
        for due in dues
        if (key := (due.group.pk, due.person.pk if due.person else 0)) in where
        and where[key].method == method
    ]
    if not chosen:
        raise NothingDue
    _require_within_limits(chosen)
    content = [
        [
            due.group.pk,
            due.person.pk if due.person else 0,
            due.satang,
            account.number,
            [[taken.deduction.pk, taken.satang] for taken in due.taken],
        ]
        for due, account in chosen
    ]
    consents = consents_of(account for _due, account in chosen)
    branch, year = Cooperative.objects.get().branch, be_year(today())
    number = draw_numbers(series=SERIES, branch=branch, year_be=year, count=1)[0]
    batch = PayoutBatch.objects.create(
        code=document_code(SERIES, year, number),
        method=method,
        total_satang=sum(due.satang for due, _account in chosen),
        sha256=hashlib.sha256(json.dumps(content).encode()).hexdigest(),
        made_by=by,
    )
    items = PayoutItem.objects.bulk_create(
        [
            PayoutItem(
                batch=batch,
                group=due.group,
                person=due.person,
                satang=due.satang,
                bank=account.bank,
                number=account.number,
                holder_name=account.holder_name,
                relation=consents[account.pk].relation if account.pk in consents else "",
            )
            for due, account in chosen
        ]
    )
    if not gather(batch, [due for due, _account in chosen], until):
        raise OwedChanged(batch.code)
    note_taken((item, due) for item, (due, _account) in zip(items, chosen, strict=True))
    record(
        by=by,
        action="payout.made",
        subject=batch,
        data={"satang": batch.total_satang, "until": until.isoformat()},
    )
    return batch


def _require_within_limits(chosen: Sequence[tuple[Due, PayoutAccount]]) -> None:
    limits = present_limits()
    for due, _account in chosen:
        if limits.item_satang is not None and due.satang > limits.item_satang:
            raise OverPayoutLimit(due.payee.name, format_baht(limits.item_satang))
    total = sum(due.satang for due, _account in chosen)
    if limits.batch_satang is not None and total > limits.batch_satang:
        raise OverPayoutLimit(format_baht(total), format_baht(limits.batch_satang))


def _locked(batch: PayoutBatch) -> PayoutBatch:
    return PayoutBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)


def _require(batch: PayoutBatch, *states: str) -> None:
    if batch.state not in states:
        raise WrongState(batch.code, str(PayoutBatch.State(batch.state).label))


@unit_of_work
def approve_batch(*, by: User, batch: PayoutBatch) -> PayoutBatch:
    """Approve a batch that somebody else made; approving again changes nothing.

    Raises:
        SamePerson: `by` made it, or nobody is named.
        WrongState: it was cancelled.
    """
    batch = _locked(batch)
    if batch.state in (PayoutBatch.State.APPROVED, PayoutBatch.State.SENT, PayoutBatch.State.DONE):
        return batch
    _require(batch, PayoutBatch.State.DRAFT)
    if by is None or by.pk == batch.made_by_id:
        raise SamePerson
    batch.state, batch.approved_by, batch.approved_at = PayoutBatch.State.APPROVED, by, now()
    batch.save(update_fields=["state", "approved_by", "approved_at"])
    record(by=by, action="payout.approved", subject=batch, data={"satang": batch.total_satang})
    return batch


@unit_of_work
def pay_batch(*, by: User | None, batch: PayoutBatch, row: BankRow | None = None) -> PayoutBatch:
    """Send an approved batch to the bank: growers are no longer owed, the money is on its way.

    It counts as paid when the bank row is applied to it; with `row` that is done at once.

    Raises:
        WrongState: not approved.
        OwedChanged: somebody is owed less than when the batch was made.
        BuyerNotPaid: something in it waits for its buyer again.
    """
    batch = _locked(batch)
    if batch.state == PayoutBatch.State.APPROVED:
        items = list(batch.items.order_by("pk").select_related("group", "person"))
        payments = payments_of(items)
        waiting = PayoutOwed.objects.filter(item__batch=batch, stands=True, owed__satang__gt=0)
        if (
            waiting.filter(owed__due_day__isnull=True)
            .exclude(owed__early__state=EarlyOwed.State.APPROVED)
            .exists()
        ):
            raise BuyerNotPaid(batch.code)
        try:
            post(
                by=by,
                journals=[
                    posting.payout_sent(
                        batch=batch.pk,
                        day=today(),
                        code=batch.code,
                        payments=[entry for item in items for entry in payments[item.pk]],
                    )
                ],
            )
        except Overdrawn as error:
            raise OwedChanged(batch.code) from error
        mark_paid_early(items)
        PayoutItem.objects.filter(batch=batch).update(state=PayoutItem.State.SENT)
        batch.state, batch.sent_at, batch.sent_by = PayoutBatch.State.SENT, now(), by
        batch.save(update_fields=["state", "sent_at", "sent_by"])
        record(by=by, action="payout.sent", subject=batch, data={"satang": batch.total_satang})
    else:
        _require(batch, PayoutBatch.State.SENT, PayoutBatch.State.DONE)
    if row is not None and batch.state == PayoutBatch.State.SENT:
        from orders.reconciliation.services import ApplicationInput, apply_row

        left = batch.total_satang - batch.confirmed_satang
        apply_row(
            by=by,
            row=row,
            applications=[ApplicationInput(kind="payout", target=f"batch:{batch.pk}", satang=left)],
        )
        batch.refresh_from_db()
    return batch


@unit_of_work
def cancel_batch(*, by: User | None, batch: PayoutBatch, reason: str) -> PayoutBatch:
    """Cancel a batch that was not sent; what is owed may be paid otherwise.

    Raises:
        WrongState: it was sent.
    """
    batch = _locked(batch)
    if batch.state == PayoutBatch.State.CANCELLED:
        return batch
    _require(batch, PayoutBatch.State.DRAFT, PayoutBatch.State.APPROVED)
    PayoutOwed.objects.filter(item__batch=batch, stands=True).update(stands=False)
    DeductionTaken.objects.filter(item__batch=batch, stands=True).update(stands=False)
    PayoutItem.objects.filter(batch=batch).update(state=PayoutItem.State.CANCELLED)
    batch.state, batch.cancelled_at = PayoutBatch.State.CANCELLED, now()
    batch.note = reason[:200]
    batch.save(update_fields=["state", "cancelled_at", "note"])
    record(by=by, action="payout.cancelled", subject=batch, data={"reason": reason})
    return batch


@unit_of_work
def fail_item(*, by: User | None, item: PayoutItem, reason: str) -> PayoutItem:
    """Note that the bank could not pay one payee: what was owed is owed again, and what was deducted
    from it is not.

    Raises:
        WrongState: it was not sent, or a bank row confirmed it.
    """
    item = PayoutItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if item.state == PayoutItem.State.FAILED:
        return item
    if item.state != PayoutItem.State.SENT or item.confirmed_satang or item.batch is None:
        raise WrongState(str(item.payee), str(PayoutItem.State(item.state).label))
    batch = _locked(item.batch)
    owed: dict[str, int] = {}
    rows = item.owed.filter(stands=True).select_related("owed__group", "owed__person")
    lock_bounds(code for row in rows for code in codes_of(row.owed))
    early = EarlyOwed.objects.filter(owed__payments__in=rows, state=EarlyOwed.State.PAID)
    ahead = set(early.values_list("owed_id", flat=True))
    for row in rows:
        opened = accounts.prepaid if row.owed_id in ahead else accounts.payable
        code = opened(row.owed.group, row.owed.person).code
        owed[code] = owed.get(code, 0) + row.owed.satang
    source = f"payout_item:{item.pk}"
    post(
        by=by,
        journals=[
            posting.payout_failed(
                item=item.pk,
                day=today(),
                code=batch.code,
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
    item.state, item.failure = PayoutItem.State.FAILED, reason[:200]
    item.save(update_fields=["state", "failure"])
    batch.confirmed_satang += item.satang
    _close_if_complete(batch)
    record(by=by, action="payout.failed", subject=f"payoutitem:{item.pk}", data={"reason": reason})
    return item


def _close_if_complete(batch: PayoutBatch) -> None:
    complete = batch.confirmed_satang == batch.total_satang
    batch.state = PayoutBatch.State.DONE if complete else PayoutBatch.State.SENT
    batch.save(update_fields=["confirmed_satang", "state"])


# ---- what the bank queue sees ------------------------------------------------------------------


def expected_on_bank() -> list[Expected]:
    """Batches on their way."""
    return [
        Expected(
            target=f"batch:{batch.pk}",
            label=batch.code,
            satang=batch.total_satang - batch.confirmed_satang,
            day=bangkok_date(batch.sent_at) if batch.sent_at else today(),
        )
        for batch in PayoutBatch.objects.filter(state=PayoutBatch.State.SENT).order_by("pk")
    ]


@unit_of_work
def confirm(target: str, satang: int, day: dt.date, by: User | None) -> None:
    """A bank row was applied to a batch or to one payment of it.

    Raises:
        WrongState: it was not sent, or the row is more than is on its way.
    """
    batch, items = _target(target)
    if batch.state != PayoutBatch.State.SENT:
        raise WrongState(batch.code, str(PayoutBatch.State(batch.state).label))
    left = sum(item.satang - item.confirmed_satang for item in items)
    if satang > left:
        raise WrongState(batch.code, str(PayoutBatch.State(batch.state).label))
    for item in items:
        part = min(satang, item.satang - item.confirmed_satang)
        satang -= part
        batch.confirmed_satang += part
        item.confirmed_satang += part
        if item.confirmed_satang == item.satang:
            item.state, item.paid_day = PayoutItem.State.PAID, day
        item.save(update_fields=["confirmed_satang", "state", "paid_day"])
    _close_if_complete(batch)


@unit_of_work
def unconfirm(target: str, satang: int, day: dt.date, by: User | None) -> None:
    """That application was undone.

    Raises:
        WrongState: a payment of it came back since.
    """
    batch, items = _target(target)
    if PayoutItem.objects.returned().filter(batch=batch).exists():
        # Money came back of it since: that is undone first.
        raise WrongState(batch.code, str(LABEL))
    for item in reversed(items):
        part = min(satang, item.confirmed_satang)
        satang -= part
        batch.confirmed_satang -= part
        item.confirmed_satang -= part
        if part:
            item.state, item.paid_day = PayoutItem.State.SENT, None
            item.save(update_fields=["confirmed_satang", "state", "paid_day"])
    _close_if_complete(batch)


def _target(target: str) -> tuple[PayoutBatch, list[PayoutItem]]:
    kind, _colon, pk = target.partition(":")
    if kind == "batch":
        batch = PayoutBatch.objects.select_for_update(of=("self",)).get(pk=pk)
        items = batch.items.exclude(state=PayoutItem.State.FAILED)
    else:
        batch = PayoutBatch.objects.select_for_update(of=("self",)).get(items__pk=pk)
        items = batch.items.filter(pk=pk)
    return batch, list(items.select_for_update(of=("self",)).order_by("pk"))
