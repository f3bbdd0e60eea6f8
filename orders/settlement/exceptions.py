"""What settlement refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from marketplace.common.exceptions import Refusal


class NothingDue(Refusal):
    """Nobody among those asked for has anything to be paid by this day and in this way."""

    def __init__(self) -> None:
        super().__init__(
            _("ยังไม่มียอดถึงกำหนดจ่ายด้วยวิธีนี้ กรุณาตรวจวันที่หรือวิธีรับเงินของเกษตรกร"), code="nothing-due"
        )
        self.args = ()


class SamePerson(Refusal):
    """The one who made it may not approve or close it."""

    def __init__(self) -> None:
        super().__init__(
            _("ผู้ทำรายการกับผู้อนุมัติต้องเป็นคนละคน กรุณาให้อีกคนเข้าระบบมาอนุมัติ"), code="same-person"
        )
        self.args = ()


class WrongState(Refusal):
    """The payment is not in the state for this step."""

    def __init__(self, what: str, state: str) -> None:
        super().__init__(
            _("ทำขั้นนี้ไม่ได้ เพราะ %(what)s อยู่ในสถานะ “%(state)s”") % {"what": what, "state": state},
            code="wrong-state",
        )
        self.args = (what, state)


class OwedChanged(Refusal):
    """What a payee is owed became less since the payment was made."""

    def __init__(self, who: str) -> None:
        super().__init__(
            _("ยอดของ %(who)s ลดลงหลังทำรอบจ่ายนี้ กรุณายกเลิกรอบแล้วทำใหม่") % {"who": who},
            code="owed-changed",
            where={"who": who},
        )
        self.args = (who,)


class BuyerNotPaid(Refusal):
    """A batch holds amounts that wait for the buyer again, whose payment was undone."""

    def __init__(self, code: str) -> None:
        super().__init__(
            _("%(code)s มียอดที่ต้องรอผู้ซื้อจ่าย เพราะการรับชำระถูกยกเลิก กรุณายกเลิกรอบนี้แล้วทำใหม่")
            % {"code": code},
            code="buyer-not-paid",
        )
        self.args = (code,)


class NoFloat(Refusal):
    """No cash float is open."""

    def __init__(self) -> None:
        super().__init__(_("ยังไม่ได้เปิดเงินสดย่อยวันนี้ กรุณานับเงินและเปิดก่อน"), code="no-float")
        self.args = ()


class FloatOpen(Refusal):
    """A float is open already."""

    def __init__(self) -> None:
        super().__init__(_("เงินสดย่อยเปิดอยู่แล้ว กรุณาปิดรอบเดิมก่อน"), code="float-open")
        self.args = ()


class FloatShort(Refusal):
    """The float or the safe holds less than is to be paid."""

    def __init__(self, has: str) -> None:
        super().__init__(
            _("เงินสดมี %(has)s บาท ไม่พอสำหรับรายการนี้ กรุณาถอนเพิ่มหรือโอนแทน") % {"has": has},
            code="cash-short",
        )
        self.args = (has,)


class OverLimit(Refusal):
    """More would be out among growers than the working-capital limit allows."""

    def __init__(self, left: str) -> None:
        super().__init__(
            _("เกินวงเงินจ่ายล่วงหน้าให้เกษตรกร เหลือวงเงิน %(left)s บาท") % {"left": left},
            code="over-limit",
        )
        self.args = (left,)
