"""Whatever is put into a Thai QR comes out again, and no error passes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.common.exceptions import Refusal
from marketplace.common.money import MAX_SATANG
from orders.payment.promptpay import BillPayment, CreditTransfer, decode, encode

references = st.from_regex(r"\A[A-Z0-9]{1,20}\Z")
names = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=15)
shared = {
    "amount_satang": st.none() | st.integers(1, MAX_SATANG),
    "one_time": st.booleans(),
    "merchant_category": st.none() | st.from_regex(r"\A[0-9]{4}\Z"),
    "merchant_name": st.none() | names,
    "merchant_city": st.none() | names,
    "additional": st.just(()) | st.tuples(st.tuples(st.just("07"), names)),
    "other": st.just(()) | st.tuples(st.tuples(st.sampled_from(["31", "81"]), names)),
}
bills = st.builds(
    BillPayment,
    biller_id=st.from_regex(r"\A[0-9]{13}([0-9]{2})?\Z"),
    ref1=references,
    ref2=st.none() | references,
    cross_border=st.booleans(),
    **shared,
)
transfers = st.one_of(
    *(
        st.builds(
            CreditTransfer,
            **{name: st.from_regex(pattern)},
            ota_code=st.none() | st.from_regex(r"\A[0-9]{10}\Z"),
            **shared,
        )
        for name, pattern in {
            "phone": r"\A0[0-9]{9}\Z",
            "tax_id": r"\A[0-9]{13}\Z",
            "ewallet": r"\A[0-9]{15}\Z",
            "bank_account": r"\A[0-9]{9,23}\Z",
        }.items()
    )
)


@given(bills | transfers)
def test_a_request_comes_out_as_it_went_in(request_made: BillPayment | CreditTransfer) -> None:
    payload = encode(request_made)
    assert payload.isascii()
    assert decode(payload) == request_made


@given(bills, st.data())
def test_no_single_wrong_character_passes(bill: BillPayment, data: st.DataObject) -> None:
    payload = encode(bill)
    place = data.draw(st.integers(0, len(payload) - 1))
    other = data.draw(st.characters(min_codepoint=33, max_codepoint=126))
    if other.upper() == payload[place].upper():
        return
    with pytest.raises(Refusal):
        decode(payload[:place] + other + payload[place + 1 :])


@given(st.text(max_size=120) | st.from_regex(r"\A0002[0-9A-Z]{0,80}6304[0-9A-F]{4}\Z"))
def test_anything_else_is_a_refusal_and_never_a_crash(text: str) -> None:
    with pytest.raises(Refusal):
        decode(text)
