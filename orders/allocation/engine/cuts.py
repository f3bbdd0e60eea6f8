"""The minimum cuts behind short lines: who competes for which goods.

From a short line every lot that fits it is reached, from a lot every line it supplies, from that
line every lot that fits it, and so on. Always true of a cut returned: all reached lots are given
out whole, to reached lines alone, and none of these comes later than the short line's stage; so
no plan gives the reached lines together more without taking from an earlier claim.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from .distance import Picks
from .flow import Numbers, Walk, parts_of
from .market import Market
from .model import Cut
from .stages import Totals

FIRM = -1


def find_cuts(market: Market, totals: Totals, picks: Picks) -> tuple[list[Cut], dict[int, str]]:
    """Return the cuts of a plan, and which of them explains which short line (by number)."""
    short: dict[int, list[int]] = defaultdict(list)
    for i, got in enumerate(totals.per_line):
        if got < market.firm[i]:
            short[FIRM].append(i)
        elif got < market.firm[i] + market.rest[i]:
            short[market.lines[i].tier].append(i)
    if not short:
        return [], {}
    graph = _Graph(market, totals, picks)
    cuts: list[Cut] = []
    cut_of: dict[int, str] = {}
    for stage in sorted(short):
        for lots, lines, starters in graph.closures(short[stage]):
            if not graph.holds(stage, lots, lines, totals):
                continue
            name = f"c{len(cuts) + 1}"
            cuts.append(
                Cut(
                    id=name,
                    stage=stage,
                    lots=tuple(market.lots[i].id for i in lots),
                    lines=tuple(market.lines[i].id for i in lines),
                    supply_g=sum(market.lot_packs[i] for i in lots) * market.pack,
                )
            )
            cut_of.update(dict.fromkeys(starters, name))
    return cuts, cut_of


class _Graph:
    """Demands, chain nodes and lots in one numbering, with the arcs along which claims spread."""

    def __init__(self, market: Market, totals: Totals, picks: Picks) -> None:
        pools = totals.network.pools
        self.market = market
        self.chains = len(market.demands)
        self.lots = self.chains + pools.nodes
        nodes = self.lots + len(market.lots)
        pairs = np.array(sorted(picks), np.int64).reshape(-1, 2)
        self.demand_of = np.array(market.demand_of, np.int64)
        self.tails = np.concatenate(
            [
                pools.exit_demand,
                self.chains + pools.step_from + 1,
                self.chains + pools.entry_node,
                self.lots + pairs[:, 0],
            ]
        )
        self.heads = np.concatenate(
            [
                self.chains + pools.exit_node,
                self.chains + pools.step_from,
                self.lots + pools.entry_lot,
                self.demand_of[pairs[:, 1]],
            ]
        )
        self.walk = Walk(nodes, self.tails, self.heads)
        self.free = np.array(market.lot_packs, np.int64)
        np.subtract.at(
            self.free, pairs[:, 0], np.array([picks[a, b] for a, b in sorted(picks)], np.int64)
        )
        self.lines_of: dict[int, list[int]] = defaultdict(list)
        for lot, line in sorted(picks):
            self.lines_of[lot].append(line)

    def closures(self, short: list[int]) -> list[tuple[list[int], list[int], list[int]]]:
        """Return (lots, lines, short lines) of each separate set that claims spread to."""
        start = self.demand_of[np.array(short, np.int64)]
        seen = self.walk.reach(start)
        inside: Numbers = np.flatnonzero(seen[self.tails])
        part = parts_of(self.walk.nodes, self.tails[inside], self.heads[inside])
        lots: dict[int, list[int]] = defaultdict(list)
        for lot in np.flatnonzero(seen[self.lots :]).tolist():
            lots[int(part[self.lots + lot])].append(lot)
        starters: dict[int, list[int]] = defaultdict(list)
        for line, demand in zip(short, start, strict=True):
            starters[int(part[demand])].append(line)
        found = []
        for label, mine in sorted(starters.items(), key=lambda row: row[1][0]):
            if lots[label]:
                lines = {line for lot in lots[label] for line in self.lines_of[lot]}
                found.append((lots[label], sorted(lines | set(mine)), mine))
        return found

    def holds(self, stage: int, lots: list[int], lines: list[int], totals: Totals) -> bool:
        """Say whether a set is a cut: nothing is left in it and no line in it comes later."""
        market = self.market
        if self.free[lots].any():
            return False
        return all(
            market.lines[i].tier <= stage or totals.per_line[i] <= market.firm[i] for i in lines
        )
