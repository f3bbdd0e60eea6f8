"""What this room refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from marketplace.common.exceptions import Refusal


class NotFromHere(Refusal):
    """Somebody else has moved the enquiry on, or the step does not follow."""

    def __init__(self, state: str) -> None:
        super().__init__(
            _("คำถามนี้อยู่ในสถานะ “%(state)s” แล้ว เปิดหน้านี้ใหม่ก่อนทำต่อ") % {"state": state},
            code="wrong-state",
        )
        self.state = state

    def __reduce__(self) -> tuple[type[NotFromHere], tuple[str]]:
        return type(self), (self.state,)


class DayNotPossible(Refusal):
    """A day gone by, or too far ahead."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="day", where="wanted_day")
        self.text = message

    def __reduce__(self) -> tuple[type[DayNotPossible], tuple[str]]:
        return type(self), (self.text,)
