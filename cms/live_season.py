"""The calendar of the year: which kinds of produce are to be had in which months."""

from __future__ import annotations

from dataclasses import dataclass, field

from catalogue.models import Product
from catalogue.season import month_name
from cms.live import kept
from marketplace.common.clock import today


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """One kind of produce through the year; a level is "", "on" or "peak"."""

    name: str
    url: str
    drawing: str
    months: str
    levels: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Year:
    """The year in rows: what has a season, the best of this month first; what is always there."""

    months: list[str] = field(default_factory=list)
    now: int = 1
    rows: list[CalendarRow] = field(default_factory=list)
    always: list[tuple[str, str]] = field(default_factory=list)


def year_calendar(limit: int | None = None) -> Year:
    """The calendar as of today; one query.

    Args:
        limit: at most so many rows; None for all.
    """
    year = kept("year", read=_year_calendar)
    return year if limit is None else Year(year.months, year.now, year.rows[:limit], [])


def _year_calendar() -> Year:
    names = [month_name(month) for month in range(1, 13)]
    now = today().month
    rows: list[CalendarRow] = []
    always: list[tuple[str, str]] = []
    for product in Product.objects.browsable().order_by("title", "pk"):
        months = product.season_months
        if "0" not in months:
            always.append((product.name, product.get_absolute_url()))
            continue
        levels = [{"1": "on", "2": "peak"}.get(digit, "") for digit in months]
        rows.append(
            CalendarRow(
                name=product.name,
                url=product.get_absolute_url(),
                drawing=product.drawing,
                months=months,
                levels=list(zip(names, levels, strict=True)),
            )
        )
    rows.sort(key=lambda row: row.months[now - 1], reverse=True)
    return Year(months=names, now=now, rows=rows, always=always)
