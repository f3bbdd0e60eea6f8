"""What the engine's door answers to documents that are odd but possible, and to impossible ones."""

import json
import os
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError

from tests.orders.allocation.test_solve_command import INSTANCE, set_at, solved
from tests.suite import ROOT

Where = tuple[str | int, ...]
LOT, LINE = INSTANCE["lots"][0], INSTANCE["lines"][0]


def changed(*changes: tuple[Where, object]) -> dict[str, Any]:
    document = deepcopy(INSTANCE)
    for where, value in changes:
        set_at(document, where, value)
    return document


def reasons(rows: list[dict[str, Any]]) -> list[str | None]:
    return [row["reason"] and row["reason"]["code"] for row in rows]


NOTHING_FITS = "no_compatible_lot"


@pytest.mark.parametrize(
    ("changes", "filled", "lines", "farmers"),
    [
        ([(("lots",), []), (("lines",), [])], 0, [], ["no_demand", "no_demand"]),
        ([(("lots",), [])], 0, [NOTHING_FITS, NOTHING_FITS], ["no_demand", "no_demand"]),
        ([(("lines",), [])], 0, [], ["no_demand", "no_demand"]),
        (
            [(("farmers",), []), (("lots",), [])],
            0,
            [NOTHING_FITS, NOTHING_FITS],
            [],
        ),
        # A lot of nothing, of less than a pack, or ready on no day counts for nobody.
        (
            [(("lots", 0, "quantity_g"), 0)],
            20_000,
            ["lots_full", NOTHING_FITS],
            ["no_demand", "lots_full"],
        ),
        (
            [(("lots", 0, "quantity_g"), 499)],
            20_000,
            ["lots_full", NOTHING_FITS],
            ["no_demand", "lots_full"],
        ),
        (
            [(("lots", 0, "days"), [])],
            20_000,
            ["lots_full", NOTHING_FITS],
            ["no_demand", "lots_full"],
        ),
        ([(("lines", 0, "quantity_g"), 0)], 0, [None, NOTHING_FITS], ["no_demand", "no_demand"]),
        (
            [(("lines", 0, "quantity_g"), 499)],
            0,
            ["pack_rounding", NOTHING_FITS],
            ["no_demand", "no_demand"],
        ),
        (
            [(("pack_g",), 10**12)],
            0,
            ["pack_rounding", "pack_rounding"],
            ["no_demand", "no_demand"],
        ),
        # Nobody planned anything: what is offered stands in for the plan.
        (
            [(("farmers", 0, "plan_g"), 0)],
            70_000,
            [None, NOTHING_FITS],
            ["fair_share", "lots_full"],
        ),
        # Credit beyond everything that can be sold: that farmer first, the rest goes on.
        (
            [(("farmers", 0, "credit_g"), 10**12)],
            70_000,
            [None, NOTHING_FITS],
            ["lots_full", "fair_share"],
        ),
        ([(("lines", 0, "tier"), 7)], 70_000, [None, NOTHING_FITS], ["fair_share", "lots_full"]),
        # A line that names its own product, or a product twice, as a substitute.
        (
            [(("lines", 0, "substitutes"), ["p1", "p2", "p2"])],
            70_000,
            [None, NOTHING_FITS],
            ["fair_share", "lots_full"],
        ),
        (
            [(("lines", 0, "substitutes"), ["unheard of"])],
            60_000,
            ["lots_full", NOTHING_FITS],
            ["lots_full", "no_demand"],
        ),
        # The lot's price is exactly what the line pays, and one satang above it.
        (
            [(("lines", 0, "max_price_satang"), 2_500)],
            70_000,
            [None, NOTHING_FITS],
            ["fair_share", "lots_full"],
        ),
        (
            [(("lines", 0, "max_price_satang"), 2_499)],
            20_000,
            ["lots_full", NOTHING_FITS],
            ["no_demand", "lots_full"],
        ),
        (
            [(("lines", 0, "supply_zones"), [])],
            0,
            [NOTHING_FITS, NOTHING_FITS],
            ["no_demand", "no_demand"],
        ),
        (
            [(("min_pick_g",), 70_500)],
            0,
            ["below_minimum_pick", NOTHING_FITS],
            ["fair_share", "no_demand"],
        ),
        ([(("distance_km",), {})], 70_000, [None, NOTHING_FITS], ["fair_share", "lots_full"]),
        # An earlier plan beyond lot and line, or of what does not fit, is a wish and no more.
        (
            [(("previous",), [{"lot": "l1", "line": "d1", "quantity_g": 10**12}])],
            70_000,
            [None, NOTHING_FITS],
            ["lots_full", "fair_share"],
        ),
        (
            [(("previous",), [{"lot": "l2", "line": "d2", "quantity_g": 5_000}] * 2)],
            70_000,
            [None, NOTHING_FITS],
            ["fair_share", "lots_full"],
        ),
        # What is loaded stays loaded, also where it does not fit or is no whole number of packs.
        (
            [(("frozen",), [{"lot": "l2", "line": "d2", "quantity_g": 4_321}])],
            74_321,
            [None, NOTHING_FITS],
            ["fair_share", "pack_rounding"],
        ),
    ],
)
def test_an_odd_document_is_answered(
    tmp_path: Path,
    changes: list[tuple[Where, object]],
    filled: int,
    lines: list[str | None],
    farmers: list[str | None],
) -> None:
    document = {**INSTANCE, "previous": [], "frozen": [], "min_pick_g": 0}
    for where, value in changes:
        document = deepcopy(document)
        set_at(document, where, value)
    result = solved(tmp_path, document, "--seed-check")
    assert result["filled_g"] == filled
    assert reasons(result["lines"]) == lines
    assert reasons(result["farmers"]) == farmers


