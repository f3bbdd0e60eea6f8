"""Which lot goes to which line, once it is settled what every line gets and every farmer sells.

Earlier sources come first, then own products before substitutes, near before far. Each is opened
as a round of the same maximum flow, so that all totals are met exactly; a later round may move
what an earlier one placed, which makes sources and distance good but not the best possible.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from .flow import UNBOUNDED, Network
from .market import HarvestKey, Market
from .rules import distance

BANDS = 8
"""Rings of distance that are opened one after the other."""


def pick(
    market: Market,
    skipped: Mapping[HarvestKey, int],
    per_line: Sequence[int],
    per_farmer: Sequence[int],
) -> dict[tuple[int, int], int]:
    """Return packs per (lot, line) with the totals of lines and farmers given; earlier sources and
    near farms first.
    """
    needs: dict[tuple[int, str], int] = defaultdict(int)
    members: dict[tuple[int, str], list[int]] = defaultdict(list)
    place_of: dict[int, tuple[int, str]] = {}
    for d, demand in enumerate(market.demands):
        for i in demand.members:
            if per_line[i]:
                place = place_of[i] = (d, market.lines[i].deliver_zone)
                needs[place] += per_line[i]
                members[place].append(i)
    places = sorted(needs)
    network = Network()
    farmers = {i: network.node() for i, packs in enumerate(per_farmer) if packs}
    for i, node in farmers.items():
        network.arc(0, node, per_farmer[i])
    kinds: dict[tuple[tuple[int, ...], str, str], int] = {}
    lots: dict[int, int] = {}
    entries: list[tuple[int, int, int]] = []
    for number, packs in enumerate(market.lot_packs):
        reach = market.reach(number, skipped)
        if packs and reach and market.owner[number] in farmers:
            lot = market.lots[number]
            kind = (reach, lot.zone, lot.product)
            if kind not in kinds:
                kinds[kind] = network.node()
            lots[number] = network.node()
            network.arc(farmers[market.owner[number]], lots[number], packs)
            entries.append((number, kinds[kind], network.arc(lots[number], kinds[kind], packs)))
    ends = {place: network.node() for place in places}
    for place in places:
        network.arc(ends[place], 1, needs[place])
    direct, wished = _earlier_arcs(market, network, lots, ends, place_of, per_line, skipped)
    if direct:
        # Kinds cannot yet pass anything on, so this run uses earlier sources alone.
        network.run()
    roads: list[tuple[tuple[bool, int], int, tuple[int, str], int]] = []
    by_demand: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for place in places:
        by_demand[place[0]].append(place)
    for (reach, zone, product), node in kinds.items():
        for d in reach:
            for place in by_demand.get(d, ()):
                km = distance(market.instance.distance_km, zone, place[1])
                cost = (product != market.demands[d].line.product, km)
                roads.append((cost, node, place, network.arc(node, ends[place], 0)))
    for band in _bands([cost for cost, *_ in roads]):
        for cost, _, _, arc in roads:
            if cost in band:
                network.allow(arc, UNBOUNDED)
        network.run()
    return _unpool(
        per_line,
        members,
        {key: network.flow(arc) for key, arc in direct.items()},
        [(number, node, network.flow(arc)) for number, node, arc in entries],
        [(node, place, network.flow(arc)) for _, node, place, arc in roads],
        wished,
        place_of,
    )


def _earlier_arcs(
    market: Market,
    network: Network,
    lots: Mapping[int, int],
    ends: Mapping[tuple[int, str], int],
    place_of: Mapping[int, tuple[int, str]],
    per_line: Sequence[int],
    skipped: Mapping[HarvestKey, int],
) -> tuple[dict[tuple[int, tuple[int, str]], int], dict[tuple[int, int], int]]:
    """Add an arc lot → place for what an earlier plan gave; return the arcs and the packs per (lot,
    line) wished.
    """
    wished: dict[tuple[int, int], int] = defaultdict(int)
    for row in market.instance.previous:
        lot = market.lot_number.get(row.lot, -1)
        line = market.line_number.get(row.line, -1)
        if lot in lots and line in place_of and place_of[line][0] in market.reach(lot, skipped):
            wished[lot, line] += row.quantity_g
    for row in market.instance.frozen:
        pair = (market.lot_number[row.lot], market.line_number[row.line])
        if pair in wished:
            wished[pair] -= row.quantity_g
    together: dict[tuple[int, tuple[int, str]], int] = defaultdict(int)
    for (lot, line), grams in sorted(wished.items()):
        wished[lot, line] = min(max(0, grams) // market.pack, per_line[line])
        together[lot, place_of[line]] += wished[lot, line]
    return (
        {
            (lot, place): network.arc(lots[lot], ends[place], packs)
            for (lot, place), packs in together.items()
            if packs
        },
        wished,
    )


def _bands(costs: Iterable[tuple[bool, int]]) -> list[set[tuple[bool, int]]]:
    """Cut the different costs into at most `BANDS` rising groups for own products and as many for
    substitutes.
    """
    bands: list[set[tuple[bool, int]]] = []
    distinct = sorted(set(costs))
    for substitute in (False, True):
        mine = [cost for cost in distinct if cost[0] is substitute]
        size = -(-len(mine) // BANDS) or 1
        bands += [set(mine[i : i + size]) for i in range(0, len(mine), size)]
    return bands


def _unpool(
    per_line: Sequence[int],
    members: Mapping[tuple[int, str], list[int]],
    direct: Mapping[tuple[int, tuple[int, str]], int],
    entries: Sequence[tuple[int, int, int]],
    roads: Sequence[tuple[int, tuple[int, str], int]],
    wished: Mapping[tuple[int, int], int],
    place_of: Mapping[int, tuple[int, str]],
) -> dict[tuple[int, int], int]:
    """Turn flows through pooled nodes into packs per (lot, line), earlier pairs first, then in
    order with few picks.
    """
    arriving: dict[tuple[int, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for (lot, place), packs in direct.items():
        if packs:
            arriving[place][lot] += packs
    inflow: dict[int, list[list[int]]] = defaultdict(list)
    for lot, node, packs in entries:
        if packs:
            inflow[node].append([lot, packs])
    for node, place, packs in roads:
        while packs:
            source = inflow[node][-1]
            part = min(packs, source[1])
            arriving[place][source[0]] += part
            packs -= part
            source[1] -= part
            if not source[1]:
                inflow[node].pop()
    picks: dict[tuple[int, int], int] = defaultdict(int)
    need = list(per_line)
    for (lot, line), packs in sorted(wished.items()):
        place = place_of[line]
        part = min(packs, need[line], arriving[place].get(lot, 0))
        if part:
            picks[lot, line] += part
            need[line] -= part
            arriving[place][lot] -= part
    for place in sorted(arriving):
        waiting = [[i, need[i]] for i in reversed(members[place]) if need[i]]
        for lot, packs in sorted(arriving[place].items()):
            while packs:
                target = waiting[-1]
                part = min(packs, target[1])
                picks[lot, target[0]] += part
                packs -= part
                target[1] -= part
                if not target[1]:
                    waiting.pop()
    return picks
