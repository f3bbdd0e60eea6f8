"""The independent check between solver and commit: a status is never trusted, the plan is replayed
row by row.

It shares `fits` and the counting of packs with the solver and nothing else: fullness is proven by
searching for a plan that would be fuller, not by comparing with what the solver says it did.
"""

from collections import defaultdict
from datetime import date

from .canonical import input_sha256, output_sha256
from .model import (
    Cut,
    Instance,
    Line,
    LineOutcome,
    Lot,
    ReasonCode,
    Result,
    validate,
)
from .rules import fits, frozen_totals, line_packs, lot_packs


class PlanError(ValueError):
    """The plan is not a valid answer to the instance; it must not be committed."""


def verify(instance: Instance, result: Result) -> None:
    """Check that `result` is a complete, valid and full plan for `instance`.

    Checks hashes, frozen rows, packs, compatibility, capacity, sums, minimum harvests and picks,
    that no firm quantity and no tier could be served better (no augmenting path; not where a
    smallest pick is set, which may cost fill), and that the reasons of lines and their cuts hold.
    Raises `PlanError` on the first fault, `InstanceError` when the instance itself is impossible.
    Fairness among farmers is not checked here.
    """
    validate(instance)
    if result.input_sha256 != input_sha256(instance):
        raise PlanError("the plan was made from other input")
    if result.output_sha256 != output_sha256(result):
        raise PlanError("the plan was changed after it was made")
    replay = _Replay(instance, result)
    replay.rows()
    replay.sums()
    replay.harvests()
    replay.find_fitting()
    if instance.min_pick_g <= instance.pack_g:
        replay.fullness()
    replay.line_reasons()


