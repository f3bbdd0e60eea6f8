"""The instance as the stages see it: sorted by id, counted in packs, equal lines pooled.

Always true: nothing here depends on the order of the rows.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from .model import GRADES, Instance, Line
from .rules import better_grade_first, frozen_totals, line_packs, lot_packs

HarvestKey = tuple[str, str, date]
"""(farmer, product, delivery day): what a minimum worth harvesting is measured on."""


@dataclass(slots=True)
class Demand:
    """Lines that accept exactly the same lots, which the stages treat as one.

    Attributes:
        line: one of them; all are alike apart from their highest price.
        members: their numbers.
        price: a highest price in satang that lets in the same lots as each of theirs; None where
            there is no limit.
    """

    line: Line
    members: list[int]
    price: int | None


class Market:
    """The instance, sorted and counted in packs."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.pack = instance.pack_g
        self.farmers = sorted(instance.farmers, key=lambda farmer: farmer.id)
        self.lots = sorted(instance.lots, key=lambda lot: lot.id)
        self.lines = sorted(instance.lines, key=lambda line: line.id)
        self.lot_frozen, self.line_frozen = frozen_totals(instance)
        self.lot_packs = [
            lot_packs(lot, self.lot_frozen.get(lot.id, 0), self.pack) for lot in self.lots
        ]
        wanted = [
            line_packs(line, self.line_frozen.get(line.id, 0), self.pack) for line in self.lines
        ]
        self.firm = [firm for firm, _ in wanted]
        self.rest = [rest for _, rest in wanted]
        number = {farmer.id: i for i, farmer in enumerate(self.farmers)}
        self.owner = [number[lot.farmer] for lot in self.lots]
        self.lot_number = {lot.id: i for i, lot in enumerate(self.lots)}
        self.line_number = {line.id: i for i, line in enumerate(self.lines)}
        self.farmer_frozen = [0] * len(self.farmers)
        self.harvest_frozen_g: dict[HarvestKey, int] = defaultdict(int)
        for row in instance.frozen:
            lot = self.lots[self.lot_number[row.lot]]
            self.farmer_frozen[number[lot.farmer]] += row.quantity_g
            key = (lot.farmer, lot.product, self.lines[self.line_number[row.line]].day)
            self.harvest_frozen_g[key] += row.quantity_g
        offered = [0] * len(self.farmers)
        for lot, owner in zip(self.lots, self.owner, strict=True):
            offered[owner] += lot.quantity_g
        self.offered_g = offered
        self.base_g = [farmer.plan_g or offered[i] or 1 for i, farmer in enumerate(self.farmers)]
        self.demands = self._pool_lines()
        self.demand_of = [0] * len(self.lines)
        for d, demand in enumerate(self.demands):
            for i in demand.members:
                self.demand_of[i] = d

    def _pool_lines(self) -> list[Demand]:
        dearest = self._dearest()
        pools: dict[tuple[object, ...], Demand] = {}
        for i, line in enumerate(self.lines):
            price = dearest(line)
            key = (
                line.product,
                frozenset(line.substitutes) if line.substitutes else None,
                line.min_grade,
                line.certificates,
                line.day,
                line.supply_zones,
                price,
            )
            found = pools.get(key)
            if found is None:
                pools[key] = Demand(line, [i], price)
            else:
                found.members.append(i)
        return list(pools.values())

    def _dearest(self) -> Callable[[Line], int | None]:
        """Return what tells, of a line, the price of the dearest lot that is cheap enough for it.

        Lines that are otherwise alike accept the same lots when that price is the same, whatever
        they would pay at most.
        """
        prices: dict[tuple[str, str, date], list[int]] = defaultdict(list)
        for lot, packs in zip(self.lots, self.lot_packs, strict=True):
            if packs:
                for day in lot.days:
                    prices[lot.product, lot.grade, day].append(lot.min_price_satang)
        for known in prices.values():
            known.sort()
        nothing: list[int] = []

        def dearest(line: Line) -> int | None:
            limit, best = line.max_price_satang, -1
            grades = GRADES[: better_grade_first(line.min_grade) + 1]
            for product in (line.product, *line.substitutes):
                for grade in grades:
                    known = prices.get((product, grade, line.day), nothing)
                    place = len(known) if limit is None else bisect_right(known, limit)
                    if place and known[place - 1] > best:
                        best = known[place - 1]
            return limit if best < 0 else best

        return dearest
