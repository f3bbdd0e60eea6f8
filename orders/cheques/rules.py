"""Decisions about cheques that need no database."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from marketplace.common.dates import format_date
from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht

STALE_DAYS: Final = 180
"""Thai banks do not pay a cheque presented six months after its date."""

MOVES: Final[dict[str, frozenset[str]]] = {
    "held": frozenset({"deposited", "given_back"}),
    "deposited": frozenset({"cleared", "returned"}),
    "cleared": frozenset({"deposited", "returned"}),
    "returned": frozenset(),
    "given_back": frozenset(),
}
"""State → states that may follow; cleared goes back to deposited when its bank row is undone."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a cheque is meant to pay on one bill, and what that bill still asks, satang.

    Attributes:
        satang: of the cheque.
        withheld_satang: tax withheld, on top.
        open_satang: what the bill asks now.
    """

    satang: int
    withheld_satang: int
    open_satang: int


def clean_number(text: str) -> str:
    """The digits of a cheque's number.

    Raises:
        Refusal: code "number", it is not six to ten digits.
    """
    digits = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(r"[0-9]{6,10}", digits):
        raise Refusal(
            _("เลขที่เช็คเป็นตัวเลข 6 ถึง 10 หลัก กรุณาดูที่มุมบนหรือแถบล่างของเช็ค"),
            code="number",
            where="number",
        )
    return digits


def require_parts(satang: int, claims: Sequence[Claim]) -> None:
    """Refuse parts that say more than the cheque or than a bill still asks.

    Args:
        satang: written on the cheque; what no bill takes becomes a deposit of the buyer.

    Raises:
        Refusal: code "empty", "over-cheque" or "over-bill".
    """
    if satang <= 0:
        raise Refusal(_("จำนวนเงินบนเช็คต้องมากกว่า 0"), code="empty", where="satang")
    for claim in claims:
        if claim.satang <= 0 or claim.withheld_satang < 0:
            raise Refusal(_("ยอดที่ตัดแต่ละบิลต้องมากกว่า 0"), code="empty")
        if claim.satang + claim.withheld_satang > claim.open_satang:
            raise Refusal(
                _("บิลนี้เหลือให้ตัดอีก %(open)s บาท รวมเช็คที่รอเรียกเก็บแล้ว กรุณาลดยอด")
                % {"open": format_baht(max(claim.open_satang, 0))},
                code="over-bill",
            )
    if sum(claim.satang for claim in claims) > satang:
        raise Refusal(
            _("ยอดที่ตัดบิลรวมกันเกินจำนวนเงินบนเช็ค %(satang)s บาท") % {"satang": format_baht(satang)},
            code="over-cheque",
        )


def split_cleared(satang: int, claims: Sequence[Claim]) -> tuple[list[tuple[int, int]], int]:
    """What each bill takes of a cleared cheque, as open as it is now, and what becomes a deposit.

    Money that has come is never refused: a bill paid meanwhile takes less (the withheld tax gives
    way first), and the rest is the buyer's deposit.

    Args:
        satang: of the cheque.
        claims: at most `satang` together, each bill once.

    Returns:
        (of the cheque, withheld) per claim, and the deposit, satang.
    """
    taken = []
    for claim in claims:
        open_satang = max(claim.open_satang, 0)
        of_cheque = min(claim.satang, open_satang)
        taken.append((of_cheque, min(claim.withheld_satang, open_satang - of_cheque)))
    return taken, satang - sum(one for one, _withheld in taken)


def require_deposit(number: str, dated: dt.date, day: dt.date) -> None:
    """Refuse to take a cheque to the bank before its date, or when it is too old.

    Raises:
        Refusal: code "post-dated" or "stale".
    """
    words = {"number": number, "day": format_date(dated)}
    if day < dated:
        raise Refusal(
            _("เช็คเลขที่ %(number)s ลงวันที่ %(day)s ยังฝากไม่ได้ก่อนวันนั้น") % words, code="post-dated"
        )
    if (day - dated).days > STALE_DAYS:
        raise Refusal(
            _("เช็คเลขที่ %(number)s ลงวันที่ %(day)s เกิน 6 เดือนแล้ว ธนาคารไม่จ่าย กรุณาขอเช็คใบใหม่") % words,
            code="stale",
        )
