"""A statement and its rows, and what makes a row the same row again."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from orders.reconciliation.grids import (
    THAI_DIGITS,
    normalised_text,
)


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One movement: satang in or out (the other is 0), the running balance after it, and the
    bank's words.

    `row_number` is the row in the file, counted from 1 as a spreadsheet shows it. `ordinal`
    counts otherwise identical rows of that day, from 1 in the order they happened.
    """

    row_number: int
    value_date: dt.date
    time: dt.time | None
    in_satang: int
    out_satang: int
    balance_satang: int
    description: str
    channel: str
    reference: str
    ordinal: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A file that adds up; `account_number` has digits only (and x where the bank hides one)."""

    account_number: str
    rows: tuple[StatementRow, ...]
    opening_satang: int
    closing_satang: int
    encoding: str
    sha256: str


def row_key(account: str, row: StatementRow) -> str:
    """Return the identity of `row` in bank account `account`: the same movement in any export
    gives the same key.

    With a bank reference: account, reference, value date, amount (one reference may stand on a
    transfer and its fee); otherwise account, value date, amount, running balance and normalised
    text. Both with the ordinal, so that overlapping exports fold into one and two true equal
    payments stay two. A SHA-256 in hexadecimal.
    """
    parts = [digits_of(account), *identity_of(row), row.ordinal]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def same_account(one: str, other: str) -> bool:
    """Say whether two spellings may be the same bank account; an x stands for any digit, dashes
    do not count.
    """
    a, b = digits_of(one), digits_of(other)
    return (
        bool(a)
        and len(a) == len(b)
        and all(x == y or "x" in (x, y) for x, y in zip(a, b, strict=True))
    )


def identity_of(row: StatementRow) -> list[str | int]:
    amount = row.in_satang - row.out_satang
    if row.reference:
        return ["ref", normalised_text(row.reference), row.value_date.isoformat(), amount]
    text = normalised_text(f"{row.description} {row.channel}")
    return ["row", row.value_date.isoformat(), amount, row.balance_satang, text]


def digits_of(account: str) -> str:
    folded = account.translate(THAI_DIGITS).replace("*", "x").lower()
    return re.sub(r"[^0-9x]", "", folded)


def numbered(rows: Sequence[StatementRow]) -> tuple[StatementRow, ...]:
    """Rows with their ordinal among otherwise identical rows of a day."""
    seen: dict[tuple[str | int, ...], int] = {}
    numbered = []
    for row in rows:
        key = tuple(identity_of(row))
        seen[key] = seen.get(key, 0) + 1
        numbered.append(replace(row, ordinal=seen[key]))
    return tuple(numbered)
