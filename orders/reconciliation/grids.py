"""Files of a bank as a grid of cells, and the profile that says which column means what.

Always true: a grid keeps the file's own row numbers (index + 1), blank rows included, so that
every fault can be found again in a spreadsheet.
"""

import csv
import datetime as dt
import io
import re
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import openpyxl  # type: ignore[import-untyped]
from django.utils.translation import gettext_lazy as _

from orders.reconciliation.exceptions import RowError, StatementError, Text

MAX_BYTES: Final = 20_000_000
MAX_UNPACKED_BYTES: Final = 200_000_000
HEADER_WITHIN: Final = 60
"""How many rows from the top the header is looked for in."""

Era = Literal["", "be", "ce"]
Years = Literal["four", "two_be", "two_ce"]
Cell = str | int | float | dt.datetime | dt.date | dt.time | None

THAI_DIGITS: Final = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_DELIMITERS: Final = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class CsvProfile:
    """How the exports of one bank are laid out; also used for XLSX.

    `columns` maps a field (`date`, `time`, `text`, `out`, `in`, `amount`, `balance`, `channel`,
    `detail`, `reference`) to the headers it may carry, in Thai and English; spaces, case and
    brackets do not matter. Either `out` and `in` or the signed `amount` must be there;
    `amount_sign` is -1 where money coming in is written with a minus. `years` says how years of
    two digits are meant ("four": there are none, refuse them); years of four digits are read in
    either era unless `era` fixes it ("be" or "ce": a year of the other is a fault). `assumed`
    profiles were never checked against a real file.

    `encoding` "" takes UTF-8 where it fits and CP874 else. `skip_rows`: rows above the header, 0
    looks for it. `names_account` False: nothing in the file says whose account it is.
    `has_balance` False: no running balance (bill payments); it is counted on from the balance known
    before.
    """

    name: str
    columns: Mapping[str, tuple[str, ...]]
    account_labels: tuple[str, ...] = ()
    opening_labels: tuple[str, ...] = ()
    closing_labels: tuple[str, ...] = ()
    footer_labels: tuple[str, ...] = ()
    amount_sign: Literal[1, -1] = 1
    years: Years = "four"
    assumed: bool = True
    era: Era = ""
    encoding: str = ""
    skip_rows: int = 0
    names_account: bool = True
    has_balance: bool = True


ASSUMED_THAI_BANK: Final = CsvProfile(
    name="assumed-thai-bank",
    columns={
        "date": ("วันที่", "วันที่ทำรายการ", "วันที่รายการ", "Date", "Transaction Date"),
        "time": ("เวลา", "เวลาทำรายการ", "Time"),
        "text": ("รายการ", "ประเภทรายการ", "Description", "Transaction"),
        "out": ("ถอนเงิน", "ถอน", "จำนวนเงินถอน", "Withdrawal", "Debit"),
        "in": ("ฝากเงิน", "ฝาก", "จำนวนเงินฝาก", "Deposit", "Credit"),
        "amount": ("จำนวนเงิน", "Amount"),
        "balance": ("ยอดคงเหลือ", "คงเหลือ", "Balance", "Outstanding Balance"),
        "channel": ("ช่องทาง", "ช่องทางการทำรายการ", "Channel"),
        "detail": ("รายละเอียด", "Details", "Detail", "Remark"),
        "reference": ("เลขที่อ้างอิง", "อ้างอิง", "Reference", "Reference No.", "Ref. No."),
    },
    account_labels=("เลขที่บัญชี", "บัญชีเลขที่", "หมายเลขบัญชี", "Account Number", "Account No."),
    opening_labels=("ยอดยกมา", "ยอดเงินยกมา", "Opening Balance", "Balance Brought Forward"),
    closing_labels=("ยอดยกไป", "ยอดเงินคงเหลือยกไป", "Closing Balance", "Ending Balance"),
    footer_labels=("รวม", "รวมทั้งสิ้น", "ยอดรวม", "Total", "Grand Total"),
)


def normalised_text(text: str) -> str:
    """Return `text` in one spelling: compatible characters folded, spaces collapsed, lower case,
    Arabic digits.
    """
    folded = unicodedata.normalize("NFKC", text).translate(THAI_DIGITS)
    return " ".join(folded.casefold().split())


def label_of(cell: Cell) -> str:
    """Return a header or label without anything that differs between exports of the same bank."""
    text = re.sub(r"\(.*?\)|\[.*?\]", "", normalised_text(text_of(cell)))
    return re.sub(r"[\s.:/_\-]", "", text)


def text_of(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).replace("\ufeff", "").replace("\u200b", "").split())


