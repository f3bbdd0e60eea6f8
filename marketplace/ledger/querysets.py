"""Reading the books: accounts with their entries, a journal with both sides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.core.paginator import Page, Paginator
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


def entries_page(account: Account, number: str | int | None, *, size: int = 50) -> Page[Entry]:
    """One page of an account's entries, newest first."""
    entries = (
        Entry.objects.filter(account=account)
        .select_related("journal")
        .order_by("-journal__day", "-pk")
    )
    return Paginator(entries, size).get_page(number)


def balance_after(account: Account, entries: Iterable[Entry]) -> dict[int, int]:
    """The running balance after each entry of a page (newest first), satang, debit positive."""
    listed = list(entries)
    if not listed:
        return {}
    newest = listed[0]
    later = Entry.objects.filter(account=account)
    above = (
        later.filter(journal__day__gt=newest.journal.day).aggregate(total=Sum("satang"))["total"]
        or 0
    ) + (
        later.filter(journal__day=newest.journal.day, pk__gt=newest.pk).aggregate(
            total=Sum("satang")
        )["total"]
        or 0
    )
    running = account.balance_satang - above
    found: dict[int, int] = {}
    for entry in listed:
        found[entry.pk] = running
        running -= entry.satang
    return found


def journal_with_entries(pk: UUID) -> Journal | None:
    """A journal with both its sides, the one it reverses and the one that reverses it."""
    return (
        Journal.objects.filter(pk=pk)
        .select_related("posted_by", "reverses", "reversed_by")
        .prefetch_related("entries__account")
        .first()
    )
