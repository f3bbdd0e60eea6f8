"""Which lot may supply which demand, without a row per pair.

A *pool* is what a line may ask of a lot apart from price: product, grade, certificates, day and
districts. The prices that the lines of a pool accept stand in it as a chain of nodes, cheapest
first: a lot enters at the first price that is not below its own, goods move up the chain, a
demand leaves at its price. A demand that takes substitutes leaves from several pools.

Always true: a path lot → chain → demand exists exactly when `fits` says so and the harvest is not
skipped; the arrays do not depend on the order of the instance's rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .market import HarvestKey, Market
from .model import GRADES, Line

Numbers = NDArray[np.int64]
Truths = NDArray[np.bool_]
Key = TypeVar("Key", bound=Hashable)
Want = TypeVar("Want", bound=Hashable)
Has = TypeVar("Has", bound=Hashable)

_Key = tuple[str, str, frozenset[str], date, frozenset[str] | None]
_RANK = {grade: rank for rank, grade in enumerate(GRADES)}


@dataclass(frozen=True)
class Pools:
    """The chains of a market.

    Attributes:
        nodes: how many chain nodes there are; numbered pool by pool, price by price.
        entry_lot, entry_node: a lot enters a chain; sorted by node.
        step_from: nodes from which goods may move to the next node.
        exit_node, exit_demand: a demand takes from a chain.
        exit_substitute: whether it takes a substitute there.
        first: per node, the first node of its chain.
    """

    nodes: int
    entry_lot: Numbers
    entry_node: Numbers
    step_from: Numbers
    exit_node: Numbers
    exit_demand: Numbers
    exit_substitute: Truths
    first: Numbers

    @cached_property
    def _ranges(self) -> tuple[list[int], list[int], list[int]]:
        """Where each demand's exits begin, and where the lots of each exit begin and end."""
        demands = int(self.exit_demand[-1]) + 2 if self.exit_demand.size else 1
        return (
            np.searchsorted(self.exit_demand, np.arange(demands + 1)).tolist(),
            np.searchsorted(self.entry_node, self.first[self.exit_node]).tolist(),
            np.searchsorted(self.entry_node, self.exit_node, side="right").tolist(),
        )

    def lots_of(self, demand: int) -> Numbers:
        """Return the lots that may supply a demand, as sorted numbers."""
        exits, starts, ends = self._ranges
        if demand + 1 >= len(exits):
            return np.zeros(0, np.int64)
        parts = [
            self.entry_lot[starts[exit] : ends[exit]]
            for exit in range(exits[demand], exits[demand + 1])
        ]
        if not parts:
            return np.zeros(0, np.int64)
        return np.sort(parts[0]) if len(parts) == 1 else np.unique(np.concatenate(parts))


class _Codes(dict[Key, int]):
    """Numbers for values, in the order in which they are first seen."""

    def of(self, value: Key) -> int:
        return self.setdefault(value, len(self))


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the lines of a market ask for.

    Attributes:
        kinds: the pools.
        prices: per exit, the highest price in satang; `any_price` where there is no limit.
        exits: per exit, a row (pool, demand, whether a substitute).
        any_price: above every limit.
    """

    kinds: list[_Kind]
    prices: Numbers
    exits: Numbers
    any_price: int


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a pool asks of a lot apart from product and price."""

    product: str
    min_grade: str
    needs: frozenset[str]
    day: date
    zones: frozenset[str] | None


def build_pools(market: Market, skipped: Mapping[HarvestKey, int]) -> Pools:
    """Return the chains of `market` without the lots of harvests that are `skipped`.

    Lots and demands of which nothing can be given or taken stay out.
    """
    wishes = _wishes(market)
    pools, lots = _eligible(market, wishes.kinds, skipped)
    reach = wishes.any_price + 1
    keys = np.unique(wishes.exits[:, 0] * reach + wishes.prices)
    pool_of_node = keys // reach
    first = np.searchsorted(pool_of_node, pool_of_node)
    least = np.array([min(lot.min_price_satang, reach - 1) for lot in market.lots], np.int64)
    entered = np.searchsorted(keys, pools * reach + least[lots])
    # A lot dearer than every price of a pool would enter the next pool's chain.
    kept = np.flatnonzero(entered < np.searchsorted(pool_of_node, pools, side="right"))
    entry_order = np.lexsort((lots[kept], entered[kept]))
    stocked = np.zeros(len(wishes.kinds), np.bool_)
    stocked[pools[kept]] = True
    exits = wishes.exits[stocked[wishes.exits[:, 0]]]
    prices = wishes.prices[stocked[wishes.exits[:, 0]]]
    left = np.searchsorted(keys, exits[:, 0] * reach + prices)
    exit_order = np.lexsort((left, exits[:, 1]))
    return Pools(
        nodes=keys.size,
        entry_lot=lots[kept][entry_order],
        entry_node=entered[kept][entry_order],
        step_from=np.flatnonzero(
            (pool_of_node[1:] == pool_of_node[:-1]) & stocked[pool_of_node[:-1]]
        ),
        exit_node=left[exit_order],
        exit_demand=exits[exit_order, 1],
        exit_substitute=exits[exit_order, 2].astype(np.bool_),
        first=first,
    )


