"""What fits what, and how much of it in whole packs: the small decisions that solver and replay
share.

Always true: `fits(lot, line)` exactly when `why_not(lot, line)` is empty.
"""

from collections.abc import Mapping
from enum import StrEnum

from .model import GRADES, Instance, Line, Lot

_RANK = {grade: rank for rank, grade in enumerate(GRADES)}


class Barrier(StrEnum):
    """One thing that keeps a lot from supplying a line."""

    PRODUCT = "product"
    GRADE = "grade"
    CERTIFICATE = "certificate"
    DAY = "day"
    PRICE = "price"
    ZONE = "zone"


def fits(lot: Lot, line: Line) -> bool:
    """Say whether `lot` may supply `line`: product or substitute, grade, certificates, day, price
    and zone.
    """
    return (
        line.day in lot.days
        and (lot.product == line.product or lot.product in line.substitutes)
        and _RANK[lot.grade] <= _RANK[line.min_grade]
        and (line.max_price_satang is None or lot.min_price_satang <= line.max_price_satang)
        and (line.supply_zones is None or lot.zone in line.supply_zones)
        and line.certificates <= lot.certificates
    )


def why_not(lot: Lot, line: Line) -> tuple[Barrier, ...]:
    """Return everything that keeps `lot` from supplying `line`; empty when it fits."""
    barriers = []
    if lot.product != line.product and lot.product not in line.substitutes:
        barriers.append(Barrier.PRODUCT)
    if _RANK[lot.grade] > _RANK[line.min_grade]:
        barriers.append(Barrier.GRADE)
    if not line.certificates <= lot.certificates:
        barriers.append(Barrier.CERTIFICATE)
    if line.day not in lot.days:
        barriers.append(Barrier.DAY)
    if line.max_price_satang is not None and lot.min_price_satang > line.max_price_satang:
        barriers.append(Barrier.PRICE)
    if line.supply_zones is not None and lot.zone not in line.supply_zones:
        barriers.append(Barrier.ZONE)
    return tuple(barriers)


def better_grade_first(grade: str) -> int:
    """Return the rank of a grade, 0 for the best."""
    return _RANK[grade]


def frozen_totals(instance: Instance) -> tuple[dict[str, int], dict[str, int]]:
    """Return the frozen base units per lot id and per line id (only ids that have some)."""
    by_lot: dict[str, int] = {}
    by_line: dict[str, int] = {}
    for row in instance.frozen:
        by_lot[row.lot] = by_lot.get(row.lot, 0) + row.quantity_g
        by_line[row.line] = by_line.get(row.line, 0) + row.quantity_g
    return by_lot, by_line


def lot_packs(lot: Lot, frozen_g: int, pack_g: int) -> int:
    """Return how many whole packs `lot` can still give beside its frozen base units."""
    return (lot.quantity_g - frozen_g) // pack_g


def line_packs(line: Line, frozen_g: int, pack_g: int) -> tuple[int, int]:
    """Return (firm, rest) in whole packs that `line` still asks for beside its frozen base units.

    Frozen base units count as firm first. A firm part that is no whole number of packs is rounded
    up as long as the line's quantity allows it: a guarantee is not rounded away.
    """
    total = (line.quantity_g - frozen_g) // pack_g
    firm = min(total, -(-max(0, line.firm_g - frozen_g) // pack_g))
    return firm, total - firm


def distance(table: Mapping[tuple[str, str], int], farm_zone: str, deliver_zone: str) -> int:
    """Return the kilometres between two zones; 0 inside one zone, 1,000,000 when the table does not
    say.
    """
    for pair in ((farm_zone, deliver_zone), (deliver_zone, farm_zone)):
        if pair in table:
            return table[pair]
    return 0 if farm_zone == deliver_zone else 1_000_000
