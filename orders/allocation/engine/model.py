"""The values that go into the allocation engine and come out of it.

Always true: every figure is an `int` (grams, pieces, satang, kilometres, packs), every dataclass
is frozen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

GRADES = ("A", "B", "C")
"""Grades from best to least; a line takes its minimum grade and everything better."""


class InstanceError(ValueError):
    """The input is not a possible market day; `path` says where, `message` why."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


class ReasonCode(StrEnum):
    """Why a line is short or a farmer is below plan."""

    NO_COMPATIBLE_LOT = "no_compatible_lot"
    LOTS_FULL = "lots_full"
    BELOW_MINIMUM_HARVEST = "below_minimum_harvest"
    BELOW_MINIMUM_PICK = "below_minimum_pick"
    PACK_ROUNDING = "pack_rounding"
    FAIR_SHARE = "fair_share"
    SKIPPED_WITH_CREDIT = "skipped_with_credit"
    NO_DEMAND = "no_demand"


@dataclass(frozen=True, slots=True)
class Farmer:
    """A grower: `plan_g` is what shares are measured against, `credit_g` what was cut in earlier
    runs and not yet repaid.

    A plan of 0 counts as the sum of the farmer's lots.
    """

    id: str
    plan_g: int
    credit_g: int = 0


@dataclass(frozen=True, slots=True)
class Lot:
    """What one farmer offers of one product and grade on any of `days`; `min_price_satang` is per
    pricing unit.
    """

    id: str
    farmer: str
    product: str
    grade: str
    certificates: frozenset[str]
    days: frozenset[date]
    zone: str
    quantity_g: int
    min_price_satang: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """What one order line asks for on one delivery day.

    `firm_g` is the guaranteed part of `quantity_g`; the rest competes in `tier` (0 first).
    `supply_zones` is None when every district may supply. `substitutes` are other products that the
    buyer takes instead.
    """

    id: str
    product: str
    min_grade: str
    certificates: frozenset[str]
    day: date
    quantity_g: int
    firm_g: int = 0
    supply_zones: frozenset[str] | None = None
    deliver_zone: str = ""
    max_price_satang: int | None = None
    tier: int = 0
    substitutes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Allocation:
    """`quantity_g` of `lot` goes to `line`; `product` is the lot's product (differs from the line's
    for a substitute).
    """

    lot: str
    line: str
    product: str
    quantity_g: int


@dataclass(frozen=True, slots=True)
class Instance:
    """One allocation problem.

    `distance_km` is looked up as (farm zone, delivery zone), then the other way round; inside one
    zone it is 0 unless given. Everything new is given in whole packs of `pack_g`. `min_harvest_g`
    maps a product to the least one farmer is asked to pick of it for one delivery day,
    `min_pick_g` is the least that one lot gives to one line. `frozen` allocations (picked, loaded,
    promised by name) stay exactly as they are, also when they no longer fit. `previous` is an
    earlier plan that is kept as far as fill and tiers allow; rows in it that name lots or lines no
    longer here are ignored. With `share_anew` what lines get and farmers sell is settled as if
    there were no earlier plan, and only the sources of each line are kept.
    """

    farmers: tuple[Farmer, ...]
    lots: tuple[Lot, ...]
    lines: tuple[Line, ...]
    distance_km: Mapping[tuple[str, str], int] = field(default_factory=dict)
    pack_g: int = 1
    min_harvest_g: Mapping[str, int] = field(default_factory=dict)
    frozen: tuple[Allocation, ...] = ()
    previous: tuple[Allocation, ...] = ()
    min_pick_g: int = 0
    share_anew: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """A code and the JSON-able figures it was decided on, enough to check it again."""

    code: ReasonCode
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """What a line gets; `reason` is None only when nothing is short."""

    id: str
    allocated_g: int
    short_g: int
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class FarmerOutcome:
    """What a farmer sells; `credit_g` is the credit to carry into the next run (not an addition to
    the old one).
    """

    id: str
    sold_g: int
    plan_g: int
    reason: Reason | None
    credit_g: int


@dataclass(frozen=True, slots=True)
class Cut:
    """Why some lines cannot get more: the lots that fit any of them are all given out, to these
    lines alone and to none that comes later than `stage` (-1: firm quantities, else a tier).
    """

    id: str
    stage: int
    lots: tuple[str, ...]
    lines: tuple[str, ...]
    supply_g: int


@dataclass(frozen=True, slots=True)
class Result:
    """A complete plan: rows sorted by id, hashes of what went in and what came out, and the engine
    that made it.

    Each frozen allocation stands as its own row, unchanged; the same lot and line may have one
    further row. `bound_g` is the most that any plan of the same instance could fill when nothing
    is frozen and no harvest or pick is too small; `tier_filled_g` what the lines of each tier get,
    firm included; `seconds` how long each stage took on the wall clock. Bound, cuts and seconds
    are not part of the hash.
    """

    allocations: tuple[Allocation, ...]
    lines: tuple[LineOutcome, ...]
    farmers: tuple[FarmerOutcome, ...]
    filled_g: int
    input_sha256: str
    output_sha256: str
    engine: str
    bound_g: int = 0
    tier_filled_g: Mapping[int, int] = field(default_factory=dict)
    cuts: tuple[Cut, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict, compare=False)


