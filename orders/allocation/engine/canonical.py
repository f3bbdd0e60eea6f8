"""The canonical JSON form of what goes into the allocation engine and of what comes out of it.

Always true: the form does not depend on the order of the rows. It is what is hashed and stored.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any

from .model import Allocation, Farmer, Instance, Line, Lot, Reason, Result

_ROWS_AT_ONCE = 2_000
"""Rows that are turned into text together when a document is hashed."""


def canonical_json(document: object) -> bytes:
    """Return `document` as UTF-8 JSON with sorted keys and no spaces, the bytes that are hashed."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def instance_document(instance: Instance) -> dict[str, Any]:
    """Return the canonical JSON document of `instance`, rows sorted by id, sets sorted, days as ISO
    dates.
    """
    return {
        key: list(part) if isinstance(part, Iterator) else part
        for key, part in _instance_parts(instance).items()
    }


def _instance_parts(instance: Instance) -> dict[str, Any]:
    """Return the members of the canonical document; long lists as rows made one by one."""
    in_order = _Once(lambda texts: sorted(texts))
    iso = _Once(lambda day: day.isoformat())
    iso_days = _Once(lambda days: sorted(day.isoformat() for day in days))
    return {
        "distance_km": [[a, b, km] for (a, b), km in sorted(instance.distance_km.items())],
        "farmers": (
            {"credit_g": f.credit_g, "id": f.id, "plan_g": f.plan_g}
            for f in sorted(instance.farmers, key=lambda f: f.id)
        ),
        "frozen": _allocation_rows(instance.frozen),
        "lines": (
            {
                "certificates": in_order[line.certificates],
                "day": iso[line.day],
                "deliver_zone": line.deliver_zone,
                "firm_g": line.firm_g,
                "id": line.id,
                "max_price_satang": line.max_price_satang,
                "min_grade": line.min_grade,
                "product": line.product,
                "quantity_g": line.quantity_g,
                "substitutes": list(line.substitutes),
                "supply_zones": None if line.supply_zones is None else in_order[line.supply_zones],
                "tier": line.tier,
            }
            for line in sorted(instance.lines, key=lambda line: line.id)
        ),
        "lots": (
            {
                "certificates": in_order[lot.certificates],
                "days": iso_days[lot.days],
                "farmer": lot.farmer,
                "grade": lot.grade,
                "id": lot.id,
                "min_price_satang": lot.min_price_satang,
                "product": lot.product,
                "quantity_g": lot.quantity_g,
                "zone": lot.zone,
            }
            for lot in sorted(instance.lots, key=lambda lot: lot.id)
        ),
        "min_harvest_g": dict(instance.min_harvest_g),
        "min_pick_g": instance.min_pick_g,
        "pack_g": instance.pack_g,
        "previous": _allocation_rows(instance.previous),
        "share_anew": instance.share_anew,
    }


class _Once(dict[Any, Any]):
    """What a function says of a value, asked once per value."""

    def __init__(self, say: Callable[[Any], Any]) -> None:
        super().__init__()
        self._say = say

    def __missing__(self, value: Any) -> Any:
        found = self[value] = self._say(value)
        return found


def instance_from_document(document: Mapping[str, Any]) -> Instance:
    """Rebuild an instance from its stored document, so that an old run can be solved or checked
    again.
    """
    return Instance(
        farmers=tuple(Farmer(**row) for row in document["farmers"]),
        lots=tuple(
            Lot(
                **{
                    **row,
                    "certificates": frozenset(row["certificates"]),
                    "days": frozenset(date.fromisoformat(day) for day in row["days"]),
                }
            )
            for row in document["lots"]
        ),
        lines=tuple(
            Line(
                **{
                    **row,
                    "certificates": frozenset(row["certificates"]),
                    "day": date.fromisoformat(row["day"]),
                    "substitutes": tuple(row["substitutes"]),
                    "supply_zones": (
                        None if row["supply_zones"] is None else frozenset(row["supply_zones"])
                    ),
                }
            )
            for row in document["lines"]
        ),
        distance_km={(a, b): km for a, b, km in document["distance_km"]},
        pack_g=document["pack_g"],
        min_harvest_g=dict(document["min_harvest_g"]),
        min_pick_g=document.get("min_pick_g", 0),
        share_anew=document.get("share_anew", False),
        frozen=tuple(Allocation(**row) for row in document["frozen"]),
        previous=tuple(Allocation(**row) for row in document["previous"]),
    )


def result_document(result: Result) -> dict[str, Any]:
    """Return the canonical JSON document of what `result` decides: the part that is hashed."""
    return {key: list(part) for key, part in _result_parts(result).items()}


def _result_parts(result: Result) -> dict[str, Iterator[dict[str, Any]]]:
    return {
        "allocations": _allocation_rows(result.allocations),
        "farmers": (
            {
                "credit_g": f.credit_g,
                "id": f.id,
                "plan_g": f.plan_g,
                "reason": reason_row(f.reason),
                "sold_g": f.sold_g,
            }
            for f in result.farmers
        ),
        "lines": (
            {
                "allocated_g": line.allocated_g,
                "id": line.id,
                "reason": reason_row(line.reason),
                "short_g": line.short_g,
            }
            for line in result.lines
        ),
    }


def _digest(parts: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the canonical JSON of `parts` without ever holding all of it."""
    sha = hashlib.sha256()
    opened = b"{"
    for key, part in sorted(parts.items()):
        sha.update(opened + canonical_json(key) + b":")
        opened = b","
        if not isinstance(part, Iterator):
            sha.update(canonical_json(part))
            continue
        between = b"["
        while rows := list(islice(part, _ROWS_AT_ONCE)):
            sha.update(between + canonical_json(rows)[1:-1])
            between = b","
        sha.update(b"]" if between == b"," else b"[]")
    sha.update(b"}")
    return sha.hexdigest()


def input_sha256(instance: Instance) -> str:
    """Return the SHA-256 of the canonical document of `instance`, in hexadecimal."""
    return _digest(_instance_parts(instance))


def output_sha256(result: Result) -> str:
    """Return the SHA-256 of the allocations, lines and farmers of `result`, in hexadecimal."""
    return _digest(_result_parts(result))


def _allocation_rows(rows: Iterable[Allocation]) -> Iterator[dict[str, Any]]:
    ordered = sorted(rows, key=lambda row: (row.line, row.lot, row.product, row.quantity_g))
    return (
        {"line": r.line, "lot": r.lot, "product": r.product, "quantity_g": r.quantity_g}
        for r in ordered
    )


def reason_row(reason: Reason | None) -> dict[str, Any] | None:
    """Return the JSON form of a reason."""
    return None if reason is None else {"code": str(reason.code), "data": reason.data}
