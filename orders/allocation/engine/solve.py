"""The allocation method: staged maximum flows over pooled supply and demand.

Always true of a plan made here: firm quantities together reach the maximum flow of the firm
quantities, and firm plus every tier up to any tier reaches the maximum flow of those (tiers: of
what is left when harvests below their minimum are skipped); nothing a farmer gets could go to a
farmer who stands lower without a kitchen losing (to 1/128 of plan or one pack, the larger); the
same rows in any order give the same bytes.

Order of wishes: frozen rows, firm, tiers, minimum harvest (it may cost tiers, never firm),
fairness among farmers, earlier sources, own product before substitutes, distance. The last three
are followed greedily and are good, not optimal: earlier arcs are opened first and near zones
before far ones, and later rounds may move what earlier ones placed. Source: Megiddo 1977
(lexicographic flows: tiers and fairness never cost each other).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .flow import UNBOUNDED, Network, water_fill
from .market import HarvestKey, Market
from .model import (
    Allocation,
    FarmerOutcome,
    Instance,
    LineOutcome,
    Result,
    input_sha256,
    output_sha256,
    validate,
)
from .picks import pick
from .reasons import Cut, Shares, farmer_reason, line_reasons

ENGINE = "staged-flow-1"
FARMER_LEVELS = 128
"""Steps from nothing to the whole plan in which farmers rise together; never finer than a pack."""
LINE_LEVELS = 16
"""Steps in which the lines of one stage rise together when there is not enough for all."""


@dataclass(slots=True)
class _Plan:
    """One solved round: packs per line, per farmer, and the picks (lot, line) → packs."""

    per_line: list[int]
    per_farmer: list[int]
    picks: dict[tuple[int, int], int]
    shares: Shares


def solve(instance: Instance) -> Result:
    """Allocate lots to lines and say why whatever is short is short.

    `instance` is in base units and satang (see `Instance`); rows may stand in any order. Returns a
    complete `Result`. Raises `InstanceError` when the instance is not possible in itself.
    """
    validate(instance)
    market = Market(instance)
    skipped: dict[HarvestKey, int] = {}
    kept: dict[HarvestKey, int] = {}
    plan = _plan(market, skipped)
    firm_bound = -1
    while small := _below_minimum(market, plan, kept):
        if firm_bound < 0:
            firm_bound = _firm_flow(market, {})
        half = small[: (len(small) + 1) // 2]
        trial = {**skipped, **{key: total for total, key in half}}
        if _firm_flow(market, trial) == firm_bound:
            skipped = trial
        else:
            for total, key in half:
                trial = {**skipped, key: total}
                if _firm_flow(market, trial) == firm_bound:
                    skipped = trial
                else:
                    kept[key] = total
        plan = _plan(market, skipped)
    return _result(market, plan, skipped, kept)


def _below_minimum(
    market: Market, plan: _Plan, kept: Mapping[HarvestKey, int]
) -> list[tuple[int, HarvestKey]]:
    """Return what is harvested below its minimum, least first, without what must be kept or is
    frozen anyway.
    """
    least = market.instance.min_harvest_g
    if not least:
        return []
    totals = _harvests(market, plan)
    return sorted(
        (total, key)
        for key, total in totals.items()
        if total < least.get(key[1], 0) and key not in kept and key not in market.harvest_frozen_g
    )


def _harvests(market: Market, plan: _Plan) -> dict[HarvestKey, int]:
    totals: dict[HarvestKey, int] = defaultdict(int, market.harvest_frozen_g)
    for (lot_number, line_number), packs in plan.picks.items():
        lot = market.lots[lot_number]
        totals[lot.farmer, lot.product, market.lines[line_number].day] += packs * market.pack
    return totals


def _firm_flow(market: Market, skipped: Mapping[HarvestKey, int]) -> int:
    """Return the most firm packs that any plan could serve when `skipped` is not harvested."""
    asked = [sum(market.firm[i] for i in demand.members) for demand in market.demands]
    if not any(asked):
        return 0
    network, sinks, _ = _supply_network(market, skipped)
    for arc, packs in zip(sinks, asked, strict=True):
        network.allow(arc, packs)
    return network.run()


def _supply_network(
    market: Market, skipped: Mapping[HarvestKey, int]
) -> tuple[Network, list[int], list[int]]:
    """Build source → lots of equal reach → demands → sink, the sink closed; return it with the sink
    arcs and lot counts.
    """
    pools: dict[tuple[int, ...], int] = defaultdict(int)
    width = [0] * len(market.demands)
    for number, packs in enumerate(market.lot_packs):
        reach = market.reach(number, skipped)
        for d in reach:
            width[d] += 1
        if packs and reach:
            pools[reach] += packs
    network = Network()
    nodes = [network.node() for _ in market.demands]
    sinks = [network.arc(node, 1, 0) for node in nodes]
    for reach in sorted(pools):
        node = network.node()
        network.arc(0, node, pools[reach])
        for d in sorted(reach, key=lambda d: (width[d], d)):  # scarce demand first
            network.arc(node, nodes[d], UNBOUNDED)
    return network, sinks, width


def _plan(market: Market, skipped: Mapping[HarvestKey, int]) -> _Plan:
    per_line = _fill_lines(market, skipped)
    per_demand = [sum(per_line[i] for i in demand.members) for demand in market.demands]
    per_farmer, shares = _level_farmers(market, skipped, per_demand)
    picks = pick(market, skipped, per_line, per_farmer)
    return _Plan(per_line, per_farmer, picks, shares)


def _fill_lines(market: Market, skipped: Mapping[HarvestKey, int]) -> list[int]:
    """Return packs per line: firm first, then tier by tier, each stage as full as the ones before
    it allow.

    Inside a stage what is missing is shared: demands rise together, and lines that accept the same
    lots share by largest remainder of what they asked for.
    """
    network, sinks, _ = _supply_network(market, skipped)
    per_line = [0] * len(market.lines)
    stages = [market.firm]
    for tier in sorted({line.tier for line in market.lines}):
        stages.append(
            [
                rest if line.tier == tier else 0
                for line, rest in zip(market.lines, market.rest, strict=True)
            ]
        )
    for stage in stages:
        asked = [sum(stage[i] for i in demand.members) for demand in market.demands]
        wanting = [d for d, packs in enumerate(asked) if packs]
        if not wanting:
            continue
        before = [network.flow(sinks[d]) for d in wanting]

        def most_at(
            i: int,
            level: int,
            wanting: Sequence[int] = wanting,
            before: Sequence[int] = before,
            asked: Sequence[int] = asked,
        ) -> int:
            return before[i] + asked[wanting[i]] * level // LINE_LEVELS

        water_fill(network, [sinks[d] for d in wanting], most_at, LINE_LEVELS)
        for d, had in zip(wanting, before, strict=True):
            members = market.demands[d].members
            got = network.flow(sinks[d]) - had
            for i, packs in zip(members, _share(got, [stage[i] for i in members]), strict=True):
                per_line[i] += packs
    return per_line


def _share(total: int, asked: Sequence[int]) -> list[int]:
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


def _level_farmers(
    market: Market, skipped: Mapping[HarvestKey, int], per_demand: Sequence[int]
) -> tuple[list[int], Shares]:
    """Return packs per farmer, levelled by share of plan with credit first, and the network that
    proves it.
    """
    held: dict[tuple[int, tuple[int, ...]], int] = defaultdict(int)
    room = [0] * len(market.farmers)
    for number, packs in enumerate(market.lot_packs):
        reach = market.reach(number, skipped)
        if packs and reach:
            held[market.owner[number], reach] += packs
            room[market.owner[number]] += packs
    network = Network()
    sources = [network.arc(0, network.node(), 0) for _ in market.farmers]
    pools = {reach: network.node() for reach in sorted({reach for _, reach in held})}
    demands = [network.node() for _ in market.demands]
    supplies = []
    for (owner, reach), packs in sorted(held.items()):
        arc = network.arc(network.ends[sources[owner]], pools[reach], packs)
        supplies.append((owner, pools[reach], arc))
    for reach, node in pools.items():
        for d in reach:
            network.arc(node, demands[d], UNBOUNDED)
    for node, packs in zip(demands, per_demand, strict=True):
        network.arc(node, 1, packs)
    above = FARMER_LEVELS
    while above < 16 * FARMER_LEVELS and any(
        market.base_g[i] * above < room[i] * market.pack * FARMER_LEVELS for i in range(len(room))
    ):
        above *= 2

    def most_at(i: int, level: int) -> int:
        ahead = market.farmers[i].credit_g - market.farmer_frozen[i]
        return min(
            room[i], max(0, ahead + market.base_g[i] * level // FARMER_LEVELS) // market.pack
        )

    water_fill(network, sources, most_at, above)
    for arc, most in zip(sources, room, strict=True):
        network.allow(arc, most)
    network.run()
    if sum(network.flow(arc) for arc in sources) != sum(per_demand):
        raise AssertionError("farmers cannot supply what the lines were given")
    return [network.flow(arc) for arc in sources], Shares(network, sources, supplies)


def _result(
    market: Market,
    plan: _Plan,
    skipped: Mapping[HarvestKey, int],
    kept: Mapping[HarvestKey, int],
) -> Result:
    instance = market.instance
    rows = list(instance.frozen)
    for (lot, line), packs in plan.picks.items():
        rows.append(
            Allocation(
                market.lots[lot].id,
                market.lines[line].id,
                market.lots[lot].product,
                packs * market.pack,
            )
        )
    rows.sort(key=lambda row: (row.line, row.lot, row.quantity_g))
    got = [
        packs * market.pack + market.line_frozen.get(line.id, 0)
        for line, packs in zip(market.lines, plan.per_line, strict=True)
    ]
    reasons = line_reasons(
        instance=instance, lines=market.lines, lots=market.lots, got=got, rows=rows, skipped=skipped
    )
    lines = tuple(
        LineOutcome(line.id, allocated, line.quantity_g - allocated, reason)
        for line, allocated, reason in zip(market.lines, got, reasons, strict=True)
    )
    farmers = _farmer_outcomes(market, plan, skipped, kept)
    draft = Result(
        allocations=tuple(rows),
        lines=lines,
        farmers=farmers,
        filled_g=sum(got),
        input_sha256=input_sha256(instance),
        output_sha256="",
        engine=ENGINE,
    )
    return replace(draft, output_sha256=output_sha256(draft))


def _farmer_outcomes(
    market: Market,
    plan: _Plan,
    skipped: Mapping[HarvestKey, int],
    kept: Mapping[HarvestKey, int],
) -> tuple[FarmerOutcome, ...]:
    """Say per farmer what is sold, why not more, and which credit goes on.

    Credit is used up by what is sold, gram for gram; what a minimum harvest took away is added.
    """
    least = market.instance.min_harvest_g
    harvests = _harvests(market, plan) if kept else {}
    cuts: dict[str, list[Cut]] = defaultdict(list)
    stays: dict[str, list[Cut]] = defaultdict(list)
    for (name, product, day), total in sorted(skipped.items()):
        cuts[name].append(Cut(product, day, total, least[product]))
    for name, product, day in sorted(kept):
        total = harvests.get((name, product, day), 0)
        if 0 < total < least[product]:
            stays[name].append(Cut(product, day, total, least[product]))
    sold = [
        packs * market.pack + frozen
        for packs, frozen in zip(plan.per_farmer, market.farmer_frozen, strict=True)
    ]
    unsold = [-packs for packs in plan.per_farmer]
    for owner, packs in zip(market.owner, market.lot_packs, strict=True):
        unsold[owner] += packs
    reachable: list[set[int]] = [set() for _ in market.farmers]
    for number in range(len(market.lots)):
        reachable[market.owner[number]].update(market.reach(number, {}))
    outcomes = []
    for i, farmer in enumerate(market.farmers):
        reason = farmer_reason(
            number=i,
            farmers=market.farmers,
            sold=sold,
            base=market.base_g,
            offered_g=market.offered_g[i],
            unsold_packs=unsold[i],
            wanted_lines=sum(len(market.demands[d].members) for d in reachable[i]),
            skipped=cuts[farmer.id],
            kept=stays[farmer.id],
            shares=plan.shares,
        )
        credit = max(0, farmer.credit_g - sold[i]) + sum(cut.quantity_g for cut in cuts[farmer.id])
        outcomes.append(FarmerOutcome(farmer.id, sold[i], farmer.plan_g, reason, credit))
    return tuple(outcomes)
