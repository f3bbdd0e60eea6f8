"""What a person typed into cells, and which refusal belongs to which cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalogue.partner.models import StockRecord
from marketplace.common.exceptions import Refusal
from marketplace.common.quantities import BaseUnit, parse_quantity
from orders.promises import Key
from orders.services.inputs import CellInput


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed into cells: quantities that could be read, and what could not."""

    cells: list[CellInput]
    errors: dict[str, str]


def read_typed(values: Mapping[str, str]) -> Typed:
    """Read cells named `c-<listing>-<cycle>`: kilograms or pieces, Thai digits too; empty is 0."""
    keys: dict[str, Key] = {}
    for name in values:
        parts = name.split("-")
        if len(parts) == 3 and parts[0] == "c" and parts[1].isdigit() and parts[2].isdigit():
            keys[name] = int(parts[1]), int(parts[2])
    units = dict(
        StockRecord.objects.filter(pk__in={listing for listing, _cycle in keys.values()})
        .order_by()
        .values_list("pk", "product__base_unit")
    )
    cells, errors = [], {}
    for name, (listing, cycle) in keys.items():
        text = values[name].strip()
        if listing not in units:
            continue
        try:
            qty = parse_quantity(text, unit=BaseUnit(units[listing])) if text else 0
        except Refusal as refusal:
            errors[name] = str(refusal)
        else:
            cells.append(CellInput(listing, cycle, qty))
    return Typed(cells, errors)


def refusals_by_cell(refusal: Refusal) -> dict[str, str]:
    """Return what a service refused, by cell name; what concerns no cell is left out."""
    found = {}
    for item in getattr(refusal, "items", [refusal]):
        where = item.where
        if isinstance(where, dict) and "listing" in where and "cycle" in where:
            found[f"c-{where['listing']}-{where['cycle']}"] = str(item)
    return found