def validate(instance: Instance) -> None:
    """Refuse an instance with negative, duplicate or unknown values.

    Raises `InstanceError` with the path of the first fault, such as `lots[3].quantity_g` (index as
    given).
    """
    _whole(instance.pack_g, "pack_g", least=1)
    _whole(instance.min_pick_g, "min_pick_g")
    for product, least in instance.min_harvest_g.items():
        _whole(least, f"min_harvest_g[{product!r}]")
    for pair, km in instance.distance_km.items():
        _whole(km, f"distance_km[{pair!r}]")
    _unique("farmers", [farmer.id for farmer in instance.farmers])
    _unique("lots", [lot.id for lot in instance.lots])
    _unique("lines", [line.id for line in instance.lines])
    for i, farmer in enumerate(instance.farmers):
        _whole(farmer.plan_g, f"farmers[{i}].plan_g")
        _whole(farmer.credit_g, f"farmers[{i}].credit_g")
    known = {farmer.id for farmer in instance.farmers}
    for i, lot in enumerate(instance.lots):
        _whole(lot.quantity_g, f"lots[{i}].quantity_g")
        _whole(lot.min_price_satang, f"lots[{i}].min_price_satang")
        _grade(lot.grade, f"lots[{i}].grade")
        for day in lot.days:
            _day(day, f"lots[{i}].days")
        if lot.farmer not in known:
            raise InstanceError(f"lots[{i}].farmer", f"unknown farmer {lot.farmer!r}")
    for i, line in enumerate(instance.lines):
        _whole(line.quantity_g, f"lines[{i}].quantity_g")
        _whole(line.firm_g, f"lines[{i}].firm_g")
        _whole(line.tier, f"lines[{i}].tier")
        _grade(line.min_grade, f"lines[{i}].min_grade")
        _day(line.day, f"lines[{i}].day")
        if line.max_price_satang is not None:
            _whole(line.max_price_satang, f"lines[{i}].max_price_satang")
        if line.firm_g > line.quantity_g:
            raise InstanceError(
                f"lines[{i}].firm_g", "firm quantity is above the quantity asked for"
            )
    for i, row in enumerate(instance.previous):
        _whole(row.quantity_g, f"previous[{i}].quantity_g")
    _validate_frozen(instance)


def _validate_frozen(instance: Instance) -> None:
    lots = {lot.id: lot for lot in instance.lots}
    lines = {line.id: line for line in instance.lines}
    lot_left = {lot.id: lot.quantity_g for lot in instance.lots}
    line_left = {line.id: line.quantity_g for line in instance.lines}
    pairs: set[tuple[str, str]] = set()
    for i, row in enumerate(instance.frozen):
        path = f"frozen[{i}]"
        _whole(row.quantity_g, f"{path}.quantity_g", least=1)
        if row.lot not in lots:
            raise InstanceError(f"{path}.lot", f"unknown lot {row.lot!r}")
        if row.line not in lines:
            raise InstanceError(f"{path}.line", f"unknown line {row.line!r}")
        if row.product != lots[row.lot].product:
            raise InstanceError(f"{path}.product", f"lot {row.lot!r} holds another product")
        if (row.lot, row.line) in pairs:
            raise InstanceError(path, f"lot {row.lot!r} and line {row.line!r} are frozen twice")
        pairs.add((row.lot, row.line))
        lot_left[row.lot] -= row.quantity_g
        line_left[row.line] -= row.quantity_g
        if lot_left[row.lot] < 0:
            raise InstanceError(path, f"more is frozen than lot {row.lot!r} holds")
        if line_left[row.line] < 0:
            raise InstanceError(path, f"more is frozen than line {row.line!r} asks for")


def _whole(value: object, path: str, least: int = 0) -> None:
    if type(value) is not int:
        raise InstanceError(path, f"must be a whole number, not {value!r}")
    if value < least:
        raise InstanceError(path, f"must be at least {least}, not {value}")


def _grade(value: str, path: str) -> None:
    if value not in GRADES:
        raise InstanceError(path, f"unknown grade {value!r}")


def _day(value: object, path: str) -> None:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise InstanceError(path, f"must be a date, not {value!r}")


def _unique(name: str, ids: list[str]) -> None:
    seen: set[str] = set()
    for i, key in enumerate(ids):
        if not isinstance(key, str) or not key:
            raise InstanceError(f"{name}[{i}].id", f"must be a text that is not empty, not {key!r}")
        if key in seen:
            raise InstanceError(f"{name}[{i}].id", f"duplicate id {key!r}")
        seen.add(key)
