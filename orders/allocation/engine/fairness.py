"""How evenly growers fared, over those whose goods somebody could have taken.

A grower whose goods fit no line at all was not treated unevenly by the plan: nobody ordered from
her. She is counted apart, or the figure would measure what kitchens like and not how it was shared.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from .model import Reason, ReasonCode


@dataclass(frozen=True, slots=True)
class Part:
    """What one grower offered and sold of one product, grams, and whether any line fitted it."""

    grower: str
    offered_g: int
    sold_g: int
    wanted: bool


@dataclass(frozen=True, slots=True)
class Fairness:
    """The sold parts of growers who had demand, least first, and how many had none."""

    shares: tuple[Fraction, ...]
    unordered: int

    @property
    def gini(self) -> Fraction | None:
        """0 when all got the same part, towards 1 when one got all; None when nobody had demand."""
        return gini(self.shares) if self.shares else None


def was_wanted(reason: Reason | None) -> bool:
    """Say by a grower's reason whether any line fitted what she offered."""
    return (
        reason is None
        or reason.code != ReasonCode.NO_DEMAND
        or bool(reason.data.get("fitting_lines"))
    )


def fairness(parts: Iterable[Part]) -> Fairness:
    """Return how evenly growers fared, each over all products of hers that somebody wanted."""
    offered: dict[str, int] = defaultdict(int)
    sold: dict[str, int] = defaultdict(int)
    everybody = set()
    for part in parts:
        if not part.offered_g:
            continue
        everybody.add(part.grower)
        if part.wanted:
            offered[part.grower] += part.offered_g
            sold[part.grower] += part.sold_g
    shares = sorted(Fraction(sold[grower], total) for grower, total in offered.items())
    return Fairness(tuple(shares), len(everybody) - len(offered))


def gini(shares: Iterable[Fraction]) -> Fraction:
    """Return how unevenly people fared: 0 when all got the same share, towards 1 when one got all.

    Args:
        shares: each person's sold part of what she offered; not negative.
    """
    ranked = sorted(shares)
    total = sum(ranked)
    if not total:
        return Fraction(0)
    n = len(ranked)
    return sum((2 * place - n + 1) * share for place, share in enumerate(ranked)) / (n * total)
