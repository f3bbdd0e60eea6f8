"""Which documents of a buyer sum to an amount, to the satang."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from orders.reconciliation.rules.documents import OpenDocument

MAX_SUBSET_DOCUMENTS: Final = 20
"""How many open documents of one buyer are searched for a sum; the oldest when there are more."""
MAX_SHOWN: Final = 20
"""How many suggestions of one kind are shown at most."""


def subsets_that_sum(
    documents: Sequence[OpenDocument], amount_satang: int
) -> list[tuple[OpenDocument, ...]]:
    """Return the sets of two or more documents whose open amounts (or all less withholding) sum
    to `amount_satang` exactly.

    Searches the `MAX_SUBSET_DOCUMENTS` oldest by due day, halves meeting in the middle, in whole
    satang. Fewest documents first, then oldest; at most `MAX_SHOWN` + 1, so that "more than one"
    and "more than shown" can be told.
    """
    return sets_that_sum(halves_of(documents), amount_satang)


@dataclass(frozen=True, slots=True)
class Halves:
    """Every sum over the first and over the second half of some documents, as masks by sum."""

    documents: tuple[OpenDocument, ...]
    left: Mapping[int, Sequence[int]]
    right: Mapping[int, Sequence[int]]


def halves_of(documents: Sequence[OpenDocument]) -> list[Halves]:
    """The sums in full and, where a buyer withholds, all less tax; of the oldest documents."""
    oldest = tuple(sorted(documents, key=lambda d: (d.due, d.id))[:MAX_SUBSET_DOCUMENTS])
    variants = [[document.open_satang for document in oldest]]
    if any(document.withholding_satang for document in oldest):
        variants.append([d.open_satang - d.withholding_satang for d in oldest])
    half = len(oldest) // 2
    return [Halves(oldest, _sums(values[:half]), _sums(values[half:])) for values in variants]


def sets_that_sum(halves: Sequence[Halves], target: int) -> list[tuple[OpenDocument, ...]]:
    masks: set[int] = set()
    for variant in halves:
        masks |= _masks_that_sum(variant, target)
    documents = halves[0].documents
    sets = [
        tuple(document for i, document in enumerate(documents) if mask >> i & 1)
        for mask in masks
        if mask & (mask - 1)
    ]
    sets.sort(key=lambda part: (len(part), [(d.due, d.id) for d in part]))
    return sets[: MAX_SHOWN + 1]


def _masks_that_sum(halves: Halves, target: int) -> set[int]:
    half = len(halves.documents) // 2
    found: set[int] = set()
    # Sums that both sides can make; a set of keys meets another without a loop of our own.
    for total in halves.right.keys() & {target - one for one in halves.left}:
        for mask in halves.right[total]:
            for other in halves.left[target - total]:
                found.add(mask << half | other)
                if len(found) > 50_000:
                    return found  # equal amounts without end: more than anyone will look at
    return found


def _sums(values: Sequence[int]) -> dict[int, list[int]]:
    sums = [(0, 0)]
    for i, value in enumerate(values):
        sums += [(mask | 1 << i, total + value) for mask, total in sums]
    by_sum: dict[int, list[int]] = defaultdict(list)
    for mask, total in sums:
        by_sum[total].append(mask)
    return dict(by_sum)
