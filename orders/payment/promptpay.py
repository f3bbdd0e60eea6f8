"""Thai QR payment (PromptPay): building and reading the text inside the QR.

EMVCo's merchant-presented mode with the two Thai templates: tag 29, credit transfer to a phone, tax
id, e-wallet or bank account, and tag 30, bill payment with references (Bank of Thailand, Thai QR
Payment guideline 25620084, pp. 15-20). A bill is asked for by tag 30, with its payment reference as
Ref 1: that makes the bank's row exact to match.

Amounts are satang, never a float. Everything is ASCII. Tags are written in rising order (…, 53, 54,
58, …, 63); other encoders use other orders, so compare what `decode` gives, not bytes.
"""

from __future__ import annotations

import re
from binascii import crc_hqx
from dataclasses import dataclass
from typing import Final, TypedDict

from django.utils.translation import gettext_lazy as _

from marketplace.common.exceptions import Refusal
from marketplace.common.money import MAX_SATANG, SATANG_PER_BAHT

CREDIT_TRANSFER_AID: Final = "A000000677010111"
CREDIT_TRANSFER_OTA_AID: Final = "A000000677010114"
BILL_PAYMENT_AID: Final = "A000000677010112"
BILL_PAYMENT_CROSS_BORDER_AID: Final = "A000000677012006"
BAHT: Final = "764"
THAILAND: Final = "TH"

Fields = tuple[tuple[str, str], ...]
"""Tags and their values, in order."""

