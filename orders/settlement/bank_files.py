"""Files by which a bank is told to pay: pure, bytes from facts.

KTB: fixed lines of 498 characters in CP874 ended by CR LF, a header and a line per payee; a file
holds either Krungthai's own accounts (Direct) or other banks' (Standard), never both. The layout
is the one published in OCA/l10n-thailand; to be confirmed with the bank before it is used.
pain.001.001.03: ISO 20022, with Thai account numbers in `Othr`.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

from django.utils.translation import gettext_lazy as _

from marketplace.common.exceptions import Refusal, Refusals

KTB: Final = "006"
EXAMPLE: Final = "999"
"""Nobody's bank: for the demo and for tests."""
WIDTH: Final = 498
NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"

_BANKS: Final[dict[str, tuple[str, ...]]] = {
    "002": ("กรุงเทพ", "bbl", "bangkok bank"),
    "004": ("กสิกร", "kbank", "kasikorn"),
    "006": ("กรุงไทย", "ktb", "krungthai", "krung thai"),
    "011": ("ทหารไทย", "ทีทีบี", "ttb", "ธนชาต"),
    "014": ("ไทยพาณิชย์", "scb"),
    "022": ("ซีไอเอ็มบี", "cimb"),
    "024": ("ยูโอบี", "uob"),
    "025": ("กรุงศรี", "bay", "krungsri"),
    "030": ("ออมสิน", "gsb"),
    "033": ("อาคารสงเคราะห์", "ธอส", "ghb"),
    "034": ("ธกส", "เกษตรและสหกรณ์", "baac"),
    "066": ("อิสลาม", "ibank", "ธอท"),
    "069": ("เกียรตินาคิน", "kkp"),
    "073": ("แลนด์ แอนด์ เฮ้าส์", "lh bank"),
    EXAMPLE: ("ธนาคารตัวอย่าง",),
}
"""Codes of the Bank of Thailand, and how people write the banks' names."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """One payee's line.

    Attributes:
        key: unchanging, at most 18 characters of ASCII.
        name: the account's holder.
        bank: as written on the account.
        number: digits only.
        satang: what the payee gets.
    """

    key: str
    name: str
    bank: str
    number: str
    satang: int


@dataclass(frozen=True, slots=True)
class Sender:
    """The cooperative's account that pays, the batch, and the day on which it is to be paid."""

    name: str
    bank: str
    number: str
    batch: str
    batch_number: int
    day: dt.date
    made_at: dt.datetime


def bank_code(name: str) -> str:
    """The bank's three digits; empty for a name that nobody knows."""
    words = name.lower().replace(".", "")
    for code, names in _BANKS.items():
        if any(one in words for one in names):
            return code
    return ""


def _encodable(text: str, width: int) -> bool:
    """Whether a name is printable, known to CP874, and no longer than its column in bytes."""
    if any(unicodedata.category(sign).startswith("C") for sign in text):
        return False
    try:
        return len(text.encode("cp874")) <= width
    except UnicodeEncodeError:
        return False


def _require_payable(transfers: Sequence[Transfer], sender: Sender) -> None:
    if not transfers:
        raise Refusal(_("ไม่มีรายการที่จ่ายด้วยไฟล์แบบนี้"), code="nothing")
    refused: list[Refusal] = []
    if not bank_code(sender.bank) or not _fits(sender.number) or not _encodable(sender.name, 100):
        refused.append(
            Refusal(_("บัญชีธนาคารของสหกรณ์ใช้กับไฟล์นี้ไม่ได้ กรุณาตรวจชื่อธนาคารและเลขบัญชี"), code="sender")
        )
    for one in transfers:
        if not one.name or not _encodable(one.name, 100):
            refused.append(
                Refusal(
                    _("ชื่อบัญชี “%(name)s” มีตัวอักษรที่ธนาคารอ่านไม่ได้หรือยาวเกินไป กรุณาแก้ชื่อบัญชี")
                    % {"name": one.name},
                    code="name",
                    where=one.key,
                )
            )
        if not bank_code(one.bank):
            refused.append(
                Refusal(
                    _("ไม่รู้จักธนาคาร “%(bank)s” ของ %(name)s กรุณาแก้ชื่อธนาคาร")
                    % {"bank": one.bank, "name": one.name},
                    code="bank",
                    where=one.key,
                )
            )
        if not _fits(one.number):
            refused.append(
                Refusal(
                    _("เลขบัญชีของ %(name)s ยาวเกิน 11 หลัก ใช้กับไฟล์นี้ไม่ได้ กรุณาโอนแยก")
                    % {"name": one.name},
                    code="number",
                    where=one.key,
                )
            )
    Refusals.raise_if_any(refused)


def _fits(number: str) -> bool:
    return number.isascii() and number.isdigit() and len(number) <= 11


def _text(value: str, width: int) -> bytes:
    return value.encode("cp874").ljust(width)


def _digits(value: int | str, width: int) -> bytes:
    made = str(value).zfill(width).encode("ascii")
    if len(made) > width:
        raise ValueError(f"{value} is wider than {width}")
    return made


