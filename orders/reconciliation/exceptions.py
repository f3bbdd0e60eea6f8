"""What the reading of bank statements says when it refuses."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.common.exceptions import Refusal

Text = str | Promise
MAX_ERRORS: Final = 200
"""How many faults are listed at most; a wrong profile would otherwise list every row."""


@dataclass(frozen=True, slots=True)
class RowError:
    """One fault: row in the file (0 when it is about the whole file), column as headed there, and
    what to do.
    """

    row_number: int
    column: str
    message: Text


class StatementError(Refusal):
    """The file is refused as a whole; `errors` lists the faults, at most `MAX_ERRORS`."""

    errors: list[RowError]

    def __init__(self, errors: Sequence[RowError]) -> None:
        listed = list(errors)[:MAX_ERRORS]
        super().__init__(
            _("ยังไม่ได้นำเข้าไฟล์นี้ พบ %(count)s จุดที่ต้องแก้ไข กรุณาแก้แล้วนำเข้าใหม่ทั้งไฟล์")
            % {"count": len(errors)},
            code="statement",
            where=[{"row": error.row_number, "column": error.column} for error in listed],
        )
        self.errors = listed
        self.args = (listed,)
