"""Paying growers before their buyer paid: an approved advance from the working-capital fund.

What is paid early stays owed and stands beside it in `prepaid:<grower>`; the two meet when the
buyer pays. The sum of all of it, with advances in cash, never passes the cooperative's limit.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import now, today
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from marketplace.ledger.rules import EntryInput, JournalInput, spilled
from marketplace.ledger.services import lock_bounds, open_accounts, post
from marketplace.parties.models import FarmerGroup
from marketplace.parties.services.money import require_treasurer
from orders.invoicing import accounts, posting
from orders.settlement.exceptions import NothingDue, SamePerson, WrongState
from orders.settlement.models import EarlyOwed, EarlyPayment, Owed, PayoutItem
from orders.settlement.services.deductions import require_within_limit
from orders.settlement.services.payees import codes_of


@unit_of_work
def ask_early(
    *, by: User | None, group: FarmerGroup, reason: str, at_most_satang: int | None = None
) -> EarlyPayment:
    """Ask that what a group waits for its buyers to pay be paid now, the oldest first.

    Args:
        by: a treasurer.
        reason: why the group cannot wait.
        at_most_satang: only as many lots as fit in this; None for all.

    Raises:
        TreasurerOnly: the user is not a treasurer.
        NothingDue: nothing waits for a buyer, or not even the oldest lot fits.
        Refusal: code "reason".
    """
    require_treasurer(by)
    if not reason.strip():
        raise Refusal(_("กรุณาบอกเหตุผล"), code="reason", where="reason")
    rows = list(_waiting(group))
    lock_bounds(code for owed in rows for code in codes_of(owed))
    chosen: list[Owed] = []
    total = 0
    for owed in _waiting(group):
        if at_most_satang is not None and total + owed.satang > at_most_satang:
            break
        chosen.append(owed)
        total += owed.satang
    if not chosen:
        raise NothingDue
    made = EarlyPayment.objects.create(
        group=group, satang=total, reason=reason.strip()[:200], made_by=by
    )
    EarlyOwed.objects.bulk_create([EarlyOwed(early=made, owed=owed) for owed in chosen])
    record(by=by, action="early.asked", subject=made, party=group, data={"satang": total})
    return made


def _waiting(group: FarmerGroup) -> Iterable[Owed]:
    return (
        Owed.objects.unassigned()
        .waiting_for_buyers()
        .filter(group=group)
        .select_related("group", "person")
        .order_by("day", "pk")
    )


@unit_of_work
def approve_early(*, by: User | None, early: EarlyPayment) -> EarlyPayment:
    """Approve it; its amounts may be paid from now on. Approving again changes nothing.

    Raises:
        TreasurerOnly: the user is not a treasurer.
        SamePerson: `by` asked for it.
        OverLimit: more would be out than the working-capital limit.
        WrongState: it was cancelled.
    """
    require_treasurer(by)
    found = EarlyPayment.objects.select_for_update(of=("self",)).get(pk=early.pk)
    if found.state == EarlyPayment.State.APPROVED:
        return found
    if found.state != EarlyPayment.State.ASKED:
        raise WrongState(str(found.group), str(EarlyPayment.State(found.state).label))
    if by is None or by.pk == found.made_by_id:
        raise SamePerson
    rows = list(found.rows.select_related("owed__group", "owed__person"))
    require_within_limit(sum(row.owed.satang for row in rows if row.owed.due_day is None))
    open_accounts(accounts=[accounts.prepaid(row.owed.group, row.owed.person) for row in rows])
    found.rows.update(state=EarlyOwed.State.APPROVED)
    found.state, found.approved_by, found.approved_at = EarlyPayment.State.APPROVED, by, now()
    found.save(update_fields=["state", "approved_by", "approved_at"])
    record(
        by=by, action="early.approved", subject=found, party=found.group,
        data={"satang": found.satang},
    )  # fmt: skip
    return found


@unit_of_work
def cancel_early(*, by: User | None, early: EarlyPayment) -> EarlyPayment:
    """Call it off: what stands in no payment waits for the buyer again.

    Raises:
        TreasurerOnly: the user is not a treasurer.
        WrongState: a part of it is in a payment already.
    """
    require_treasurer(by)
    found = EarlyPayment.objects.select_for_update(of=("self",)).get(pk=early.pk)
    if found.state == EarlyPayment.State.CANCELLED:
        return found
    rows = found.rows.all()
    if (
        rows.filter(state__in=[EarlyOwed.State.PAID, EarlyOwed.State.SETTLED]).exists()
        or rows.filter(owed__payments__stands=True).exists()
    ):
        raise WrongState(str(found.group), str(EarlyOwed.State.PAID.label))
    rows.update(state=EarlyOwed.State.DROPPED)
    found.state = EarlyPayment.State.CANCELLED
    found.save(update_fields=["state"])
    record(by=by, action="early.cancelled", subject=found, party=found.group)
    return found


def mark_paid_early(items: Iterable[PayoutItem]) -> None:
    """Note that payments carried away amounts whose buyer has not paid; call it when they leave."""
    EarlyOwed.objects.filter(
        owed__payments__item__in=[item.pk for item in items],
        owed__payments__stands=True,
        owed__due_day__isnull=True,
        state=EarlyOwed.State.APPROVED,
    ).update(state=EarlyOwed.State.PAID)


def settle_early(*, by: User | None, owed: Iterable[int]) -> int:
    """The buyers of amounts paid early have paid: what was paid ahead meets what is owed.

    Inside the unit of work that releases them, with their accounts locked.

    Args:
        owed: primary keys of released amounts.

    Returns:
        How many had been paid early.
    """
    rows = list(
        EarlyOwed.objects.filter(owed__in=list(owed), state=EarlyOwed.State.PAID)
        .select_related("owed__group", "owed__person")
        .order_by("owed_id")
    )
    journals: list[JournalInput] = []
    for row in rows:
        payable = accounts.payable(row.owed.group, row.owed.person).code
        journals.append(
            posting.early_settled(
                owed=row.owed_id,
                day=today(),
                payable=payable,
                prepaid=accounts.prepaid(row.owed.group, row.owed.person).code,
                satang=row.owed.satang,
            )
        )
    open_accounts(accounts=[accounts.advance(row.owed.group, row.owed.person) for row in rows])
    for journal in journals:
        # A correction since may have taken the payable below what was paid ahead.
        bounds = lock_bounds(entry.account for entry in journal.entries)
        overflow = {
            entry.account: accounts.advance_of(entry.account)
            for entry in journal.entries
            if entry.account.startswith("payable:")
        }
        entries: list[EntryInput] = spilled(journal.entries, bounds, overflow)
        post(
            by=by,
            journals=[
                JournalInput(
                    key=journal.key,
                    event=journal.event,
                    day=journal.day,
                    description=journal.description,
                    source=journal.source,
                    entries=entries,
                )
            ],
        )
    EarlyOwed.objects.filter(pk__in=[row.pk for row in rows]).update(state=EarlyOwed.State.SETTLED)
    return len(rows)
