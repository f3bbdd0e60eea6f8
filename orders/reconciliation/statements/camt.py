"""camt.053 statements of ISO 20022, any version: elements are known by name, not by namespace.

The reader takes bytes, refuses every document type declaration (so nothing can be expanded or
fetched) and pending entries stay out. A reversal's own indicator says which way its money went.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element, fromstring
from xml.parsers import expat

from django.utils.translation import gettext_lazy as _

from marketplace.common.money import format_baht
from orders.reconciliation.exceptions import RowError, StatementError
from orders.reconciliation.grids import refused
from orders.reconciliation.statements.plain import CURRENCY, bare_row, counted, satang_of
from orders.reconciliation.statements.shapes import (
    Statement,
    StatementRow,
    digits_of,
    numbered,
    same_account,
)

_OPENING: Final = ("OPBD", "PRCD", "OPAV")
_CLOSING: Final = ("CLBD", "CLAV")


def looks_like_xml(data: bytes) -> bool:
    """Say whether the bytes begin as an XML document does."""
    head = data[:400].removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"").lstrip(b"\xff\xfe \r\n\t")
    return head.startswith((b"<?xml", b"<Document", b"<!DOCTYPE"))


def parse_camt053(data: bytes, *, account_number: str | None = None) -> Statement:
    """Read a camt.053 file; see `parse_statement`. Rows are numbered by entry."""
    root = _root(data)
    statements = [one for one in root.iter() if _name(one) == "Stmt"]
    if not statements:
        raise refused(_("ไฟล์ XML นี้ไม่ใช่รายการเดินบัญชี camt.053 กรุณาเลือกไฟล์จากธนาคารอีกครั้ง"))
    errors: list[RowError] = []
    rows: list[StatementRow] = []
    opening = closing = None
    number, count = "", 0
    for statement in statements:
        number = digits_of(_text(statement, "Acct", "Id", "Othr", "Id")) or digits_of(
            _text(statement, "Acct", "Id", "IBAN")
        )
        if account_number is not None and not same_account(account_number, number):
            errors.append(RowError(0, "Acct", _("ไฟล์นี้เป็นของบัญชีอื่น กรุณาเลือกบัญชีธนาคารให้ตรงกับไฟล์")))
        opens, closes = _balance(statement, _OPENING), _balance(statement, _CLOSING)
        if opens is None or closes is None:
            errors.append(
                RowError(0, "Bal", _("ไฟล์ไม่บอกยอดยกมาหรือยอดยกไปเป็นบาท กรุณาขอไฟล์ใหม่จากธนาคาร"))
            )
            continue
        if closing is not None and closing != opens:
            errors.append(
                RowError(
                    0,
                    "Bal",
                    _("ยอดยกมา %(opening)s ไม่ต่อจากยอดยกไปก่อนหน้า %(closing)s อาจมีวันที่ขาดไป")
                    % {"opening": format_baht(opens), "closing": format_baht(closing)},
                )
            )
        found: list[StatementRow] = []
        for entry in _all(statement, "Ntry"):
            count += 1
            status = _text(entry, "Sts", "Cd") or _text(entry, "Sts")
            if status.strip() not in ("", "BOOK"):
                continue
            row = _row(count, entry, errors)
            if row is not None:
                found.append(row)
        balanced, faults = counted(found, opens, closes, where=0)
        if not errors:
            errors += faults
        rows += balanced
        opening, closing = opens if opening is None else opening, closes
    if errors:
        raise StatementError(errors)
    assert opening is not None
    assert closing is not None
    return Statement(
        number, numbered(rows), opening, closing, "xml", hashlib.sha256(data).hexdigest()
    )


def _root(data: bytes) -> Element:
    guard = expat.ParserCreate()

    def declared(*_told: object) -> None:
        raise refused(_("ไฟล์ XML มีส่วน DOCTYPE ซึ่งไม่รับเพื่อความปลอดภัย กรุณาขอไฟล์ใหม่จากธนาคาร"))

    guard.StartDoctypeDeclHandler = declared
    try:
        guard.Parse(data, True)
        return fromstring(data)  # noqa: S314 (a declaration of entities was refused above)
    except expat.ExpatError as error:
        raise StatementError(
            [RowError(error.lineno, "", _("XML เสียหายที่แถวนี้ กรุณาดาวน์โหลดไฟล์ใหม่ทั้งไฟล์"))]
        ) from error
    except (ValueError, LookupError) as error:
        raise refused(_("อ่านไฟล์ XML นี้ไม่ได้ กรุณาดาวน์โหลดไฟล์ใหม่ทั้งไฟล์")) from error


def _row(number: int, entry: Element, errors: list[RowError]) -> StatementRow | None:
    satang = _amount(entry)
    if satang is None or satang <= 0:
        errors.append(RowError(number, "Amt", _("จำนวนเงินในรายการนี้ไม่ใช่บาทถึงสตางค์")))
        return None
    way = _text(entry, "CdtDbtInd")
    if way not in ("CRDT", "DBIT"):
        errors.append(RowError(number, "CdtDbtInd", _("รายการนี้ไม่บอกว่าเงินเข้าหรือออก")))
        return None
    day = _day(entry, "ValDt") or _day(entry, "BookgDt")
    if day is None:
        errors.append(RowError(number, "ValDt", _("ไม่มีวันที่ในรายการนี้")))
        return None
    words: dict[str, None] = {}
    for path in (
        ("RltdPties", "Dbtr" if way == "CRDT" else "Cdtr", "Nm"),
        ("RltdPties", "Dbtr" if way == "CRDT" else "Cdtr", "Pty", "Nm"),
        ("RmtInf", "Ustrd"),
        ("RmtInf", "Strd", "CdtrRefInf", "Ref"),
        ("Refs", "EndToEndId"),
    ):
        for details in _all(entry, "NtryDtls"):
            for transaction in _all(details, "TxDtls"):
                words |= dict.fromkeys(_texts(transaction, path))
    words |= dict.fromkeys(_texts(entry, ("AddtlNtryInf",)))
    words.pop("NOTPROVIDED", None)
    reference = _text(entry, "AcctSvcrRef") or _text(entry, "NtryRef")
    return bare_row(number, day, satang if way == "CRDT" else -satang, list(words), reference)


def _balance(statement: Element, kinds: tuple[str, ...]) -> int | None:
    for kind in kinds:
        found = [
            balance
            for balance in _all(statement, "Bal")
            if _text(balance, "Tp", "CdOrPrtry", "Cd") == kind
        ]
        if found:
            # The first opening and the last closing, where a bank states interim ones too.
            balance = found[0] if kinds is _OPENING else found[-1]
            satang = _amount(balance)
            if satang is None:
                return None
            return -satang if _text(balance, "CdtDbtInd") == "DBIT" else satang
    return None


def _amount(element: Element) -> int | None:
    for amount in _all(element, "Amt"):
        if amount.get("Ccy", CURRENCY) == CURRENCY:
            return satang_of(amount.text or "")
    return None


def _day(entry: Element, name: str) -> dt.date | None:
    text = _text(entry, name, "Dt") or _text(entry, name, "DtTm")
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _all(element: Element, name: str) -> Iterator[Element]:
    return (one for one in element if _name(one) == name)


def _texts(element: Element, path: tuple[str, ...]) -> list[str]:
    found = [element]
    for name in path:
        found = [child for one in found for child in _all(one, name)]
    return [" ".join((one.text or "").split()) for one in found if (one.text or "").strip()]


def _text(element: Element, *path: str) -> str:
    return next(iter(_texts(element, path)), "")
