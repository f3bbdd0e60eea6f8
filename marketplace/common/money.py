"""Money is integer satang (100 satang = 1 baht), never a float.

`Decimal` appears only at Oscar's edge (`to_decimal`, `from_decimal`). There is one rounding, half
up (away from zero for negative amounts), and one way to split, by largest remainder: the parts
always add up to the whole. Screens write a minus as U+2212.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from operator import index
from typing import Final

from django.utils.translation import gettext_lazy as _

from marketplace.common.exceptions import Refusal

SATANG_PER_BAHT: Final = 100
BASIS_POINTS: Final = 10_000
MAX_SATANG: Final = 999_999_999_999
"""The largest amount taken as input: 9,999,999,999.99 baht, the 13 characters of a Thai QR."""

MINUS: Final = "\u2212"
BAHT_SIGN: Final = "฿"

_THAI_DIGITS: Final = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_MINUSES: Final = ("-", MINUS, "\u2013")
_AMOUNT: Final = re.compile(r"(?P<baht>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]*)(?:\.(?P<satang>[0-9]*))?")


def round_half_up(numerator: int, denominator: int) -> int:
    """Divide two whole numbers and round half up, exactly; halves of negatives go away from zero.

    Args:
        numerator: any whole number.
        denominator: any whole number but zero.

    Raises:
        ZeroDivisionError: when `denominator` is zero.
        TypeError: when either is not a whole number (a float never gets in here).
    """
    top, bottom = index(numerator), index(denominator)
    if bottom < 0:
        top, bottom = -top, -bottom
    rounded = (2 * abs(top) + bottom) // (2 * bottom)
    return -rounded if top < 0 else rounded


def value_of(qty: int, price_satang: int, *, per: int) -> int:
    """The value of a quantity in satang, rounded half up once.

    Args:
        qty: base units (grams or pieces).
        price_satang: satang per `per` base units.
        per: 1000 for gram products, 1 for pieces (`BaseUnit.per`).
    """
    return round_half_up(qty * price_satang, per)


def split_by_largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Split a total by weights so that the parts add up to it exactly.

    Each part is within one of its exact share; a weight of zero gets nothing; ties go to the
    earlier position, so the same input always gives the same answer. A negative total splits like
    its opposite (the Hamilton method).

    Args:
        total: satang or base units.
        weights: whole numbers, none negative.

    Raises:
        ValueError: a weight is negative, or all are zero (or there are none) while `total` is not.
    """
    amount = index(total)
    shares = [index(weight) for weight in weights]
    if any(weight < 0 for weight in shares):
        raise ValueError("weights must not be negative")
    whole = sum(shares)
    if whole == 0:
        if amount:
            raise ValueError("nothing to split by: every weight is zero")
        return [0] * len(shares)
    size = abs(amount)
    parts = [size * weight // whole for weight in shares]
    left = size - sum(parts)
    by_remainder = sorted(
        range(len(shares)), key=lambda position: (-(size * shares[position] % whole), position)
    )
    for position in by_remainder[:left]:
        parts[position] += 1
    return [-part for part in parts] if amount < 0 else parts


def percentage(satang: int, basis_points: int) -> int:
    """A share of an amount in satang, rounded half up; 700 basis points are 7 %."""
    return round_half_up(satang * basis_points, BASIS_POINTS)


def to_decimal(satang: int) -> Decimal:
    """Baht as a `Decimal` with exactly two places, for Oscar's edge."""
    return Decimal(f"{index(satang)}e-2")


def from_decimal(baht: Decimal) -> int:
    """Satang of a `Decimal` in baht, exactly; zeros after the second place are harmless.

    Raises:
        Refusal: `baht` is not a number, has parts of a satang, or is beyond `MAX_SATANG`.
    """
    if not baht.is_finite():
        raise Refusal(_("จำนวนเงินไม่ใช่ตัวเลข"), code="not-a-number")
    if abs(baht) > to_decimal(MAX_SATANG):
        raise _too_much()
    numerator, denominator = baht.as_integer_ratio()
    satang, rest = divmod(numerator * SATANG_PER_BAHT, denominator)
    if rest:
        raise _too_fine()
    return satang


def parse_baht(text: str, *, allow_negative: bool = False) -> int:
    """Satang of an amount in baht that a person typed or pasted.

    Takes "1234.5", "1,234.50", "฿1,234", "1,234 บาท" and Thai digits. A comma must stand between
    thousands: "12,34" is refused, for it may have been meant as a decimal mark.

    Args:
        text: what was typed.
        allow_negative: whether a leading minus is taken.

    Raises:
        Refusal: empty, not an amount, negative, more than two decimals, above 9,999,999,999.99.
    """
    typed = "".join(str(text).translate(_THAI_DIGITS).split())
    if not typed:
        raise Refusal(_("กรุณาใส่จำนวนเงิน เช่น 1,234.50"), code="empty")
    body = typed.removesuffix("บาท")
    negative = False
    for _round in range(2):  # "−฿5" and "฿−5"
        if not negative and body.startswith(_MINUSES):
            negative, body = True, body[1:]
        body = body.removeprefix(BAHT_SIGN)
    match = _AMOUNT.fullmatch(body)
    if match is None or not (match["baht"] or match["satang"]):
        raise Refusal(
            _("“%(text)s” ไม่ใช่จำนวนเงิน กรุณาใส่เช่น 1,234.50") % {"text": str(text)[:40]},
            code="not-a-number",
        )
    if negative and not allow_negative:
        raise Refusal(_("จำนวนเงินต้องไม่ติดลบ"), code="negative")
    decimals = match["satang"] or ""
    if len(decimals) > 2:
        raise _too_fine()
    baht = match["baht"].replace(",", "").lstrip("0")
    if len(baht) > 10:
        raise _too_much()
    satang = int(baht or "0") * SATANG_PER_BAHT + int(decimals.ljust(2, "0"))
    return -satang if negative else satang


def format_baht(satang: int, *, sign: bool = False) -> str:
    """An amount with thousands separators and two decimals: "1,234.50", "−1,234.50".

    Args:
        satang: the amount.
        sign: put ฿ before the figure: "฿1,234.50", "−฿1,234.50".
    """
    baht, rest = divmod(abs(index(satang)), SATANG_PER_BAHT)
    minus = MINUS if satang < 0 else ""
    return f"{minus}{BAHT_SIGN if sign else ''}{baht:,}.{rest:02d}"


def format_baht_short(satang: int) -> str:
    """An amount with ฿, without satang when they are zero: "฿1,302", "฿1,302.50"."""
    return format_baht(satang, sign=True).removesuffix(".00")


_ONES: Final = ("", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า")
_PLACES: Final = ("", "สิบ", "ร้อย", "พัน", "หมื่น", "แสน")


def _words_below_million(number: int, *, follows: bool) -> str:
    """Words of 0 to 999,999 ("" for 0); `follows`: millions stand before it, so one is เอ็ด."""
    words = ""
    for place in range(5, -1, -1):
        digit = number // 10**place % 10
        if digit == 0:
            continue
        if place == 0 and digit == 1 and (follows or number > 1):
            words += "เอ็ด"
        elif place == 1 and digit <= 2:
            words += ("สิบ", "ยี่สิบ")[digit - 1]
        else:
            words += _ONES[digit] + _PLACES[place]
    return words


def _words(number: int) -> str:
    """Thai words of a whole number above zero; millions chain (ล้านล้าน)."""
    millions, rest = divmod(number, 1_000_000)
    before = _words(millions) + "ล้าน" if millions else ""
    return before + _words_below_million(rest, follows=bool(millions))


def baht_in_words(satang: int) -> str:
    """An amount in Thai words as papers carry it.

    130250 gives "หนึ่งพันสามร้อยสองบาทห้าสิบสตางค์", 100 gives "หนึ่งบาทถ้วน", 0 gives
    "ศูนย์บาทถ้วน"; a negative amount starts with "ลบ". A final one after anything higher is เอ็ด
    (Royal Society of Thailand): 101 is หนึ่งร้อยเอ็ด.
    """
    baht, rest = divmod(abs(index(satang)), SATANG_PER_BAHT)
    words = "ลบ" if satang < 0 else ""
    if baht or not rest:
        words += (_words(baht) if baht else "ศูนย์") + "บาท"
    return words + (_words(rest) + "สตางค์" if rest else "ถ้วน")


def _too_fine() -> Refusal:
    return Refusal(_("จำนวนเงินมีทศนิยมได้ไม่เกิน 2 ตำแหน่ง (สตางค์)"), code="too-fine")


def _too_much() -> Refusal:
    return Refusal(
        _("จำนวนเงินมากเกินไป ใส่ได้ไม่เกิน %(most)s บาท") % {"most": format_baht(MAX_SATANG)},
        code="too-much",
    )
