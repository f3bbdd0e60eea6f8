"""Thai QR against the payloads of public test suites (promptpay_vectors.txt)."""

from __future__ import annotations

from pathlib import Path

import pytest

from marketplace.common.exceptions import Refusal
from orders.payment.promptpay import (
    BillPayment,
    CreditTransfer,
    crc16,
    decode,
    encode,
    encode_bill_payment,
    encode_credit_transfer,
)

VECTORS = [
    line
    for line in (Path(__file__).parent / "promptpay_vectors.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


def tags(payload: str) -> dict[str, str]:
    """The top-level tags without the CRC, read by another way than the module's."""
    found, rest = {}, payload
    while rest:
        length = int(rest[2:4])
        found[rest[:2]], rest = rest[4 : 4 + length], rest[4 + length :]
    found.pop("63")
    return found


def sealed(body: str) -> str:
    """A payload with a right CRC over whatever it says."""
    return f"{body}6304{crc16(body + '6304'):04X}"


def test_the_check_value_of_the_crc() -> None:
    assert crc16("123456789") == 0x29B1


def test_every_vector_is_here() -> None:
    assert len(VECTORS) == 23


@pytest.mark.parametrize("payload", VECTORS)
def test_public_payloads_are_read_and_written_with_the_same_fields(payload: str) -> None:
    request_made = decode(payload)
    again = encode(request_made)
    assert tags(again) == tags(payload)
    assert decode(again) == request_made


def test_a_phone_and_an_amount() -> None:
    payload = encode_credit_transfer(phone="000-000-0000", amount_satang=422)
    read = decode(payload)
    assert read == CreditTransfer(phone="0000000000", amount_satang=422, one_time=True)
    assert encode_credit_transfer(phone="+66 80 123 4567") == encode_credit_transfer(
        phone="0801234567"
    )


def test_a_bank_account_byte_for_byte() -> None:
    expected = (
        "00020101021229370016A0000006770101110413014123456789053037645406100.005802TH6304901D"
    )
    assert encode_credit_transfer(bank_account="014-1234567890", amount_satang=10_000) == expected


def test_a_bill_with_references() -> None:
    vector = next(line for line in VECTORS if "CUSTOMER001" in line)
    assert decode(vector) == BillPayment(
        biller_id="0112233445566", ref1="CUSTOMER001", ref2="INV001", additional=(("07", "SCB"),)
    )
    assert decode(vector).terminal == "SCB"
    written = encode_bill_payment("0112233445566", "CUSTOMER001", "INV001", ref3="SCB")
    assert tags(written) == tags(vector)


def test_amount_makes_it_dynamic() -> None:
    assert encode_bill_payment("099400016550100", "A1")[:12] == "000201010211"
    assert encode_bill_payment("099400016550100", "A1", one_time=True)[:12] == "000201010212"
    payload = encode_bill_payment("099400016550100", "A1", amount_satang=364_922)
    assert payload[:12] == "000201010212"
    assert "54073649.22" in payload
    assert decode(payload).amount_satang == 364_922


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ref1": ""}, "qr-part"),
        ({"ref1": "a1"}, "qr-part"),
        ({"ref1": "A-1"}, "qr-part"),
        ({"ref1": "ก1"}, "qr-part"),
        ({"ref1": "A1\n"}, "qr-part"),
        ({"ref1": "A" * 21}, "qr-part"),
        ({"ref2": "A" * 21}, "qr-part"),
        ({"ref3": "ก"}, "qr-part"),
        ({"biller_id": "12345"}, "qr-part"),
        ({"biller_id": "๐๙๙๔๐๐๐๑๖๕๕๐๑๐๐"}, "qr-part"),
        ({"merchant_name": "A" * 26}, "qr-part"),
        ({"merchant_city": "หาดใหญ่"}, "qr-part"),
        ({"amount_satang": 0}, "qr-amount"),
        ({"amount_satang": -1}, "qr-amount"),
        ({"amount_satang": 1_000_000_000_000}, "qr-amount"),
    ],
)
def test_what_does_not_belong_in_a_bill_is_refused(change: dict[str, object], code: str) -> None:
    parts: dict[str, object] = {"biller_id": "099400016550100", "ref1": "A1"} | change
    with pytest.raises(Refusal) as refused:
        encode_bill_payment(**parts)  # type: ignore[arg-type]
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ({}, "qr-address"),
        ({"phone": "0801234567", "tax_id": "1234567890123"}, "qr-address"),
        ({"phone": "12345"}, "qr-part"),
        ({"tax_id": "123"}, "qr-part"),
        ({"ewallet": "123"}, "qr-part"),
        ({"bank_account": "abc"}, "qr-part"),
    ],
)
def test_exactly_one_good_address(address: dict[str, str], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        encode_credit_transfer(**address)  # type: ignore[arg-type]
    assert refused.value.code == code


PHONE = "29370016A00000067701011101130066801234567"
HEAD = "000201010212"


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (VECTORS[7][:-4] + "FFFF", "qr-crc"),
        ("", "qr-length"),
        ("สวัสดี", "qr-ascii"),
        (sealed(HEAD + PHONE + "53037645406100.015802TH5802TH"), "qr-repeated"),
        (sealed(HEAD + "29" + "41" + PHONE[4:] + "00" + "02" + "AB"), "qr-length"),
        (sealed(HEAD + PHONE + "53037645899TH"), "qr-length"),
        (sealed(HEAD + PHONE + "530376458xxTH"), "qr-length"),
        (sealed(HEAD + PHONE + "53038405802TH"), "qr-not-thai"),
        (sealed(HEAD + PHONE + "53037645802MY"), "qr-not-thai"),
        (sealed(HEAD + "53037645802TH"), "qr-not-thai"),
        (sealed("000201010213" + PHONE + "53037645802TH"), "qr-not-thai"),
        (sealed(HEAD + PHONE + "530376454051.0055802TH"), "qr-amount"),
        (sealed(HEAD + PHONE + "53037645404-1.05802TH"), "qr-amount"),
        (sealed(HEAD + PHONE + "53037645404,1.05802TH"), "qr-amount"),
        (sealed(HEAD + PHONE + "530376454040.005802TH"), "qr-amount"),
        (sealed(HEAD + PHONE + "530376454031e35802TH"), "qr-amount"),
        (sealed("010212" + PHONE + "53037645802TH000201"), "qr-length"),
    ],
)
def test_a_damaged_or_foreign_qr_is_refused(payload: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        decode(payload)
    assert refused.value.code == code


def test_a_repeated_field_within_a_template_is_refused() -> None:
    template = PHONE[4:] + "01130066801234567"
    with pytest.raises(Refusal) as refused:
        decode(sealed(f"{HEAD}29{len(template)}{template}53037645802TH"))
    assert refused.value.code == "qr-repeated"


def test_amounts_without_or_with_one_decimal_are_read() -> None:
    assert decode(sealed(HEAD + PHONE + "53037645403100" + "5802TH")).amount_satang == 10_000
    assert decode(sealed(HEAD + PHONE + "5303764540510.05" + "5802TH")).amount_satang == 1_005
    assert decode(sealed(HEAD + PHONE + "5303764540410.5" + "5802TH")).amount_satang == 1_050
