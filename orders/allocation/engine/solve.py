"""The allocation method: staged maximum flows over pooled supply and demand.

Always true of a plan made here: firm quantities together reach the maximum flow of the firm
quantities, and firm plus every tier up to any tier reaches the maximum flow of those (tiers: of
what is left when harvests below their minimum are skipped); farmers are levelled by share of plan
in steps of at most a twentieth without a kitchen losing; the same rows in any order give the same
bytes.

Order of wishes: frozen rows, firm, tiers, minimum harvest (it may cost tiers, never firm), an
earlier plan kept, fairness among farmers, own product before substitutes, distance. Source:
Megiddo 1977 (lexicographic flows: tiers and fairness never cost each other).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from time import perf_counter

from .canonical import input_sha256, output_sha256
from .cuts import find_cuts
from .distance import Picks, assign, read_flow
from .flow import Flow
from .market import HarvestKey, Market
from .model import (
    Allocation,
    FarmerOutcome,
    Instance,
    LineOutcome,
    Result,
    validate,
)
from .reasons import Harvest, Shares, farmer_reason, line_reasons
from .repair import repair
from .replan import settle_around
from .stages import Totals, build_network, fill_lines, firm_flow, level_farmers, per_demand

ENGINE = "staged-flow-3"
ORTOOLS = version("ortools")


class _Clock:
    """Seconds on the wall clock per stage."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(("build", "tiers", "fairness", "distance", "repair"), 0.0)

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        started = perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] += perf_counter() - started


