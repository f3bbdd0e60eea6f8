"""What keeps lots from a line, and which single change to the line would let some of them in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from .flow import Numbers, Truths
from .market import Market
from .model import Line, Lot
from .rules import Barrier, better_grade_first, why_not

NAMED = 5
"""How many lots a relaxation names; the quantity beside them counts all."""


class Shelves:
    """The lots of a market by product, ready to be asked many times how many barriers stand
    between them and a line.
    """

    def __init__(self, market: Market) -> None:
        self._market = market
        numbers: dict[str, list[int]] = defaultdict(list)
        for number, lot in enumerate(market.lots):
            numbers[lot.product].append(number)
        self._numbers = numbers
        self._shelves: dict[str, _Shelf] = {}

    def near(self, line: Line, barriers: int) -> list[int]:
        """Return the lots of the line's products that exactly so many things keep from it."""
        found: list[int] = []
        for product in sorted({line.product, *line.substitutes}):
            if product not in self._numbers:
                continue
            if product not in self._shelves:
                numbers = self._numbers[product]
                self._shelves[product] = _Shelf(numbers, [self._market.lots[i] for i in numbers])
            found += self._shelves[product].with_barriers(line, barriers)
        return found


class _Shelf:
    def __init__(self, numbers: Sequence[int], lots: Sequence[Lot]) -> None:
        self._numbers = np.array(numbers, np.int64)
        self._rank = np.array([better_grade_first(lot.grade) for lot in lots], np.int64)
        self._price = np.array([min(lot.min_price_satang, 1 << 60) for lot in lots], np.int64)
        self._certificates = list(dict.fromkeys(lot.certificates for lot in lots))
        self._days = list(dict.fromkeys(lot.days for lot in lots))
        self._zones = list(dict.fromkeys(lot.zone for lot in lots))
        self._holds = self._places(self._certificates, [lot.certificates for lot in lots])
        self._ready = self._places(self._days, [lot.days for lot in lots])
        self._lies = self._places(self._zones, [lot.zone for lot in lots])

    @staticmethod
    def _places(kinds: Sequence[object], values: Sequence[object]) -> Numbers:
        at = {kind: i for i, kind in enumerate(kinds)}
        return np.array([at[value] for value in values], np.int64)

    def with_barriers(self, line: Line, barriers: int) -> list[int]:
        def told(answers: list[bool]) -> Truths:
            return np.array(answers, np.bool_)

        count = (self._rank > better_grade_first(line.min_grade)).astype(np.int8)
        count += told([not line.certificates <= one for one in self._certificates])[self._holds]
        count += told([line.day not in days for days in self._days])[self._ready]
        if line.max_price_satang is not None:
            count += self._price > min(line.max_price_satang, 1 << 60)
        if line.supply_zones is not None:
            count += told([zone not in line.supply_zones for zone in self._zones])[self._lies]
        found: list[int] = self._numbers[count == barriers].tolist()
        return found


def relaxations(line: Line, lots: Sequence[Lot]) -> list[dict[str, Any]]:
    """Return which single change to `line` would let some of `lots` fit, the change that frees most
    first.

    Each says `what` (a `Barrier`), the smallest step that helps (`grade`, `missing`, `day`,
    `by_satang` with `price_satang`, or `zones`), `quantity_g` of the lots that would fit then, and
    the first lot ids.
    """
    alone: dict[Barrier, list[Lot]] = defaultdict(list)
    for lot in lots:
        barriers = why_not(lot, line)
        if len(barriers) == 1 and lot.quantity_g and (lot.days or barriers[0] is not Barrier.DAY):
            alone[barriers[0]].append(lot)
    found: list[dict[str, Any]] = []
    for what, behind in alone.items():
        if what is Barrier.PRODUCT:
            continue
        if what is Barrier.GRADE:
            grade = min((lot.grade for lot in behind), key=better_grade_first)
            step: dict[str, Any] = {"grade": grade}
            behind = [lot for lot in behind if lot.grade == grade]
        elif what is Barrier.CERTIFICATE:
            missing = min(
                (sorted(line.certificates - lot.certificates) for lot in behind),
                key=lambda names: (len(names), names),
            )
            step = {"missing": missing}
            behind = [lot for lot in behind if line.certificates - lot.certificates <= set(missing)]
        elif what is Barrier.DAY:
            day = min(
                (day for lot in behind for day in lot.days),
                key=lambda day: (abs((day - line.day).days), day),
            )
            step = {"day": day.isoformat()}
            behind = [lot for lot in behind if day in lot.days]
        elif what is Barrier.PRICE:
            price = min(lot.min_price_satang for lot in behind)
            step = {"by_satang": price - (line.max_price_satang or 0), "price_satang": price}
            behind = [lot for lot in behind if lot.min_price_satang == price]
        else:
            step = {"zones": sorted({lot.zone for lot in behind})}
        found.append(
            {
                "what": str(what),
                **step,
                "lots": sorted(lot.id for lot in behind)[:NAMED],
                "quantity_g": sum(lot.quantity_g for lot in behind),
            }
        )
    return sorted(found, key=lambda step: (-step["quantity_g"], step["what"]))
