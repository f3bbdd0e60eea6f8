"""Rows by which a bank takes back an earlier one: a cheque or a transfer that came back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from typing import Final

from orders.reconciliation.rules.payers import payer_key
from orders.reconciliation.statements import normalised_text

MAX_DAYS: Final = 45
"""How far back a row is looked for that a later one takes back."""
MOST: Final = 6
"""How many earlier rows are offered at most."""

_SAYS: Final = (
    "กลับรายการ", "โอนคืน", "คืนเงิน", "เงินคืน", "เช็คคืน", "ยกเลิกรายการ", "ปรับปรุงรายการ", "แก้ไขรายการ",
    "reversal", "reversed", "returned", "refund", "chargeback", "correction",
)  # fmt: skip
"""What banks write on a row that undoes another, in small letters without spaces."""


class Tie(IntEnum):
    """What ties a row to the one it takes back, strongest first."""

    REFERENCE = 0
    PAYER = 1
    AMOUNT = 2


@dataclass(frozen=True, slots=True)
class Moved:
    """A row of the bank: satang in positive, out negative; `place` is its order among rows of a day.

    `settled` says that it was taken back before, or was applied to something that cannot be undone
    from the bank's side.
    """

    id: int
    day: date
    place: int
    satang: int
    words: str
    reference: str = ""
    settled: bool = False


@dataclass(frozen=True, slots=True)
class TakenBack:
    """An earlier row that a row may take back, and whether nothing stands beside it."""

    earlier: Moved
    tie: Tie
    chosen: bool


def says_taken_back(words: str) -> bool:
    """Whether the bank's words call a row a return, a reversal or a correction of another."""
    text = "".join(normalised_text(words).casefold().split())
    return any(word in text for word in _SAYS)


def taken_back(row: Moved, others: Iterable[Moved]) -> tuple[TakenBack, ...]:
    """Return the earlier rows that `row` may take back, best first; empty when it takes none.

    An earlier row went the other way with the same satang at most `MAX_DAYS` before. It must share
    the bank's own reference, unless the words of `row` say that it takes another back. One is
    chosen only when its tie is more than the amount and no other row has the same.
    """
    says = says_taken_back(f"{row.words} {row.reference}")
    found: list[tuple[Tie, Moved]] = []
    for one in others:
        before = (one.day, one.place, one.id) < (row.day, row.place, row.id)
        if one.settled or one.satang != -row.satang or not before:
            continue
        if row.day - one.day > timedelta(days=MAX_DAYS):
            continue
        if row.reference and row.reference == one.reference:
            found.append((Tie.REFERENCE, one))
        elif says:
            found.append((_tie(row, one), one))
    found.sort(key=lambda pair: (pair[0], -pair[1].day.toordinal(), -pair[1].place, -pair[1].id))
    best = found[0][0] if found else Tie.AMOUNT
    alone = best < Tie.AMOUNT and sum(tie == best for tie, _one in found) == 1
    return tuple(
        TakenBack(one, tie, alone and place == 0) for place, (tie, one) in enumerate(found[:MOST])
    )


def _tie(row: Moved, one: Moved) -> Tie:
    # A reference that the bank or the payer wrote on the earlier row, said again whole: the
    # beginning of a longer one is another's.
    if _numbers(row) & _numbers(one):
        return Tie.REFERENCE
    key = payer_key(one.words)
    return Tie.PAYER if key and key in payer_key(_without_saying(row.words)) else Tie.AMOUNT


def _numbers(row: Moved) -> set[str]:
    return {
        word
        for word in f"{row.words} {row.reference}".casefold().split()
        if len(word) >= 6 and any(letter.isdigit() for letter in word)
    }


def _without_saying(words: str) -> str:
    text = normalised_text(words).casefold()
    for word in _SAYS:
        text = text.replace(word, " ")
    return text
