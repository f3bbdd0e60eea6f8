"""No slip of the finger turns a code or a reference into another valid one."""

from __future__ import annotations

from itertools import pairwise, product

from hypothesis import given
from hypothesis import strategies as st

from marketplace.common.codes import (
    ALPHABET,
    MAX_LENGTH,
    is_payment_reference,
    is_valid,
    payment_reference,
    read_payment_reference,
    with_check,
)

bodies = st.text(ALPHABET, min_size=1, max_size=MAX_LENGTH - 1)
references = st.builds(
    payment_reference,
    st.from_regex(r"\A[A-Z]{1,4}(25[0-9]{2})?\Z"),
    st.integers(1, 999_999),
)


def test_every_code_of_three_symbols_against_every_single_error_and_swap() -> None:
    codes = [with_check("".join(body)) for body in product(ALPHABET, repeat=2)]
    valid = {"".join(code) for code in product(ALPHABET, repeat=3) if is_valid("".join(code))}
    assert set(codes) == valid
    for code in codes:
        for place, symbol in enumerate(code):
            wrong = {code[:place] + other + code[place + 1 :] for other in ALPHABET}
            assert wrong & valid == {code}, (place, symbol)
        for place in range(2):
            swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            assert swapped == code or swapped not in valid


def test_the_weights_that_find_every_error_at_every_length() -> None:
    """The exhaustive proof for all lengths: the change of the sum is never 0 modulo 31."""
    changes = {a - b for a in range(31) for b in range(31) if a != b}
    for weight in range(1, MAX_LENGTH + 1):
        assert all(weight * change % 31 for change in changes)
    for left, right in pairwise(range(MAX_LENGTH, 0, -1)):
        assert all((left - right) * change % 31 for change in changes)


@given(bodies)
def test_every_single_error_and_every_swap_is_found(body: str) -> None:
    code = with_check(body)
    assert is_valid(code)
    for place, symbol in enumerate(code):
        for other in ALPHABET:
            assert is_valid(code[:place] + other + code[place + 1 :]) == (other == symbol)
    for first in range(len(code)):
        for second in range(first + 1, len(code)):
            swapped = list(code)
            swapped[first], swapped[second] = swapped[second], swapped[first]
            assert is_valid("".join(swapped)) == (code[first] == code[second])


@given(references)
def test_references_find_every_single_error_and_neighbours_swapped(reference: str) -> None:
    assert is_payment_reference(reference)
    for place, character in enumerate(reference):
        others = "0123456789" if character.isdigit() else "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        for other in others:
            wrong = reference[:place] + other + reference[place + 1 :]
            assert is_payment_reference(wrong) == (other == character)
    for place in range(len(reference) - 1):
        left, right = reference[place], reference[place + 1]
        swapped = reference[:place] + right + left + reference[place + 2 :]
        assert left == right or not is_payment_reference(swapped)


@given(references, st.text(" -", max_size=2), st.text("กขค.,:;/ ", max_size=6))
def test_references_are_found_whatever_stands_around(ref: str, gap: str, around: str) -> None:
    letters = ref.rstrip("0123456789")
    spaced = gap.join([letters, ref[len(letters) : len(letters) + 4], ref[len(letters) + 4 :]])
    assert read_payment_reference(f"{around}{spaced.lower()}{around}") == [ref]


@given(st.text(st.sampled_from("AB0123456789 -"), max_size=60))
def test_what_is_found_is_always_valid(text: str) -> None:
    assert all(is_payment_reference(found) for found in read_payment_reference(text))
