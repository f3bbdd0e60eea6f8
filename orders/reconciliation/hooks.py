"""What other rooms offer to the bank queue: things that money out can be applied to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from marketplace.accounts.models import User


@dataclass(frozen=True, slots=True)
class Expected:
    """Money that is on its way out of the bank.

    Attributes:
        target: key, such as `batch:<pk>`.
        label: what a person reads.
        satang: what is still to leave.
        day: when it was sent.
    """

    target: str
    label: str
    satang: int
    day: dt.date


@dataclass(frozen=True, slots=True)
class PayoutTargets:
    """How payouts meet bank rows.

    Attributes:
        expected: everything on its way.
        applied: (target, satang, day, by) a row was applied to it; may refuse by raising.
        undone: the same, when that is undone.
    """

    expected: Callable[[], Iterable[Expected]]
    applied: Callable[[str, int, dt.date, User | None], None]
    undone: Callable[[str, int, dt.date, User | None], None]


payout_targets: list[PayoutTargets] = []
"""Registered by `orders.settlement`."""
