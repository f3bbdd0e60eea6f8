"""What this room refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht


class NotEnoughHeld(Refusal):
    """More is to be used than the buyer has on deposit."""

    def __init__(self, held_satang: int) -> None:
        super().__init__(
            _("ผู้ซื้อรายนี้มีเงินรับล่วงหน้าที่ใช้ได้ %(held)s บาท กรุณาใส่ไม่เกินนี้")
            % {"held": format_baht(held_satang)},
            code="over-held",
            where="satang",
        )
        self.held_satang = held_satang

    def __reduce__(self) -> tuple[type[NotEnoughHeld], tuple[int]]:
        return type(self), (self.held_satang,)


class AnotherPerson(Refusal):
    """Who asked may not decide."""

    def __init__(self) -> None:
        super().__init__(_("ผู้ขอกับผู้อนุมัติต้องเป็นคนละคน กรุณาให้อีกคนเข้าระบบมาอนุมัติ"), code="same-person")
        self.args = ()


class Decided(Refusal):
    """It is not waiting any more."""

    def __init__(self, state: str) -> None:
        super().__init__(
            _("รายการนี้ %(state)s กรุณาเปิดหน้านี้ใหม่") % {"state": state}, code="wrong-state"
        )
        self.state = state

    def __reduce__(self) -> tuple[type[Decided], tuple[str]]:
        return type(self), (self.state,)


class OverCredit(Refusal):
    """An order passes what the buyer may owe."""

    def __init__(self, over_satang: int, limit_satang: int) -> None:
        super().__init__(
            _(
                "ใบจองนี้ทำให้ยอดเกินวงเงินเครดิต %(limit)s บาท ไป %(over)s บาท "
                "กรุณาลดจำนวน ชำระบิลที่ค้าง หรือโทรหาสหกรณ์เพื่อขอเพิ่มวงเงิน"
            )
            % {"limit": format_baht(limit_satang), "over": format_baht(over_satang)},
            code="over-credit",
        )
        self.over_satang, self.limit_satang = over_satang, limit_satang

    def __reduce__(self) -> tuple[type[OverCredit], tuple[int, int]]:
        return type(self), (self.over_satang, self.limit_satang)
