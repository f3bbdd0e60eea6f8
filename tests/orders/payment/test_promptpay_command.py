"""`manage.py promptpay`: one JSON object, or exit status 2 and a reason; the slip's mini-QR."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from marketplace.common.exceptions import Refusal
from orders.payment.slip import Slip, decode_slip, encode_slip
from tests.orders.payment.test_promptpay import VECTORS

SLIPS = {
    "004100060000010103014022000111222233344ABCD125102TH910417DF": Slip(
        "014", "00111222233344ABCD12"
    ),
    "004000060000010103002021900021231231212000115102TH91049C30": Slip(
        "002", "0002123123121200011"
    ),
}
BILLER = "099400016550100"


def run(*words: str) -> dict[str, Any]:
    out = StringIO()
    call_command("promptpay", *words, stdout=out)
    said: dict[str, Any] = json.loads(out.getvalue())
    return said


@pytest.mark.parametrize("payload", VECTORS)
def test_every_vector_can_be_read(payload: str) -> None:
    said = run("decode", payload)
    assert said["kind"] in ("bill_payment", "credit_transfer")
    assert said["payload"] == payload


OWN = [v for v in VECTORS if "A000000677010114" not in v and "A000000677012006" not in v]
"""Without the two templates that only payers' applications make (OTA) and for other countries."""


@pytest.mark.parametrize("payload", OWN)
def test_what_is_read_can_be_written_again(payload: str) -> None:
    said = run("decode", payload)
    words = ["encode"]
    for name in ("biller", "ref1", "ref2", "phone", "tax_id", "ewallet", "bank_account", "amount"):
        if said.get(name) is not None:
            words += [f"--{name.replace('_', '-')}", said[name]]
    if said["terminal"] is not None:
        words += ["--ref3", said["terminal"]]
    again = run(*words, *(["--static"] if said["static"] else []))
    assert again | {"payload": payload} == said


def test_a_bill_with_an_amount_is_for_one_payment_unless_static() -> None:
    said = run("encode", "--biller", BILLER, "--ref1", "INV1", "--amount", "123.45")
    assert (said["amount"], said["amount_satang"], said["static"]) == ("123.45", 12_345, False)
    assert said["payload"].startswith("000201010212")
    words = ("encode", "--biller", BILLER, "--ref1", "INV1", "--amount", "123.45", "--static")
    assert run(*words)["payload"].startswith("000201010211")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("encode", "--biller", BILLER, "--ref1", "INV1", "--amount", "1.234"), "qr-amount"),
        (("encode", "--biller", BILLER, "--ref1", "INV1", "--amount=-1"), "qr-amount"),
        (("encode", "--biller", BILLER, "--ref1", "INV1", "--amount", "๑๒"), "qr-amount"),
        (("encode", "--biller", BILLER, "--ref1", "INV1", "--amount", "0"), "qr-amount"),
        (("encode", "--biller", BILLER, "--ref1", "บิล1"), "qr-part"),
        (("encode", "--biller", BILLER), "qr-part"),
        (("encode", "--biller", "1234", "--ref1", "INV1"), "qr-part"),
        (("encode", "--phone", "12", "--amount", "1"), "qr-part"),
        (("encode", "--phone", "0801234567", "--ref1", "INV1"), "qr-part"),
        (("decode", VECTORS[0][:-4] + "FFFF"), "qr-crc"),
        (("decode", VECTORS[0][:-9]), "qr-length"),
        (("decode", next(iter(SLIPS))[:-4] + "0000"), "qr-crc"),
    ],
)
def test_what_is_refused_ends_with_status_2_and_a_reason(words: tuple[str, ...], code: str) -> None:
    with pytest.raises(CommandError, match=f"^{code}: .") as refused:
        run(*words)
    assert refused.value.returncode == 2


@pytest.mark.parametrize(("payload", "slip"), SLIPS.items())
def test_slips_are_read_and_written(payload: str, slip: Slip) -> None:
    assert decode_slip(payload) == slip
    assert encode_slip(slip) == payload
    assert run("decode", payload)["reference"] == slip.reference


@given(
    st.builds(
        Slip,
        st.from_regex(r"\A[0-9]{3}\Z"),
        st.from_regex(r"\A[A-Za-z0-9]{1,40}\Z"),
    )
)
def test_any_slip_comes_back(slip: Slip) -> None:
    assert decode_slip(encode_slip(slip)) == slip


@given(st.sampled_from(sorted(SLIPS)), st.integers(0, 58), st.sampled_from("0123456789ABCDTH"))
def test_one_changed_character_of_a_slip_is_noticed(payload: str, at: int, new: str) -> None:
    changed = payload[: at % len(payload)] + new + payload[at % len(payload) + 1 :]
    if changed.upper() == payload.upper():
        return
    with pytest.raises(Refusal):
        decode_slip(changed)
