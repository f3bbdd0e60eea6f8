"""Where upper rooms hook into supply; filled in their `AppConfig.ready()`.

`supply_cut` is the boundary behind which a cut of an offer is dealt with, inside the transaction
of the cut, with every offer of the product locked. The handler of this room moves reservations to
other offers, then releases the newest and leaves shortages; a replanner may take its place.

`shortage_made` is called inside the same transaction with the shortages that were written; a
function must make them visible to whoever holds the reservation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catalogue.supply.models import Shortage
    from catalogue.supply.services.cuts import Cut


@dataclass(frozen=True, slots=True)
class HolderName:
    """Whose a reservation is, in words for staff; `url`: the page about it, empty when none."""

    text: str
    url: str = ""


HolderNames = Callable[[Sequence[str]], Mapping[str, HolderName]]
CutHandler = Callable[["list[Cut]"], "list[Shortage]"]

shortage_made: list[Callable[[list[Shortage]], None]] = []
shortage_covered: list[Callable[[list[tuple[Shortage, int]]], None]] = []
"""Told of shortages and the base units of each that something else covers now."""
name_holders: list[HolderNames] = []
"""Functions that say whose reservations these are, in words for staff: holder to name."""
_cut_handler: list[CutHandler] = []


def take_over_cuts(handler: CutHandler) -> None:
    """Have `handler` deal with cuts from now on; it must leave `reserved ≤ policy` on each offer."""
    _cut_handler[:] = [handler]


def supply_cut(cuts: list[Cut]) -> list[Shortage]:
    """Deal with offers whose policy figure fell below what is reserved; return the shortages."""
    from catalogue.supply.services.cuts import reback_then_release

    handler = _cut_handler[0] if _cut_handler else reback_then_release
    return handler(cuts)


def tell_of_shortages(shortages: list[Shortage]) -> None:
    """Tell everybody who registered, in the transaction that made the shortages."""
    if shortages:
        for listener in shortage_made:
            listener(shortages)


def tell_of_covered(covered: list[tuple[Shortage, int]]) -> None:
    """Tell everybody who registered what is covered again, in the transaction that found it."""
    for listener in shortage_covered:
        listener(covered)


def names_of(holders: Sequence[str]) -> dict[str, HolderName]:
    """Return what the upper rooms call these holders; those nobody knows are left out."""
    found: dict[str, HolderName] = {}
    for name in name_holders:
        found |= name(holders)
    return found
