"""What the ledger refuses."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from marketplace.common.exceptions import Refusal


class Unbalanced(Refusal):
    """Debits and credits of a journal differ, or it has fewer than two entries."""

    def __init__(self, key: str, difference_satang: int) -> None:
        super().__init__(
            _("รายการบัญชีไม่ลงตัว เดบิตกับเครดิตต่างกัน ยังไม่ได้บันทึกอะไร"),
            code="unbalanced",
            where={"key": key, "difference_satang": difference_satang},
        )
        self.args = (key, difference_satang)


class Overdrawn(Refusal):
    """A bounded account would go below zero: more paid than owed, more cash than there is."""

    def __init__(self, where: str = "") -> None:
        super().__init__(
            _("ยอดในบัญชีไม่พอสำหรับรายการนี้ ยังไม่ได้บันทึกอะไร กรุณาตรวจยอดค้างแล้วลองใหม่"),
            code="overdrawn",
            where=where,
        )
        self.args = (where,)


class KeyUsed(Refusal):
    """An event was posted before with other figures; the books keep the first."""

    def __init__(self, key: str) -> None:
        super().__init__(
            _("รายการนี้ลงบัญชีไปแล้วด้วยยอดอื่น ถ้าต้องแก้ไขให้กลับรายการเดิมก่อน"),
            code="key-used",
            where={"key": key},
        )
        self.args = (key,)


class NotReversible(Refusal):
    """The journal was reversed before, or is itself a reversal."""

    def __init__(self, key: str) -> None:
        super().__init__(
            _("กลับรายการนี้ไม่ได้ เพราะกลับไปแล้ว หรือเป็นรายการกลับอยู่แล้ว"),
            code="not-reversible",
            where={"key": key},
        )
        self.args = (key,)


class PeriodClosed(Refusal):
    """The accounting day lies in a month that is closed."""

    def __init__(self, day: dt.date) -> None:
        super().__init__(
            _("วันที่นี้อยู่ในงวดที่ปิดแล้ว ยังไม่ได้บันทึกอะไร ใช้วันที่ในงวดที่ยังเปิด หรือขอให้เหรัญญิกอีกคนเปิดงวดก่อน"),
            code="period-closed",
            where={"day": day.isoformat()},
        )
        self.args = (day,)


class MonthAlready(Refusal):
    """The month is closed."""

    def __init__(self, month: dt.date) -> None:
        super().__init__(_("งวดนี้ปิดไปแล้ว"), code="month-already", where=month.isoformat())
        self.args = (month,)


class MonthNotOver(Refusal):
    """The month still runs."""

    def __init__(self, month: dt.date) -> None:
        super().__init__(
            _("เดือนนี้ยังไม่สิ้นสุด ปิดได้ตั้งแต่วันแรกของเดือนถัดไป"),
            code="month-not-over",
            where=month.isoformat(),
        )
        self.args = (month,)


class MonthOutOfTurn(Refusal):
    """Months close in order and open from the last; opening needs a reason."""

    def __init__(self, month: dt.date) -> None:
        super().__init__(
            _("ปิดงวดต้องเรียงเดือน และเปิดได้เฉพาะงวดที่ปิดล่าสุดพร้อมเหตุผล กรุณาโหลดหน้านี้ใหม่แล้วลองอีกครั้ง"),
            code="month-out-of-turn",
            where=month.isoformat(),
        )
        self.args = (month,)


class MonthNotReady(Refusal):
    """Something on the month's checklist is still red."""

    def __init__(self, titles: list[str]) -> None:
        super().__init__(
            _("ยังปิดงวดไม่ได้ เพราะรายการตรวจบางข้อยังไม่ผ่าน แก้ข้อที่เป็นสีแดงก่อน"),
            code="month-not-ready",
            where=titles,
        )
        self.args = (titles,)


class SamePerson(Refusal):
    """Whoever closed a month cannot open it again."""

    def __init__(self) -> None:
        super().__init__(_("ผู้ที่ปิดงวดเปิดงวดเองไม่ได้ ให้เหรัญญิกอีกคนเป็นผู้เปิด"), code="same-person")
        self.args = ()
