"""Reading the books over a stretch of days: an account's statement, the journal, a source's trail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Case, F, Q, QuerySet, Sum, When

from marketplace.ledger.models import Account, Entry, Journal


@dataclass(frozen=True, slots=True)
class Statement:
    """An account over a stretch of days, satang, debit positive.

    Attributes:
        entries: oldest first, with their journals.
        opening_satang: what it held before the first day.
        debit_satang: the debits of the stretch together.
        credit_satang: its credits together, as a positive number.
    """

    entries: QuerySet[Entry]
    opening_satang: int
    debit_satang: int
    credit_satang: int

    @property
    def closing_satang(self) -> int:
        """What the account held at the end of the last day."""
        return self.opening_satang + self.debit_satang - self.credit_satang

    def page(self, number: str | int | None, *, size: int = 100) -> Page[Entry]:
        """One page of the entries; without a number the last, where the newest stand."""
        pages = Paginator(self.entries, size)
        return pages.get_page(number or pages.num_pages)

    def balances(self, entries: Iterable[Entry]) -> dict[int, int]:
        """The balance after each of some consecutive entries of it, satang, debit positive."""
        listed = list(entries)
        if not listed:
            return {}
        oldest = listed[0]
        before = self.entries.filter(
            Q(journal__day__lt=oldest.journal.day)
            | Q(journal__day=oldest.journal.day, pk__lt=oldest.pk)
        )
        running = self.opening_satang + _sum(before)
        found = {}
        for entry in listed:
            running += entry.satang
            found[entry.pk] = running
        return found


def account_statement(account: Account, first: dt.date | None, last: dt.date | None) -> Statement:
    """Return an account's entries from one accounting day to another, both included; None is open."""
    entries = Entry.objects.filter(account=account)
    opening = _sum(entries.filter(journal__day__lt=first)) if first else 0
    if first:
        entries = entries.filter(journal__day__gte=first)
    if last:
        entries = entries.filter(journal__day__lte=last)
    sides = entries.order_by().aggregate(
        debit=Sum(Case(When(satang__gt=0, then=F("satang")), default=0)),
        credit=Sum(Case(When(satang__lt=0, then=-F("satang")), default=0)),
    )
    return Statement(
        entries.select_related("journal").order_by("journal__day", "pk"),
        opening,
        sides["debit"] or 0,
        sides["credit"] or 0,
    )


def _sum(entries: QuerySet[Entry]) -> int:
    return entries.order_by().aggregate(total=Sum("satang"))["total"] or 0


def journals_between(
    first: dt.date | None, last: dt.date | None, *, text: str = "", reversals: bool = False
) -> QuerySet[Journal]:
    """Return the journal book, newest first, each with `debit_satang` and what it reverses.

    Args:
        first: accounting day to begin with; None from the beginning.
        last: accounting day to end with; None to the end.
        text: only journals with this in their description or key.
        reversals: only reversals and what they reversed.
    """
    journals = Journal.objects.select_related("reverses", "reversed_by").annotate(
        debit_satang=Sum("entries__satang", filter=Q(entries__satang__gt=0))
    )
    if first:
        journals = journals.filter(day__gte=first)
    if last:
        journals = journals.filter(day__lte=last)
    if text:
        journals = journals.filter(Q(description__icontains=text) | Q(key__icontains=text))
    if reversals:
        journals = journals.filter(Q(reverses__isnull=False) | Q(reversed_by__isnull=False))
    return journals.order_by("-day", "-posted_at", "-pk")


def trail(source: str) -> list[Journal]:
    """Return every journal that a source (`document:5`) stands on, oldest first, with its entries."""
    return list(
        Journal.objects.filter(Q(source=source) | Q(entries__source=source))
        .distinct()
        .select_related("reverses", "reversed_by")
        .prefetch_related("entries__account")
        .order_by("day", "posted_at", "pk")
    )