_OWN_TAGS: Final = frozenset(
    ["00", "01", "29", "30", "52", "53", "54", "58", "59", "60", "62", "63"]
)
_AMOUNT: Final = re.compile(r"(?P<baht>[0-9]+)(?:\.(?P<satang>[0-9]{0,2}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """What both kinds of request carry.

    Attributes:
        amount_satang: what is asked for; None lets the payer type it.
        one_time: a dynamic QR (tag 01 is "12"), for one payment.
        merchant_category: MCC, four digits (tag 52).
        merchant_name: at most 25 characters (tag 59).
        merchant_city: at most 15 characters (tag 60).
        additional: fields within tag 62, such as ("07", terminal).
        other: top-level tags that this module does not know, kept as they came.
    """

    amount_satang: int | None = None
    one_time: bool = False
    merchant_category: str | None = None
    merchant_name: str | None = None
    merchant_city: str | None = None
    additional: Fields = ()
    other: Fields = ()

    @property
    def terminal(self) -> str | None:
        """The terminal label (tag 62, field 07), which banks show as Ref 3 of a bill payment."""
        return dict(self.additional).get("07")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditTransfer(_Request):
    """A transfer to exactly one of four kinds of PromptPay address (tag 29).

    Attributes:
        phone: ten digits as dialled in Thailand, "0801234567".
        tax_id: 13 digits, a national or tax id.
        ewallet: 15 digits.
        bank_account: the bank's three digits and the account number, digits only.
        ota_code: ten characters when the payer's application made the QR (PromptPay OTA).
    """

    phone: str | None = None
    tax_id: str | None = None
    ewallet: str | None = None
    bank_account: str | None = None
    ota_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BillPayment(_Request):
    """A bill payment to a registered biller (tag 30).

    Attributes:
        biller_id: 15 digits (tax id and a suffix of two), or 13.
        ref1: 1 to 20 of A-Z 0-9.
        ref2: the same, or None.
        cross_border: the template for payers from other countries.
    """

    biller_id: str
    ref1: str
    ref2: str | None = None
    cross_border: bool = False


def encode_bill_payment(
    biller_id: str,
    ref1: str,
    ref2: str | None = None,
    amount_satang: int | None = None,
    *,
    ref3: str | None = None,
    one_time: bool = False,
    merchant_name: str | None = None,
    merchant_city: str | None = None,
) -> str:
    """The text of a QR that asks for the payment of a bill.

    Args:
        biller_id: 13 or 15 digits, from the bank's contract.
        ref1: 1 to 20 of A-Z 0-9, such as a `payment_reference`.
        ref2: the same, or None.
        amount_satang: satang above zero, or None for an amount that the payer types.
        ref3: terminal label, 1 to 25 printable ASCII characters.
        one_time: mark the QR dynamic although it names no amount; with an amount it always is.
        merchant_name: ASCII, at most 25 characters.
        merchant_city: ASCII, at most 15 characters.

    Raises:
        Refusal: a part is too long, not of its characters, or the amount is not above zero.
    """
    return encode(
        BillPayment(
            biller_id=biller_id,
            ref1=ref1,
            ref2=ref2,
            amount_satang=amount_satang,
            one_time=one_time or amount_satang is not None,
            merchant_name=merchant_name,
            merchant_city=merchant_city,
            additional=(("07", ref3),) if ref3 is not None else (),
        )
    )


def encode_credit_transfer(
    *,
    phone: str | None = None,
    tax_id: str | None = None,
    ewallet: str | None = None,
    bank_account: str | None = None,
    amount_satang: int | None = None,
    one_time: bool = False,
) -> str:
    """The text of a QR that asks for a transfer to one PromptPay address.

    Spaces and dashes in the address are dropped; a phone may start with +66.

    Args:
        phone: a Thai mobile number, "080-123-4567" or "+66801234567".
        tax_id: 13 digits.
        ewallet: 15 digits.
        bank_account: the bank's three digits and the account number.
        amount_satang: satang above zero, or None for an amount that the payer types.
        one_time: mark the QR dynamic although it names no amount; with an amount it always is.

    Raises:
        Refusal: not exactly one address, one that is not so, or an amount not above zero.
    """
    number = _bare(phone)
    if number is not None and number.startswith("+66"):
        number = "0" + number[3:].removeprefix("0")
    return encode(
        CreditTransfer(
            phone=number,
            tax_id=_bare(tax_id),
            ewallet=_bare(ewallet),
            bank_account=_bare(bank_account),
            amount_satang=amount_satang,
            one_time=one_time or amount_satang is not None,
        )
    )


def encode(request: CreditTransfer | BillPayment) -> str:
    """The text of the QR for a request; `decode` gives the request back.

    Raises:
        Refusal: a part is too long or not of its characters, or the amount is not above zero.
    """
    if isinstance(request, BillPayment):
        template = ("30", _bill_template(request))
    else:
        template = ("29", _transfer_template(request))
    fields = [("00", "01"), ("01", "12" if request.one_time else "11"), template]
    if request.merchant_category is not None:
        fields.append(("52", _checked("MCC", request.merchant_category, r"[0-9]{4}")))
    fields.append(("53", BAHT))
    if request.amount_satang is not None:
        fields.append(("54", _amount_text(request.amount_satang)))
    fields.append(("58", THAILAND))
    if request.merchant_name is not None:
        fields.append(("59", _checked("merchant name", request.merchant_name, r"[ -~]{1,25}")))
    if request.merchant_city is not None:
        fields.append(("60", _checked("merchant city", request.merchant_city, r"[ -~]{1,15}")))
    if request.additional:
        for _tag, value in request.additional:
            _checked("Ref 3", value, r"[ -~]{1,25}")
        fields.append(("62", _write(request.additional)))
    for tag, value in request.other:
        if tag in _OWN_TAGS:
            raise Refusal(_("แท็ก %(tag)s กำหนดเองไม่ได้") % {"tag": tag}, code="qr-tag", where=tag)
        fields.append((tag, value))
    body = _write(tuple(fields)) + "6304"
    return f"{body}{crc16(body):04X}"


def decode(payload: str) -> CreditTransfer | BillPayment:
    """Read the text of a Thai QR; nothing is guessed and nothing is repaired.

    Args:
        payload: what a scanner gives; space around it is dropped.

    Raises:
        Refusal: a wrong CRC (code "qr-crc"), lengths that do not fit ("qr-length"), a tag twice
            ("qr-repeated"), not a Thai QR in baht ("qr-not-thai"), an amount that is not in whole
            satang above zero ("qr-amount"), a part that is not as it must be ("qr-part").
    """
    text = payload.strip()
    if not text.isascii() or not text.isprintable():
        raise unreadable("qr-ascii")
    if len(text) < 12 or text[-8:-4] != "6304":
        raise unreadable("qr-length")
    if f"{crc16(text[:-4]):04X}" != text[-4:].upper():
        raise Refusal(_("QR นี้เสียหรือถูกแก้ไข (CRC ไม่ตรง)"), code="qr-crc")
    fields = read_fields(text)
    found = dict(fields)
    if fields[0] != ("00", "01") or fields[-1][0] != "63":
        raise unreadable("qr-length")
    method = found.get("01", "11")
    if (
        method not in ("11", "12")
        or found.get("53") != BAHT
        or found.get("58") != THAILAND
        or ("29" in found) == ("30" in found)
    ):
        raise _not_thai()
    amount = found.get("54")
    shared = _Shared(
        amount_satang=None if amount is None else _satang(amount),
        one_time=method == "12",
        merchant_category=_found("MCC", found.get("52"), r"[0-9]{4}"),
        merchant_name=_found("merchant name", found.get("59"), r"[ -~]{1,25}"),
        merchant_city=_found("merchant city", found.get("60"), r"[ -~]{1,15}"),
        additional=read_fields(found["62"]) if "62" in found else (),
        other=tuple(field for field in fields if field[0] not in _OWN_TAGS),
    )
    if "30" in found:
        return _read_bill(dict(read_fields(found["30"])), shared)
    return _read_transfer(dict(read_fields(found["29"])), shared)


def crc16(text: str) -> int:
    """CRC-16/CCITT-FALSE (polynomial 0x1021, start 0xFFFF) of ASCII; "123456789" gives 0x29B1."""
    return crc_hqx(text.encode("ascii"), 0xFFFF)


def _bill_template(bill: BillPayment) -> str:
    fields = [
        ("00", BILL_PAYMENT_CROSS_BORDER_AID if bill.cross_border else BILL_PAYMENT_AID),
        ("01", _checked("biller id", bill.biller_id, r"[0-9]{13}(?:[0-9]{2})?")),
        ("02", _checked("Ref 1", bill.ref1, r"[A-Z0-9]{1,20}")),
    ]
    if bill.ref2 is not None:
        fields.append(("03", _checked("Ref 2", bill.ref2, r"[A-Z0-9]{1,20}")))
    return _write(tuple(fields))


def _transfer_template(transfer: CreditTransfer) -> str:
    addresses: list[tuple[str, str]] = []
    if transfer.phone is not None:
        phone = _checked("phone", transfer.phone, r"0[0-9]{9}")
        addresses.append(("01", "0066" + phone[1:]))
    if transfer.tax_id is not None:
        addresses.append(("02", _checked("tax id", transfer.tax_id, r"[0-9]{13}")))
    if transfer.ewallet is not None:
        addresses.append(("03", _checked("e-wallet", transfer.ewallet, r"[0-9]{15}")))
    if transfer.bank_account is not None:
        account = _checked("bank account", transfer.bank_account, r"[0-9]{9,23}")
        addresses.append(("04", account))
    if len(addresses) != 1:
        raise Refusal(_("ต้องระบุปลายทางพร้อมเพย์อย่างเดียว"), code="qr-address")
    if transfer.ota_code is None:
        return _write((("00", CREDIT_TRANSFER_AID), *addresses))
    code = _checked("OTA", transfer.ota_code, r"[!-~]{10}")
    return _write((("00", CREDIT_TRANSFER_OTA_AID), *addresses, ("05", code)))


def _read_bill(template: dict[str, str], shared: _Shared) -> BillPayment:
    aid = template.pop("00", None)
    if aid not in (BILL_PAYMENT_AID, BILL_PAYMENT_CROSS_BORDER_AID):
        raise _not_thai()
    bill = BillPayment(
        biller_id=_checked("biller id", template.pop("01", ""), r"[0-9]{13}(?:[0-9]{2})?"),
        ref1=_checked("Ref 1", template.pop("02", ""), r"[A-Z0-9]{1,20}"),
        ref2=_found("Ref 2", template.pop("03", None), r"[A-Z0-9]{1,20}"),
        cross_border=aid == BILL_PAYMENT_CROSS_BORDER_AID,
        **shared,
    )
    if template:
        raise _not_thai()
    return bill


def _read_transfer(template: dict[str, str], shared: _Shared) -> CreditTransfer:
    aid = template.pop("00", None)
    if aid not in (CREDIT_TRANSFER_AID, CREDIT_TRANSFER_OTA_AID):
        raise _not_thai()
    ota = aid == CREDIT_TRANSFER_OTA_AID
    phone = _found("phone", template.pop("01", None), r"0066[0-9]{9}")
    transfer = CreditTransfer(
        phone=None if phone is None else "0" + phone[4:],
        tax_id=_found("tax id", template.pop("02", None), r"[0-9]{13}"),
        ewallet=_found("e-wallet", template.pop("03", None), r"[0-9]{15}"),
        bank_account=_found("bank account", template.pop("04", None), r"[0-9]{9,23}"),
        ota_code=_checked("OTA", template.pop("05", ""), r"[!-~]{10}") if ota else None,
        **shared,
    )
    addresses = (transfer.phone, transfer.tax_id, transfer.ewallet, transfer.bank_account)
    if template or sum(address is not None for address in addresses) != 1:
        raise _not_thai()
    return transfer


class _Shared(TypedDict):
    amount_satang: int | None
    one_time: bool
    merchant_category: str | None
    merchant_name: str | None
    merchant_city: str | None
    additional: Fields
    other: Fields


def _write(fields: Fields) -> str:
    """Tags, lengths in characters and values."""
    for tag, value in fields:
        if re.fullmatch(r"[0-9]{2}", tag, re.ASCII) is None or not value.isascii():
            raise _bad_part(tag)
        if not 1 <= len(value) <= 99:
            raise _bad_part(tag)
    return "".join(f"{tag}{len(value):02d}{value}" for tag, value in fields)


def read_fields(text: str) -> Fields:
    """The tags of a text, or of a template's value, in order.

    Raises:
        Refusal: lengths that do not fit ("qr-length"), a tag twice ("qr-repeated").
    """
    fields: dict[str, str] = {}
    place = 0
    while place < len(text):
        head = text[place : place + 4]
        if re.fullmatch(r"[0-9]{4}", head) is None:
            raise unreadable("qr-length")
        tag, length = head[:2], int(head[2:])
        value = text[place + 4 : place + 4 + length]
        if length == 0 or len(value) != length:
            raise unreadable("qr-length")
        if tag in fields:
            raise Refusal(_("QR นี้มีข้อมูลซ้ำ (แท็ก %(tag)s)") % {"tag": tag}, code="qr-repeated")
        fields[tag] = value
        place += 4 + length
    return tuple(fields.items())


def _amount_text(satang: int) -> str:
    if not 0 < satang <= MAX_SATANG:
        raise Refusal(
            _("จำนวนเงินใน QR ต้องมากกว่า 0 และไม่เกิน 9,999,999,999.99 บาท"), code="qr-amount"
        )
    baht, rest = divmod(satang, SATANG_PER_BAHT)
    return f"{baht}.{rest:02d}"


def _satang(text: str) -> int:
    match = _AMOUNT.fullmatch(text)
    if match is None or len(text) > 13:
        raise Refusal(_("จำนวนเงินใน QR ไม่ถูกต้อง"), code="qr-amount")
    satang = int(match["baht"]) * SATANG_PER_BAHT + int((match["satang"] or "").ljust(2, "0"))
    _amount_text(satang)  # the same bounds both ways
    return satang


def _checked(name: str, value: str, pattern: str) -> str:
    if re.fullmatch(pattern, value) is None:
        raise _bad_part(name)
    return value


def _found(name: str, value: str | None, pattern: str) -> str | None:
    return None if value is None else _checked(name, value, pattern)


def _bare(text: str | None) -> str | None:
    return None if text is None else re.sub(r"[\s\-]", "", text)


def _bad_part(name: str) -> Refusal:
    return Refusal(_("ข้อมูล %(name)s สำหรับ QR ไม่ถูกต้อง") % {"name": name}, code="qr-part", where=name)


def _not_thai() -> Refusal:
    return Refusal(_("ไม่ใช่ QR พร้อมเพย์ของไทยที่เป็นเงินบาท"), code="qr-not-thai")


def unreadable(code: str) -> Refusal:
    """The refusal of a text that is no QR of this kind; `code` says what is wrong with it."""
    return Refusal(_("อ่าน QR นี้ไม่ได้ กรุณาสแกนใหม่"), code=code)
