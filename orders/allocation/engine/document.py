"""The door of the engine for files: one JSON object in, one JSON object out.

Always true: what is refused is refused with the path of the first fault, such as
`lots[3].quantity_g`, before anything is solved. Grams, satang per kilogram and kilometres are
whole numbers; days are ISO dates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar, cast

from .canonical import reason_row
from .model import Allocation, Farmer, Instance, InstanceError, Line, Lot, Result
from .solve import ORTOOLS

SCHEMA = 1
MOST = 10**12
"""No quantity and no price is higher: a million tonnes in grams."""
MOST_KM = 100_000
"""No road is longer: more than twice around the earth."""
Row = TypeVar("Row")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

_FARMER = ("id", "plan_g")
_LOT = (
    "id",
    "farmer",
    "product",
    "grade",
    "certificates",
    "days",
    "zone",
    "quantity_g",
    "min_price_satang",
)
_LINE = (
    "id",
    "product",
    "min_grade",
    "certificates",
    "day",
    "supply_zones",
    "deliver_zone",
    "quantity_g",
    "max_price_satang",
    "tier",
)
_PICK = ("lot", "line", "quantity_g")
_TOP = ("schema", "farmers", "lots", "lines", "pack_g")
_TOP_OPTIONAL = ("distance_km", "min_pick_g", "frozen", "previous")


def read_instance(document: object) -> Instance:
    """Return the instance that a JSON object describes, quantities rounded down to whole packs.

    Raises:
        InstanceError: with the JSON path of the first fault and a message.
    """
    top = _object(document, "", _TOP, _TOP_OPTIONAL)
    if top["schema"] != SCHEMA or type(top["schema"]) is not int:
        raise InstanceError("schema", f"must be {SCHEMA}, not {top['schema']!r}")
    pack = _whole(top["pack_g"], "pack_g", least=1)
    farmers = _rows(top["farmers"], "farmers", _farmer)
    lots = _rows(top["lots"], "lots", _lot)
    lines = _rows(top["lines"], "lines", _line)
    product_of = {lot.id: lot.product for lot in lots}
    known_lines = {line.id for line in lines}

    def pick(row: object, path: str) -> Allocation:
        data = _object(row, path, _PICK)
        lot, line = _text(data["lot"], f"{path}.lot"), _text(data["line"], f"{path}.line")
        if lot not in product_of:
            raise InstanceError(f"{path}.lot", f"unknown lot {lot!r}")
        if line not in known_lines:
            raise InstanceError(f"{path}.line", f"unknown line {line!r}")
        return Allocation(
            lot, line, product_of[lot], _whole(data["quantity_g"], f"{path}.quantity_g")
        )

    return Instance(
        farmers=tuple(farmers),
        lots=tuple(replace(lot, quantity_g=lot.quantity_g // pack * pack) for lot in lots),
        lines=tuple(lines),
        distance_km=_distances(top.get("distance_km", {})),
        pack_g=pack,
        frozen=tuple(_rows(top.get("frozen", []), "frozen", pick)),
        previous=tuple(_rows(top.get("previous", []), "previous", pick)),
        min_pick_g=_whole(top.get("min_pick_g", 0), "min_pick_g"),
    )


def write_result(instance: Instance, result: Result) -> dict[str, Any]:
    """Return the JSON object that answers `instance`; `cuts` hold what reasons refer to."""
    base = {farmer.id: farmer.plan_g for farmer in instance.farmers}
    return {
        "schema": SCHEMA,
        "allocations": [
            {"lot": row.lot, "line": row.line, "product": row.product, "quantity_g": row.quantity_g}
            for row in result.allocations
        ],
        "lines": [
            {
                "id": line.id,
                "allocated_g": line.allocated_g,
                "short_g": line.short_g,
                "reason": reason_row(line.reason),
            }
            for line in result.lines
        ],
        "farmers": [
            {
                "id": farmer.id,
                "sold_g": farmer.sold_g,
                "share": _share(farmer.sold_g, base[farmer.id]),
                "credit_g": farmer.credit_g,
                "reason": reason_row(farmer.reason),
            }
            for farmer in result.farmers
        ],
        "cuts": [
            {
                "id": cut.id,
                "stage": "firm" if cut.stage < 0 else f"tier {cut.stage}",
                "lots": list(cut.lots),
                "lines": list(cut.lines),
                "supply_g": cut.supply_g,
            }
            for cut in result.cuts
        ],
        "filled_g": result.filled_g,
        "bound_g": result.bound_g,
        "tier_filled_g": {str(tier): grams for tier, grams in result.tier_filled_g.items()},
        "engine": result.engine,
        "ortools": ORTOOLS,
        "input_sha256": result.input_sha256,
        "output_sha256": result.output_sha256,
        "seconds": {stage: round(taken, 6) for stage, taken in result.seconds.items()},
    }


def _share(sold: int, plan: int) -> str:
    """Return sold / plan with six decimals, cut off; "0.000000" where nothing was planned."""
    millionths = sold * 1_000_000 // plan if plan else 0
    return f"{millionths // 1_000_000}.{millionths % 1_000_000:06d}"


def _farmer(row: object, path: str) -> Farmer:
    data = _object(row, path, _FARMER, ("credit_g",))
    return Farmer(
        _text(data["id"], f"{path}.id"),
        _whole(data["plan_g"], f"{path}.plan_g"),
        _whole(data.get("credit_g", 0), f"{path}.credit_g"),
    )


def _lot(row: object, path: str) -> Lot:
    data = _object(row, path, _LOT)
    days = _list(data["days"], f"{path}.days")
    return Lot(
        _text(data["id"], f"{path}.id"),
        _text(data["farmer"], f"{path}.farmer"),
        _text(data["product"], f"{path}.product"),
        _text(data["grade"], f"{path}.grade"),
        _texts(data["certificates"], f"{path}.certificates"),
        frozenset(_day(day, f"{path}.days[{i}]") for i, day in enumerate(days)),
        _text(data["zone"], f"{path}.zone"),
        _whole(data["quantity_g"], f"{path}.quantity_g"),
        _whole(data["min_price_satang"], f"{path}.min_price_satang"),
    )


def _line(row: object, path: str) -> Line:
    data = _object(row, path, _LINE, ("firm_g", "substitutes"))
    zones = data["supply_zones"]
    price = data["max_price_satang"]
    substitutes = _list(data.get("substitutes", []), f"{path}.substitutes")
    return Line(
        _text(data["id"], f"{path}.id"),
        _text(data["product"], f"{path}.product"),
        _text(data["min_grade"], f"{path}.min_grade"),
        _texts(data["certificates"], f"{path}.certificates"),
        _day(data["day"], f"{path}.day"),
        _whole(data["quantity_g"], f"{path}.quantity_g"),
        _whole(data.get("firm_g", 0), f"{path}.firm_g"),
        None if zones is None else _texts(zones, f"{path}.supply_zones"),
        _text(data["deliver_zone"], f"{path}.deliver_zone"),
        None if price is None else _whole(price, f"{path}.max_price_satang"),
        _whole(data["tier"], f"{path}.tier"),
        tuple(_text(name, f"{path}.substitutes[{i}]") for i, name in enumerate(substitutes)),
    )


def _distances(value: object) -> dict[tuple[str, str], int]:
    if not isinstance(value, dict):
        raise InstanceError("distance_km", "must be an object")
    found = {}
    for farm, row in value.items():
        _text(farm, "distance_km")
        if not isinstance(row, dict):
            raise InstanceError(f"distance_km.{farm}", "must be an object")
        for deliver, km in row.items():
            _text(deliver, f"distance_km.{farm}")
            found[farm, deliver] = _whole(km, f"distance_km.{farm}.{deliver}", most=MOST_KM)
    return found


def _object(
    value: object, path: str, keys: Sequence[str], optional: Sequence[str] = ()
) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise InstanceError(path or "$", "must be an object")
    dot = f"{path}." if path else ""
    for key in value:
        if key not in keys and key not in optional:
            raise InstanceError(f"{dot}{key}", "unknown key")
    for key in keys:
        if key not in value:
            raise InstanceError(f"{dot}{key}", "is missing")
    return cast(Mapping[str, Any], value)


def _rows(value: object, path: str, read: Callable[[object, str], Row]) -> list[Row]:
    return [read(row, f"{path}[{i}]") for i, row in enumerate(_list(value, path))]


def _list(value: object, path: str) -> list[Any]:
    if not isinstance(value, list):
        raise InstanceError(path, "must be a list")
    return value


def _text(value: object, path: str) -> str:
    if not isinstance(value, str) or not value:
        raise InstanceError(path, f"must be a text that is not empty, not {value!r}")
    if not value.isascii() and any("\ud800" <= sign <= "\udfff" for sign in value):
        raise InstanceError(path, f"must be a text that can be written, not {value!r}")
    return value


def _texts(value: object, path: str) -> frozenset[str]:
    return frozenset(_text(one, f"{path}[{i}]") for i, one in enumerate(_list(value, path)))


def _whole(value: object, path: str, least: int = 0, most: int = MOST) -> int:
    if type(value) is not int:
        raise InstanceError(path, f"must be a whole number, not {value!r}")
    if value < least:
        raise InstanceError(path, f"must be at least {least}, not {value}")
    if value > most:
        raise InstanceError(path, f"must be at most {most}, not {value}")
    return value


def _day(value: object, path: str) -> date:
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise InstanceError(path, f"must be a date like 2027-01-04, not {value!r}")
