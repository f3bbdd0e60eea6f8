"""Reading the books: the trial balance, a journal with both sides."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Sum

from marketplace.ledger.models import Account, AccountType, Entry, Journal


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """One line of the trial balance: satang on the debit or the credit side."""

    account: Account
    debit_satang: int
    credit_satang: int


def trial_balance(until: dt.date | None = None) -> list[BalanceLine]:
    """Every account that holds something, by type and code; up to and with a day, or all.

    Added up from the entries, not from the balances kept.
    """
    entries = Entry.objects.all()
    if until is not None:
        entries = entries.filter(journal__day__lte=until)
    sums: dict[str, int] = dict(
        entries.order_by()
        .values("account_id")
        .annotate(total=Sum("satang"))
        .values_list("account_id", "total")
    )
    accounts = Account.objects.in_bulk([code for code, satang in sums.items() if satang])
    rank = {kind.value: place for place, kind in enumerate(AccountType)}
    return [
        BalanceLine(account, max(0, sums[code]), max(0, -sums[code]))
        for code, account in sorted(
            accounts.items(), key=lambda pair: (rank[pair[1].type], pair[0])
        )
    ]


def journal_with_entries(pk: UUID) -> Journal | None:
    """A journal with both its sides, the one it reverses and the one that reverses it."""
    return (
        Journal.objects.filter(pk=pk)
        .select_related("posted_by", "reverses", "reversed_by")
        .prefetch_related("entries__account")
        .first()
    )
