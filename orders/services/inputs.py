"""What the services of this room are given."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CellInput:
    """One cell of the grid: a listing on a delivery day. `qty` in base units, 0 empties it."""

    listing_id: int
    cycle_id: int
    qty: int


@dataclass(frozen=True, slots=True)
class LineChange:
    """A new quantity of a placed line, base units; 0 takes it off."""

    line_id: int
    qty: int
