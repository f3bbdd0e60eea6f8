"""The only clock of the house.

Nothing else may read the time: lint forbids `timezone.now`, `datetime.now` and `date.today` outside
this module. Demo and tests set the clock; what is set counts for the whole process, so the threads
of a test see it too. No environment variable sets it. Waiting (timeouts, queues) uses
`time.monotonic`, which is not a matter of the domain.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

from marketplace.common.dates import bangkok_date

_fixed: dt.datetime | None = None
_lock = RLock()


def now() -> dt.datetime:
    """The present moment as an aware datetime in UTC."""
    fixed = _fixed
    return dt.datetime.now(dt.UTC) if fixed is None else fixed


def today() -> dt.date:
    """The present day in Asia/Bangkok."""
    return bangkok_date(now())


def set_clock(moment: dt.datetime | None) -> None:
    """Stop the clock at a moment for the whole process, or let it run again with None.

    Raises:
        ValueError: `moment` has no time zone.
    """
    global _fixed
    if moment is not None and moment.utcoffset() is None:
        raise ValueError("the clock needs a datetime with a time zone")
    with _lock:
        _fixed = None if moment is None else moment.astimezone(dt.UTC)


@contextmanager
def at(moment: dt.datetime) -> Iterator[None]:
    """Stop the clock at a moment inside the block, then put back what was there; may be nested.

    Raises:
        ValueError: `moment` has no time zone.
    """
    before = _fixed
    set_clock(moment)
    try:
        yield
    finally:
        set_clock(before)


def advance(by: dt.timedelta) -> dt.datetime:
    """Move a stopped clock and return the new moment (UTC).

    Raises:
        RuntimeError: the clock is running; stop it first with `set_clock` or `at`.
    """
    with _lock:
        if _fixed is None:
            raise RuntimeError("the clock is running: stop it with set_clock() or at() first")
        set_clock(_fixed + by)
        return now()
