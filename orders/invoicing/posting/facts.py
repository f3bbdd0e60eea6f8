"""Facts that posting rules are given: a lot and an accepted line, as the books see them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Share = tuple[str, int]
"""Ledger account of a grower, and satang."""


@dataclass(frozen=True, slots=True)
class LotFacts:
    """A lot in the books: its key, code, delivery day and words ("คะน้า A 12.5 กก.")."""

    pk: int
    code: str
    day: dt.date
    words: str

    @property
    def source(self) -> str:
        return f"lot:{self.pk}"


@dataclass(frozen=True, slots=True)
class LineFacts:
    """An accepted line.

    Attributes:
        pk: the order line.
        words: product and quantity taken.
        value_satang: what the buyer owes for it, without VAT.
        in_hand: per lot, what leaves produce in hand for it: (lot pk, satang).
        owed: per grower on consignment: (payable account, lot pk, satang).
        fees: ledger account → satang.
        pool_satang: price pool, positive when the buyer pays more than the notice's sum.
        shrinkage_satang: below zero for a loss.
        vat_satang: its part of the delivery's VAT.
    """

    pk: int
    words: str
    value_satang: int
    in_hand: Sequence[tuple[int, int]] = ()
    owed: Sequence[tuple[str, int, int]] = ()
    fees: Mapping[str, int] = field(default_factory=dict)
    pool_satang: int = 0
    shrinkage_satang: int = 0
    vat_satang: int = 0

    @property
    def farm_gate_satang(self) -> int:
        """What the goods sent for the line cost at farm gate."""
        return sum(satang for _lot, satang in self.in_hand) + sum(
            satang for _account, _lot, satang in self.owed
        )

    @property
    def adds_up(self) -> bool:
        """Decision 5: value = farm gate + fees + price pool + shrinkage."""
        return self.value_satang == (
            self.farm_gate_satang
            + sum(self.fees.values())
            + self.pool_satang
            + self.shrinkage_satang
        )
