"""The allocation engine against an independent oracle: a plain maximum flow over pairs of lot and
line.
"""

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from orders.allocation.engine import (
    Allocation,
    Farmer,
    Instance,
    Line,
    Lot,
    ReasonCode,
    Result,
    canonical_json,
    instance_document,
    instance_from_document,
    result_document,
    sentence,
    solve,
    verify,
)
from tests.support.allocation_markets import make_market

DAYS = [date(2027, 1, 4) + timedelta(n) for n in range(2)]
PRODUCTS = ["basil", "chili"]
ZONES = ["ranot", "sadao"]
RANK = "ABC"
relaxed = settings(deadline=None, max_examples=120)

some_certificates = st.sets(st.sampled_from(["GAP", "PGS"]), max_size=2).map(frozenset)
few_days = st.sets(st.sampled_from(DAYS), min_size=1).map(frozenset)


@st.composite
def instances(draw: st.DrawFn, *, minimum: bool = False, frozen: bool = False) -> Instance:
    """Draw a small market with every kind of restriction."""
    names = [f"f{n}" for n in range(draw(st.integers(1, 4)))]
    pack = draw(st.sampled_from([1, 3]))
    lots = [
        Lot(
            f"lot{n}",
            draw(st.sampled_from(names)),
            draw(st.sampled_from(PRODUCTS)),
            draw(st.sampled_from(RANK)),
            draw(some_certificates),
            draw(few_days),
            draw(st.sampled_from(ZONES)),
            draw(st.integers(0, 40)),
            draw(st.sampled_from([0, 20, 30])),
        )
        for n in range(draw(st.integers(0, 6)))
    ]
    lines = []
    for n in range(draw(st.integers(0, 6))):
        asked = draw(st.integers(0, 40))
        product = draw(st.sampled_from(PRODUCTS))
        lines.append(
            Line(
                f"line{n}",
                product,
                draw(st.sampled_from("BCC")),
                draw(st.sampled_from([frozenset(), frozenset({"GAP"})])),
                draw(st.sampled_from(DAYS)),
                asked,
                draw(st.integers(0, asked)),
                draw(st.sampled_from([None, None, frozenset({"ranot"})])),
                draw(st.sampled_from(ZONES)),
                draw(st.sampled_from([None, 20, 25])),
                draw(st.integers(0, 2)),
                draw(st.sampled_from([(), tuple(p for p in PRODUCTS if p != product)])),
            )
        )
    lot_left = {lot.id: lot.quantity_g for lot in lots}
    line_left = {line.id: line.quantity_g for line in lines}
    fixed = []
    if frozen and lots and lines:
        pairs = [(draw(st.sampled_from(lots)), draw(st.sampled_from(lines))) for _ in range(2)]
        for lot, line in dict.fromkeys(pairs):
            most = min(lot_left[lot.id], line_left[line.id])
            if most:
                grams = draw(st.integers(1, most))
                fixed.append(Allocation(lot.id, line.id, lot.product, grams))
                lot_left[lot.id] -= grams
                line_left[line.id] -= grams
    return Instance(
        tuple(
            Farmer(name, draw(st.integers(5, 90)), draw(st.sampled_from([0, 0, 7])))
            for name in names
        ),
        tuple(lots),
        tuple(lines),
        {("ranot", "sadao"): 90},
        pack,
        {product: draw(st.integers(0, 15)) for product in PRODUCTS} if minimum else {},
        tuple(fixed),
    )


def may_supply(lot: Lot, line: Line) -> bool:
    """Say again, in the plainest way, what compatible means."""
    if lot.product != line.product and lot.product not in line.substitutes:
        return False
    if RANK.index(lot.grade) > RANK.index(line.min_grade):
        return False
    if line.max_price_satang is not None and lot.min_price_satang > line.max_price_satang:
        return False
    if line.supply_zones is not None and lot.zone not in line.supply_zones:
        return False
    return line.day in lot.days and line.certificates.issubset(lot.certificates)


def flow(edges: dict[tuple[str, str], int]) -> int:
    """Return the maximum flow from "S" to "T", by the shortest augmenting path (Edmonds-Karp)."""
    room: dict[str, dict[str, int]] = defaultdict(dict)
    for (a, b), most in edges.items():
        room[a][b] = room[a].get(b, 0) + most
        room[b].setdefault(a, 0)
    total = 0
    while True:
        came = {"S": ""}
        queue = ["S"]
        for node in queue:
            for other, left in room[node].items():
                if left and other not in came:
                    came[other] = node
                    queue.append(other)
        if "T" not in came:
            return total
        path = []
        node = "T"
        while node != "S":
            path.append((came[node], node))
            node = came[node]
        push = min(room[a][b] for a, b in path)
        for a, b in path:
            room[a][b] -= push
            room[b][a] += push
        total += push


