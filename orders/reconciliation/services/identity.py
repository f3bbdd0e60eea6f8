"""Which movements are known already: the same movement from any file or passbook is one row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from orders.reconciliation.grids import normalised_text
from orders.reconciliation.models import BankAccount
from orders.reconciliation.statements import StatementRow, row_key

_Same = tuple[dt.date, int, int]


@dataclass(slots=True)
class _Group:
    """Known rows of one day, amount and running balance: (key, time, reference) not yet met."""

    size: int = 0
    left: list[tuple[str, dt.time | None, str]] = field(default_factory=list)


def identify(account: BankAccount, rows: Sequence[StatementRow]) -> list[tuple[str, bool]]:
    """The key of each row, oldest first, and whether that movement is known.

    Movements are the same when day, amount and running balance are, unless both name a bank
    reference and the two differ, or, without references, both name a time and the two differ. The
    bank's words are left out, so that a row typed from a passbook and the same row in a file are
    one. Each known row is met once, so two equal true payments stay two, even when one file ends
    between them and the next begins there.
    """
    days = {row.value_date for row in rows}
    groups: dict[_Same, _Group] = {}
    if days:
        known = account.rows.filter(day__gte=min(days), day__lte=max(days)).order_by("place", "pk")
        for day, came, went, balance, key, time, reference in known.values_list(
            "day", "in_satang", "out_satang", "balance_satang", "key", "time", "reference"
        ):
            group = groups.setdefault((day, came - went, balance), _Group())
            group.size += 1
            group.left.append((key, time, normalised_text(reference)))
    found = []
    for row in rows:
        same = (row.value_date, row.in_satang - row.out_satang, row.balance_satang)
        group = groups.setdefault(same, _Group())
        wanted = normalised_text(row.reference)
        fitting = [one for one in group.left if _may_be(row.time, wanted, one[1], one[2])]
        # What names the same reference or time is met before what merely does not differ.
        fitting.sort(key=lambda one: (one[2] != wanted, one[1] != row.time))
        if fitting:
            group.left.remove(fitting[0])
            found.append((fitting[0][0], True))
            continue
        group.size += 1
        bare = replace(row, description="", channel="", reference="", ordinal=group.size)
        found.append((row_key(account.number, bare), False))
    return found


def _may_be(
    time: dt.time | None, reference: str, known_time: dt.time | None, known_reference: str
) -> bool:
    if reference and known_reference:
        return reference == known_reference
    if time is not None and known_time is not None:
        return (time.hour, time.minute) == (known_time.hour, known_time.minute)
    return True