def test_tiers_with_gaps_are_served_in_their_order(tmp_path: Path) -> None:
    lines = [
        {**LINE, "id": f"t{tier}", "tier": tier, "quantity_g": 30_000} for tier in (900, 5, 40)
    ]
    result = solved(tmp_path, {**INSTANCE, "lines": lines}, "--seed-check")
    assert result["tier_filled_g"] == {"5": 30_000, "40": 30_000, "900": 20_000}


def test_goods_without_a_known_road_go_last(tmp_path: Path) -> None:
    lots = [
        {**LOT, "id": "unknown", "zone": "9099"},
        {**LOT, "id": "known", "zone": "9011"},
    ]
    line = {**LINE, "quantity_g": 60_000, "substitutes": []}
    result = solved(tmp_path, {**INSTANCE, "lots": lots, "lines": [line]}, "--seed-check")
    assert [row["lot"] for row in result["allocations"]] == ["known"]


def test_a_whole_country_of_the_largest_lots_still_adds_up(tmp_path: Path) -> None:
    lots = [{**LOT, "id": f"l{i}", "quantity_g": 10**12} for i in range(40)]
    lines = [{**LINE, "id": f"d{i}", "quantity_g": 10**12} for i in range(40)]
    document = {**INSTANCE, "lots": lots, "lines": lines, "pack_g": 1}
    assert solved(tmp_path, document, "--seed-check")["filled_g"] == 40 * 10**12