Asked = Callable[[Line, int, int], int]


def bound(
    instance: Instance,
    asked: Asked,
    skipped: frozenset[tuple[str, str, date]] = frozenset(),
    farmers: dict[str, int] | None = None,
) -> int:
    """Return the most packs beside the frozen ones that lines can get when each asks for
    `asked(line, firm, rest)`.
    """
    lot_frozen: dict[str, int] = defaultdict(int)
    line_frozen: dict[str, int] = defaultdict(int)
    for row in instance.frozen:
        lot_frozen[row.lot] += row.quantity_g
        line_frozen[row.line] += row.quantity_g
    pack = instance.pack_g
    edges: dict[tuple[str, str], int] = {}
    for farmer in instance.farmers:
        edges["S", f"farmer {farmer.id}"] = 10**9 if farmers is None else farmers[farmer.id]
    for lot in instance.lots:
        spare = (lot.quantity_g - lot_frozen[lot.id]) // pack
        edges[f"farmer {lot.farmer}", f"lot {lot.id}"] = spare
        for line in instance.lines:
            if may_supply(lot, line) and (lot.farmer, lot.product, line.day) not in skipped:
                edges[f"lot {lot.id}", f"line {line.id}"] = 10**9
    for line in instance.lines:
        total = (line.quantity_g - line_frozen[line.id]) // pack
        firm = max(0, line.firm_g - line_frozen[line.id])
        firm = min(total, (firm + pack - 1) // pack)
        edges[f"line {line.id}", "T"] = asked(line, firm, total - firm)
    return flow(edges)


def served(instance: Instance, result: Result, asked: Asked) -> int:
    """Return how many packs of what `asked` counts the plan serves."""
    got: dict[str, int] = {line.id: line.allocated_g for line in result.lines}
    fixed: dict[str, int] = defaultdict(int)
    for row in instance.frozen:
        fixed[row.line] += row.quantity_g
    total = 0
    for line in instance.lines:
        packs = (got[line.id] - fixed[line.id]) // instance.pack_g
        most = (line.quantity_g - fixed[line.id]) // instance.pack_g
        firm = -(-max(0, line.firm_g - fixed[line.id]) // instance.pack_g)
        firm = min(most, firm)
        total += min(packs, asked(line, firm, most - firm))
    return total


def firm_only(line: Line, firm: int, rest: int) -> int:
    return firm


def up_to(tier: int) -> Asked:
    return lambda line, firm, rest: firm + (rest if line.tier <= tier else 0)


def skipped_in(result: Result) -> frozenset[tuple[str, str, date]]:
    return frozenset(
        (farmer.id, cut["product"], date.fromisoformat(cut["day"]))
        for farmer in result.farmers
        if farmer.reason
        for cut in farmer.reason.data.get("skipped", ())
    )


@relaxed
@given(instances(frozen=True))
def test_firm_and_every_tier_are_as_full_as_any_plan(instance: Instance) -> None:
    result = solve(instance)
    verify(instance, result)
    assert served(instance, result, firm_only) == bound(instance, firm_only)
    for tier in range(3):
        assert served(instance, result, up_to(tier)) == bound(instance, up_to(tier))
    assert set(instance.frozen) <= set(result.allocations)


@relaxed
@given(instances(minimum=True, frozen=True))
def test_a_minimum_harvest_never_costs_firm_and_is_only_broken_for_firm(instance: Instance) -> None:
    result = solve(instance)
    verify(instance, result)
    skipped = skipped_in(result)
    firm = bound(instance, firm_only)
    assert served(instance, result, firm_only) == firm
    for tier in range(3):
        assert served(instance, result, up_to(tier)) == bound(instance, up_to(tier), skipped)
    lots = {lot.id: lot for lot in instance.lots}
    days = {line.id: line.day for line in instance.lines}
    held = {(lots[r.lot].farmer, r.product, days[r.line]) for r in instance.frozen}
    harvest: dict[tuple[str, str, date], int] = defaultdict(int)
    for row in result.allocations:
        harvest[lots[row.lot].farmer, row.product, days[row.line]] += row.quantity_g
    for key, grams in harvest.items():
        assert key not in skipped
        if grams < instance.min_harvest_g[key[1]] and key not in held:
            assert bound(instance, firm_only, skipped | {key}) < firm


@relaxed
@given(instances(frozen=True))
def test_no_farmer_could_rise_at_the_cost_of_a_farmer_who_stands_higher(
    instance: Instance,
) -> None:
    result = solve(instance)
    pack = instance.pack_g
    fixed: dict[str, int] = defaultdict(int)
    owner = {lot.id: lot.farmer for lot in instance.lots}
    for row in instance.frozen:
        fixed[owner[row.lot]] += row.quantity_g
    packs = {f.id: (f.sold_g - fixed[f.id]) // pack for f in result.farmers}
    got: dict[str, int] = {line.id: line.allocated_g for line in result.lines}
    for row in instance.frozen:
        got[row.line] -= row.quantity_g
    total = sum(packs.values())

    def exactly(line: Line, firm: int, rest: int) -> int:
        return got[line.id] // pack

    farmers = {f.id: f for f in instance.farmers}
    outcomes = {f.id: f for f in result.farmers}
    for low in farmers.values():
        for high in farmers.values():
            if low is high or not packs[high.id] or outcomes[high.id].sold_g <= high.credit_g:
                continue
            moved = {**packs, low.id: packs[low.id] + 1, high.id: packs[high.id] - 1}
            if bound(instance, exactly, farmers=moved) < total:
                continue
            # A pack could go from high to low, but it would put low above where high then stands.
            after_low = outcomes[low.id].sold_g + pack - low.credit_g
            after_high = outcomes[high.id].sold_g - pack - high.credit_g
            level = low.plan_g * high.plan_g
            assert after_high * low.plan_g * 128 <= after_low * high.plan_g * 128 + level
            reason = outcomes[low.id].reason
            if reason is not None and reason.code is ReasonCode.FAIR_SHARE:
                assert high.id in reason.data["group"]


def mixed(rows: tuple[Any, ...], dice: random.Random) -> tuple[Any, ...]:
    return tuple(dice.sample(rows, len(rows)))


@relaxed
@given(instances(minimum=True, frozen=True), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(instance: Instance, dice: random.Random) -> None:
    shuffled = replace(
        instance,
        farmers=mixed(instance.farmers, dice),
        lots=mixed(instance.lots, dice),
        lines=mixed(instance.lines, dice),
        frozen=mixed(instance.frozen, dice),
        min_harvest_g=dict(sorted(instance.min_harvest_g.items(), reverse=True)),
    )
    first, second = solve(instance), solve(shuffled)
    assert canonical_json(result_document(first)) == canonical_json(result_document(second))
    assert first == second
    assert solve(instance_from_document(instance_document(shuffled))) == first


@relaxed
@given(instances(minimum=True, frozen=True))
def test_every_shortage_and_every_farmer_below_plan_has_a_reason_that_holds(
    instance: Instance,
) -> None:
    result = solve(instance)
    given_g: dict[str, int] = defaultdict(int)
    for row in result.allocations:
        given_g[row.lot] += row.quantity_g
    lines = {line.id: line for line in instance.lines}
    skipped = skipped_in(result)
    for out in result.lines:
        if not out.short_g:
            assert out.reason is None
            continue
        assert out.reason is not None
        assert sentence(out.reason, "th") != sentence(out.reason, "en")
        line = lines[out.id]
        good = [lot for lot in instance.lots if may_supply(lot, line)]
        spare = {lot.id for lot in good if lot.quantity_g - given_g[lot.id] >= instance.pack_g}
        if out.reason.code is ReasonCode.NO_COMPATIBLE_LOT:
            assert not good
            for step in out.reason.data["relax"]:
                assert helped(instance, line, step) == step["quantity_g"] > 0
        elif out.reason.code is ReasonCode.LOTS_FULL:
            assert good
            assert not spare
        elif out.reason.code is ReasonCode.BELOW_MINIMUM_HARVEST:
            assert set(out.reason.data["lots"]) == spare
            assert all(
                (lot.farmer, lot.product, line.day) in skipped for lot in good if lot.id in spare
            )
        else:
            assert out.reason.code is ReasonCode.PACK_ROUNDING
            assert out.short_g < instance.pack_g or all(
                lot.quantity_g < instance.pack_g for lot in good
            )
    for farmer in result.farmers:
        if farmer.sold_g < farmer.plan_g:
            assert farmer.reason is not None
        if farmer.reason is not None:
            assert sentence(farmer.reason, "th") != sentence(farmer.reason, "en")
            if farmer.reason.code is ReasonCode.NO_DEMAND and farmer.reason.data["offered_g"]:
                assert farmer.sold_g == 0


def helped(instance: Instance, line: Line, step: dict[str, object]) -> int:
    """Return how much would fit after the one relaxation that a reason names."""
    match step["what"]:
        case "grade":
            line = replace(line, min_grade=str(step["grade"]))
        case "certificate":
            missing = step["missing"]
            assert isinstance(missing, list)
            line = replace(line, certificates=line.certificates - set(missing))
        case "day":
            line = replace(line, day=date.fromisoformat(str(step["day"])))
        case "price":
            assert isinstance(step["by_satang"], int)
            line = replace(line, max_price_satang=(line.max_price_satang or 0) + step["by_satang"])
        case _:
            zones = step["zones"]
            assert isinstance(zones, list)
            line = replace(line, supply_zones=(line.supply_zones or frozenset()) | set(zones))
    return sum(lot.quantity_g for lot in instance.lots if may_supply(lot, line))


def moved(before: Result, after: Result) -> int:
    """Return base units that lie elsewhere than before: the sum of changes over pairs."""
    changes: dict[tuple[str, str], int] = defaultdict(int)
    for row in before.allocations:
        changes[row.lot, row.line] -= row.quantity_g
    for row in after.allocations:
        changes[row.lot, row.line] += row.quantity_g
    return sum(abs(change) for change in changes.values())


@relaxed
@given(instances(), instances())
def test_an_earlier_plan_is_kept_as_far_as_fill_and_tiers_allow(
    instance: Instance, other: Instance
) -> None:
    fresh = solve(instance)
    earlier = solve(replace(other, lots=instance.lots, lines=other.lines, farmers=instance.farmers))
    around = replace(instance, previous=earlier.allocations)
    again = solve(around)
    verify(around, again)
    for asked in (firm_only, *map(up_to, range(3))):
        assert served(instance, again, asked) == served(instance, fresh, asked)
    assert moved(earlier, again) <= moved(earlier, fresh)
    assert solve(replace(instance, previous=fresh.allocations)).allocations == fresh.allocations


@relaxed
@given(instances(frozen=True))
def test_farmers_reach_every_twentieth_of_their_plans_together_as_far_as_any_plan(
    instance: Instance,
) -> None:
    result = solve(instance)
    owner = {lot.id: lot.farmer for lot in instance.lots}
    fixed: dict[str, int] = defaultdict(int)
    taken: dict[str, int] = defaultdict(int)
    for row in instance.frozen:
        fixed[owner[row.lot]] += row.quantity_g
        taken[row.line] += row.quantity_g
    got = {out.id: (out.allocated_g - taken[out.id]) // instance.pack_g for out in result.lines}
    sold = {f.id: (f.sold_g - fixed[f.id]) // instance.pack_g for f in result.farmers}
    for level in range(21):
        most = {
            f.id: max(0, f.credit_g - fixed[f.id] + f.plan_g * level // 20) // instance.pack_g
            for f in instance.farmers
        }
        reach = bound(instance, lambda line, firm, rest: got[line.id], farmers=most)
        assert sum(min(sold[name], most[name]) for name in sold) == reach


@relaxed
@given(instances(), st.integers(2, 12))
def test_no_pick_is_smaller_than_the_smallest_allowed(instance: Instance, least: int) -> None:
    instance = replace(instance, min_pick_g=least)
    result = solve(instance)
    verify(instance, result)
    assert all(row.quantity_g >= least for row in result.allocations)
    assert result.filled_g <= result.bound_g


@relaxed
@given(instances(frozen=True))
def test_the_bound_is_what_could_be_filled_with_nothing_frozen(instance: Instance) -> None:
    result = solve(instance)
    everything = bound(replace(instance, frozen=()), lambda line, firm, rest: firm + rest)
    assert result.bound_g == everything * instance.pack_g
    assert sum(result.tier_filled_g.values()) == result.filled_g


def test_a_hundred_markets_reach_the_bound_in_any_process_and_order() -> None:
    for seed in range(100):
        instance = make_market(lots=24, lines=40, farmers=9, seed=seed, products=4)
        result = solve(instance)
        verify(instance, result)
        assert result.filled_g == result.bound_g
        for asked in (firm_only, *map(up_to, range(4))):
            assert served(instance, result, asked) == bound(instance, asked)
        dice = random.Random(seed)
        mixed_up = replace(
            instance, lots=mixed(instance.lots, dice), lines=mixed(instance.lines, dice)
        )
        assert solve(mixed_up).output_sha256 == result.output_sha256
