"""Quantities are whole base units: grams or pieces.

People read and type kilograms for gram products and pieces for the rest. Prices are satang per
1,000 grams or per piece; price × order step must divide evenly, so that a line never has part of a
satang.
"""

from __future__ import annotations

import re
from math import gcd
from typing import Final

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.common.exceptions import Refusal

MAX_GRAMS: Final = 100_000_000
"""The most that is taken as input for gram products: 100,000 kg."""

MAX_PIECES: Final = 1_000_000
"""The most that is taken as input for piece products."""

_MINUS: Final = "\u2212"
_MINUSES: Final = ("-", _MINUS, "\u2013")
_THAI_DIGITS: Final = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_NUMBER: Final = re.compile(r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]*)(?:\.(?P<part>[0-9]*))?")
_OWN_WORDS: Final = {
    "gram": re.compile(r"(?:กิโลกรัม|กิโล|กก\.?|kg\.?)$", re.IGNORECASE),
    "piece": re.compile(r"ชิ้น$"),
}


class BaseUnit(models.TextChoices):
    """The unit in which a product is counted; the label is what a person reads."""

    GRAM = "gram", _("กก.")
    PIECE = "piece", _("ชิ้น")

    @property
    def per(self) -> int:
        """Base units in what is typed, shown and priced: 1000 (grams in a kilogram) or 1."""
        return 1000 if self is BaseUnit.GRAM else 1


def parse_quantity(text: str, *, unit: BaseUnit, allow_zero: bool = True) -> int:
    """Base units of a quantity that a person typed: kilograms for gram products, else pieces.

    "1.5" is 1500 grams; Thai digits, commas between thousands and the unit's own word ("1.5 กก.")
    are taken.

    Args:
        text: what was typed.
        unit: the product's base unit.
        allow_zero: whether 0 is an answer.

    Raises:
        Refusal: empty, not a number, negative, finer than a gram or a piece, zero when not allowed,
            above 100,000 kg or 1,000,000 pieces.
    """
    unit = BaseUnit(unit)
    typed = "".join(str(text).translate(_THAI_DIGITS).split())
    if not typed:
        raise Refusal(_("กรุณาใส่จำนวน เช่น %(example)s") % {"example": _example(unit)}, code="empty")
    body = _OWN_WORDS[unit.value].sub("", typed)
    negative = body.startswith(_MINUSES)
    match = _NUMBER.fullmatch(body[1:] if negative else body)
    if match is None or not (match["whole"] or match["part"]):
        raise Refusal(
            _("“%(text)s” ไม่ใช่จำนวน กรุณาใส่ตัวเลข เช่น %(example)s")
            % {"text": str(text)[:40], "example": _example(unit)},
            code="not-a-number",
        )
    if negative:
        raise Refusal(_("จำนวนต้องไม่ติดลบ"), code="negative")
    part = (match["part"] or "").rstrip("0")
    decimals = 3 if unit is BaseUnit.GRAM else 0
    if len(part) > decimals:
        raise Refusal(
            _("ใส่ได้ละเอียดถึง 1 กรัม คือทศนิยม 3 ตำแหน่ง")
            if unit is BaseUnit.GRAM
            else _("นับเป็นชิ้น ใส่ทศนิยมไม่ได้"),
            code="too-fine",
        )
    whole = match["whole"].replace(",", "").lstrip("0")
    most = MAX_GRAMS if unit is BaseUnit.GRAM else MAX_PIECES
    # Counted before int(): a pasted essay of digits must not cost time.
    qty = most + 1
    if len(whole) <= 9:
        qty = int(whole or "0") * unit.per + int(part.ljust(decimals, "0") or "0")
    if qty > most:
        raise Refusal(
            _("จำนวนมากเกินไป ใส่ได้ไม่เกิน %(most)s") % {"most": format_quantity(most, unit)},
            code="too-much",
        )
    if qty == 0 and not allow_zero:
        raise Refusal(_("จำนวนต้องมากกว่า 0"), code="zero")
    return qty


def require_step(qty: int, step: int, unit: BaseUnit) -> None:
    """Refuse a quantity that is not a whole number of order steps.

    Args:
        qty: base units.
        step: base units in one order step, above zero.
        unit: the product's base unit, for the message.

    Raises:
        Refusal: with the two nearest valid amounts in the message, and in base units as
            `where["lower"]` and `where["upper"]`.
        ValueError: `step` is not above zero.
    """
    if step <= 0:
        raise ValueError("a step is at least one base unit")
    over = qty % step
    if over == 0:
        return
    lower, upper = qty - over, qty - over + step
    raise Refusal(
        _("สั่งได้ทีละ %(step)s ใส่ %(lower)s หรือ %(upper)s")
        % {
            "step": format_quantity(step, unit),
            "lower": format_quantity(lower, unit),
            "upper": format_quantity(upper, unit),
        },
        code="step",
        where={"lower": lower, "upper": upper},
    )


def format_number(qty: int, unit: BaseUnit) -> str:
    """A quantity without its unit: "18.5" for 18,500 grams, "1,250", "−3"."""
    whole, part = divmod(abs(qty), BaseUnit(unit).per)
    decimals = f".{part:03d}".rstrip("0") if part else ""
    return f"{_MINUS if qty < 0 else ''}{whole:,}{decimals}"


def format_quantity(qty: int, unit: BaseUnit, *, unit_label: str | Promise | None = None) -> str:
    """A quantity with its unit: "18.5 กก.", "40 กก.", "12 ลูก".

    Args:
        qty: base units.
        unit: the product's base unit.
        unit_label: the product's own word (ลูก, กำ); without it the unit's label.
    """
    return f"{format_number(qty, unit)} {unit_label or BaseUnit(unit).label}"


def price_divides(price_satang: int, step_qty: int, unit: BaseUnit) -> bool:
    """Whether a price gives whole satang for every number of order steps.

    Args:
        price_satang: satang per 1,000 grams or per piece.
        step_qty: base units in one order step.
        unit: the product's base unit.
    """
    return price_satang * step_qty % BaseUnit(unit).per == 0


def price_grid(step: int, unit: BaseUnit) -> int:
    """The smallest price increment in satang that `price_divides` accepts for a step.

    Every valid price is a multiple of it: a step of 500 g allows even satang per kilogram only.

    Raises:
        ValueError: `step` is not above zero.
    """
    if step <= 0:
        raise ValueError("a step is at least one base unit")
    per = BaseUnit(unit).per
    return per // gcd(per, step)


def _example(unit: BaseUnit) -> str:
    return "1.5" if unit is BaseUnit.GRAM else "12"
