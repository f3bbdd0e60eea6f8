"""Whether certificates cover a window of delivery days; no database here.

A standard holds for goods only when it is in force on every delivery day of their window. Two
certificates of one holder may follow each other without a gap, as a renewal does.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

Span = tuple[date, date]
"""First and last day in force, both included."""


def first_gap(spans: Iterable[Span], first: date, last: date) -> date | None:
    """The first day of a window that no span covers; None when every day is covered.

    Raises:
        ValueError: the window ends before it starts.
    """
    if last < first:
        raise ValueError("a window ends on or after its first day")
    day = first
    for start, end in sorted(spans):
        if start > day:
            return day
        if end >= day:
            if end >= last:
                return None
            day = end + timedelta(days=1)
    return day


def covers(spans: Iterable[Span], first: date, last: date) -> bool:
    """Say whether every day from first to last is covered."""
    return first_gap(spans, first, last) is None
