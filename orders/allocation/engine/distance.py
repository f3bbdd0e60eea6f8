"""Which lot goes to which line, once it is settled what every line gets and every farmer sells.

A minimum-cost flow from lots to lines: with the totals of lines and farmers fixed it keeps
as many packs of an earlier plan as possible, then goes as few kilometres as possible, exactly; a
substitute counts as further away than the longest road. Without the distance stage the flow that
settled the totals is read as it stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .cost_flow import CostFlow
from .flow import Numbers, Truths
from .market import Market
from .pools import Pools, runs
from .rules import distance
from .stages import Totals, is_fine

MOST_PAIRS = 4_000_000
"""Pairs of lot and line up to which distance is counted; each takes some 200 bytes."""
Picks = dict[tuple[int, int], int]
"""Packs per (lot, line), as numbers in the market's order."""


@dataclass(slots=True)
class _Ends:
    """Lines that may be treated as one at the end of the road: same demand and same district, and
    no earlier source to keep.
    """

    members: list[list[int]]
    demand: Numbers
    zone: list[str]
    of_line: dict[int, int]


def earlier_picks(market: Market, pools: Pools, per_line: Sequence[int]) -> Picks:
    """Return the packs of an earlier plan that could stand again, per (lot, line)."""
    wished: Picks = defaultdict(int)
    for row in market.instance.previous:
        lot = market.lot_number.get(row.lot, -1)
        line = market.line_number.get(row.line, -1)
        if lot >= 0 and line >= 0:
            wished[lot, line] += row.quantity_g
    for row in market.instance.frozen:
        pair = (market.lot_number[row.lot], market.line_number[row.line])
        if pair in wished:
            wished[pair] -= row.quantity_g
    fitting: dict[int, set[int]] = {}
    kept: Picks = {}
    for (lot, line), grams in sorted(wished.items()):
        packs = min(max(0, grams) // market.pack, per_line[line], market.lot_packs[lot])
        if not packs:
            continue
        demand = market.demand_of[line]
        if demand not in fitting:
            fitting[demand] = set(pools.lots_of(demand).tolist())
        if lot in fitting[demand]:
            kept[lot, line] = packs
    return kept


def assign(market: Market, totals: Totals) -> Picks:
    """Return packs per (lot, line) with the totals of lines and farmers as settled: earlier sources
    first, then the fewest kilometres, a substitute counting as further than the longest road.

    Beyond `FINE_ROWS`, and where there is no earlier plan to keep, the totals of lots stay as they
    were settled too, so that each family of products is solved by itself. Beyond `MOST_PAIRS` the
    flow is read as it stands.

    Raises RuntimeError when the solver does not answer with an optimum.
    """
    pools = totals.network.pools
    kept = earlier_picks(market, pools, totals.per_line)
    ends = _ends(market, totals.per_line, kept)
    if not ends.members:
        return {}
    by_lot = not kept and not is_fine(market)
    sold = totals.flow.now[totals.network.supplies]
    supply = np.array(totals.per_farmer, np.int64)
    owner = np.array(market.owner, np.int64)
    packs = sold if by_lot else np.minimum(np.array(market.lot_packs, np.int64), supply[owner])
    found = _pairs(pools, ends.demand, packs > 0)
    if found is None:
        return read_flow(market, totals)
    pair_lot, pair_end, substituted = found
    road = _Roads(market)
    cost = road.between(market, pair_lot, ends.zone, pair_end)
    farmers, lots = len(market.farmers), len(market.lots)
    lot_node = farmers + np.arange(lots)
    end_node = farmers + lots + np.arange(len(ends.members))
    need = np.array([sum(totals.per_line[i] for i in rows) for rows in ends.members], np.int64)
    worst = int(cost.max(initial=0)) + 1
    most_steps = 2 * (min(int((packs > 0).sum()), len(ends.members)) + 1)
    substitute = worst
    moved = (substitute + worst) * most_steps if kept else 0
    graph = CostFlow(farmers + lots + len(ends.members))
    graph.balance[end_node] = -need
    if by_lot:
        graph.balance[lot_node] = packs
    else:
        graph.balance[:farmers] = supply
        live = np.flatnonzero(packs)
        graph.add(owner[live], lot_node[live], packs[live], 0)
    roads = graph.add(
        lot_node[pair_lot],
        end_node[pair_end],
        np.minimum(packs[pair_lot], need[pair_end]),
        cost + substituted * substitute + moved,
    )
    pairs = sorted(kept)
    direct = graph.add(
        lot_node[np.array([lot for lot, _ in pairs], np.int64)],
        end_node[np.array([ends.of_line[line] for _, line in pairs], np.int64)],
        np.array([kept[pair] for pair in pairs], np.int64),
        _direct_costs(market, road, pairs, substitute),
    )
    flows = graph.solve()
    arriving: dict[int, dict[int, int]] = defaultdict(dict)
    for i in np.flatnonzero(flows[roads]):
        arriving[int(pair_end[i])][int(pair_lot[i])] = int(flows[roads][i])
    stayed = {pair: int(now) for pair, now in zip(pairs, flows[direct], strict=True) if now}
    return _to_lines(totals.per_line, ends.members, arriving, stayed)


def read_flow(market: Market, totals: Totals) -> Picks:
    """Return packs per (lot, line) as the flow that settled the totals has them."""
    network, pools = totals.network, totals.network.pools
    arriving = _unchain(
        pools,
        (pools.entry_lot, pools.entry_node, totals.flow.now[network.entries]),
        (pools.exit_node, pools.exit_demand, totals.flow.now[network.exits]),
    )
    members = [demand.members for demand in market.demands]
    return _to_lines(totals.per_line, members, arriving, {})


def _ends(market: Market, per_line: Sequence[int], kept: Iterable[tuple[int, int]]) -> _Ends:
    alone = {line for _, line in kept}
    places: dict[tuple[int, str, int], int] = {}
    members: list[list[int]] = []
    of_line: dict[int, int] = {}
    for i, line in enumerate(market.lines):
        if per_line[i]:
            key = (market.demand_of[i], line.deliver_zone, i if i in alone else -1)
            if key not in places:
                places[key] = len(members)
                members.append([])
            of_line[i] = places[key]
            members[places[key]].append(i)
    return _Ends(
        members,
        np.array([demand for demand, _, _ in places], np.int64),
        [zone for _, zone, _ in places],
        of_line,
    )


def _pairs(pools: Pools, demand: Numbers, live: Truths) -> tuple[Numbers, Numbers, Truths] | None:
    """Return (lot, end, whether a substitute) for every lot that may supply an end; None when they
    are too many.
    """
    low = np.searchsorted(pools.exit_demand, demand)
    counts = np.searchsorted(pools.exit_demand, demand, side="right") - low
    exits, end = runs(low, counts), np.repeat(np.arange(demand.size), counts)
    nodes = pools.exit_node[exits]
    kept = np.flatnonzero(live[pools.entry_lot])
    entry_lot, entry_node = pools.entry_lot[kept], pools.entry_node[kept]
    low = np.searchsorted(entry_node, pools.first[nodes])
    counts = np.searchsorted(entry_node, nodes, side="right") - low
    if int(counts.sum()) > MOST_PAIRS:
        return None
    return (
        entry_lot[runs(low, counts)],
        np.repeat(end, counts),
        np.repeat(pools.exit_substitute[exits], counts),
    )


class _Roads:
    """Kilometres between districts; an unknown road counts as twice the longest known one."""

    def __init__(self, market: Market) -> None:
        self.known = market.instance.distance_km
        self.longest = 2 * max(self.known.values(), default=0) + 1

    def km(self, farm: str, deliver: str) -> int:
        return min(distance(self.known, farm, deliver), self.longest)

    def between(
        self, market: Market, lots: Numbers, end_zones: Sequence[str], ends: Numbers
    ) -> Numbers:
        """Return kilometres from each lot to each end, pair by pair."""
        farms = list(dict.fromkeys(lot.zone for lot in market.lots))
        places = list(dict.fromkeys(end_zones))
        table = np.array([[self.km(a, b) for b in places] for a in farms], np.int64)
        row = {zone: i for i, zone in enumerate(farms)}
        column = {zone: i for i, zone in enumerate(places)}
        at_lot = np.array([row[lot.zone] for lot in market.lots], np.int64)
        at_end = np.array([column[zone] for zone in end_zones], np.int64)
        return table[at_lot[lots], at_end[ends]]


def _direct_costs(
    market: Market, road: _Roads, pairs: Sequence[tuple[int, int]], substitute: int
) -> Numbers:
    costs = []
    for lot, line in pairs:
        km = road.km(market.lots[lot].zone, market.lines[line].deliver_zone)
        other = market.lots[lot].product != market.lines[line].product
        costs.append(km + (substitute if other else 0))
    return np.array(costs, np.int64)


def _unchain(
    pools: Pools,
    entries: tuple[Numbers, Numbers, Numbers],
    exits: tuple[Numbers, Numbers, Numbers],
) -> dict[int, dict[int, int]]:
    """Return packs per end and lot from the flows into and out of chains.

    What leaves a node came in at it or below it; the lot that entered last goes first, which makes
    few pairs.
    """
    lots, nodes, entered = entries
    out_nodes, out_ends, left = exits
    coming: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for i in np.flatnonzero(entered):
        coming[int(nodes[i])].append((int(lots[i]), int(entered[i])))
    going: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for i in np.flatnonzero(left):
        going[int(out_nodes[i])].append((int(out_ends[i]), int(left[i])))
    arriving: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    stack: list[list[int]] = []
    chain = -1
    for node in sorted(coming.keys() | going.keys()):
        if pools.first[node] != chain:
            chain = int(pools.first[node])
            stack = []
        stack += [[lot, packs] for lot, packs in coming.get(node, ())]
        for end, packs in sorted(going.get(node, ()), key=lambda row: (-row[1], row[0])):
            while packs:
                part = min(packs, stack[-1][1])
                arriving[end][stack[-1][0]] += part
                packs -= part
                stack[-1][1] -= part
                if not stack[-1][1]:
                    stack.pop()
    return arriving


def _to_lines(
    per_line: Sequence[int],
    members: Sequence[Sequence[int]],
    arriving: Mapping[int, Mapping[int, int]],
    stayed: Picks,
) -> Picks:
    """Split what arrives at each end among its lines, after what stays where it was."""
    picks: Picks = defaultdict(int, stayed)
    need = list(per_line)
    for (_lot, line), packs in stayed.items():
        need[line] -= packs
    for end in sorted(arriving):
        waiting = [[i, need[i]] for i in reversed(members[end]) if need[i]]
        for lot, packs in sorted(arriving[end].items()):
            while packs:
                target = waiting[-1]
                part = min(packs, target[1])
                picks[lot, target[0]] += part
                packs -= part
                target[1] -= part
                if not target[1]:
                    waiting.pop()
    return dict(picks)
