"""A delivery day on which kale is short and choy sum could take its place."""

from __future__ import annotations

import datetime as dt

from catalogue.partner.models import StockRecord
from catalogue.partner.services import ListingInput, list_products
from catalogue.standards.models import Standard
from marketplace.common import clock
from marketplace.cycles.services import close_due_cycles
from orders.models import Line
from orders.substitution.models import Option, Proposal
from orders.substitution.services import propose
from tests.support.fulfilment import Day, make_day
from tests.support.ordering import FIRST_DAY, at

DAY_BEFORE = FIRST_DAY - dt.timedelta(days=1)
ASKED_AT = at(DAY_BEFORE, 9)


def list_greens(day: Day, grade: str = "A", standard: str | None = None) -> StockRecord:
    """Sell choy sum, of a grade and perhaps a standard."""
    return list_products(
        by=None,
        listings=[
            ListingInput(
                product=day.greens,
                party=day.cooperative,
                min_grade=grade,
                required_standard=(
                    Standard.objects.get(pk=standard) if standard is not None else None
                ),
            )
        ],
    )[0]


def allocate(day: Day, moment: dt.datetime = ASKED_AT) -> None:
    """Let every cut-off pass; it is the morning of the day before unless said otherwise."""
    clock.set_clock(moment)
    close_due_cycles()
    day.cycle.refresh_from_db()


def short_day(*, kale: int = 30, greens: int = 20, asked: int = 40) -> tuple[Day, Line]:
    """A day allocated with kilograms of kale short and of choy sum free."""
    day = make_day()
    day.offer((day.daeng, kale))
    if greens:
        day.offer((day.somjai, greens), product=day.greens)
    list_greens(day)
    line = day.order(asked)
    allocate(day)
    return day, line


def proposed(day: Day) -> tuple[Proposal, Option]:
    """The one proposal of a day and its first option."""
    (proposal,) = propose(cycle=day.cycle)
    return proposal, proposal.options.all()[0]