class _Replay:
    def __init__(self, instance: Instance, result: Result) -> None:
        self.instance = instance
        self.result = result
        self.lots = {lot.id: lot for lot in instance.lots}
        self.lines = {line.id: line for line in instance.lines}
        self.frozen = {(row.lot, row.line): row for row in instance.frozen}
        self.moving: dict[tuple[str, str], int] = {}
        self.lot_left = {lot.id: lot.quantity_g for lot in instance.lots}
        self.given: dict[str, int] = defaultdict(int)
        self.sold: dict[str, int] = defaultdict(int)
        self.harvest: dict[tuple[str, str, date], int] = defaultdict(int)
        self.skipped: set[tuple[str, str, date]] = set()
        self.fitting: dict[str, list[Lot]] = {}
        self.takers: dict[str, set[str]] = defaultdict(set)
        self.lot_frozen, self.line_frozen = frozen_totals(instance)
        self.cuts_held: dict[str, bool] = {}

    def rows(self) -> None:
        """Replay every row against what is left of its lot."""
        waiting = dict(self.frozen)
        for row in self.result.allocations:
            pair = (row.lot, row.line)
            lot, line = self.lots.get(row.lot), self.lines.get(row.line)
            if lot is None or line is None:
                raise PlanError(f"{pair}: unknown lot or line")
            if type(row.quantity_g) is not int or row.quantity_g <= 0:
                raise PlanError(f"{pair}: quantity {row.quantity_g!r} is not above 0")
            if row.product != lot.product:
                raise PlanError(f"{pair}: the lot holds {lot.product!r}, not {row.product!r}")
            if waiting.get(pair) == row:
                del waiting[pair]
            else:
                if pair in self.moving:
                    raise PlanError(f"{pair}: given twice")
                if row.quantity_g % self.instance.pack_g:
                    raise PlanError(f"{pair}: {row.quantity_g} is no whole number of packs")
                if not fits(lot, line):
                    raise PlanError(f"{pair}: the lot does not fit the line")
                if row.quantity_g < self.instance.min_pick_g:
                    raise PlanError(f"{pair}: {row.quantity_g} is below the smallest pick")
                self.moving[pair] = row.quantity_g
            self.lot_left[lot.id] -= row.quantity_g
            if self.lot_left[lot.id] < 0:
                raise PlanError(f"lot {lot.id!r}: given more than it holds")
            self.given[line.id] += row.quantity_g
            self.takers[lot.id].add(line.id)
            self.sold[lot.farmer] += row.quantity_g
            self.harvest[lot.farmer, lot.product, line.day] += row.quantity_g
        if waiting:
            raise PlanError(f"frozen rows are missing or changed: {sorted(waiting)}")

    def sums(self) -> None:
        """Check that the outcomes of lines and farmers say what the rows say."""
        if [line.id for line in self.result.lines] != sorted(self.lines):
            raise PlanError("the outcomes of lines are not those of the instance, sorted by id")
        plans = {farmer.id: farmer for farmer in self.instance.farmers}
        if [farmer.id for farmer in self.result.farmers] != sorted(plans):
            raise PlanError("the outcomes of farmers are not those of the instance, sorted by id")
        for out in self.result.lines:
            asked = self.lines[out.id].quantity_g
            if out.allocated_g != self.given[out.id] or out.allocated_g > asked:
                raise PlanError(f"line {out.id!r}: allocated {out.allocated_g} does not add up")
            if out.short_g != asked - out.allocated_g:
                raise PlanError(f"line {out.id!r}: short {out.short_g} does not add up")
            if (out.reason is None) != (out.short_g == 0):
                raise PlanError(
                    f"line {out.id!r}: a reason stands exactly where something is short"
                )
        for farmer in self.result.farmers:
            if farmer.sold_g != self.sold[farmer.id] or farmer.plan_g != plans[farmer.id].plan_g:
                raise PlanError(f"farmer {farmer.id!r}: sold {farmer.sold_g} does not add up")
            if farmer.reason is None and farmer.sold_g < farmer.plan_g:
                raise PlanError(f"farmer {farmer.id!r}: below plan without a reason")
        if self.result.filled_g != sum(self.given.values()):
            raise PlanError(f"filled {self.result.filled_g} does not add up")

    def harvests(self) -> None:
        """Check that minimum harvests are kept, and that what was cut became credit."""
        kept = set()
        before = {farmer.id: farmer.credit_g for farmer in self.instance.farmers}
        for farmer in self.result.farmers:
            data = farmer.reason.data if farmer.reason else {}
            for cut in data.get("kept", ()):
                kept.add((farmer.id, cut["product"], date.fromisoformat(cut["day"])))
            credit = max(0, before[farmer.id] - farmer.sold_g)
            for cut in data.get("skipped", ()):
                key = (farmer.id, cut["product"], date.fromisoformat(cut["day"]))
                least = self.instance.min_harvest_g.get(cut["product"], 0)
                if not 0 < cut["quantity_g"] < least or self.harvest.get(key):
                    raise PlanError(f"{key}: skipped without cause, or skipped and harvested")
                self.skipped.add(key)
                credit += cut["quantity_g"]
            if farmer.credit_g != credit:
                raise PlanError(f"farmer {farmer.id!r}: credit {farmer.credit_g}, not {credit}")
        held = {
            (self.lots[row.lot].farmer, row.product, self.lines[row.line].day)
            for row in self.instance.frozen
        }
        for key, total in self.harvest.items():
            least = self.instance.min_harvest_g.get(key[1], 0)
            if total < least and key not in kept and key not in held:
                raise PlanError(f"{key}: {total} is below the minimum harvest {least}")

    def find_fitting(self) -> None:
        """Find the lots that fit each line."""
        by_product: dict[str, list[Lot]] = defaultdict(list)
        for lot in self.instance.lots:
            by_product[lot.product].append(lot)
        cache: dict[tuple[object, ...], list[Lot]] = {}
        for line in self.instance.lines:
            key = (
                line.product,
                frozenset(line.substitutes),
                line.min_grade,
                line.certificates,
                line.day,
                line.supply_zones,
                line.max_price_satang,
            )
            if key not in cache:
                products = {line.product, *line.substitutes}
                cache[key] = [lot for p in products for lot in by_product[p] if fits(lot, line)]
            self.fitting[line.id] = cache[key]

    def fullness(self) -> None:
        """Look for a plan that serves firm, or any tier, better; there must be none.

        From a short line every lot that fits is reached, from a lot every line it supplies. A lot
        with a free pack, or a line that holds packs of a later stage, would make the short line
        fuller.
        """
        pack = self.instance.pack_g
        packs: dict[str, int] = defaultdict(int)
        supplied: dict[str, list[str]] = defaultdict(list)
        for (lot_id, line_id), grams in self.moving.items():
            packs[line_id] += grams // pack
            supplied[lot_id].append(line_id)
        asked = {
            line.id: line_packs(line, self.line_frozen.get(line.id, 0), pack)
            for line in self.instance.lines
        }
        tiers = sorted({line.tier for line in self.instance.lines})
        for stage in (-1, *tiers):
            short = [
                line.id
                for line in self.instance.lines
                if packs[line.id] < asked[line.id][0]
                or (line.tier <= stage and packs[line.id] < sum(asked[line.id]))
            ]
            # Firm is measured against everything offered, tiers against what is worth harvesting.
            skipped = self.skipped if stage >= 0 else set()
            self._no_path(stage, short, packs, asked, supplied, skipped)

    def _no_path(
        self,
        stage: int,
        short: list[str],
        packs: dict[str, int],
        asked: dict[str, tuple[int, int]],
        supplied: dict[str, list[str]],
        skipped: set[tuple[str, str, date]],
    ) -> None:
        name = "firm" if stage < 0 else f"tier {stage}"
        seen = set(short)
        lots_seen: set[tuple[str, date]] = set()
        drained: set[str] = set()
        stack = list(short)
        while stack:
            line = self.lines[stack.pop()]
            if line.tier > stage and packs[line.id] > asked[line.id][0]:
                raise PlanError(f"{name}: line {line.id!r} holds what an earlier claim is short of")
            for lot in self.fitting[line.id]:
                if (lot.id, line.day) in lots_seen:
                    continue
                lots_seen.add((lot.id, line.day))
                if (lot.farmer, lot.product, line.day) in skipped:
                    continue
                if self.lot_left[lot.id] >= self.instance.pack_g:
                    raise PlanError(f"{name}: lot {lot.id!r} could still serve a short line")
                if lot.id not in drained:
                    drained.add(lot.id)
                    fresh = [other for other in supplied[lot.id] if other not in seen]
                    seen.update(fresh)
                    stack += fresh

    def line_reasons(self) -> None:
        """Check the claims of the reasons for short lines against the rows."""
        for out in self.result.lines:
            if out.reason is not None and not self._holds(out, self.lines[out.id]):
                raise PlanError(f"line {out.id!r}: the reason {out.reason.code} does not hold")

    def _holds(self, out: LineOutcome, line: Line) -> bool:
        assert out.reason is not None
        good = self.fitting[line.id]
        pack = self.instance.pack_g
        data = out.reason.data
        spare = {lot.id: self.lot_left[lot.id] for lot in good if self.lot_left[lot.id] >= pack}
        match out.reason.code:
            case ReasonCode.NO_COMPATIBLE_LOT:
                return not good
            case ReasonCode.LOTS_FULL:
                return bool(good) and not spare and self._competed(out, good)
            case ReasonCode.BELOW_MINIMUM_PICK:
                return (
                    len(spare) == data["lots"] > 0
                    and sum(spare.values()) == data["left_g"]
                    and data["min_pick_g"] == self.instance.min_pick_g > pack
                )
            case ReasonCode.BELOW_MINIMUM_HARVEST:
                return (
                    bool(spare)
                    and data["lots"] == spare
                    and all(
                        (self.lots[lot].farmer, self.lots[lot].product, line.day) in self.skipped
                        for lot in spare
                    )
                )
            case ReasonCode.PACK_ROUNDING:
                return out.short_g < pack or (
                    bool(good) and all(lot.quantity_g < pack for lot in good)
                )
            case _:
                return False

    def _competed(self, out: LineOutcome, good: list[Lot]) -> bool:
        """Say whether the figures of a reason "all given out" hold, and the cut behind it."""
        assert out.reason is not None
        data = out.reason.data
        lots = [lot for lot in good if self._packs(lot)] or good
        takers = {line for lot in lots for line in self.takers[lot.id]}
        if (
            data["lots"] != len(lots)
            or data["takers"] != len(takers)
            or data["given_g"] != sum(lot.quantity_g - self.lot_left[lot.id] for lot in lots)
        ):
            return False
        if "cut" not in data:
            return True
        if data["cut"] not in self.cuts_held:
            cut = next((cut for cut in self.result.cuts if cut.id == data["cut"]), None)
            self.cuts_held[data["cut"]] = cut is not None and self._cut_holds(cut)
        return self.cuts_held[data["cut"]] and out.id in next(
            cut.lines for cut in self.result.cuts if cut.id == data["cut"]
        )

    def _packs(self, lot: Lot) -> int:
        return lot_packs(lot, self.lot_frozen.get(lot.id, 0), self.instance.pack_g)

    def _cut_holds(self, cut: Cut) -> bool:
        """Say whether the lots of a cut are given out whole, to its lines alone, and no other lot
        and no later claim has a part in it.
        """
        pack = self.instance.pack_g
        lots, lines = set(cut.lots), set(cut.lines)
        if cut.supply_g != sum(self._packs(self.lots[lot]) * pack for lot in lots):
            return False
        if any(self.lot_left[lot] >= pack for lot in lots):
            return False
        got: dict[str, int] = defaultdict(int)
        for (giver, taker), grams in self.moving.items():
            if giver in lots and taker not in lines:
                return False
            got[taker] += grams // pack
        for name in lines:
            line = self.lines[name]
            for lot in self.fitting[name]:
                picked = (lot.farmer, lot.product, line.day) not in self.skipped
                if lot.id not in lots and self._packs(lot) and picked:
                    return False
            firm, _ = line_packs(line, self.line_frozen.get(name, 0), pack)
            if line.tier > cut.stage and got[name] > firm:
                return False
        return True
