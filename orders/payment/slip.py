"""The mini-QR on a Thai transfer slip: which bank sent the money, under which reference.

Not a request for payment: tag 00 is a template {00 "000001", 01 sending bank, 02 reference}, tag 51
the country and tag 91 (not 63) the CRC.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from marketplace.common.exceptions import Refusal
from orders.payment.promptpay import THAILAND, crc16, read_fields, unreadable

_API: Final = "000001"


@dataclass(frozen=True, slots=True)
class Slip:
    """What a slip's mini-QR says.

    Attributes:
        sending_bank: the bank's three digits.
        reference: the sending bank's own reference of the transfer.
    """

    sending_bank: str
    reference: str


def is_slip(payload: str) -> bool:
    """Whether a text ends as a slip's mini-QR does."""
    return payload.strip()[-8:-4] == "9104"


def encode_slip(slip: Slip) -> str:
    """The text of a slip's mini-QR; `decode_slip` gives the slip back.

    Raises:
        Refusal: code "qr-part", a bank that is not three digits or a reference that is not 1 to 40
            letters and digits.
    """
    _require(slip)
    reference = f"02{len(slip.reference):02d}{slip.reference}"
    template = f"0006{_API}0103{slip.sending_bank}{reference}"
    body = f"00{len(template):02d}{template}5102{THAILAND}9104"
    return f"{body}{crc16(body):04X}"


def decode_slip(payload: str) -> Slip:
    """Read a slip's mini-QR; nothing is guessed and nothing is repaired.

    Args:
        payload: what a scanner gives; space around it is dropped.

    Raises:
        Refusal: a wrong CRC ("qr-crc"), lengths that do not fit ("qr-length"), a tag twice
            ("qr-repeated"), not a Thai slip ("qr-not-slip"), a part not as it must be ("qr-part").
    """
    text = payload.strip()
    if not text.isascii() or not text.isprintable():
        raise unreadable("qr-ascii")
    if len(text) < 12 or text[-8:-4] != "9104":
        raise unreadable("qr-length")
    if f"{crc16(text[:-4]):04X}" != text[-4:].upper():
        raise Refusal(_("QR นี้เสียหรือถูกแก้ไข (CRC ไม่ตรง)"), code="qr-crc")
    found = dict(read_fields(text))
    inner = dict(read_fields(found.get("00", "")))
    if (
        set(found) != {"00", "51", "91"}
        or found["51"] != THAILAND
        or set(inner) != {"00", "01", "02"}
        or inner["00"] != _API
    ):
        raise Refusal(_("ไม่ใช่ QR ของสลิปโอนเงินไทย"), code="qr-not-slip")
    slip = Slip(inner["01"], inner["02"])
    _require(slip)
    return slip


def _require(slip: Slip) -> None:
    for name, value, pattern in (
        ("sending bank", slip.sending_bank, r"[0-9]{3}"),
        ("reference", slip.reference, r"[A-Za-z0-9]{1,40}"),
    ):
        if re.fullmatch(pattern, value) is None:
            raise Refusal(
                _("ข้อมูล %(name)s สำหรับ QR ไม่ถูกต้อง") % {"name": name}, code="qr-part", where=name
            )
