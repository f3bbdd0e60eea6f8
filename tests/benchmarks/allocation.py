"""The allocation engine beside other ways to divide the same market.

First come first served, a scarcity rule, one minimum-cost flow over all pairs of lot and line, and
scipy's HiGHS on the same linear programme; then once more with a smallest pick. Fill is a share of
what any plan could fill; contract is tier 0. Every row runs in a process of its own, whose memory
is its peak, with the instance in it; seconds are those of the processor.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np

from orders.allocation.engine import Instance, fits, solve
from orders.allocation.engine.flow import Numbers
from orders.allocation.engine.market import Market
from orders.allocation.engine.pools import build_pools
from orders.allocation.engine.rules import distance
from tests.support.allocation_markets import make_market

Given = dict[tuple[str, str], int]
ENGINE, AS_SETTLED = "engine", "engine without distance"
FIRST_COME, SCARCITY = "first come", "scarcity"
ONE_FLOW, HIGHS = "one minimum-cost flow", "HiGHS"
SMALL, LARGE = (2_000, 5_000, 400), (20_000, 50_000, 4_000)
HUGE = (80_000, 200_000, 16_000)
"""Too many pairs for kilometres to be counted; the engine alone is measured on it."""
MOST_SECONDS = 30
"""How long HiGHS may take."""
MIN_PICK_G = 2_000
REACH = {
    (SMALL, ENGINE): "< 0.5 s, < 150 MB",
    (LARGE, AS_SETTLED): "< 5 s, < 250 MB",
    (LARGE, ENGINE): "< 15 s, < 700 MB",
}


def run() -> list[tuple[str, str, str]]:
    """Seconds, memory, fill, fairness, picks and distance by size and method."""
    rows = []
    for size in (SMALL, LARGE):
        bound = 0
        for least in (0, MIN_PICK_G):
            methods = [ENGINE, AS_SETTLED, FIRST_COME, SCARCITY]
            if not least:
                methods += [ONE_FLOW, HIGHS]
            for method in methods:
                told, found = _apart(method, size, least, bound)
                bound = bound or found
                picks = f", picks of at least {least / 1_000:.0f} kg" if least else ""
                reach = "" if least else REACH.get((size, method), "")
                rows.append((f"allocate {size[0]:,} × {size[1]:,}, {method}{picks}", told, reach))
    told, _ = _apart(ENGINE, HUGE, 0, 0)
    rows.append((f"allocate {HUGE[0]:,} × {HUGE[1]:,}, {ENGINE}", told, "finishes"))
    return rows


def _apart(method: str, size: tuple[int, int, int], least: int, bound: int) -> tuple[str, int]:
    """Measure in a process of its own; return the figures and the bound."""
    if method == HIGHS and find_spec("scipy") is None:
        return "skipped: scipy is not installed", bound
    program = (
        "import json; from tests.benchmarks.allocation import measure;"
        f"print(json.dumps(measure({method!r}, {size!r}, {least}, {bound})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    told, found = json.loads(done.stdout.splitlines()[-1])
    return str(told), int(found)


def measure(method: str, size: tuple[int, int, int], least: int, bound: int) -> tuple[str, int]:
    """Return one line of figures for a method on the market of a size, and the bound it knows."""
    lots, lines, farmers = size
    instance = replace(make_market(lots=lots, lines=lines, farmers=farmers), min_pick_g=least)
    started, watched = process_time(), perf_counter()
    given: Given | None
    if method in (ENGINE, AS_SETTLED):
        result = solve(instance, distance=method == ENGINE)
        given = {(row.lot, row.line): row.quantity_g for row in result.allocations}
        bound = result.bound_g
    elif method == ONE_FLOW:
        given = _one_flow(instance)
    elif method == HIGHS:
        given = _highs(instance)
    else:
        given = _greedy(instance, scarce=method == SCARCITY)
    took, waited = process_time() - started, perf_counter() - watched
    memory = _peak_megabytes()
    if given is None:
        return f"no answer in {waited:.0f} s, {memory} MB", bound
    return f"{took:.2f} s, {memory} MB, {_quality(instance, given, bound)}", bound


class _Pairs:
    """Every lot that fits every line, and what it costs to send a pack there: kilometres, and
    above them the tier.
    """

    def __init__(self, instance: Instance) -> None:
        self.market = market = Market(instance)
        pools = build_pools(market, {})
        found = [
            (lots, np.full(lots.size, line))
            for line, demand in enumerate(market.demand_of)
            if (lots := pools.lots_of(demand)).size
        ]
        self.lot: Numbers = np.concatenate([lots for lots, _ in found])
        self.line: Numbers = np.concatenate([lines for _, lines in found])
        del found
        self.packs = np.array(market.lot_packs, np.int64)
        self.asked = np.array(market.rest, np.int64)
        zones = sorted({one.zone for one in market.lots} | {o.deliver_zone for o in market.lines})
        place = {zone: i for i, zone in enumerate(zones)}
        km = np.array([[distance(instance.distance_km, a, b) for b in zones] for a in zones])
        self.km: Numbers = km[
            np.array([place[one.zone] for one in market.lots])[self.lot],
            np.array([place[one.deliver_zone] for one in market.lines])[self.line],
        ]
        self.tier = np.array([one.tier for one in market.lines], np.int64)
        self.tier_step = 2 * min(len(market.lots), len(market.lines)) * (int(self.km.max()) + 1)

    def given(self, flows: Numbers) -> Given:
        lots, lines, pack = self.market.lots, self.market.lines, self.market.pack
        return {
            (lots[self.lot[i]].id, lines[self.line[i]].id): int(flows[i]) * pack
            for i in np.flatnonzero(flows)
        }


def _one_flow(instance: Instance) -> Given:
    """The most packs, then tier by tier, then the fewest kilometres, in one flow; no fairness."""
    from ortools.graph.python import min_cost_flow

    pairs = _Pairs(instance)
    lots, lines = pairs.packs.size, pairs.asked.size
    source, sink = lots + lines, lots + lines + 1
    solver = min_cost_flow.SimpleMinCostFlow()

    def arcs(tails: Any, heads: Any, rooms: Numbers, costs: Any) -> Any:
        tails, heads, costs = (
            np.broadcast_to(part, rooms.shape).copy() for part in (tails, heads, costs)
        )
        return solver.add_arcs_with_capacity_and_unit_cost(
            tails.astype(np.int32), heads.astype(np.int32), rooms, costs.astype(np.int64)
        )

    arcs(source, np.arange(lots), pairs.packs, 0)
    most = np.minimum(pairs.packs[pairs.lot], pairs.asked[pairs.line])
    roads = arcs(pairs.lot, lots + pairs.line, most, pairs.km)
    arcs(lots + np.arange(lines), sink, pairs.asked, pairs.tier * pairs.tier_step)
    total = int(min(pairs.packs.sum(), pairs.asked.sum()))
    solver.set_node_supply(source, total)
    solver.set_node_supply(sink, -total)
    status = solver.solve_max_flow_with_min_cost()
    if status != solver.OPTIMAL:
        raise RuntimeError(f"minimum-cost flow: {status}")
    return pairs.given(np.asarray(solver.flows(roads)))


def _highs(instance: Instance) -> Given | None:
    """The same as a linear programme; None when there is no answer in time."""
    from scipy.optimize import linprog
    from scipy.sparse import coo_array

    pairs = _Pairs(instance)
    count, lots = pairs.lot.size, pairs.packs.size
    each = np.arange(count)
    sums = coo_array(
        (
            np.ones(2 * count),
            (np.concatenate([pairs.lot, lots + pairs.line]), np.concatenate([each, each])),
        ),
        shape=(lots + pairs.asked.size, count),
    ).tocsr()
    fill = (int(pairs.tier.max()) + 2) * pairs.tier_step
    answer = linprog(
        (pairs.km + pairs.tier[pairs.line] * pairs.tier_step - fill).astype(float),
        A_ub=sums,
        b_ub=np.concatenate([pairs.packs, pairs.asked]).astype(float),
        method="highs",
        options={"time_limit": MOST_SECONDS},
    )
    if answer.status:
        return None
    return pairs.given(np.rint(answer.x).astype(np.int64))


def _peak_megabytes() -> int:
    """Return the most memory this process held; what it was forked from does not count."""
    for row in Path("/proc/self/status").read_text().splitlines():
        if row.startswith("VmHWM:"):
            return int(row.split()[1]) // 1024
    return 0


def _greedy(instance: Instance, *, scarce: bool) -> Given:
    """Serve lines one by one: in order of arrival, or by tier and fewest lots that fit."""
    by_product = defaultdict(list)
    for lot in instance.lots:
        by_product[lot.product].append(lot)
    good = {
        line.id: [
            lot
            for product in (line.product, *line.substitutes)
            for lot in by_product[product]
            if fits(lot, line)
        ]
        for line in instance.lines
    }
    wanted: dict[str, int] = defaultdict(int)
    for lots in good.values():
        for lot in lots:
            wanted[lot.id] += 1
    left = {lot.id: lot.quantity_g for lot in instance.lots}
    order = list(instance.lines)
    if scarce:
        order.sort(key=lambda line: (line.tier, len(good[line.id])))
    given: Given = defaultdict(int)
    for line in order:
        lots = good[line.id]
        lots.sort(key=lambda lot: wanted[lot.id] if scarce else max(lot.days))
        need = line.quantity_g
        for lot in lots:
            part = min(need, left[lot.id])
            if part and part >= instance.min_pick_g:
                given[lot.id, line.id] += part
                left[lot.id] -= part
                need -= part
    return given


def _quality(instance: Instance, given: Given, bound: int) -> str:
    lots = {lot.id: lot for lot in instance.lots}
    lines = {line.id: line for line in instance.lines}
    filled = sum(given.values())
    sold: dict[str, int] = defaultdict(int)
    contract = metres = 0
    for (lot, line), grams in given.items():
        sold[lots[lot].farmer] += grams
        if lines[line].tier == 0:
            contract += grams
        metres += grams * distance(instance.distance_km, lots[lot].zone, lines[line].deliver_zone)
    asked = sum(line.quantity_g for line in instance.lines if line.tier == 0)
    shares = sorted(sold[f.id] / f.plan_g for f in instance.farmers if f.plan_g)
    total = sum(shares)
    gini = sum((2 * i - len(shares) + 1) * share for i, share in enumerate(shares)) / (
        len(shares) * total
    )
    return (
        f"fill {filled / bound:.2%} of bound, contract {contract / asked:.1%}, Gini {gini:.3f}, "
        f"{len(given):,} picks, {metres / filled:.1f} km/kg"
    )
