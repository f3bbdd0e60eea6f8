"""Decisions about deposits and credit; no database."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht

BP = 10_000


def most_kept(held_satang: int, keep_bp: int) -> int:
    """The most of a deposit that its terms let the cooperative keep, satang, rounded down.

    Args:
        held_satang: on deposit now.
        keep_bp: hundredths of a per cent.
    """
    return held_satang * keep_bp // BP


def require_kept(satang: int, held_satang: int, keep_bp: int) -> None:
    """Refuse to keep what was not agreed.

    Raises:
        Refusal: code "no-terms" when nothing may be kept, "over-terms" above the share agreed.
    """
    if not keep_bp:
        raise Refusal(
            _("ยังไม่มีเงื่อนไขที่ตกลงเป็นหนังสือให้ริบเงินมัดจำของผู้ซื้อรายนี้ กรุณาบันทึกเงื่อนไขก่อน"),
            code="no-terms",
        )
    most = most_kept(held_satang, keep_bp)
    if satang > most:
        raise Refusal(
            _("ตามเงื่อนไขริบได้ไม่เกิน %(most)s บาท") % {"most": format_baht(most)},
            code="over-terms",
            where="satang",
        )


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a buyer would owe if everything it has ordered were delivered, satang.

    Attributes:
        billed_satang: open on bills.
        unbilled_satang: delivered, not billed.
        ordered_satang: ordered, not accepted yet.
        held_satang: on deposit.
    """

    billed_satang: int = 0
    unbilled_satang: int = 0
    ordered_satang: int = 0
    held_satang: int = 0

    @property
    def total_satang(self) -> int:
        """All of it, less what is on deposit; never below zero."""
        return max(
            0, self.billed_satang + self.unbilled_satang + self.ordered_satang - self.held_satang
        )


def above_limit(exposure: Exposure, new_satang: int, limit_satang: int, allowed_satang: int) -> int:
    """By how much a new order passes a buyer's credit limit, satang; 0 when it does not.

    Args:
        exposure: before the order.
        new_satang: value of the order.
        limit_satang: agreed.
        allowed_satang: allowed beyond it by a second person.
    """
    return max(0, exposure.total_satang + new_satang - limit_satang - allowed_satang)
