"""What this room refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from marketplace.common.exceptions import Refusal


class NotInThatState(Refusal):
    """The cheque is not where this step begins."""

    def __init__(self, number: str, state: str) -> None:
        super().__init__(
            _("เช็คเลขที่ %(number)s อยู่ในสถานะ %(state)s แล้ว กรุณาเปิดหน้านี้ใหม่ก่อนทำต่อ")
            % {"number": number, "state": state},
            code="wrong-state",
        )
        self.number, self.state = number, state

    def __reduce__(self) -> tuple[type[NotInThatState], tuple[str, str]]:
        return type(self), (self.number, self.state)
