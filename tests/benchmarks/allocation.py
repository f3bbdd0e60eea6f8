"""The allocation engine beside first come first served and a scarcity rule, on the same market.

Fill is a share of what any plan could fill; every size runs in a process of its own, whose memory
is its peak.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from time import perf_counter

from orders.allocation.engine import Instance, fits, solve
from orders.allocation.engine.rules import distance
from tests.support.allocation_markets import make_market

Given = dict[tuple[str, str], int]
SIZES = [(2_000, 5_000, 400), (20_000, 50_000, 4_000)]
REACH = {
    (2_000, True): "< 0.5 s, < 150 MB",
    (20_000, False): "< 5 s, < 250 MB",
    (20_000, True): "< 15 s, < 700 MB",
}


def run() -> list[tuple[str, str, str]]:
    """Seconds, memory, fill, fairness and distance by method and size."""
    rows = []
    for lots, lines, farmers in SIZES:
        for method in ("engine", "engine without distance", "first come", "scarcity"):
            if lots > SIZES[0][0] and not method.startswith("engine"):
                continue
            program = (
                "import json; from tests.benchmarks.allocation import measure;"
                f"print(json.dumps(measure({method!r}, {lots}, {lines}, {farmers})))"
            )
            done = subprocess.run(
                [sys.executable, "-c", program], capture_output=True, text=True, check=True
            )
            figures = json.loads(done.stdout)
            reach = REACH.get((lots, method == "engine"), "") if "engine" in method else ""
            rows.append((f"allocate {lots:,} × {lines:,}, {method}", figures, reach))
    return rows


def measure(method: str, lots: int, lines: int, farmers: int) -> str:
    """Return one line of figures for a method on the market of a size."""
    instance = make_market(lots=lots, lines=lines, farmers=farmers)
    started = perf_counter()
    if method.startswith("engine"):
        result = solve(instance, distance=method == "engine")
        seconds = perf_counter() - started
        given = {(row.lot, row.line): row.quantity_g for row in result.allocations}
        bound = result.bound_g
        took = f"{seconds:.2f} s (stages {sum(result.seconds.values()):.2f} s)"
    else:
        given = _greedy(instance, scarce=method == "scarcity")
        took = f"{perf_counter() - started:.2f} s"
        bound = solve(instance, distance=False).bound_g
    memory = _peak_megabytes()
    return f"{took}, {memory} MB, {_quality(instance, given, bound)}"


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
            if part:
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
