"""What a plan of a week comes to, as JSON-able data: keys and whole numbers, and no person.

Pure. A group with fewer growers than `FEWEST` is never shown alone: small groups are put together,
with the next smallest when they are still too few, the same way before and after.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from orders.allocation import engine
from orders.simulator.questions import NEW
from orders.simulator.week import WeekProduct

FEWEST = 3
"""The smallest number of growers whose income is shown."""
LISTED = 100
LEAST_SHOWN = 3
SMALL = "small"


@dataclass(frozen=True, slots=True)
class Solved:
    """A product's week as it is or would be, and its checked answer."""

    week: WeekProduct
    instance: engine.Instance
    result: engine.Result


def side(solved: Sequence[Solved]) -> dict[str, Any]:
    """Return the figures of one plan of the week; grams are nominal for pieces.

    Income is by group and still with small ones: put both sides through `hide_small`.
    """
    grams = {one.week.product.pk: one.week.product.grams_of for one in solved}
    products = []
    firm_g = firm_short_g = 0
    for one in solved:
        key = one.week.product.pk
        asked = sum(line.quantity_g for line in one.instance.lines)
        products.append(
            {
                "product": key,
                "asked": asked,
                "given": one.result.filled_g,
                "bound": one.result.bound_g,
                "asked_g": grams[key](asked),
                "given_g": grams[key](one.result.filled_g),
                "bound_g": grams[key](one.result.bound_g),
            }
        )
        firm = {line.id: line.firm_g for line in one.instance.lines}
        firm_g += grams[key](sum(firm.values()))
        firm_short_g += grams[key](
            sum(max(0, firm[out.id] - out.allocated_g) for out in one.result.lines)
        )
    short = sorted(
        (row for one in solved for row in _short(one)),
        key=lambda row: (-row["short_g"], row["line"]),
    )
    return {
        "asked_g": sum(row["asked_g"] for row in products),
        "given_g": sum(row["given_g"] for row in products),
        "bound_g": sum(row["bound_g"] for row in products),
        "firm_g": firm_g,
        "firm_short_g": firm_short_g,
        "products": products,
        "fair": _fair(solved),
        "income": _income(solved),
        "km_10": _km(solved),
        "short": short[:LISTED],
        "short_count": len(short),
        "new": _new(solved),
    }


def _short(one: Solved) -> list[dict[str, Any]]:
    asked = {line.id: line for line in one.instance.lines}
    product = one.week.product
    rows = []
    for out in one.result.lines:
        if not out.short_g or out.reason is None:
            continue
        line = one.week.lines.get(out.id)
        rows.append(
            {
                "line": f"{product.pk}:{out.id}",
                "buyer": line.order.buyer_id if line is not None else NEW,
                "product": product.pk,
                "day": asked[out.id].day.isoformat(),
                "asked": asked[out.id].quantity_g,
                "short": out.short_g,
                "short_g": product.grams_of(out.short_g),
                "code": str(out.reason.code),
                "data": dict(out.reason.data),
            }
        )
    return rows


def _fair(solved: Sequence[Solved]) -> dict[str, Any]:
    parts = []
    for one in solved:
        offered: dict[str, int] = defaultdict(int)
        for lot in one.instance.lots:
            offered[lot.farmer] += lot.quantity_g
        grams_of = one.week.product.grams_of
        parts += [
            engine.Part(
                grower=out.id,
                offered_g=grams_of(offered[out.id]),
                sold_g=grams_of(out.sold_g),
                wanted=engine.was_wanted(out.reason),
            )
            for out in one.result.farmers
        ]
    found = engine.fairness(parts)
    return {
        "gini_1000": _nearest(found.gini * 1000) if found.gini is not None else None,
        "people": len(found.shares),
        "unordered": found.unordered,
        "least": [int(share * 100) for share in found.shares[:LEAST_SHOWN]],
        "below_half": sum(share * 2 < 1 for share in found.shares),
    }


