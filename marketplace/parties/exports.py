"""Lists as a spreadsheet that opens well and cannot do harm."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 200_000
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(value: object) -> object:
    """Return a cell's value; text that a spreadsheet would run as a formula gets a leading quote.

    Text typed by a stranger must not become a formula on the machine of whoever opens the list
    (OWASP: CSV injection; it holds for xlsx as soon as the sheet is saved as CSV).
    """
    if isinstance(value, str) and value.lstrip(" ").startswith(_STARTS_A_FORMULA):
        return "'" + value
    return value


def xlsx(
    *, name: str, title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]
) -> HttpResponse:
    """Answer with one sheet.

    Args:
        name: of the file, Latin letters, without date and ending.
        title: of the sheet.
        heads: names of the columns.
        rows: one sequence per row, as long as `heads`.

    Raises:
        Refusal: more than `MOST_ROWS` rows.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for column in range(1, len(heads) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 22
    top = []
    for head in heads:
        cell = WriteOnlyCell(sheet, value=str(head))
        cell.font = Font(bold=True)
        top.append(cell)
    sheet.append(top)
    for count, row in enumerate(rows, start=1):
        if count > MOST_ROWS:
            raise Refusal(_("รายการยาวเกินไป กรองให้สั้นลงก่อน"), code="too-long")
        sheet.append([harmless(value) for value in row])
    target = BytesIO()
    book.save(target)
    answer = HttpResponse(target.getvalue(), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}-{today():%Y%m%d}.xlsx"'
    answer["Cache-Control"] = "no-store"
    return answer
