"""VAT of documents: rounded once per category, divided over the lines, taken off without a rest."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from marketplace.common.money import percentage
from orders.invoicing.rules import TaxedLine, vat_of_lines, vat_taken_off

SATANG = st.integers(0, 10_000_000)
RATES = st.sampled_from([0, 700, 1000])
LINES = st.lists(st.builds(TaxedLine, SATANG, RATES), max_size=12)


@given(LINES)
def test_the_lines_of_a_category_add_up_to_its_vat_rounded_once(lines: list[TaxedLine]) -> None:
    parts = vat_of_lines(lines)
    for rate in (0, 700, 1000):
        of_rate = [place for place, line in enumerate(lines) if line.rate_bp == rate]
        base = sum(lines[place].value_satang for place in of_rate)
        assert sum(parts[place] for place in of_rate) == (percentage(base, rate) if rate else 0)


@given(LINES)
def test_no_line_is_more_than_a_satang_from_its_own_share(lines: list[TaxedLine]) -> None:
    for line, vat in zip(lines, vat_of_lines(lines), strict=True):
        assert abs(vat * 10_000 - line.value_satang * line.rate_bp) <= 15_000
        assert vat >= 0
        if not line.rate_bp or not line.value_satang:
            assert vat == 0


@given(st.lists(st.integers(1, 1_000_000), min_size=1, max_size=8), st.sampled_from([700, 1000]))
def test_credits_bit_by_bit_take_exactly_the_vat_that_was_charged(
    bits: list[int], rate: int
) -> None:
    left, left_vat = sum(bits), percentage(sum(bits), rate)
    for bit in bits:
        vat = vat_taken_off(bit, rate, left, left_vat)
        assert 0 <= vat <= left_vat
        left, left_vat = left - bit, left_vat - vat
    assert (left, left_vat) == (0, 0)
