"""`manage.py solve_allocation`: a plan from a file, without a database."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

INSTANCE: dict[str, Any] = {
    "schema": 1,
    "farmers": [
        {"id": "f1", "plan_g": 120_000, "credit_g": 0},
        {"id": "f2", "plan_g": 60_000},
    ],
    "lots": [
        {
            "id": "l1",
            "farmer": "f1",
            "product": "p1",
            "grade": "A",
            "certificates": ["GAP"],
            "days": ["2027-01-04"],
            "zone": "9011",
            "quantity_g": 60_300,
            "min_price_satang": 2_500,
        },
        {
            "id": "l2",
            "farmer": "f2",
            "product": "p2",
            "grade": "B",
            "certificates": [],
            "days": ["2027-01-04", "2027-01-05"],
            "zone": "9001",
            "quantity_g": 20_000,
            "min_price_satang": 2_000,
        },
    ],
    "lines": [
        {
            "id": "d1",
            "product": "p1",
            "min_grade": "B",
            "certificates": [],
            "day": "2027-01-04",
            "firm_g": 0,
            "supply_zones": None,
            "deliver_zone": "9001",
            "quantity_g": 70_000,
            "max_price_satang": 3_500,
            "tier": 0,
            "substitutes": ["p2"],
        },
        {
            "id": "d2",
            "product": "p1",
            "min_grade": "A",
            "certificates": ["ORG"],
            "day": "2027-01-04",
            "supply_zones": ["9011"],
            "deliver_zone": "9011",
            "quantity_g": 5_000,
            "max_price_satang": None,
            "tier": 1,
        },
    ],
    "distance_km": {"9011": {"9001": 31}},
    "pack_g": 500,
}


def solved(path: Path, document: object, *options: str) -> dict[str, Any]:
    source, target = path / "instance.json", path / "result.json"
    source.write_text(json.dumps(document), encoding="utf-8")
    call_command("solve_allocation", str(source), "--out", str(target), *options)
    found: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
    return found


def test_a_file_is_answered_with_a_file(tmp_path: Path) -> None:
    result = solved(tmp_path, INSTANCE, "--seed-check")
    assert result["schema"] == 1
    assert result["filled_g"] == result["bound_g"] == 70_000
    assert result["tier_filled_g"] == {"0": 70_000, "1": 0}
    assert sum(row["quantity_g"] for row in result["allocations"]) == 70_000
    assert all(row["quantity_g"] % 500 == 0 for row in result["allocations"])
    lines = {line["id"]: line for line in result["lines"]}
    assert lines["d1"] == {"id": "d1", "allocated_g": 70_000, "short_g": 0, "reason": None}
    assert lines["d2"]["reason"]["code"] == "no_compatible_lot"
    assert lines["d2"]["reason"]["data"]["relax"][0]["missing"] == ["ORG"]
    farmers = {farmer["id"]: farmer for farmer in result["farmers"]}
    assert farmers["f2"]["share"] == f"0.{farmers['f2']['sold_g'] * 1_000_000 // 60_000:06d}"
    assert set(result["seconds"]) == {"build", "tiers", "fairness", "distance", "repair"}


def test_what_competes_is_proved_by_a_cut(tmp_path: Path) -> None:
    document = deepcopy(INSTANCE)
    document["lines"][0]["quantity_g"] = 100_000
    result = solved(tmp_path, document)
    reason = result["lines"][0]["reason"]
    assert reason["code"] == "lots_full"
    [cut] = [cut for cut in result["cuts"] if cut["id"] == reason["data"]["cut"]]
    assert cut == {
        "id": "c1",
        "stage": "tier 0",
        "lots": ["l1", "l2"],
        "lines": ["d1"],
        "supply_g": 80_000,
    }


def test_rows_in_another_order_give_the_same_hash(tmp_path: Path) -> None:
    document = {**INSTANCE, "lots": INSTANCE["lots"][::-1], "lines": INSTANCE["lines"][::-1]}
    first, second = solved(tmp_path, INSTANCE), solved(tmp_path, document)
    assert first["output_sha256"] == second["output_sha256"]
    assert first["input_sha256"] == second["input_sha256"]


def test_an_earlier_plan_is_kept_and_frozen_picks_stay(tmp_path: Path) -> None:
    rows = [{"lot": "l1", "line": "d1", "quantity_g": 50_000}]
    frozen = [{"lot": "l2", "line": "d1", "quantity_g": 20_000}]
    result = solved(tmp_path, {**INSTANCE, "previous": rows, "frozen": frozen}, "--seed-check")
    assert {(row["lot"], row["quantity_g"]) for row in result["allocations"]} == {
        ("l1", 50_000),
        ("l2", 20_000),
    }


def set_at(document: dict[str, Any], where: tuple[str | int, ...], value: object) -> None:
    at: Any = document
    for step in where[:-1]:
        at = at[step]
    at[where[-1]] = value


@pytest.mark.parametrize(
    ("where", "value", "path"),
    [
        (("schema",), 2, "schema"),
        (("colour",), "red", "colour"),
        (("lots", 0, "colour"), "red", "lots[0].colour"),
        (("lots", 1, "quantity_g"), -1, "lots[1].quantity_g"),
        (("lots", 1, "quantity_g"), 1.5, "lots[1].quantity_g"),
        (("lots", 1, "quantity_g"), True, "lots[1].quantity_g"),
        (("lots", 1, "id"), "l1", "lots[1].id"),
        (("lots", 1, "farmer"), "nobody", "lots[1].farmer"),
        (("lots", 1, "grade"), "D", "lots[1].grade"),
        (("lots", 1, "days", 1), "2027-02-30", "lots[1].days[1]"),
        (("lots", 1, "days"), "2027-01-04", "lots[1].days"),
        (("lines", 0, "day"), "04/01/2027", "lines[0].day"),
        (("lines", 0, "firm_g"), 99_000, "lines[0].firm_g"),
        (("lines", 0, "tier"), "0", "lines[0].tier"),
        (("lines", 1, "substitutes"), [""], "lines[1].substitutes[0]"),
        (("pack_g",), 0, "pack_g"),
        (("distance_km", "9011", "9001"), -3, "distance_km.9011.9001"),
        (
            ("frozen",),
            [{"lot": "l9", "line": "d1", "quantity_g": 500}],
            "frozen[0].lot",
        ),
        (
            ("previous",),
            [{"lot": "l1", "line": "d9", "quantity_g": 500}],
            "previous[0].line",
        ),
        (
            ("frozen",),
            [{"lot": "l1", "line": "d1", "quantity_g": 61_000}],
            "frozen[0]",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_its_path_and_nothing_is_written(
    tmp_path: Path, where: tuple[str | int, ...], value: object, path: str
) -> None:
    document = deepcopy(INSTANCE)
    set_at(document, where, value)
    with pytest.raises(CommandError) as caught:
        solved(tmp_path, document)
    assert caught.value.returncode == 2
    assert str(caught.value).startswith(f"{path}: ")
    assert [file.name for file in tmp_path.iterdir()] == ["instance.json"]


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    document = deepcopy(INSTANCE)
    del document["lots"][0]["zone"]
    with pytest.raises(CommandError, match=r"^lots\[0\].zone: is missing$"):
        solved(tmp_path, document)


@pytest.mark.parametrize("text", ["", "{", '{"schema": 1, "schema": 1}', "[]", "\udcff"])
def test_a_file_that_is_no_instance_is_refused(tmp_path: Path, text: str) -> None:
    source = tmp_path / "instance.json"
    source.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(CommandError) as caught:
        call_command("solve_allocation", str(source))
    assert caught.value.returncode == 2


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("solve_allocation", str(tmp_path / "nothing.json"))