def _income(solved: Sequence[Solved]) -> list[dict[str, Any]]:
    """Return what growers are paid by group, satang; rounded once a product, grade and day."""
    sums: dict[tuple[str, int, str, Any], int] = defaultdict(int)
    people: dict[str, set[str]] = defaultdict(set)
    weeks = {one.week.product.pk: one.week for one in solved}
    for one in solved:
        lots = {lot.id: lot for lot in one.instance.lots}
        days = {line.id: line.day for line in one.instance.lines}
        for lot in lots.values():
            people[_group(one, lot.id)].add(lot.farmer)
        for row in one.result.allocations:
            key = _group(one, row.lot), one.week.product.pk, lots[row.lot].grade, days[row.line]
            sums[key] += row.quantity_g
    satang: dict[str, int] = dict.fromkeys(people, 0)
    for (group, product, grade, day), qty in sums.items():
        price, per = weeks[product].prices.get((grade, day), 0), weeks[product].product.per
        satang[group] += (qty * price * 2 + per) // (2 * per)
    return [
        {"group": group, "people": len(people[group]), "satang": satang[group]}
        for group in sorted(people)
    ]


def _group(one: Solved, lot: str) -> str:
    return str(one.week.groups[lot]) if lot in one.week.groups else NEW


def _km(solved: Sequence[Solved]) -> int | None:
    """Return tenths of kilometres per kilogram over pairs whose road is known."""
    far = weight = 0
    for one in solved:
        zones = {lot.id: lot.zone for lot in one.instance.lots}
        to = {line.id: line.deliver_zone for line in one.instance.lines}
        for row in one.result.allocations:
            pair = zones[row.lot], to[row.line]
            km = one.instance.distance_km.get(pair, one.instance.distance_km.get(pair[::-1]))
            if km is None and pair[0] == pair[1]:
                km = 0
            if km is not None:
                grams = one.week.product.grams_of(row.quantity_g)
                weight += grams
                far += grams * km
    return _nearest(Fraction(far * 10, weight)) if weight else None


def _new(solved: Sequence[Solved]) -> dict[str, int] | None:
    """Return what the imagined kitchen gets, and what its growers are paid for that."""
    asked = given = farm_gate = 0
    for one in solved:
        lots = {lot.id: lot.grade for lot in one.instance.lots}
        days = {line.id: line.day for line in one.instance.lines if line.id.startswith(NEW)}
        asked += sum(line.quantity_g for line in one.instance.lines if line.id in days)
        for row in one.result.allocations:
            if row.line in days:
                price = one.week.prices.get((lots[row.lot], days[row.line]), 0)
                given += row.quantity_g
                farm_gate += row.quantity_g * price // one.week.product.per
    return {"asked_g": asked, "given_g": given, "farm_gate_satang": farm_gate} if asked else None


def hide_small(*sides: dict[str, Any]) -> None:
    """Put groups of fewer than `FEWEST` growers together, the same in every side, in place."""
    counts: dict[str, int] = {}
    for one in sides:
        for row in one["income"]:
            if row["group"] != NEW:
                known = counts.get(row["group"], row["people"])
                counts[row["group"]] = min(known, row["people"])
    joined = _joined(counts)
    for one in sides:
        kept = [row for row in one["income"] if row["group"] not in joined]
        small = [row for row in one["income"] if row["group"] in joined]
        # Too few even together: their money stands in no row.
        if small and sum(counts[group] for group in joined) >= FEWEST:
            kept.append(
                {
                    "group": SMALL,
                    "people": sum(row["people"] for row in small),
                    "satang": sum(row["satang"] for row in small),
                }
            )
        one["income_satang"] = sum(row["satang"] for row in kept)
        one["income"] = kept


def _joined(counts: Mapping[str, int]) -> set[str]:
    found: set[str] = set()
    together = 0
    for group, people in sorted(counts.items(), key=lambda pair: (pair[1], pair[0])):
        if people >= FEWEST and (not found or together >= FEWEST):
            break
        found.add(group)
        together += people
    return found


def _nearest(value: Fraction) -> int:
    return int((value * 2 + 1) // 2)
