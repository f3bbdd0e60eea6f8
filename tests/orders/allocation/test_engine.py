"""What a cooperative, a kitchen and a grower notice of one run of the allocation engine."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from orders.allocation.engine import (
    Allocation,
    Barrier,
    Cut,
    Farmer,
    FarmerOutcome,
    Instance,
    InstanceError,
    Line,
    LineOutcome,
    Lot,
    PlanError,
    Reason,
    ReasonCode,
    Result,
    instance_document,
    instance_from_document,
    output_sha256,
    sentence,
    solve,
    verify,
    why_not,
)

MONDAY = date(2027, 1, 4)
TUESDAY = date(2027, 1, 5)


def lot(key: str, farmer: str, grams: int, **changes: Any) -> Lot:
    base = Lot(key, farmer, "chili", "A", frozenset(), frozenset({MONDAY}), "ranot", grams)
    return replace(base, **changes)


def line(key: str, grams: int, **changes: Any) -> Line:
    return replace(Line(key, "chili", "B", frozenset(), MONDAY, grams), **changes)


def market(lots: list[Lot], lines: list[Line], **changes: Any) -> Instance:
    plans: dict[str, int] = {}
    for one in lots:
        plans[one.farmer] = plans.get(one.farmer, 0) + one.quantity_g
    farmers = tuple(Farmer(name, plan) for name, plan in plans.items())
    return replace(Instance(farmers, tuple(lots), tuple(lines)), **changes)


def allocate(instance: Instance) -> Result:
    result = solve(instance)
    verify(instance, result)
    return result


def for_line(result: Result, key: str) -> LineOutcome:
    return next(one for one in result.lines if one.id == key)


def for_farmer(result: Result, key: str) -> FarmerOutcome:
    return next(one for one in result.farmers if one.id == key)


def code(outcome: LineOutcome | FarmerOutcome) -> ReasonCode | None:
    return outcome.reason.code if outcome.reason else None


def test_two_farmers_with_equal_plans_sell_equal_shares() -> None:
    result = allocate(
        market([lot("l1", "anan", 10_000), lot("l2", "bua", 10_000)], [line("h", 10_000)])
    )
    assert [one.sold_g for one in result.farmers] == [5_000, 5_000]
    reason = for_farmer(result, "anan").reason
    assert reason is not None
    assert reason.code is ReasonCode.FAIR_SHARE
    assert reason.data["group"] == {"anan": 500, "bua": 500}


def test_a_bigger_plan_sells_more_in_proportion() -> None:
    result = allocate(
        market([lot("l1", "anan", 30_000), lot("l2", "bua", 10_000)], [line("h", 20_000)])
    )
    assert [one.sold_g for one in result.farmers] == [15_000, 5_000]


def test_credit_from_an_earlier_cut_is_served_first_and_used_up() -> None:
    instance = market(
        [lot("l1", "anan", 10_000), lot("l2", "bua", 10_000)],
        [line("h", 8_000)],
        farmers=(Farmer("anan", 10_000), Farmer("bua", 10_000, credit_g=4_000)),
        pack_g=100,
    )
    result = allocate(instance)
    assert [one.sold_g for one in result.farmers] == [2_000, 6_000]
    assert for_farmer(result, "bua").credit_g == 0


def test_firm_quantity_is_served_before_a_better_tier() -> None:
    result = allocate(
        market(
            [lot("l1", "anan", 10_000)],
            [line("extra", 10_000, tier=0), line("promised", 6_000, firm_g=6_000, tier=3)],
        )
    )
    assert for_line(result, "promised").allocated_g == 6_000
    assert for_line(result, "extra").allocated_g == 4_000


def test_tiers_are_served_in_order() -> None:
    lines = [line("late", 8_000, tier=2), line("early", 8_000, tier=1)]
    result = allocate(market([lot("l1", "anan", 10_000)], lines))
    assert for_line(result, "early").short_g == 0
    assert for_line(result, "late").allocated_g == 2_000
    reason = for_line(result, "late").reason
    assert reason is not None
    assert reason.code is ReasonCode.LOTS_FULL
    assert reason.data == {"given_g": 10_000, "lots": 1, "takers": 2, "cut": "c1"}
    assert result.cuts == (Cut("c1", 2, ("l1",), ("early", "late"), 10_000),)


def test_equal_claims_share_what_is_missing() -> None:
    lines = [line("a", 6_000), line("b", 3_000)]
    result = allocate(market([lot("l1", "anan", 6_000)], lines, pack_g=500))
    assert [one.allocated_g for one in result.lines] == [4_000, 2_000]


def test_a_choosy_line_gets_the_only_lot_it_can_take() -> None:
    lots = [lot("gap", "anan", 5_000, certificates=frozenset({"GAP"})), lot("plain", "bua", 5_000)]
    lines = [line("any", 5_000), line("choosy", 5_000, certificates=frozenset({"GAP"}))]
    result = allocate(market(lots, lines))
    assert all(one.short_g == 0 for one in result.lines)


def test_a_better_grade_serves_a_lower_one_but_not_the_reverse() -> None:
    assert not why_not(lot("x", "f", 1, grade="A"), line("y", 1, min_grade="C"))
    assert why_not(lot("x", "f", 1, grade="C"), line("y", 1, min_grade="B")) == (Barrier.GRADE,)


@pytest.mark.parametrize(
    ("lot_changes", "line_changes", "step"),
    [
        ({"grade": "C"}, {"min_grade": "A"}, {"what": "grade", "grade": "C"}),
        (
            {},
            {"certificates": frozenset({"GAP"})},
            {"what": "certificate", "missing": ["GAP"]},
        ),
        ({"days": frozenset({TUESDAY})}, {}, {"what": "day", "day": "2027-01-05"}),
        (
            {"min_price_satang": 4_000},
            {"max_price_satang": 3_500},
            {"what": "price", "by_satang": 500, "price_satang": 4_000},
        ),
        ({}, {"supply_zones": frozenset({"sadao"})}, {"what": "zone", "zones": ["ranot"]}),
    ],
)
def test_a_line_that_nothing_fits_is_told_what_would_help(
    lot_changes: dict[str, Any], line_changes: dict[str, Any], step: dict[str, Any]
) -> None:
    result = allocate(
        market([lot("l1", "anan", 9_000, **lot_changes)], [line("h", 5_000, **line_changes)])
    )
    reason = for_line(result, "h").reason
    assert reason is not None
    assert reason.code is ReasonCode.NO_COMPATIBLE_LOT
    assert reason.data["relax"] == [{**step, "lots": ["l1"], "quantity_g": 9_000}]
    assert code(for_farmer(result, "anan")) is ReasonCode.NO_DEMAND


def test_only_whole_packs_are_given_and_the_rest_is_explained() -> None:
    result = allocate(market([lot("l1", "anan", 9_900)], [line("h", 5_200)], pack_g=500))
    assert for_line(result, "h").allocated_g == 5_000
    assert code(for_line(result, "h")) is ReasonCode.PACK_ROUNDING


def test_a_firm_quantity_is_rounded_up_to_a_pack_when_the_line_allows_it() -> None:
    lines = [line("a", 5_000, tier=0), line("b", 1_500, firm_g=1_200, tier=5)]
    result = allocate(market([lot("l1", "anan", 5_000)], lines, pack_g=500))
    assert for_line(result, "b").allocated_g == 1_500


def test_a_harvest_too_small_is_skipped_and_becomes_credit() -> None:
    lots = [lot("big", "anan", 90_000), lot("small", "bua", 10_000)]
    instance = market(lots, [line("h", 50_000)], min_harvest_g={"chili": 6_000})
    result = allocate(instance)
    assert for_farmer(result, "bua").sold_g == 0
    assert code(for_farmer(result, "bua")) is ReasonCode.SKIPPED_WITH_CREDIT
    assert for_farmer(result, "bua").credit_g == 5_000
    assert for_line(result, "h").short_g == 0


def test_a_small_harvest_is_kept_when_firm_quantity_needs_it() -> None:
    lots = [lot("big", "anan", 40_000), lot("small", "bua", 3_000)]
    instance = market(lots, [line("h", 43_000, firm_g=43_000)], min_harvest_g={"chili": 6_000})
    result = allocate(instance)
    assert for_farmer(result, "bua").sold_g == 3_000
    assert code(for_farmer(result, "bua")) is ReasonCode.BELOW_MINIMUM_HARVEST
    assert for_line(result, "h").short_g == 0


def test_a_line_short_because_of_a_skipped_harvest_is_told_so() -> None:
    lots = [lot("big", "anan", 40_000), lot("small", "bua", 3_000)]
    result = allocate(market(lots, [line("h", 43_000)], min_harvest_g={"chili": 6_000}))
    assert for_line(result, "h").short_g == 3_000
    reason = for_line(result, "h").reason
    assert reason == Reason(ReasonCode.BELOW_MINIMUM_HARVEST, {"lots": {"small": 3_000}})


def test_the_minimum_is_per_delivery_day() -> None:
    both = frozenset({MONDAY, TUESDAY})
    lots = [lot("l1", "anan", 10_000, days=both)]
    lines = [line("m", 5_000), line("t", 3_000, day=TUESDAY)]
    result = allocate(market(lots, lines, min_harvest_g={"chili": 4_000}))
    assert for_line(result, "m").short_g == 0
    assert for_line(result, "t").allocated_g == 0
    assert for_farmer(result, "anan").credit_g == 3_000


def test_frozen_rows_stay_exactly_even_when_they_no_longer_fit() -> None:
    frozen = Allocation("l1", "h", "chili", 1_234)
    lots = [lot("l1", "anan", 5_000, grade="C"), lot("l2", "bua", 5_000)]
    result = allocate(market(lots, [line("h", 5_000, min_grade="A")], frozen=(frozen,), pack_g=100))
    assert frozen in result.allocations
    assert for_line(result, "h").allocated_g == 1_234 + 3_700
    assert for_farmer(result, "anan").sold_g == 1_234


def test_a_frozen_small_harvest_is_never_skipped() -> None:
    frozen = Allocation("l1", "h", "chili", 1_000)
    instance = market(
        [lot("l1", "anan", 5_000), lot("l2", "bua", 50_000)],
        [line("h", 20_000)],
        frozen=(frozen,),
        min_harvest_g={"chili": 5_000},
    )
    result = allocate(instance)
    assert frozen in result.allocations
    assert code(for_farmer(result, "anan")) is not ReasonCode.SKIPPED_WITH_CREDIT


def test_earlier_sources_are_kept_where_it_costs_nothing() -> None:
    lots = [lot(f"l{i}", f"f{i}", 4_000) for i in range(4)]
    lines = [line(f"h{i}", 4_000) for i in range(4)]
    earlier = tuple(Allocation(f"l{i}", f"h{3 - i}", "chili", 4_000) for i in range(4))
    result = allocate(market(lots, lines, previous=earlier))
    assert set(result.allocations) == set(earlier)


def test_an_earlier_plan_binds_what_lines_get_unless_it_is_shared_anew() -> None:
    lots = [lot("l1", "anan", 8_000)]
    lines = [line("a", 10_000), line("b", 30_000)]
    earlier = (Allocation("l1", "a", "chili", 6_000),)
    bound = allocate(market(lots, lines, previous=earlier, pack_g=500))
    anew = allocate(market(lots, lines, previous=earlier, pack_g=500, share_anew=True))
    assert [out.allocated_g for out in bound.lines] == [6_000, 2_000]
    assert [out.allocated_g for out in anew.lines] == [2_000, 6_000]


def test_an_earlier_source_that_is_gone_is_ignored() -> None:
    gone = Allocation("old", "h", "chili", 4_000)
    result = allocate(market([lot("l1", "anan", 5_000)], [line("h", 4_000)], previous=(gone,)))
    assert for_line(result, "h").short_g == 0


def test_the_near_farm_supplies_the_near_kitchen() -> None:
    lots = [lot("n", "anan", 5_000, zone="ranot"), lot("s", "bua", 5_000, zone="sadao")]
    lines = [
        line("a", 5_000, deliver_zone="sadao"),
        line("b", 5_000, deliver_zone="ranot"),
    ]
    result = allocate(market(lots, lines, distance_km={("ranot", "sadao"): 120}))
    assert [(row.lot, row.line) for row in result.allocations] == [("s", "a"), ("n", "b")]


def test_a_substitute_is_named_as_what_it_is() -> None:
    lots = [lot("l1", "anan", 2_000), lot("l2", "bua", 9_000, product="basil")]
    result = allocate(market(lots, [line("h", 5_000, substitutes=("basil",))]))
    assert for_line(result, "h").short_g == 0
    assert {row.product for row in result.allocations} == {"chili", "basil"}


def test_a_farmer_whose_lots_are_all_sold_below_plan_is_told_so() -> None:
    instance = market(
        [lot("l1", "anan", 5_000)], [line("h", 5_000)], farmers=(Farmer("anan", 9_000),)
    )
    assert code(for_farmer(allocate(instance), "anan")) is ReasonCode.LOTS_FULL


def test_an_empty_market_gives_an_empty_plan() -> None:
    result = allocate(Instance((), (), ()))
    assert result.filled_g == 0
    assert result.allocations == ()


def test_a_stored_instance_can_be_solved_again() -> None:
    instance = market(
        [lot("l1", "anan", 5_000, certificates=frozenset({"GAP"}))],
        [line("h", 4_000, supply_zones=frozenset({"ranot"}))],
        distance_km={("ranot", "sadao"): 90},
        previous=(Allocation("l1", "h", "chili", 1_000),),
    )
    again = instance_from_document(instance_document(instance))
    assert again == instance
    assert solve(again) == solve(instance)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"pack_g": 0}, "pack_g"),
        ({"lots": (lot("l1", "anan", -1),)}, "lots[0].quantity_g"),
        ({"lots": (lot("l1", "nobody", 1),)}, "lots[0].farmer"),
        ({"lots": (lot("l1", "anan", 1), lot("l1", "anan", 1))}, "lots[1].id"),
        ({"lots": (lot("l1", "anan", 1, grade="D"),)}, "lots[0].grade"),
        ({"lines": (line("h", 5, firm_g=6),)}, "lines[0].firm_g"),
        ({"lines": (line("h", 5, tier=-1),)}, "lines[0].tier"),
        ({"lines": (line("h", 1.5),)}, "lines[0].quantity_g"),  # type: ignore[arg-type]
        ({"frozen": (Allocation("zz", "h", "chili", 1),)}, "frozen[0].lot"),
        ({"frozen": (Allocation("l1", "zz", "chili", 1),)}, "frozen[0].line"),
        ({"frozen": (Allocation("l1", "h", "chili", 9_999),)}, "frozen[0]"),
        ({"min_harvest_g": {"chili": -1}}, "min_harvest_g['chili']"),
        ({"farmers": (Farmer("anan", 1, credit_g=-1),)}, "farmers[0].credit_g"),
    ],
)
def test_impossible_input_is_refused_with_its_place(changes: dict[str, Any], path: str) -> None:
    instance = market([lot("l1", "anan", 5_000)], [line("h", 4_000)])
    with pytest.raises(InstanceError) as caught:
        solve(replace(instance, **changes))
    assert caught.value.path == path
    assert caught.value.message


def signed(result: Result) -> Result:
    return replace(result, output_sha256=output_sha256(result))


def test_a_plan_that_was_tampered_with_is_not_committed() -> None:
    instance = market(
        [lot("l1", "anan", 5_000), lot("l2", "bua", 5_000, grade="C")],
        [line("a", 5_000, firm_g=2_000), line("b", 4_000, tier=1)],
    )
    good = allocate(instance)
    row = good.allocations[0]
    first, second = good.lines
    bad = [
        replace(good, filled_g=good.filled_g + 1),
        signed(replace(good, filled_g=good.filled_g + 1)),
        signed(replace(good, allocations=(*good.allocations, row))),
        signed(replace(good, allocations=(replace(row, quantity_g=row.quantity_g + 1),))),
        signed(replace(good, allocations=(replace(row, lot="l2"),))),
        signed(replace(good, allocations=(replace(row, line="nobody"),))),
        signed(replace(good, lines=(replace(first, short_g=7), second))),
        signed(replace(good, lines=(first, replace(second, reason=None)))),
        signed(
            replace(
                good,
                lines=(first, replace(second, reason=Reason(ReasonCode.PACK_ROUNDING, {}))),
            )
        ),
        signed(replace(good, farmers=tuple(replace(f, credit_g=1) for f in good.farmers))),
    ]
    for plan in bad:
        with pytest.raises(PlanError):
            verify(instance, plan)
    with pytest.raises(PlanError, match="other input"):
        verify(replace(instance, pack_g=2), good)


def test_a_plan_that_forgets_a_firm_quantity_is_not_committed() -> None:
    lots = [lot("l1", "anan", 4_000)]
    wrong = solve(market(lots, [line("a", 4_000, firm_g=4_000), line("b", 4_000)]))
    instance = market(lots, [line("a", 4_000), line("b", 4_000, firm_g=4_000)])
    right = solve(instance)
    with pytest.raises(PlanError, match="firm"):
        verify(instance, signed(replace(wrong, input_sha256=right.input_sha256)))


@pytest.mark.parametrize("language", ["th", "en"])
def test_every_reason_is_a_sentence(language: str) -> None:
    cut = {"product": "chili", "day": "2027-01-04", "quantity_g": 2_500, "min_harvest_g": 6_000}
    relax = [
        {"what": "grade", "grade": "B", "quantity_g": 9_000, "lots": []},
        {"what": "certificate", "missing": ["GAP"], "quantity_g": 9_000, "lots": []},
        {"what": "day", "day": "2027-01-05", "quantity_g": 9_000, "lots": []},
        {"what": "price", "by_satang": 550, "price_satang": 4_000, "quantity_g": 1, "lots": []},
        {"what": "zone", "zones": ["ranot"], "quantity_g": 9_000, "lots": []},
    ]
    figures = {"offered_g": 5_300, "plan_g": 9_000, "sold_g": 5_000}
    reasons = [
        *(Reason(ReasonCode.NO_COMPATIBLE_LOT, {"relax": [step]}) for step in relax),
        Reason(ReasonCode.NO_COMPATIBLE_LOT, {"relax": []}),
        Reason(ReasonCode.LOTS_FULL, {"given_g": 5_000, "lots": 1, "takers": 2}),
        Reason(ReasonCode.LOTS_FULL, figures),
        Reason(ReasonCode.BELOW_MINIMUM_HARVEST, {"kept": [cut]}),
        Reason(ReasonCode.BELOW_MINIMUM_HARVEST, {"lots": {"l": 5_000}}),
        Reason(ReasonCode.BELOW_MINIMUM_PICK, {"left_g": 900, "lots": 2, "min_pick_g": 1_000}),
        Reason(ReasonCode.PACK_ROUNDING, {"pack_g": 500, "short_g": 200}),
        Reason(ReasonCode.PACK_ROUNDING, {"pack_g": 500, "lots": {"l": 200}}),
        Reason(ReasonCode.PACK_ROUNDING, figures),
        Reason(
            ReasonCode.FAIR_SHARE,
            {"others": 1, "plan_g": 9, "share_permille": 673, "sold_g": 5},
        ),
        Reason(ReasonCode.SKIPPED_WITH_CREDIT, {"skipped": [cut]}),
        Reason(ReasonCode.NO_DEMAND, {"offered_g": 0, "fitting_lines": 0}),
        Reason(ReasonCode.NO_DEMAND, {"offered_g": 5, "fitting_lines": 0}),
        Reason(ReasonCode.NO_DEMAND, {"offered_g": 5, "fitting_lines": 3}),
    ]
    texts = [sentence(reason, language) for reason in reasons]  # type: ignore[arg-type]
    assert len(set(texts)) == len(texts)
    for text in texts:
        assert "{" not in text
        assert any("\u0e00" <= letter <= "\u0e7f" for letter in text) is (language == "th")


def test_a_sentence_uses_kilograms_the_buddhist_era_and_given_names() -> None:
    cut = {"product": "chili", "day": "2027-01-04", "quantity_g": 2_500, "min_harvest_g": 6_000}
    reason = Reason(ReasonCode.SKIPPED_WITH_CREDIT, {"skipped": [cut]})
    text = sentence(reason, names={"chili": "พริกขี้หนู"})
    assert text.startswith("พริกขี้หนู ส่ง จ. 4 ม.ค. 2570: ยอด 2.5 กก. ต่ำกว่าขั้นต่ำ 6 กก.")
    assert "2,500 pcs" in sentence(reason, "en", unit="piece")
