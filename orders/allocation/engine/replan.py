"""Settling totals around an earlier plan, with as few packs moved as possible.

One minimum-cost flow whose weights keep the order of wishes apart: the most packs, of them firm
and then tier by tier, then the fewest that leave the lot they were promised from, then farmers
levelled in twentieths of their plans. A simple cycle of the residual network uses at most two arcs
at the source, two at the sink and two of each lot, so each weight need only exceed what such a
cycle could save below it.

Always true: fill and every cumulative tier are what solving from nothing reaches; no plan with
those totals keeps more of the earlier plan.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from ortools.graph.python import min_cost_flow

from .distance import earlier_picks
from .flow import SINK, SOURCE, Flow, Numbers
from .market import HarvestKey, Market
from .stages import (
    FARMER_LEVELS,
    Totals,
    build_network,
    caps_at,
    per_demand,
    room_of,
    share_out,
    stages_of,
)

_OPEN = FARMER_LEVELS + 1


def settle_around(market: Market, skipped: Mapping[HarvestKey, int]) -> Totals:
    """Return what every line gets and every farmer sells when the instance's `previous` plan is
    kept as far as fill and tiers allow.

    Raises RuntimeError when the solver does not answer with an optimum.
    """
    network = build_network(market, skipped)
    pools = network.pools
    asked = [firm + rest for firm, rest in zip(market.firm, market.rest, strict=True)]
    kept = earlier_picks(market, pools, asked)
    pairs = sorted(kept)
    own_line = sorted({line for _, line in pairs})
    lots, demands = len(market.lots), len(market.demands)
    moved = 2 * (_OPEN + 1)
    tier_step = moved * (2 * min(lots, demands + len(own_line)) + 4)
    everything = max(1, sum(market.lot_packs))
    solver = min_cost_flow.SimpleMinCostFlow()

    def arcs(
        tails: Numbers | int, heads: Numbers | int, rooms: Numbers | int, costs: Numbers | int
    ) -> Numbers:
        parts = np.broadcast_arrays(
            *(np.asarray(part, np.int64) for part in (tails, heads, rooms, costs))
        )
        tails, heads, rooms, costs = (np.ascontiguousarray(part).ravel() for part in parts)
        return np.asarray(
            solver.add_arcs_with_capacity_and_unit_cost(
                tails.astype(np.int32), heads.astype(np.int32), rooms, costs
            )
        )

    caps = _level_caps(market)
    below = np.zeros_like(caps[0])
    sources = []
    for level, cap in enumerate(caps):
        sources.append(arcs(SOURCE, network.farmers, cap - below, level))
        below = cap
    flow = Flow(network.arcs)
    supplies = network.supplies
    arcs(flow.tails[supplies], flow.heads[supplies], flow.most[supplies], 0)
    entries, steps = network.entries, network.steps
    arcs(flow.tails[entries], flow.heads[entries], flow.most[entries], moved)
    arcs(flow.tails[steps], flow.heads[steps], everything, 0)
    exits = network.exits
    arcs(flow.tails[exits], flow.heads[exits], everything, 0)
    # A line with an earlier source gets a node of its own, fed by its demand and by that source.
    line_node = flow.nodes + np.arange(len(own_line))
    number = {line: i for i, line in enumerate(own_line)}
    demand_of = np.array([market.demand_of[line] for line in own_line], np.int64)
    arcs(network.demands[demand_of], line_node, everything, 0)
    arcs(
        network.lots[np.array([lot for lot, _ in pairs], np.int64)],
        line_node[np.array([number[line] for _, line in pairs], np.int64)],
        np.array([kept[pair] for pair in pairs], np.int64),
        0,
    )
    alone = set(own_line)
    own_sinks, pooled_sinks = [], []
    for stage, packs in enumerate(stages_of(market)):
        mine = [packs[line] for line in own_line]
        pooled = [0 if i in alone else part for i, part in enumerate(packs)]
        cost = stage * tier_step
        own_sinks.append(arcs(line_node, SINK, np.array(mine, np.int64), cost))
        many = arcs(network.demands, SINK, per_demand(market, pooled), cost)
        pooled_sinks.append((pooled, many))
    solver.set_node_supply(SOURCE, sum(asked))
    solver.set_node_supply(SINK, -sum(asked))
    status = solver.solve_max_flow_with_min_cost()
    if status != solver.OPTIMAL:
        raise RuntimeError(f"minimum-cost flow: {status}")
    per_line = [0] * len(market.lines)
    for sink in own_sinks:
        for line, packs in zip(own_line, np.asarray(solver.flows(sink)).tolist(), strict=True):
            per_line[line] += packs
    for pooled, many in pooled_sinks:
        share_out(market, np.asarray(solver.flows(many)), pooled, per_line)
    sold = sum(np.asarray(solver.flows(one), np.int64) for one in sources)
    flow.most[network.sinks] = per_demand(market, per_line)
    flow.most[network.sources] = sold
    flow.run()
    if int(flow.now[network.sinks].sum()) != sum(per_line):
        raise AssertionError("farmers cannot supply what the lines were given")
    return Totals(per_line, flow.now[network.sources].tolist(), network, flow)


def _level_caps(market: Market) -> list[Numbers]:
    """Return what each farmer may sell in packs at level 0 (credit), at each level, and open."""
    levels = [caps_at(market, level, FARMER_LEVELS) for level in range(FARMER_LEVELS + 1)]
    return [*levels, room_of(market)]
