"""The two staged maximum flows: what every line gets, then what every farmer sells.

Always true of the totals returned: firm quantities, and firm plus every tier up to any tier, are
the most that any plan reaches without the skipped harvests; the farmers' totals are levelled in at
least twenty steps of their plans, and a stage never takes from an earlier one. Source: Megiddo
1977 (flows that are lexicographically optimal for the sources and for the sinks at once exist, so
tiers and fairness never cost each other a kilogram).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .flow import SINK, SOURCE, UNBOUNDED, Arcs, Flow, Numbers, water_fill
from .levels import raise_levels
from .market import HarvestKey, Market
from .pools import Pools, build_pools

FARMER_LEVELS = 20
"""Steps from nothing to the whole plan in which farmers rise together."""
FINE = 8
"""A market of up to `FINE_ROWS` lots and lines is levelled this many times finer, because there a
single step of a twentieth is what a grower notices."""
FINE_ROWS = 1_500
LINE_LEVELS = 16
"""Steps in which the demands of one stage rise together in such a market when there is not enough;
beyond it they rise in one step."""


@dataclass(slots=True)
class Network:
    """Source → farmers → lots → chains → demands → sink, and where each kind of arc stands."""

    pools: Pools
    arcs: Arcs
    sources: slice
    supplies: slice
    entries: slice
    steps: slice
    exits: slice
    sinks: slice
    farmers: Numbers
    lots: Numbers
    demands: Numbers


@dataclass(slots=True)
class Totals:
    """What a round settled, in packs: per line, per farmer, and the flow that proves it."""

    per_line: list[int]
    per_farmer: list[int]
    network: Network
    flow: Flow


def is_fine(market: Market) -> bool:
    """Say whether a market is small enough to be levelled in finer steps."""
    return len(market.lots) + len(market.lines) <= FINE_ROWS


def build_network(market: Market, skipped: Mapping[HarvestKey, int]) -> Network:
    """Return the network of a market without skipped harvests, its sinks closed."""
    pools = build_pools(market, skipped)
    arcs = Arcs()
    farmers = arcs.new_nodes(len(market.farmers))
    lots = arcs.new_nodes(len(market.lots))
    start = arcs.nodes
    chains = arcs.new_nodes(pools.nodes)
    demands = arcs.new_nodes(len(market.demands))
    owner = np.array(market.owner, np.int64)
    packs = np.array(market.lot_packs, np.int64)
    return Network(
        pools=pools,
        arcs=arcs,
        sources=arcs.add(SOURCE, farmers, room_of(market)),
        supplies=arcs.add(farmers[owner], lots, packs),
        entries=arcs.add(lots[pools.entry_lot], chains[pools.entry_node], packs[pools.entry_lot]),
        steps=arcs.add(start + pools.step_from, start + pools.step_from + 1, UNBOUNDED),
        exits=arcs.add(chains[pools.exit_node], demands[pools.exit_demand], UNBOUNDED),
        sinks=arcs.add(demands, SINK, 0),
        farmers=farmers,
        lots=lots,
        demands=demands,
    )


def per_demand(market: Market, packs: Sequence[int]) -> Numbers:
    """Return the sum of a figure of lines per demand."""
    totals = np.zeros(len(market.demands), np.int64)
    np.add.at(totals, np.array(market.demand_of, np.int64), np.array(packs, np.int64))
    return totals


def firm_flow(market: Market, skipped: Mapping[HarvestKey, int]) -> int:
    """Return the most firm packs that any plan could serve when `skipped` is not harvested."""
    asked = per_demand(market, market.firm)
    if not asked.any():
        return 0
    network = build_network(market, skipped)
    flow = Flow(network.arcs)
    flow.most[network.sinks] = asked
    return flow.run()


def settle(market: Market, skipped: Mapping[HarvestKey, int]) -> Totals:
    """Return what every line gets and every farmer sells."""
    network = build_network(market, skipped)
    per_line = fill_lines(market, network)
    return level_farmers(market, network, per_line)


def fill_lines(market: Market, network: Network) -> list[int]:
    """Return packs per line: firm first, then tier by tier, each stage as full as the ones before
    it allow.

    Inside a stage what is missing is shared: demands rise together, and lines that accept the same
    lots share by largest remainder of what they asked for.
    """
    flow = Flow(network.arcs)
    per_line = [0] * len(market.lines)
    levels = LINE_LEVELS if is_fine(market) else 1
    for stage in stages_of(market):
        asked = per_demand(market, stage)
        if not asked.any():
            continue
        before = flow.now[network.sinks].copy()

        def most_at(level: int, before: Numbers = before, asked: Numbers = asked) -> Numbers:
            return before + asked * level // levels

        water_fill(flow, network.sinks, most_at, levels)
        share_out(market, flow.now[network.sinks] - before, stage, per_line)
    return per_line


def stages_of(market: Market) -> list[list[int]]:
    """Return what each line asks for in packs, stage by stage: firm, then tier by tier."""
    stages = [market.firm]
    for tier in sorted({line.tier for line in market.lines}):
        stages.append(
            [
                rest if line.tier == tier else 0
                for line, rest in zip(market.lines, market.rest, strict=True)
            ]
        )
    return stages


def share_out(market: Market, got: Numbers, asked: Sequence[int], per_line: list[int]) -> None:
    """Add what each demand got to its lines, in proportion to what they asked for."""
    for d in np.flatnonzero(got):
        members = market.demands[d].members
        for i, packs in zip(members, share(int(got[d]), [asked[i] for i in members]), strict=True):
            per_line[i] += packs


def room_of(market: Market) -> Numbers:
    """Return the packs that each farmer's lots hold."""
    room = np.zeros(len(market.farmers), np.int64)
    np.add.at(room, np.array(market.owner, np.int64), np.array(market.lot_packs, np.int64))
    return room


def caps_at(market: Market, level: int, levels: int) -> Numbers:
    """Return the packs that each farmer may sell at a level: credit, and level/levels of plan."""
    base = np.array(market.base_g, np.int64)
    ahead = np.array([farmer.credit_g for farmer in market.farmers], np.int64) - np.array(
        market.farmer_frozen, np.int64
    )
    return np.minimum(room_of(market), np.maximum(0, ahead + base * level // levels) // market.pack)


def share(total: int, asked: Sequence[int]) -> list[int]:
    """Split `total` by largest remainder in proportion to `asked`; ties go to the earlier one.
    Never above `asked`.
    """
    whole = sum(asked)
    if total == whole:
        return list(asked)
    parts = [total * part // whole for part in asked]
    order = sorted(range(len(asked)), key=lambda i: (-(total * asked[i] % whole), i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


def level_farmers(market: Market, network: Network, per_line: list[int]) -> Totals:
    """Return the totals with farmers levelled by share of plan, credit first.

    Raises AssertionError when the farmers cannot supply what the lines were given.
    """
    flow = Flow(network.arcs)
    flow.most[network.sinks] = wanted = per_demand(market, per_line)
    room, base = room_of(market), np.array(market.base_g, np.int64)
    fine = is_fine(market)
    levels = FARMER_LEVELS * FINE if fine else FARMER_LEVELS
    above = levels
    while fine and above < 16 * levels and (base * above < room * market.pack * levels).any():
        above *= 2
    raise_levels(
        flow,
        network.sources,
        lambda level: room if level > above else caps_at(market, level, levels),
        above + 1,
    )
    flow.most[network.sources] = room
    if int(flow.now[network.sources].sum()) != int(wanted.sum()):
        raise AssertionError("farmers cannot supply what the lines were given")
    return Totals(per_line, flow.now[network.sources].tolist(), network, flow)
