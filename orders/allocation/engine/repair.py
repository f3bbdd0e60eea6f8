"""Picks too small to be worth a walk between one lot and one line.

Always true afterwards: no pick that is not frozen lies below the instance's `min_pick_g`, and no
lot gives and no line gets more than before the repair allowed. What cannot be placed in a pick of
that size stays short; the plan is near the fullest possible, not always the fullest.
"""

from __future__ import annotations

from collections import defaultdict

from .distance import Picks
from .market import Market
from .stages import Totals


def repair(market: Market, totals: Totals, picks: Picks) -> Picks:
    """Return picks of at least `min_pick_g` each: small ones are raised at the cost of a larger
    pick of the same line, or dropped and placed with lots that have room.
    """
    least = -(-market.instance.min_pick_g // market.pack)
    if least <= 1:
        return picks
    work = _Work(market, totals, picks, least)
    small = sorted((packs, pair) for pair, packs in picks.items() if 0 < packs < least)
    for _, pair in small:
        work.raise_or_drop(pair)
    ranks = sorted(
        (market.lines[i].tier if got >= market.firm[i] else -1, i)
        for i, got in enumerate(work.got)
        if got < market.firm[i] + market.rest[i]
    )
    for _, line in ranks:
        work.refill(line)
    return {pair: packs for pair, packs in work.picks.items() if packs}


class _Work:
    def __init__(
        self,
        market: Market,
        totals: Totals,
        picks: Picks,
        least: int,
    ) -> None:
        self.market = market
        self.pools = totals.network.pools
        self.least = least
        self.picks: dict[tuple[int, int], int] = defaultdict(int, picks)
        self.free = list(market.lot_packs)
        self.got = [0] * len(market.lines)
        self.lots_at: dict[int, set[int]] = defaultdict(set)
        for (lot, line), packs in picks.items():
            self.free[lot] -= packs
            self.got[line] += packs
            self.lots_at[line].add(lot)

    def _give(self, lot: int, line: int, packs: int) -> None:
        self.picks[lot, line] += packs
        self.free[lot] -= packs
        self.got[line] += packs
        if self.picks[lot, line]:
            self.lots_at[line].add(lot)
        else:
            self.lots_at[line].discard(lot)

    def raise_or_drop(self, pair: tuple[int, int]) -> None:
        """Bring a small pick up to the least, taking the difference from the line's largest pick;
        drop it where that does not go.
        """
        lot, line = pair
        now = self.picks[pair]
        if not 0 < now < self.least:
            return
        missing = self.least - now
        for other in sorted(self.lots_at[line] - {lot}, key=lambda o: (-self.picks[o, line], o)):
            if self.picks[other, line] - missing >= self.least and self.free[lot] >= missing:
                self._give(other, line, -missing)
                self._give(lot, line, missing)
                return
        self._give(lot, line, -now)

    def refill(self, line: int) -> None:
        """Give a short line what lots that have room can give in picks that are large enough."""
        market = self.market
        wanted = market.firm[line] + market.rest[line]
        fitting = self.pools.lots_of(market.demand_of[line]).tolist()
        for lot in sorted(fitting, key=lambda lot: (lot not in self.lots_at[line], lot)):
            part = min(self.free[lot], wanted - self.got[line])
            if part and (self.picks[lot, line] >= self.least or part >= self.least):
                self._give(lot, line, part)