@pytest.mark.parametrize(
    ("where", "value", "path"),
    [
        (("schema",), True, "schema"),
        (("schema",), 1.0, "schema"),
        (("farmers",), None, "farmers"),
        (("farmers", 0), [], "farmers[0]"),
        (("farmers", 0, "colour"), 1, "farmers[0].colour"),
        (("farmers", 1, "id"), "f1", "farmers[1].id"),
        (("farmers", 1, "plan_g"), 10**12 + 1, "farmers[1].plan_g"),
        (("farmers", 0, "credit_g"), -1, "farmers[0].credit_g"),
        (("farmers", 0, "credit_g"), False, "farmers[0].credit_g"),
        (("lots", 0, "quantity_g"), 10**30, "lots[0].quantity_g"),
        (("lots", 0, "quantity_g"), float("nan"), "lots[0].quantity_g"),
        (("lots", 0, "quantity_g"), 60_000.0, "lots[0].quantity_g"),
        (("lots", 0, "quantity_g"), "60000", "lots[0].quantity_g"),
        (("lots", 0, "quantity_g"), None, "lots[0].quantity_g"),
        (("lots", 0, "min_price_satang"), -1, "lots[0].min_price_satang"),
        (("lots", 0, "grade"), "a", "lots[0].grade"),
        (("lots", 0, "zone"), 9011, "lots[0].zone"),
        (("lots", 0, "certificates"), "GAP", "lots[0].certificates"),
        (("lots", 0, "days", 0), "2027-01-04T00:00", "lots[0].days[0]"),
        (("lots", 0, "days", 0), "๒๐๒๗-๐๑-๐๔", "lots[0].days[0]"),
        (("lots", 0, "id"), "\ud800", "lots[0].id"),
        (("lines", 0, "id"), "", "lines[0].id"),
        (("lines", 0, "id"), 5, "lines[0].id"),
        (("lines", 1, "id"), "d1", "lines[1].id"),
        (("lines", 0, "colour"), 1, "lines[0].colour"),
        (("lines", 0, "tier"), -1, "lines[0].tier"),
        (("lines", 0, "tier"), True, "lines[0].tier"),
        (("lines", 0, "firm_g"), 70_001, "lines[0].firm_g"),
        (("lines", 0, "day"), "2027-02-29", "lines[0].day"),
        (("lines", 0, "supply_zones"), "9011", "lines[0].supply_zones"),
        (("lines", 0, "max_price_satang"), 35.5, "lines[0].max_price_satang"),
        (("pack_g",), True, "pack_g"),
        (("min_pick_g",), -1, "min_pick_g"),
        (("distance_km",), None, "distance_km"),
        (("distance_km", "9011"), 31, "distance_km.9011"),
        (("distance_km", "9011", "9001"), float("inf"), "distance_km.9011.9001"),
        (("distance_km", "9011", "9001"), 100_001, "distance_km.9011.9001"),
        (("frozen",), [{"lot": "l1", "line": "d1", "quantity_g": 0}], "frozen[0].quantity_g"),
        (("frozen",), [{"lot": "l1", "line": "d1", "quantity_g": 500}] * 2, "frozen[1]"),
        (("frozen",), [{"lot": "l1", "line": "d2", "quantity_g": 5_001}], "frozen[0]"),
        (("frozen",), [{"lot": "l1", "line": "d1"}], "frozen[0].quantity_g"),
        (
            ("previous",),
            [{"lot": "l1", "line": "d1", "quantity_g": 500, "product": "p1"}],
            "previous[0].product",
        ),
        (
            ("previous",),
            [{"lot": "l1", "line": "d1", "quantity_g": -500}],
            "previous[0].quantity_g",
        ),
    ],
)
def test_an_impossible_document_is_refused_with_its_path(
    tmp_path: Path, where: Where, value: object, path: str
) -> None:
    with pytest.raises(CommandError) as caught:
        solved(tmp_path, changed((where, value)))
    assert caught.value.returncode == 2
    assert str(caught.value).startswith(f"{path}: ")
    assert [file.name for file in tmp_path.iterdir()] == ["instance.json"]


def test_every_process_gives_the_same_bytes() -> None:
    program = (
        "from dataclasses import replace;"
        "from orders.allocation.engine import solve;"
        "from tests.support.allocation_markets import make_market;"
        "one = make_market(lots=60, lines=120, farmers=20, products=6);"
        "first = solve(one);"
        "again = solve(replace(one, min_pick_g=3000, previous=first.allocations[::2]));"
        "print(first.input_sha256, first.output_sha256, again.output_sha256)"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(answers) == 1


def test_a_quantity_with_an_exponent_is_no_whole_number(tmp_path: Path) -> None:
    document = json.loads(json.dumps(INSTANCE).replace("70000", "7e4"))
    with pytest.raises(CommandError, match=r"^lines\[0\].quantity_g: must be a whole number"):
        solved(tmp_path, document)
