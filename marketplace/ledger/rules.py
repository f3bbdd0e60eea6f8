"""Decisions of the ledger that need no database: what a journal must look like, in which order its
entries are written, and what a correction does when a bounded account cannot bear it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from marketplace.ledger.exceptions import Unbalanced

LIABILITY_LIKE = frozenset({"liability", "equity", "income"})


@dataclass(frozen=True, slots=True)
class EntryInput:
    """One side of a journal to be posted.

    Attributes:
        account: code of the ledger account.
        satang: debit positive, credit negative, never 0.
        source: where the satang come from: `line:<pk>`, `lot:<pk>`, `document:<pk>`,
            `bank_row:<pk>`.
        memo: a few words for the reader of the account.
    """

    account: str
    satang: int
    source: str
    memo: str = ""


@dataclass(frozen=True, slots=True)
class JournalInput:
    """One event to be posted.

    Attributes:
        key: idempotency key; the same event always gives the same.
        event: kind of event, such as `produce.taken_in`.
        day: accounting day, Bangkok.
        description: one Thai sentence for the reader of the journal.
        source: the object it is about, `delivery:<pk>`.
        entries: at least two, adding up to zero; entries of zero are left out.
    """

    key: str
    event: str
    day: dt.date
    description: str
    source: str
    entries: tuple[EntryInput, ...] | list[EntryInput]


@dataclass(frozen=True, slots=True)
class AccountInput:
    """A ledger account to be opened on first use."""

    code: str
    name_th: str
    type: str
    name_en: str = ""
    holder: str = ""
    bounded: bool = False


@dataclass(frozen=True, slots=True)
class Bound:
    """What a bounded account has on its natural side, satang, and whether that side is credit."""

    available_satang: int
    credit: bool


def without_zeros(entries: Iterable[EntryInput]) -> list[EntryInput]:
    """Entries that say something; callers may compute parts of zero."""
    return [entry for entry in entries if entry.satang]


def require_balanced(key: str, entries: Sequence[EntryInput]) -> None:
    """Refuse a journal with fewer than two entries, or whose entries do not add up to zero.

    Raises:
        Unbalanced: with the difference in satang.
    """
    difference = sum(entry.satang for entry in entries)
    if difference or len(entries) < 2:
        raise Unbalanced(key, difference)


def content_of(
    event: str, source: str, entries: Iterable[tuple[str, int, str]]
) -> tuple[str, str, tuple[tuple[str, int, str], ...]]:
    """What two postings of one event must have in common; the words and the day do not count."""
    return event, source, tuple(sorted(entries))


def write_order(entry: EntryInput, account_type: str) -> tuple[str, int]:
    """Sort key of entries: by account, so that writers lock in one order; within an account what
    fills it before what draws on it, so that a bound is only met by the result.
    """
    return entry.account, entry.satang if account_type in LIABILITY_LIKE else -entry.satang


def spilled(
    entries: Iterable[EntryInput], bounds: Mapping[str, Bound], overflow: Mapping[str, str]
) -> list[EntryInput]:
    """Split the entries that draw on a bounded account beyond what it has: the rest goes to the
    account named for it, so that no correction is refused for lack of balance.

    Args:
        entries: of one or more journals, in the order in which they draw.
        bounds: by account code, for the bounded accounts among them.
        overflow: account code → code of the account that takes the rest.
    """
    left = {code: bound.available_satang for code, bound in bounds.items()}
    written: list[EntryInput] = []
    for entry in entries:
        bound = bounds.get(entry.account)
        if bound is None or entry.account not in overflow:
            written.append(entry)
            continue
        sign = 1 if bound.credit else -1
        drawn = entry.satang * sign
        within = min(drawn, max(left[entry.account], 0)) if drawn > 0 else drawn
        left[entry.account] -= within
        written.append(replace(entry, satang=within * sign))
        written.append(
            replace(entry, account=overflow[entry.account], satang=(drawn - within) * sign)
        )
    return without_zeros(written)