def read_grid(data: bytes, profile: CsvProfile) -> tuple[list[list[Cell]], str]:
    if not data.strip():
        raise refused(_("ไฟล์ว่างเปล่า กรุณาส่งออกรายการเดินบัญชีใหม่"))
    if len(data) > MAX_BYTES:
        raise refused(_("ไฟล์ใหญ่เกิน 20 MB กรุณาแบ่งช่วงวันที่ให้สั้นลง"))
    if data.startswith(b"PK\x03\x04"):
        return _xlsx_grid(data, profile), "xlsx"
    head = data[:200].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if data.startswith(b"\xd0\xcf\x11\xe0") or head.startswith((b"<html", b"<table", b"<!doctype")):
        raise refused(_("ไฟล์ .xls แบบเก่าอ่านไม่ได้ กรุณาเปิดแล้วบันทึกเป็น .xlsx หรือ CSV"))
    text, encoding = decode_text(data, profile.encoding)
    if "\x00" in text:
        raise refused(_("ไฟล์นี้ไม่ใช่ CSV หรือ XLSX กรุณาตรวจว่าเลือกไฟล์ถูก"))
    best: list[list[Cell]] = []
    for delimiter in _DELIMITERS:
        try:
            rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
            grid: list[list[Cell]] = [list(row) for row in rows]
        except csv.Error:
            continue
        if find_header(grid, profile) is not None:
            return grid, encoding
        best = best or grid
    return best, encoding


def decode_text(data: bytes, fixed: str) -> tuple[str, str]:
    """The text of a file and its encoding: `fixed`, or the first of ours that fits when empty."""
    if fixed:
        try:
            return data.decode("utf-8-sig" if fixed == "utf-8" else fixed), fixed
        except UnicodeDecodeError as error:
            raise refused(
                _("ตัวอักษรในไฟล์ไม่ใช่ %(encoding)s ตามรูปแบบไฟล์นี้ กรุณาเลือกรูปแบบอื่น หรือแก้รหัสตัวอักษรในรูปแบบ")
                % {"encoding": fixed.upper()}
            ) from error
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    elif data.startswith(b"\xef\xbb\xbf"):
        candidates = ["utf-8-sig"]
    else:
        candidates = ["utf-8", "cp874"]
    for encoding in candidates:
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise refused(_("อ่านตัวอักษรในไฟล์ไม่ได้ กรุณาบันทึกเป็น CSV แบบ UTF-8 หรือ XLSX"))


def _xlsx_grid(data: bytes, profile: CsvProfile) -> list[list[Cell]]:
    broken = _("เปิดไฟล์ XLSX ไม่ได้ กรุณาส่งออกใหม่หรือบันทึกเป็น CSV")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(member.file_size for member in packed.infolist())
        if size > MAX_UNPACKED_BYTES:
            raise refused(_("ไฟล์ใหญ่เกิน 20 MB กรุณาแบ่งช่วงวันที่ให้สั้นลง"))
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            sheets: list[list[list[Cell]]] = []
            for sheet in book.worksheets:
                sheet.reset_dimensions()
                sheets.append([_cells(row) for row in sheet.iter_rows(values_only=True)])
        finally:
            book.close()
    except StatementError:
        raise
    except Exception as error:  # openpyxl raises whatever its parser meets
        raise refused(broken) from error
    for grid in sheets:
        if find_header(grid, profile) is not None:
            return grid
    return sheets[0] if sheets else []


def _cells(row: Sequence[Any]) -> list[Cell]:
    plain = (str, int, float, dt.datetime, dt.date, dt.time)
    return [
        cell if isinstance(cell, plain) and not isinstance(cell, bool) else _plain(cell)
        for cell in row
    ]


def _plain(cell: object) -> str | None:
    return None if cell is None else str(cell)


def find_header(grid: Sequence[Sequence[Cell]], profile: CsvProfile) -> int | None:
    """Return the index of the first row that names a date, a balance and amounts; None when there
    is none.
    """
    needed = {"date", "balance"} if profile.has_balance else {"date"}
    first, last = profile.skip_rows, profile.skip_rows + 1
    if not profile.skip_rows:
        last = HEADER_WITHIN
    for index, cells in enumerate(grid[first:last], start=first):
        found = set(header_fields(cells, profile).values())
        if needed <= found and ({"in", "out"} <= found or "amount" in found):
            return index
    return None


def header_fields(cells: Sequence[Cell], profile: CsvProfile) -> dict[int, str]:
    known = {label_of(name): key for key, names in profile.columns.items() for name in names}
    return {i: known[label_of(cell)] for i, cell in enumerate(cells) if label_of(cell) in known}


def refused(message: Text) -> StatementError:
    return StatementError([RowError(0, "", message)])