def solve(instance: Instance, *, distance: bool = True) -> Result:
    """Allocate lots to lines and say why whatever is short is short.

    `instance` is in base units and satang (see `Instance`); rows may stand in any order. Without
    `distance` the picks are those of the flow that settled the totals, with no regard to
    kilometres or substitutes (an earlier plan still counts). Returns a complete `Result`. Raises
    `InstanceError` when the instance is not possible in itself.
    """
    validate(instance)
    clock = _Clock()
    with clock("build"):
        market = Market(instance)
    skipped: dict[HarvestKey, int] = {}
    kept: dict[HarvestKey, int] = {}
    totals, picks = _plan(market, skipped, clock, distance)
    bound = _bound(market, totals)
    with clock("repair"):
        firm_bound = -1
        while small := _below_minimum(market, picks, kept):
            if firm_bound < 0:
                firm_bound = firm_flow(market, {})
            half = small[: (len(small) + 1) // 2]
            trial = {**skipped, **{key: total for total, key in half}}
            if firm_flow(market, trial) == firm_bound:
                skipped = trial
            else:
                for total, key in half:
                    trial = {**skipped, key: total}
                    if firm_flow(market, trial) == firm_bound:
                        skipped = trial
                    else:
                        kept[key] = total
            totals, picks = _plan(market, skipped, _Clock(), distance)
        if instance.min_pick_g:
            totals, picks = _repaired(market, totals, picks)
    return _result(market, totals, picks, skipped, kept, bound, clock)


def _plan(
    market: Market, skipped: Mapping[HarvestKey, int], clock: _Clock, distance: bool
) -> tuple[Totals, Picks]:
    if market.instance.previous and not market.instance.share_anew:
        with clock("tiers"):
            totals = settle_around(market, skipped)
    else:
        with clock("build"):
            network = build_network(market, skipped)
        with clock("tiers"):
            per_line = fill_lines(market, network)
        with clock("fairness"):
            totals = level_farmers(market, network, per_line)
    with clock("distance"):
        if distance or market.instance.previous:
            return totals, assign(market, totals)
        return totals, read_flow(market, totals)


def _bound(market: Market, totals: Totals) -> int:
    """Return the maximum flow in base units of the instance with nothing frozen or too small."""
    if not market.instance.frozen:
        return sum(totals.per_line) * market.pack
    free = Market(replace(market.instance, frozen=(), previous=()))
    network = build_network(free, {})
    flow = Flow(network.arcs)
    flow.most[network.sinks] = per_demand(
        free, [firm + rest for firm, rest in zip(free.firm, free.rest, strict=True)]
    )
    return flow.run() * market.pack


def _repaired(market: Market, totals: Totals, picks: Picks) -> tuple[Totals, Picks]:
    picks = repair(market, totals, picks)
    per_line = [0] * len(market.lines)
    per_farmer = [0] * len(market.farmers)
    for (lot, line), packs in picks.items():
        per_line[line] += packs
        per_farmer[market.owner[lot]] += packs
    return replace(totals, per_line=per_line, per_farmer=per_farmer), picks


def _below_minimum(
    market: Market, picks: Picks, kept: Mapping[HarvestKey, int]
) -> list[tuple[int, HarvestKey]]:
    """Return what is harvested below its minimum, least first, without what must be kept or is
    frozen anyway.
    """
    least = market.instance.min_harvest_g
    if not any(least.values()):
        return []
    totals = _harvests(market, picks)
    return sorted(
        (total, key)
        for key, total in totals.items()
        if total < least.get(key[1], 0) and key not in kept and key not in market.harvest_frozen_g
    )


def _harvests(market: Market, picks: Picks) -> dict[HarvestKey, int]:
    totals: dict[HarvestKey, int] = defaultdict(int, market.harvest_frozen_g)
    for (lot_number, line_number), packs in picks.items():
        lot = market.lots[lot_number]
        totals[lot.farmer, lot.product, market.lines[line_number].day] += packs * market.pack
    return totals


def _result(
    market: Market,
    totals: Totals,
    picks: Picks,
    skipped: Mapping[HarvestKey, int],
    kept: Mapping[HarvestKey, int],
    bound: int,
    clock: _Clock,
) -> Result:
    instance = market.instance
    rows = list(instance.frozen)
    for (giver, taker), packs in picks.items():
        rows.append(
            Allocation(
                market.lots[giver].id,
                market.lines[taker].id,
                market.lots[giver].product,
                packs * market.pack,
            )
        )
    rows.sort(key=lambda row: (row.line, row.lot, row.quantity_g))
    got = [
        packs * market.pack + market.line_frozen.get(line.id, 0)
        for line, packs in zip(market.lines, totals.per_line, strict=True)
    ]
    cuts, cut_of = find_cuts(market, totals, picks)
    reasons = line_reasons(
        market=market,
        pools=totals.network.pools,
        got=got,
        picks=picks,
        skipped=skipped,
        cut_of=cut_of,
    )
    lines = tuple(
        LineOutcome(line.id, allocated, line.quantity_g - allocated, reason)
        for line, allocated, reason in zip(market.lines, got, reasons, strict=True)
    )
    tiers: dict[int, int] = defaultdict(int)
    for line, allocated in zip(market.lines, got, strict=True):
        tiers[line.tier] += allocated
    draft = Result(
        allocations=tuple(rows),
        lines=lines,
        farmers=_farmer_outcomes(market, totals, picks, skipped, kept),
        filled_g=sum(got),
        input_sha256=input_sha256(instance),
        output_sha256="",
        engine=ENGINE,
        bound_g=bound,
        tier_filled_g=dict(sorted(tiers.items())),
        cuts=tuple(cuts),
        seconds=clock.seconds,
    )
    return replace(draft, output_sha256=output_sha256(draft))


def _farmer_outcomes(
    market: Market,
    totals: Totals,
    picks: Picks,
    skipped: Mapping[HarvestKey, int],
    kept: Mapping[HarvestKey, int],
) -> tuple[FarmerOutcome, ...]:
    """Say per farmer what is sold, why not more, and which credit goes on.

    Credit is used up by what is sold, gram for gram; what a minimum harvest took away is added.
    """
    least = market.instance.min_harvest_g
    harvests = _harvests(market, picks) if kept else {}
    cuts: dict[str, list[Harvest]] = defaultdict(list)
    stays: dict[str, list[Harvest]] = defaultdict(list)
    for (name, product, day), total in sorted(skipped.items()):
        cuts[name].append(Harvest(product, day, total, least[product]))
    for name, product, day in sorted(kept):
        total = harvests.get((name, product, day), 0)
        if 0 < total < least[product]:
            stays[name].append(Harvest(product, day, total, least[product]))
    shares = Shares(market, totals)
    outcomes = []
    for i, farmer in enumerate(market.farmers):
        reason = farmer_reason(
            number=i, shares=shares, skipped=cuts[farmer.id], kept=stays[farmer.id]
        )
        sold = shares.sold[i]
        credit = max(0, farmer.credit_g - sold) + sum(cut.quantity_g for cut in cuts[farmer.id])
        outcomes.append(FarmerOutcome(farmer.id, sold, farmer.plan_g, reason, credit))
    return tuple(outcomes)
