"""Decisions about enquiries, without a database: where one may go, what is spam, what is too old."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from marketplace.common.dates import bangkok_date

MOVES: Final[dict[str, frozenset[str]]] = {
    "new": frozenset({"answered", "agreed", "declined", "expired"}),
    "answered": frozenset({"agreed", "declined", "expired"}),
    "agreed": frozenset({"done", "declined"}),
    "done": frozenset(),
    "declined": frozenset(),
    "expired": frozenset(),
}
CLOSED: Final = frozenset(state for state, onward in MOVES.items() if not onward)
BY_JOB: Final = frozenset({"expired"})
"""States that nobody chooses by hand."""

ANSWER_WITHIN: Final = timedelta(days=3)
LEAST_SECONDS: Final = 3
FORM_GOOD_FOR: Final = timedelta(hours=24)
MOST_PER_ADDRESS_HOUR: Final = 5
MOST_PER_ADDRESS_DAY: Final = 20
MOST_PER_CONTACT_DAY: Final = 3
FURTHEST_DAYS: Final = 400


def may_move(state: str, to: str) -> bool:
    """Whether an enquiry may go from one state to another."""
    return to in MOVES[state]


def choices_from(state: str, wanted_day: date, today: date) -> list[str]:
    """What a host may do next, in the order of the states; a visit is done from its day on."""
    return [
        to for to in MOVES if to in MOVES[state] - BY_JOB and (to != "done" or wanted_day <= today)
    ]


def waits_too_long(state: str, sent_at: datetime, now: datetime) -> bool:
    """Whether nobody has answered within three days (UTC moments)."""
    return state == "new" and now - sent_at >= ANSWER_WITHIN


def is_past(state: str, wanted_day: date, today: date) -> bool:
    """Whether the day asked for has gone by without an agreement."""
    return state in ("new", "answered") and wanted_day < today


def blank_on(closed_at: datetime | None, wanted_day: date, keep_days: int) -> date:
    """The day (Bangkok) from which no personal data is kept: so many days after the enquiry was
    closed, or after the visit where nobody closed it.
    """
    since = bangkok_date(closed_at) if closed_at else wanted_day
    return since + timedelta(days=keep_days)


@dataclass(frozen=True, slots=True)
class Sending:
    """How a form came in: what was typed where no person sees a box, how many seconds after it was
    shown (None: its stamp is not ours), and how many came before from the address and the contact.
    """

    trap: str
    seconds: float | None
    address_hour: int = 0
    address_day: int = 0
    contact_day: int = 0


def spam(sending: Sending) -> str:
    """Why a form is dropped without a word; empty for one that is kept."""
    if sending.trap:
        return "trap"
    if sending.seconds is None:
        return "stamp"
    if sending.seconds < LEAST_SECONDS:
        return "quick"
    if sending.address_hour >= MOST_PER_ADDRESS_HOUR or sending.address_day >= MOST_PER_ADDRESS_DAY:
        return "address"
    if sending.contact_day >= MOST_PER_CONTACT_DAY:
        return "contact"
    return ""
