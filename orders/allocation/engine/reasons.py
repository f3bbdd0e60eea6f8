"""Why a line is short and why a farmer is below plan, with the figures to check it again.

Always true: a reason is derived from the finished plan, never from how the solver got there, so
another solver behind the same seam can use it. All data is JSON: text, whole numbers, lists,
mappings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from .distance import Picks
from .flow import Numbers, Walk
from .market import HarvestKey, Market
from .model import Reason, ReasonCode
from .pools import Pools, runs
from .relax import Shelves, relaxations
from .stages import FARMER_LEVELS, Totals, is_fine

GROUP_NAMED = 60
"""Up to how many farmers a fair share names one by one; the figures beside them count all."""


@dataclass(frozen=True, slots=True)
class Harvest:
    """A harvest below its minimum: base units that were taken away (or left standing) and the least
    that is worth it.
    """

    product: str
    day: date
    quantity_g: int
    least_g: int

    def document(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "day": self.day.isoformat(),
            "min_harvest_g": self.least_g,
            "product": self.product,
            "quantity_g": self.quantity_g,
        }


@dataclass(frozen=True, slots=True)
class Group:
    """Farmers who could give way to one another: how many, the highest share among them, and each
    one's share by id as long as they are few.
    """

    size: int
    most_permille: int
    named: dict[str, int] | None


class Shares:
    """What every farmer sells of what he offers, and who could have given way to whom.

    Farmers stand in one group when the residual network leads from one to the other: there the one
    could take over sales of the other without any line losing. It is the certificate behind
    "nobody in your group who could have given way stands higher".
    """

    def __init__(self, market: Market, totals: Totals) -> None:
        self.market = market
        self.base = market.base_g
        self.sold = [
            packs * market.pack + frozen
            for packs, frozen in zip(totals.per_farmer, market.farmer_frozen, strict=True)
        ]
        self.unsold = [-packs for packs in totals.per_farmer]
        for owner, packs in zip(market.owner, market.lot_packs, strict=True):
            self.unsold[owner] += packs
        self.permille = [
            sold * 1000 // base for sold, base in zip(self.sold, self.base, strict=True)
        ]
        self._totals = totals
        self._walk: Walk | None = None
        self._by_level: dict[int, Group] = {}
        self._by_chain: tuple[Numbers, Numbers] | None = None

    def could_give_way(self, number: int) -> Group:
        """Return the farmers whose sales farmer `number`, or beyond `FINE_ROWS` anybody who stands
        no higher, could take over without any line losing, himself included.
        """
        if is_fine(self.market):
            return self._group([number])
        level = self.permille[number] * FARMER_LEVELS // 1000
        if level not in self._by_level:
            self._by_level[level] = self._group(
                [
                    i
                    for i, permille in enumerate(self.permille)
                    if permille * FARMER_LEVELS // 1000 <= level and self.unsold[i]
                ]
            )
        return self._by_level[level]

    def _group(self, start: list[int]) -> Group:
        members = self._reach(start)
        most = max((self.permille[i] for i in members), default=0)
        if len(members) > GROUP_NAMED:
            return Group(len(members), most, None)
        named = {self.market.farmers[i].id: self.permille[i] for i in members}
        return Group(len(members), most, named)

    def _reach(self, start: list[int]) -> list[int]:
        network, flow = self._totals.network, self._totals.flow
        if self._walk is None:
            inner = np.ones(flow.now.size, np.bool_)
            inner[network.sources] = inner[network.sinks] = False
            ahead = np.flatnonzero(inner & (flow.most > flow.now))
            back = np.flatnonzero(inner & (flow.now > 0))
            self._walk = Walk(
                flow.nodes,
                np.concatenate([flow.tails[ahead], flow.heads[back]]),
                np.concatenate([flow.heads[ahead], flow.tails[back]]),
            )
        seen = self._walk.reach(network.farmers[start])
        found: list[int] = np.flatnonzero(seen[network.farmers]).tolist()
        return found

    def wanted_lines(self, number: int) -> int:
        """Return how many lines any lot of farmer `number` fits."""
        market, pools = self.market, self._totals.network.pools
        if self._by_chain is None:
            self._by_chain = (np.argsort(pools.exit_node, kind="stable"), np.sort(pools.exit_node))
        order, nodes = self._by_chain
        mine = np.array(market.owner, np.int64)[pools.entry_lot] == number
        entered = pools.entry_node[mine]
        above = np.searchsorted(pools.first, pools.first[entered], side="right")
        low, high = np.searchsorted(nodes, entered), np.searchsorted(nodes, above)
        demands = np.unique(pools.exit_demand[order[runs(low, high - low)]])
        return sum(len(market.demands[d].members) for d in demands.tolist())


def line_reasons(
    *,
    market: Market,
    pools: Pools,
    got: Sequence[int],
    picks: Picks,
    skipped: Mapping[HarvestKey, int],
    cut_of: Mapping[int, str],
) -> list[Reason | None]:
    """Return a reason per line (None when nothing is short).

    `got` in base units per line; `picks` the plan beside the frozen rows; `skipped` harvests not
    made; `cut_of` the cut that proves a line's shortage.
    """
    shortages = _Shortages(market, pools, picks, skipped)
    known: dict[object, Reason] = {}
    reasons: list[Reason | None] = []
    for i, (line, allocated) in enumerate(zip(market.lines, got, strict=True)):
        short = line.quantity_g - allocated
        if not short:
            reasons.append(None)
            continue
        if short < market.pack:
            data = {"pack_g": market.pack, "short_g": short}
            reasons.append(Reason(ReasonCode.PACK_ROUNDING, data))
            continue
        # Lines of one demand may differ in their highest price, and so in what would help.
        key = (market.demand_of[i], line.max_price_satang, cut_of.get(i))
        if key not in known:
            known[key] = shortages.reason(i, cut_of.get(i))
        reasons.append(known[key])
    return reasons


class _Shortages:
    def __init__(
        self, market: Market, pools: Pools, picks: Picks, skipped: Mapping[HarvestKey, int]
    ) -> None:
        self.market = market
        self.pools = pools
        self.skipped = skipped
        self.left = [lot.quantity_g for lot in market.lots]
        self.takers: dict[int, set[int]] = defaultdict(set)
        for (giver, taker), packs in picks.items():
            self.left[giver] -= packs * market.pack
            self.takers[giver].add(taker)
        for row in market.instance.frozen:
            number = market.lot_number[row.lot]
            self.left[number] -= row.quantity_g
            self.takers[number].add(market.line_number[row.line])
        self.shelves = Shelves(market)

    def reason(self, number: int, cut: str | None) -> Reason:
        """Return why line `number` is short of at least one pack."""
        market, line = self.market, self.market.lines[number]
        good = self.pools.lots_of(market.demand_of[number]).tolist()
        if self.skipped or not good:
            good = self.shelves.near(line, 0)
            if not good:
                lots = [market.lots[i] for i in self.shelves.near(line, 1)]
                return Reason(ReasonCode.NO_COMPATIBLE_LOT, {"relax": relaxations(line, lots)})
            if all(market.lots[i].quantity_g < market.pack for i in good):
                small = {market.lots[i].id: market.lots[i].quantity_g for i in good}
                return Reason(ReasonCode.PACK_ROUNDING, {"lots": small, "pack_g": market.pack})
            good = [i for i in good if market.lot_packs[i]] or good
        spare = [i for i in good if self.left[i] >= market.pack]
        unpicked = {
            market.lots[i].id: self.left[i]
            for i in spare
            if (market.lots[i].farmer, market.lots[i].product, line.day) in self.skipped
        }
        if unpicked:
            return Reason(ReasonCode.BELOW_MINIMUM_HARVEST, {"lots": unpicked})
        if spare:
            # A lot that fits and has room is otherwise only left out where the pick is too small.
            figures: dict[str, Any] = {
                "left_g": sum(self.left[i] for i in spare),
                "lots": len(spare),
                "min_pick_g": market.instance.min_pick_g,
            }
            return Reason(ReasonCode.BELOW_MINIMUM_PICK, figures)
        takers: set[int] = set().union(*(self.takers[i] for i in good))
        figures = {
            "given_g": sum(market.lots[i].quantity_g - self.left[i] for i in good),
            "lots": len(good),
            "takers": len(takers),
        }
        if cut is not None:
            figures["cut"] = cut
        return Reason(ReasonCode.LOTS_FULL, figures)


def farmer_reason(
    *, number: int, shares: Shares, skipped: Sequence[Harvest], kept: Sequence[Harvest]
) -> Reason | None:
    """Return why farmer `number` stands where he stands; None when his plan is sold and no harvest
    is below its minimum.
    """
    if skipped:
        data: dict[str, Any] = {"skipped": [cut.document() for cut in skipped]}
        if kept:
            data["kept"] = [cut.document() for cut in kept]
        return Reason(ReasonCode.SKIPPED_WITH_CREDIT, data)
    if kept:
        return Reason(ReasonCode.BELOW_MINIMUM_HARVEST, {"kept": [cut.document() for cut in kept]})
    sold, base = shares.sold[number], shares.base[number]
    if sold >= base:
        return None
    offered = shares.market.offered_g[number]
    if not shares.unsold[number]:
        sums = {"offered_g": offered, "plan_g": base, "sold_g": sold}
        if sold < offered:
            return Reason(ReasonCode.PACK_ROUNDING, sums)
        return Reason(ReasonCode.LOTS_FULL, sums) if offered else _no_demand(offered, 0)
    group = shares.could_give_way(number)
    if not sold:
        wanted = shares.wanted_lines(number)
        if not wanted or group.size == 1:
            return _no_demand(offered, wanted)
    figures: dict[str, Any] = {
        "credit_g": shares.market.farmers[number].credit_g,
        "most_permille": group.most_permille,
        "others": group.size - 1,
        "plan_g": base,
        "share_permille": shares.permille[number],
        "sold_g": sold,
    }
    if group.named is not None:
        figures["group"] = group.named
    return Reason(ReasonCode.FAIR_SHARE, figures)


def _no_demand(offered_g: int, lines: int) -> Reason:
    return Reason(ReasonCode.NO_DEMAND, {"fitting_lines": lines, "offered_g": offered_g})