def ktb(transfers: Sequence[Transfer], sender: Sender, *, direct: bool) -> bytes:
    """A bulk file of Krungthai: Direct to its own accounts, or Standard to other banks'.

    Args:
        transfers: in the order of the file; those of the other kind must have been left out.
        sender: who pays.
        direct: Direct (purchase and service, 14) instead of Standard (goods and services, 04).

    Raises:
        Refusal: code "nothing"; Refusals: a name that CP874 has not, a bank nobody knows, an
            account number that does not fit, or one that belongs into the other file.
    """
    _require_payable(transfers, sender)
    if any((bank_code(one.bank) == KTB) != direct for one in transfers):
        raise Refusal(_("ไฟล์เดียวจ่ายทั้งในธนาคารและต่างธนาคารไม่ได้"), code="mixed")
    batch = _digits(sender.batch_number % 1_000_000, 6)
    day = f"{sender.day:%d%m%Y}".encode("ascii")
    lines = [
        b"101"
        + batch
        + KTB.encode("ascii")
        + _digits(len(transfers), 7)
        + _digits(sum(one.satang for one in transfers), 19)
        + day
        + b"C"
        + b"0" * 8
        + _text(sender.number, 16)
        + b" " * 427
    ]
    for place, one in enumerate(transfers, 1):
        lines.append(
            b"102"
            + batch
            + bank_code(one.bank).encode("ascii")
            + _digits(one.number[:3] if len(one.number) >= 10 else "0", 4)
            + _digits(one.number, 11)
            + bank_code(sender.bank).encode("ascii")
            + _digits(sender.number[:3], 4)
            + _digits(sender.number, 11)
            + day
            + (b"14" if direct else b"04")
            + b"00"
            + _digits(one.satang, 17)
            + b" " * 8
            + b" " * 10
            + _text(one.name, 100)
            + _text(sender.name, 100)
            + b" " * 40
            + _text(one.key[:18], 18)
            + b" " * 2
            + _text(sender.batch[:18], 18)
            + b" " * 2
            + b" " * 20
            + _digits(place, 6)
            + b"09"
            + b" " * 40
            + b" " * 20
            + b" " * 4
            + b" " * 34
        )
    if any(len(line) != WIDTH for line in lines):
        raise ValueError("a line of the file has not its width")
    return b"".join(line + b"\r\n" for line in lines)


def pain001(transfers: Sequence[Transfer], sender: Sender) -> bytes:
    """A credit transfer initiation of ISO 20022 (pain.001.001.03), Thai text in UTF-8.

    Raises:
        Refusal: code "nothing"; Refusals: as in `ktb`.
    """
    _require_payable(transfers, sender)
    total = _baht(sum(one.satang for one in transfers))
    document = ET.Element("Document", xmlns=NAMESPACE)
    root = ET.SubElement(document, "CstmrCdtTrfInitn")
    head = _sub(root, "GrpHdr")
    _sub(head, "MsgId", sender.batch)
    _sub(head, "CreDtTm", sender.made_at.strftime("%Y-%m-%dT%H:%M:%S"))
    _sub(head, "NbOfTxs", str(len(transfers)))
    _sub(head, "CtrlSum", total)
    _sub(_sub(head, "InitgPty"), "Nm", sender.name[:140])
    payment = _sub(root, "PmtInf")
    _sub(payment, "PmtInfId", sender.batch)
    _sub(payment, "PmtMtd", "TRF")
    _sub(payment, "NbOfTxs", str(len(transfers)))
    _sub(payment, "CtrlSum", total)
    _sub(payment, "ReqdExctnDt", sender.day.isoformat())
    _sub(_sub(payment, "Dbtr"), "Nm", sender.name[:140])
    _account(_sub(payment, "DbtrAcct"), sender.number)
    _agent(_sub(payment, "DbtrAgt"), sender.bank)
    for one in transfers:
        transfer = _sub(payment, "CdtTrfTxInf")
        _sub(_sub(transfer, "PmtId"), "EndToEndId", one.key)
        amount = _sub(_sub(transfer, "Amt"), "InstdAmt", _baht(one.satang))
        amount.set("Ccy", "THB")
        _agent(_sub(transfer, "CdtrAgt"), one.bank)
        _sub(_sub(transfer, "Cdtr"), "Nm", one.name[:140])
        _account(_sub(transfer, "CdtrAcct"), one.number)
        _sub(_sub(transfer, "RmtInf"), "Ustrd", sender.batch)
    ET.indent(document)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(document, encoding="utf-8")


def _sub(parent: ET.Element, tag: str, text: str = "") -> ET.Element:
    made = ET.SubElement(parent, tag)
    if text:
        made.text = text
    return made


def _account(parent: ET.Element, number: str) -> None:
    _sub(_sub(_sub(parent, "Id"), "Othr"), "Id", number)


def _agent(parent: ET.Element, bank: str) -> None:
    clearing = _sub(_sub(parent, "FinInstnId"), "ClrSysMmbId")
    _sub(_sub(clearing, "ClrSysId"), "Cd", "THCBC")
    _sub(clearing, "MmbId", bank_code(bank))


def _baht(satang: int) -> str:
    return f"{satang // 100}.{satang % 100:02}"
