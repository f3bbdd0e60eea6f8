"""Decisions about value and bills that need no database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from marketplace.common.money import percentage, round_half_up, split_by_largest_remainder, value_of


def leaves(value_satang: int, qty: int, out_qty: int, out_satang: int, leaving_qty: int) -> int:
    """Satang that leave with a part of a lot: the parts of a lot add up to its value exactly.

    Args:
        value_satang: of the whole lot.
        qty: base units of the whole lot.
        out_qty: base units that left before, worth `out_satang`.
        leaving_qty: base units that leave now; what exceeds the lot is worth nothing.
    """
    after = min(out_qty + leaving_qty, qty)
    if after >= qty:
        return value_satang - out_satang
    return round_half_up(value_satang * after, qty) - out_satang


@dataclass(frozen=True, slots=True)
class LotPart:
    """What an acceptance says of one lot in one line.

    Attributes:
        lot: primary key.
        basis: "scale", "outside", "accepted" (consignment, growers still to be owed) or
            "returned" (nobody is owed).
        price_satang, down_satang: farm gate of the lot's grade and of the grade it was accepted at.
        delivered_qty, accepted_qty, downgraded_qty, rejected_qty: base units.
        leaving_satang: what leaves produce in hand with it (`leaves`); 0 unless bought.
    """

    lot: int
    basis: str
    price_satang: int
    down_satang: int
    delivered_qty: int
    accepted_qty: int
    downgraded_qty: int = 0
    rejected_qty: int = 0
    leaving_satang: int = 0


@dataclass(frozen=True, slots=True)
class PartValue:
    """What one lot's part of a line costs and gives, satang.

    `owed`: by accepted weight, to the growers of the lot; `owed_qty` base units of it. `taken`:
    farm gate of what the buyer took.
    """

    lot: int
    in_hand_satang: int
    owed_satang: int
    owed_qty: int
    taken_satang: int


def value_of_part(part: LotPart, *, per: int, handling: bool) -> PartValue:
    """Value one lot's part of a line (DESIGN decision 4.6).

    Bought at the scale or outside: all that was sent leaves at the lot's own value; what was not
    taken, or was taken at a lower grade, is the hub's. Consignment: growers are owed what was taken
    at the grade it was taken at; damage after the scale is the hub's, so they are owed for it at
    the lot's grade. Goods that had come back once cost nothing the second time.

    Args:
        per: 1000 for gram products, 1 for pieces.
        handling: the damage happened after the scale.
    """
    price = part.price_satang
    cheaper = value_of(part.downgraded_qty, price, per=per) - value_of(
        part.downgraded_qty, part.down_satang, per=per
    )
    if part.basis in ("scale", "outside"):
        missing = part.delivered_qty - part.accepted_qty - part.downgraded_qty
        taken = part.leaving_satang - value_of(missing, price, per=per) - cheaper
        return PartValue(part.lot, part.leaving_satang, 0, 0, taken)
    taken_qty = part.accepted_qty + part.downgraded_qty
    taken = value_of(taken_qty, price, per=per) - cheaper
    if part.basis != "accepted":
        return PartValue(part.lot, 0, 0, 0, taken)
    if not handling:
        return PartValue(part.lot, 0, taken, taken_qty, taken)
    damaged = value_of(part.rejected_qty, price, per=per)
    owed = taken + cheaper + damaged
    return PartValue(part.lot, 0, owed, taken_qty + part.rejected_qty, taken)


@dataclass(frozen=True, slots=True)
class LineValue:
    """Decision 5 of one line: value = farm gate + fees + pool + shrinkage, satang."""

    value_satang: int
    farm_gate_satang: int
    fees: Mapping[str, int]
    pool_satang: int
    shrinkage_satang: int
    parts: Sequence[PartValue] = field(default_factory=tuple)


def equation(value_satang: int, fees: Mapping[str, int], parts: Sequence[PartValue]) -> LineValue:
    """Divide a line's value: the pool takes what the buyer's price differs from the notice's sum,
    shrinkage what was sent and not taken.
    """
    farm_gate = sum(part.in_hand_satang + part.owed_satang for part in parts)
    taken = sum(part.taken_satang for part in parts)
    return LineValue(
        value_satang=value_satang,
        farm_gate_satang=farm_gate,
        fees=fees,
        pool_satang=value_satang - sum(fees.values()) - taken,
        shrinkage_satang=taken - farm_gate,
        parts=tuple(parts),
    )


def vat_of(values: Sequence[int], rate_bp: int) -> list[int]:
    """VAT of lines of one category: rounded once over their sum, divided by largest remainder."""
    total = percentage(sum(values), rate_bp)
    return split_by_largest_remainder(total, list(values)) if total else [0] * len(values)


@dataclass(frozen=True, slots=True)
class TaxedLine:
    """A line of a document and the VAT rate it carries.

    `value_satang` without VAT; `rate_bp` 0 for exempt goods or a cooperative not registered.
    """

    value_satang: int
    rate_bp: int


def vat_of_lines(lines: Sequence[TaxedLine]) -> list[int]:
    """VAT of each line of a document: rounded once per category, divided by largest remainder.

    The parts of a category add up to its VAT, so the lines add up to the document (Revenue Code
    s. 79 with the two-decimal rounding of tax invoices, s. 86/4 (6)).
    """
    found = [0] * len(lines)
    for rate in sorted({line.rate_bp for line in lines if line.rate_bp}):
        places = [place for place, line in enumerate(lines) if line.rate_bp == rate]
        parts = vat_of([lines[place].value_satang for place in places], rate)
        for place, satang in zip(places, parts, strict=True):
            found[place] = satang
    return found


def vat_taken_off(value_satang: int, rate_bp: int, left_satang: int, left_vat_satang: int) -> int:
    """VAT that goes with a part taken off a category: credits never take more than was charged, and
    the last one takes the rest, whatever was rounded before.

    Args:
        value_satang: without VAT, taken off now; at most `left_satang`.
        left_satang: value of the category not yet taken off.
        left_vat_satang: its VAT not yet taken off.
    """
    if value_satang >= left_satang:
        return left_vat_satang
    return min(percentage(value_satang, rate_bp), left_vat_satang)


def document_code(series: str, year_be: int, number: int) -> str:
    """`INV-2570-000123`."""
    return f"{series}-{year_be}-{number:06d}"


def reference_series(series: str, year_be: int) -> str:
    """The series inside a payment reference: letters of the series (at most four) and the year."""
    letters = "".join(letter for letter in series.upper() if "A" <= letter <= "Z")[:4] or "B"
    return f"{letters}{year_be}"


def expected_withholding(total_satang: int, vat_satang: int, withholding_bp: int) -> int:
    """Tax a buyer may withhold: its rate on the amount without VAT (Revenue Code s. 69 bis)."""
    return percentage(total_satang - vat_satang, withholding_bp)


def month_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of a day's month."""
    first = day.replace(day=1)
    following = (first + dt.timedelta(days=32)).replace(day=1)
    return first, following - dt.timedelta(days=1)
