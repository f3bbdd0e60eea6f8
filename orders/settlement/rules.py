"""When growers are paid: decisions that need no database."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from marketplace.common.money import BASIS_POINTS
from marketplace.parties.models import ReleaseRule

BLANKED: Final = "[ลบแล้ว]"
"""Stands where words were that named a person."""

KEPT_YEARS: Final = 6
"""Papers behind payments are kept five years from the closing of their year's books (Accounting Act
B.E. 2543 s. 14; Revenue Code s. 87/3). Six from the payment cover it whichever month closes the year."""


def kept_until(last_paid: dt.date | None) -> dt.date | None:
    """The last day for which the paper behind payments must be kept; None when it backed none.

    Args:
        last_paid: the day of the newest payment that stood on it.
    """
    if last_paid is None:
        return None
    year = last_paid.year + KEPT_YEARS
    day = min(last_paid.day, calendar.monthrange(year, last_paid.month)[1])
    return last_paid.replace(year=year, day=day)


def may_blank(last_paid: dt.date | None, today: dt.date) -> bool:
    """Whether the words of an agreement may go: the right to be forgotten ends where another law asks
    to keep the paper (PDPA B.E. 2562 s. 33).
    """
    until = kept_until(last_paid)
    return until is None or until < today


def pay_day(rule: str, release_days: int, delivery_day: dt.date) -> dt.date | None:
    """The day on which what is owed for a delivery day may be paid.

    Args:
        rule: the group's release rule.
        release_days: for the rule "every n days": days after the delivery day.
        delivery_day: of the lot's cycle.

    Returns:
        None while the rule waits for the buyer to pay.
    """
    if rule == ReleaseRule.SAME_DAY:
        return delivery_day
    if rule == ReleaseRule.EVERY_N_DAYS:
        return delivery_day + dt.timedelta(days=release_days)
    return None


@dataclass(frozen=True, slots=True)
class Claim:
    """What may be taken from a grower's payment for one agreement.

    Attributes:
        pk: the deduction.
        kind: advance, inputs, loan or saving.
        left_satang: what is still to be taken in all; None for savings until stopped.
        instalment_satang: at most from one payment; 0 for no bound of its own.
    """

    pk: int
    kind: str
    left_satang: int | None
    instalment_satang: int = 0


def ceiling_of(payment_satang: int, ceiling_bp: int) -> int:
    """The most that may be taken from a payment, satang, rounded down; nothing from nothing."""
    return max(payment_satang, 0) * ceiling_bp // BASIS_POINTS


def deduct(
    claims: Sequence[Claim], *, order: Sequence[str], at_most_satang: int
) -> list[tuple[int, int]]:
    """Take what is agreed from one payment: kind by kind in the order set, within a kind the oldest
    agreement first, until the ceiling is reached.

    Args:
        claims: of one grower, in any order; a kind that `order` does not name is not taken.
        order: kinds, the first is taken first.
        at_most_satang: the ceiling, as `ceiling_of` says.

    Returns:
        (deduction, satang) in the order taken, none of zero.
    """
    rank = {kind: place for place, kind in enumerate(order)}
    room = max(at_most_satang, 0)
    taken: list[tuple[int, int]] = []
    for claim in sorted(
        (claim for claim in claims if claim.kind in rank),
        key=lambda claim: (rank[claim.kind], claim.pk),
    ):
        bounds = [room]
        if claim.left_satang is not None:
            bounds.append(claim.left_satang)
        if claim.instalment_satang:
            bounds.append(claim.instalment_satang)
        satang = min(bounds)
        if satang > 0:
            taken.append((claim.pk, satang))
            room -= satang
    return taken
