"""MT940 statements, by the library mt-940; each message must add up and follow the one before.

A message that cannot be read refuses the whole file. Days are value dates, which MT940 writes in
Christian years of two digits (20YY); the format leaves no other reading.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any, Final

import mt940  # type: ignore[import-untyped]
from django.utils.translation import gettext_lazy as _

from marketplace.common.money import format_baht
from orders.reconciliation.exceptions import RowError, StatementError
from orders.reconciliation.grids import decode_text, refused
from orders.reconciliation.statements.plain import CURRENCY, bare_row, counted
from orders.reconciliation.statements.shapes import (
    Statement,
    StatementRow,
    digits_of,
    numbered,
    same_account,
)

_START: Final = re.compile(r"^(?:\{.*\})?:20:", re.MULTILINE)
_MOVEMENT: Final = re.compile(
    r":61:[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])"
    r"((0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01]))?R?[CD][A-Z]?[0-9]{1,12},[0-9]{0,2}[A-Z0-9]{4}"
)


def looks_like_mt940(data: bytes) -> bool:
    """Say whether the bytes begin as a statement message does."""
    head = data[:2000].lstrip(b"\xef\xbb\xbf \r\n")
    return head.startswith((b":20:", b"{1:")) and b":25:" in data[:4000]


def parse_mt940(data: bytes, *, encoding: str = "", account_number: str | None = None) -> Statement:
    """Read an MT940 file; see `parse_statement`."""
    text, found_encoding = decode_text(data, encoding)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    errors: list[RowError] = []
    rows: list[StatementRow] = []
    opening = closing = None
    number = ""
    for line, block in _blocks(text):
        faults = _bad_lines(line, block)
        if faults:
            errors += faults
            continue
        try:
            read = mt940.parse(block)
            data_of: dict[str, Any] = dict(read.data)
            first = data_of.get("final_opening_balance") or data_of["intermediate_opening_balance"]
            last = data_of.get("final_closing_balance") or data_of["intermediate_closing_balance"]
            opens, closes = _satang(first.amount), _satang(last.amount)
            found = [_row(line, one) for one in read.transactions]
        except Exception:  # noqa: BLE001 (the library raises whatever its parser meets)
            errors.append(
                RowError(line, "", _("อ่านข้อความ MT940 ที่เริ่มแถวนี้ไม่ได้ กรุณาขอไฟล์ใหม่จากธนาคาร"))
            )
            continue
        named = digits_of(str(data_of.get("account_identification") or ""))
        currency = first.amount.currency
        if currency != CURRENCY:
            errors.append(
                RowError(
                    line,
                    ":60F:",
                    _("สกุลเงิน %(currency)s ไม่ใช่บาท กรุณาส่งออกเฉพาะบัญชีเงินบาท")
                    % {"currency": currency},
                )
            )
        if account_number is not None and not same_account(account_number, named):
            errors.append(RowError(line, ":25:", _("ไฟล์นี้เป็นของบัญชีอื่น กรุณาเลือกบัญชีธนาคารให้ตรงกับไฟล์")))
        if closing is not None and closing != opens:
            errors.append(
                RowError(
                    line,
                    ":60F:",
                    _("ยอดยกมา %(opening)s ไม่ต่อจากยอดยกไปก่อนหน้า %(closing)s อาจมีวันที่ขาดไป")
                    % {"opening": format_baht(opens), "closing": format_baht(closing)},
                )
            )
        balanced, faults = counted(found, opens, closes, where=line)
        errors += faults
        rows += balanced
        opening, closing, number = opens if opening is None else opening, closes, named
    if errors:
        raise StatementError(errors)
    if opening is None or closing is None:
        raise refused(_("ไม่พบรายการเดินบัญชีในไฟล์ MT940 นี้"))
    return Statement(
        number, numbered(rows), opening, closing, found_encoding, hashlib.sha256(data).hexdigest()
    )


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Each message with the number of its first line."""
    starts = [match.start() for match in _START.finditer(text)]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        block = re.sub(r"^\{.*\}(?=:20:)", "", text[start:end])
        # What wraps a message on the network: {5:…} and a lone "-" end it.
        block = re.split(r"^-\}?.*$", block, maxsplit=1, flags=re.MULTILINE)[0]
        yield text.count("\n", 0, start) + 1, block


def _bad_lines(first: int, block: str) -> list[RowError]:
    return [
        RowError(
            first + offset, ":61:", _("วันที่ ทิศทาง หรือจำนวนเงินในแถวนี้ผิดรูปแบบ กรุณาขอไฟล์ใหม่จากธนาคาร")
        )
        for offset, line in enumerate(block.split("\n"))
        if line.startswith(":61:") and _MOVEMENT.match(line) is None
    ]


def _satang(amount: Any) -> int:
    satang = amount.amount * 100
    if satang != satang.to_integral_value():
        raise ValueError(amount)
    return int(satang)


def _row(line: int, one: Any) -> StatementRow:
    data = one.data
    satang = abs(_satang(data["amount"]))
    if data["status"] in ("D", "RC"):  # a reversal of a credit goes out
        satang = -satang
    words = [
        str(data.get(key) or "")
        for key in ("transaction_details", "extra_details", "customer_reference")
    ]
    return bare_row(line, data["date"], satang, words, str(data.get("bank_reference") or ""))
