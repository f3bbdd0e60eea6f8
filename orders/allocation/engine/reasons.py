"""Why a line is short and why a farmer is below plan, with the figures to check it again.

Always true: a reason is derived from the finished plan, never from how the solver got there, so
another solver behind the same seam can use it. All data is JSON: text, whole numbers, lists,
mappings.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from .flow import Network
from .model import Allocation, Farmer, Instance, Line, Lot, Reason, ReasonCode
from .rules import Barrier, better_grade_first, fits, why_not

NAMED = 5
"""How many lots a relaxation names; the quantity beside them counts all."""


@dataclass(frozen=True, slots=True)
class Cut:
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
class Shares:
    """The finished fairness network: an arc per farmer, and (farmer, pool node, arc) per stock of a
    farmer in a pool.
    """

    network: Network
    sources: Sequence[int]
    supplies: Sequence[tuple[int, int, int]]

    def could_give_way(self, number: int) -> list[int]:
        """Return the farmers whose sales farmer `number` could take over without any line losing,
        himself included.

        They are the farmers that a path of the residual network reaches: the certificate behind
        "nobody in your group who could have given way stands higher".
        """
        network = self.network
        owners = {network.ends[arc]: i for i, arc in enumerate(self.sources)}
        start = network.ends[self.sources[number]]
        seen = {0, 1, start}
        stack = [start]
        found = [number]
        while stack:
            node = stack.pop()
            for arc in network.arcs[node]:
                end = network.ends[arc]
                if network.room[arc] and end not in seen:
                    seen.add(end)
                    stack.append(end)
                    if end in owners:
                        found.append(owners[end])
        return sorted(found)


def line_reasons(
    *,
    instance: Instance,
    lines: Sequence[Line],
    lots: Sequence[Lot],
    got: Sequence[int],
    rows: Sequence[Allocation],
    skipped: Mapping[tuple[str, str, date], int],
) -> list[Reason | None]:
    """Return a reason per line (None when nothing is short).

    `lines`, `lots` sorted by id; `got` in base units per line; `rows` the whole plan; `skipped`
    harvests not made.
    """
    left = {lot.id: lot.quantity_g for lot in lots}
    takers: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        left[row.lot] -= row.quantity_g
        takers[row.lot][row.line] += row.quantity_g
    by_product: dict[str, list[Lot]] = defaultdict(list)
    for lot in lots:
        by_product[lot.product].append(lot)
    pack = instance.pack_g
    known: dict[tuple[object, ...], Reason] = {}
    reasons: list[Reason | None] = []
    for line, allocated in zip(lines, got, strict=True):
        short = line.quantity_g - allocated
        if not short:
            reasons.append(None)
            continue
        if short < pack:
            reasons.append(Reason(ReasonCode.PACK_ROUNDING, {"pack_g": pack, "short_g": short}))
            continue
        key = (
            line.product,
            line.substitutes,
            line.min_grade,
            line.certificates,
            line.day,
            line.supply_zones,
            line.max_price_satang,
        )
        if key not in known:
            near = [lot for p in sorted({line.product, *line.substitutes}) for lot in by_product[p]]
            known[key] = _shortage(line, near, left, takers, skipped, pack)
        reasons.append(known[key])
    return reasons


def _shortage(
    line: Line,
    near: Sequence[Lot],
    left: Mapping[str, int],
    takers: Mapping[str, Mapping[str, int]],
    skipped: Mapping[tuple[str, str, date], int],
    pack: int,
) -> Reason:
    good = [lot for lot in near if fits(lot, line)]
    if not good:
        return Reason(ReasonCode.NO_COMPATIBLE_LOT, {"relax": relaxations(line, near)})
    spare = [lot for lot in good if left[lot.id] >= pack]
    if spare:
        # A lot that fits and has room is only ever left out because it is not harvested that day.
        return Reason(
            ReasonCode.BELOW_MINIMUM_HARVEST,
            {
                "lots": {
                    lot.id: left[lot.id]
                    for lot in spare
                    if (lot.farmer, lot.product, line.day) in skipped
                }
            },
        )
    if all(lot.quantity_g < pack for lot in good):
        lots = {lot.id: lot.quantity_g for lot in good}
        return Reason(ReasonCode.PACK_ROUNDING, {"lots": lots, "pack_g": pack})
    took: dict[str, int] = defaultdict(int)
    for lot in good:
        for taker, grams in takers.get(lot.id, {}).items():
            took[taker] += grams
    return Reason(
        ReasonCode.LOTS_FULL,
        {
            "lots": {lot.id: lot.quantity_g - left[lot.id] for lot in good},
            "takers": dict(sorted(took.items())),
        },
    )


def relaxations(line: Line, lots: Sequence[Lot]) -> list[dict[str, Any]]:
    """Return which single change to `line` would let some of `lots` fit, the change that frees most
    first.

    Each says `what` (a `Barrier`), the smallest step that helps (`grade`, `missing`, `day`,
    `by_satang` with `price_satang`, or `zones`), `quantity_g` of the lots that would fit then, and
    the first lot ids.
    """
    alone: dict[Barrier, list[Lot]] = defaultdict(list)
    for lot in lots:
        barriers = why_not(lot, line)
        if len(barriers) == 1 and lot.quantity_g and (lot.days or barriers[0] is not Barrier.DAY):
            alone[barriers[0]].append(lot)
    found: list[dict[str, Any]] = []
    for what, behind in alone.items():
        if what is Barrier.PRODUCT:
            continue
        if what is Barrier.GRADE:
            grade = min((lot.grade for lot in behind), key=better_grade_first)
            step: dict[str, Any] = {"grade": grade}
            behind = [lot for lot in behind if lot.grade == grade]
        elif what is Barrier.CERTIFICATE:
            missing = min(
                (sorted(line.certificates - lot.certificates) for lot in behind),
                key=lambda names: (len(names), names),
            )
            step = {"missing": missing}
            behind = [lot for lot in behind if line.certificates - lot.certificates <= set(missing)]
        elif what is Barrier.DAY:
            day = min(
                (day for lot in behind for day in lot.days),
                key=lambda day: (abs((day - line.day).days), day),
            )
            step = {"day": day.isoformat()}
            behind = [lot for lot in behind if day in lot.days]
        elif what is Barrier.PRICE:
            price = min(lot.min_price_satang for lot in behind)
            step = {"by_satang": price - (line.max_price_satang or 0), "price_satang": price}
            behind = [lot for lot in behind if lot.min_price_satang == price]
        else:
            step = {"zones": sorted({lot.zone for lot in behind})}
        found.append(
            {
                "what": str(what),
                **step,
                "lots": sorted(lot.id for lot in behind)[:NAMED],
                "quantity_g": sum(lot.quantity_g for lot in behind),
            }
        )
    return sorted(found, key=lambda step: (-step["quantity_g"], step["what"]))


def farmer_reason(
    *,
    number: int,
    farmers: Sequence[Farmer],
    sold: Sequence[int],
    base: Sequence[int],
    offered_g: int,
    unsold_packs: int,
    wanted_lines: int,
    skipped: Sequence[Cut],
    kept: Sequence[Cut],
    shares: Shares,
) -> Reason | None:
    """Return why farmer `number` stands where he stands; None when his plan is sold and no harvest
    is below its minimum.

    `sold`, `base` (what shares are measured against), `offered_g` in base units; `unsold_packs`
    whole packs left in lots; `wanted_lines` counts the lines that any of his lots fits.
    """
    if skipped:
        data: dict[str, Any] = {"skipped": [cut.document() for cut in skipped]}
        if kept:
            data["kept"] = [cut.document() for cut in kept]
        return Reason(ReasonCode.SKIPPED_WITH_CREDIT, data)
    if kept:
        return Reason(ReasonCode.BELOW_MINIMUM_HARVEST, {"kept": [cut.document() for cut in kept]})
    if sold[number] >= base[number]:
        return None
    if not unsold_packs:
        figures = {"offered_g": offered_g, "plan_g": base[number], "sold_g": sold[number]}
        if sold[number] < offered_g:
            return Reason(ReasonCode.PACK_ROUNDING, figures)
        return Reason(ReasonCode.LOTS_FULL, figures) if offered_g else _no_demand(offered_g, 0)
    group = shares.could_give_way(number)
    if not sold[number] and (not wanted_lines or len(group) == 1):
        return _no_demand(offered_g, wanted_lines)
    return Reason(
        ReasonCode.FAIR_SHARE,
        {
            "credit_g": farmers[number].credit_g,
            "group": {farmers[i].id: sold[i] * 1000 // base[i] for i in group},
            "plan_g": base[number],
            "share_permille": sold[number] * 1000 // base[number],
            "sold_g": sold[number],
        },
    )


def _no_demand(offered_g: int, lines: int) -> Reason:
    return Reason(ReasonCode.NO_DEMAND, {"fitting_lines": lines, "offered_g": offered_g})
