"""What the ledger refuses."""

from __future__ import annotations

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
