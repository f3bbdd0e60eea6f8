"""Pure decisions from the scale to the dock; quantities in base units."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from marketplace.common.money import split_by_largest_remainder

PACK_MOST_G = 20_000
PACK_MOST_PIECES = 100
SCALE_SLACK_G = 1_000
"""What a plan may be passed by at the scale without a question: nobody picks to the gram."""


def out_of_range(expected: int, before: int, net: int, slack: int) -> bool:
    """Say whether a reading should be asked about once.

    It is asked when nothing was expected, when the total passes the plan by more than a quarter and
    the slack, or when one reading is about a tenth of the plan or ten times it (a slipped decimal).

    Args:
        expected: what the grower was asked to pick.
        before: what was weighed of it already.
        net: this reading.
        slack: what is never asked about.
    """
    if expected <= 0:
        return True
    total = before + net
    if total > expected + max(slack, expected // 4):
        return True
    return before == 0 and expected > slack and net * 9 <= expected


@dataclass(frozen=True, slots=True)
class PackedLot:
    """Part of a lot that goes into packs; only lots of one `kept_apart` share a pack."""

    lot_id: int
    qty: int
    best_before: object
    kept_apart: Hashable


def fill_packs(parts: Sequence[PackedLot], most: int) -> list[list[tuple[int, int]]]:
    """Return packs of at most `most`, each as (lot, quantity), first-expired first.

    Lots that must be kept apart never share a pack; what expires first is packed first.
    """
    groups: dict[Hashable, list[PackedLot]] = {}
    for part in sorted(parts, key=lambda p: (p.best_before, p.lot_id)):  # type: ignore[type-var,return-value]
        groups.setdefault(part.kept_apart, []).append(part)
    packs: list[list[tuple[int, int]]] = []
    for members in groups.values():
        room = 0
        for part in members:
            left = part.qty
            while left:
                if not room:
                    packs.append([])
                    room = most
                taken = min(left, room)
                packs[-1].append((part.lot_id, taken))
                left -= taken
                room -= taken
    return packs


@dataclass(frozen=True, slots=True)
class LotPart:
    """What of an acceptance line falls on one lot."""

    delivered: int
    accepted: int
    downgraded: int
    rejected: int


def share_over_lots(
    delivered: Mapping[int, int],
    *,
    accepted: int,
    downgraded: int,
    rejected: int,
    named: Mapping[int, int],
) -> dict[int, LotPart]:
    """Split a line's acceptance over its lots.

    A rejection falls on the lots of the packs that were named (`named`: quantity by lot in those
    packs), what is beyond them and everything without a name pro rata by weight; the rest of the
    line is shared by what is left of each lot. Largest remainder, so the parts add up.
    """
    lots = sorted(delivered)
    turned = dict.fromkeys(lots, 0)
    by_name = min(rejected, sum(named.values()))
    if by_name:
        parts = split_by_largest_remainder(by_name, [named.get(lot, 0) for lot in lots])
        for lot, part in zip(lots, parts, strict=True):
            turned[lot] += part
    beyond = rejected - by_name
    if beyond:
        weights = [delivered[lot] - turned[lot] for lot in lots]
        if not any(weights):
            weights = [delivered[lot] for lot in lots]
        for lot, part in zip(lots, split_by_largest_remainder(beyond, weights), strict=True):
            turned[lot] += part
    left = [max(0, delivered[lot] - turned[lot]) for lot in lots]
    if not any(left):
        left = [delivered[lot] for lot in lots]
    down = split_by_largest_remainder(downgraded, left)
    rest = [max(0, a - b) for a, b in zip(left, down, strict=True)]
    if accepted and not any(rest):
        rest = left
    taken = split_by_largest_remainder(accepted, rest)
    return {
        lot: LotPart(delivered[lot], a, d, turned[lot])
        for lot, a, d in zip(lots, taken, down, strict=True)
    }


def kept_apart(
    standards: Iterable[str], never_mixed: frozenset[str], group_id: int | None, named_group: bool
) -> Hashable:
    """Return what a lot may share a pack with: the same PGS and GI, the same named group, or nothing
    of the kind; goods bought outside only with their own kind.
    """
    return (
        tuple(sorted(never_mixed & set(standards))),
        group_id if named_group else None,
        "outside" if group_id is None else "",
    )
