"""Decisions about orders that need no database: what a line is worth, what a small drop costs, what
may go into a cell, which budget year a day belongs to.

A line is a pile of tranches: each addition lies on top at the price of its day, each reduction
takes from the top, and what is accepted is priced from the bottom. So a later, dearer addition
never makes dearer what was placed first, and what is taken back is what was added last.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from marketplace.common.dates import fiscal_year_th
from marketplace.common.exceptions import Refusal
from marketplace.common.money import value_of
from marketplace.common.quantities import (
    MAX_GRAMS,
    MAX_PIECES,
    BaseUnit,
    format_quantity,
    require_step,
)


@dataclass(frozen=True, slots=True)
class Terms:
    """One revision of a line, as far as its value is concerned.

    `delta_qty`: change of the ordered quantity in base units, negative for a reduction. Prices and
    fees are satang per 1,000 grams or per piece.
    """

    delta_qty: int
    price_satang: int
    fees: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TrancheValue:
    """What one price of a line comes to: base units, satang, and each named fee's part of it."""

    qty: int
    price_satang: int
    value_satang: int
    fees: Mapping[str, int]


def tranches(revisions: Iterable[Terms]) -> list[Terms]:
    """Return what remains of a line's revisions, oldest first, each with a quantity above zero.

    Raises:
        ValueError: more was taken back than there was.
    """
    pile: list[Terms] = []
    for revision in revisions:
        if revision.delta_qty > 0:
            top = pile[-1] if pile else None
            if top and top.price_satang == revision.price_satang and top.fees == revision.fees:
                pile[-1] = Terms(top.delta_qty + revision.delta_qty, top.price_satang, top.fees)
            else:
                pile.append(revision)
            continue
        back = -revision.delta_qty
        while back:
            if not pile:
                raise ValueError("more was taken back than was ordered")
            top = pile.pop()
            if top.delta_qty > back:
                pile.append(Terms(top.delta_qty - back, top.price_satang, top.fees))
            back -= min(back, top.delta_qty)
    return pile


def value_of_line(
    qty: int, revisions: Sequence[Terms], *, per: int
) -> tuple[int, list[TrancheValue]]:
    """What a quantity of a line is worth to the buyer, and how it divides over the prices.

    The quantity (ordered, or accepted by weight) is priced by the tranches oldest first; what is
    accepted beyond the order is priced as the last. Each tranche is rounded once.

    Args:
        qty: base units, 0 or more.
        revisions: all of the line's, oldest first.
        per: 1000 for gram products, 1 for pieces.

    Returns:
        Satang, and a row per price with quantity above zero.

    Raises:
        ValueError: `qty` is negative, or there are no revisions.
    """
    if qty < 0 or not revisions:
        raise ValueError("a line has revisions, and no negative quantity")
    pile = tranches(revisions)
    left = qty
    priced: list[tuple[int, Terms]] = []
    for tranche in pile:
        took = min(left, tranche.delta_qty)
        if took:
            priced.append((took, tranche))
        left -= took
    if left:
        last = pile[-1] if pile else revisions[-1]
        if priced and priced[-1][1] is last:
            priced[-1] = (priced[-1][0] + left, last)
        else:
            priced.append((left, last))
    rows = [
        TrancheValue(
            qty=took,
            price_satang=terms.price_satang,
            value_satang=value_of(took, terms.price_satang, per=per),
            fees={kind: value_of(took, fee, per=per) for kind, fee in terms.fees.items()},
        )
        for took, terms in priced
    ]
    return sum(row.value_satang for row in rows), rows


def drop_fee(value_satang: int, *, minimum_satang: int, fee_satang: int) -> int:
    """The fee of a delivery below its buyer class's minimum; nothing delivered costs nothing."""
    return fee_satang if 0 < value_satang < minimum_satang else 0


ZONE = "zone"
SMALL_DROP = "small-drop"


@dataclass(frozen=True, slots=True)
class Fee:
    """One fee of a delivery: `ZONE` or `SMALL_DROP`, satang above zero, the zone's name."""

    kind: str
    satang: int
    zone: str = ""

    @property
    def label(self) -> str:
        """The fee in words."""
        return fee_label(self.kind, self.zone)


def fee_label(kind: str, zone: str = "") -> str:
    """Return a delivery fee in the reader's words."""
    if kind == ZONE:
        return str(_("ค่าส่งเขต %(zone)s") % {"zone": zone})
    return str(_("ค่าส่ง (ไม่ถึงขั้นต่ำ)"))


def fees_of_drop(
    value_satang: int, *, minimum_satang: int, small_drop_satang: int, zone: Fee | None
) -> list[Fee]:
    """Return what a delivery of this value costs: its zone's fee, and the fee of a small drop.

    A delivery of nothing costs nothing.
    """
    if value_satang <= 0:
        return []
    small = drop_fee(value_satang, minimum_satang=minimum_satang, fee_satang=small_drop_satang)
    return [
        *([zone] if zone and zone.satang else []),
        *([Fee(SMALL_DROP, small)] if small else []),
    ]


def require_orderable(qty: int, *, step: int, unit: str) -> None:
    """Refuse what no cell may hold: a negative or absurd quantity, or one off the order step.

    Raises:
        Refusal: code "negative", "too-much" or "step", saying what would do.
    """
    if qty < 0:
        raise Refusal(_("จำนวนต้องไม่ติดลบ"), code="negative")
    most = MAX_GRAMS if unit == BaseUnit.GRAM else MAX_PIECES
    if qty > most:
        raise Refusal(
            _("จำนวนมากเกินไป ใส่ได้ไม่เกิน %(most)s") % {"most": format_quantity(most, BaseUnit(unit))},
            code="too-much",
        )
    require_step(qty, step, BaseUnit(unit))


def by_budget_year(days: Iterable[dt.date]) -> list[list[dt.date]]:
    """Divide delivery days by the state's budget year (1 October to 30 September), earliest first.

    A government office pays each year's deliveries from that year's budget (Budget Procedures Act
    B.E. 2561, section 4), so its order is split where the year ends.
    """
    years: dict[int, list[dt.date]] = {}
    for day in sorted(set(days)):
        years.setdefault(fiscal_year_th(day), []).append(day)
    return [years[year] for year in sorted(years)]


def steps_down(qty: int, step: int) -> int:
    """The largest whole number of order steps within a quantity, in base units."""
    return qty - qty % step