def runs(starts: Numbers, counts: Numbers) -> Numbers:
    """Return start, start + 1, … for each start, as many as its count."""
    total = int(counts.sum())
    before = np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(starts, counts) + np.arange(total) - before


def _wishes(market: Market) -> Wishes:
    """Return the pools and exits that the lines of a market ask for."""
    kinds: list[_Kind] = []
    pool_of: dict[_Key, int] = {}
    prices: list[int] = []
    exits: list[tuple[int, int, bool]] = []
    any_price = max((demand.price or 0 for demand in market.demands), default=0) + 1
    for d, demand in enumerate(market.demands):
        line = demand.line
        if not any(market.firm[i] + market.rest[i] for i in demand.members):
            continue
        for product in _products(line):
            key = (product, line.min_grade, line.certificates, line.day, line.supply_zones)
            pool = pool_of.setdefault(key, len(kinds))
            if pool == len(kinds):
                kinds.append(_Kind(*key))
            exits.append((pool, d, product != line.product))
            prices.append(any_price if demand.price is None else demand.price)
    return Wishes(
        kinds,
        np.array(prices, np.int64),
        np.array(exits, np.int64).reshape(-1, 3),
        any_price,
    )


def _products(line: Line) -> Iterable[str]:
    return dict.fromkeys((line.product, *line.substitutes))


def _table(
    wanted: Sequence[Want], held: Sequence[Has], fits: Callable[[Want, Has], bool]
) -> Truths:
    """Return `fits` for every pair, asked once per pair of different values."""
    wants: _Codes[Want] = _Codes()
    rows = [wants.of(value) for value in wanted]
    has: _Codes[Has] = _Codes()
    columns = [has.of(value) for value in held]
    small = np.array([[fits(want, one) for one in has] for want in wants], np.bool_)
    return small[np.ix_(rows, columns)]


def _eligible(
    market: Market, kinds: list[_Kind], skipped: Mapping[HarvestKey, int]
) -> tuple[Numbers, Numbers]:
    """Return (pool, lot) for every lot that a pool takes, whatever the price."""
    lots_of: dict[str, list[int]] = defaultdict(list)
    for number, lot in enumerate(market.lots):
        if market.lot_packs[number] and lot.days:
            lots_of[lot.product].append(number)
    pools_of: dict[str, list[int]] = defaultdict(list)
    for number, kind in enumerate(kinds):
        pools_of[kind.product].append(number)
    not_picked: dict[tuple[str, date], set[str]] = defaultdict(set)
    for farmer, product, day in skipped:
        not_picked[product, day].add(farmer)
    found_pools, found_lots = [], []
    for product, pools in pools_of.items():
        lots = lots_of.get(product)
        if not lots:
            continue
        rows = [market.lots[i] for i in lots]
        wanted = [kinds[p] for p in pools]
        grade = np.array([_RANK[lot.grade] for lot in rows])
        fit = grade[None, :] <= np.array([_RANK[kind.min_grade] for kind in wanted])[:, None]
        fit &= _table(
            [kind.needs for kind in wanted],
            [lot.certificates for lot in rows],
            lambda needs, has: needs <= has,
        )
        fit &= _table(
            [kind.day for kind in wanted],
            [lot.days for lot in rows],
            lambda day, days: day in days,
        )
        fit &= _table(
            [kind.zones for kind in wanted],
            [lot.zone for lot in rows],
            lambda zones, zone: zones is None or zone in zones,
        )
        if skipped:
            for row, kind in enumerate(wanted):
                names = not_picked.get((product, kind.day))
                if names:
                    fit[row] &= np.array([lot.farmer not in names for lot in rows])
        at_pool, at_lot = np.nonzero(fit)
        found_pools.append(np.array(pools, np.int64)[at_pool])
        found_lots.append(np.array(lots, np.int64)[at_lot])
    if not found_pools:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    return np.concatenate(found_pools), np.concatenate(found_lots)
