"""What silence and price mean for substitutes, whatever the figures."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from marketplace.common.dates import bangkok_at
from orders.substitution.rules import Takes, Unanswered, answer_by, may_offer, taken_unasked

prices = st.integers(0, 10_000_000)


grades = st.sampled_from("ABC")


@given(st.lists(st.tuples(prices, grades), max_size=5), prices, grades)
def test_silence_never_costs_more_nor_takes_a_lower_grade_and_takes_the_first_that_fits(
    options: list[tuple[int, str]], paid: int, grade: str
) -> None:
    def fits(option: tuple[int, str]) -> bool:
        return option[0] <= paid and option[1] <= grade

    place = taken_unasked(Unanswered.ACCEPT, options, paid_satang=paid, min_grade=grade)
    if place is None:
        assert not any(fits(option) for option in options)
    else:
        assert fits(options[place])
        assert not any(fits(option) for option in options[:place])
    assert taken_unasked(Unanswered.LEAVE, options, paid_satang=paid, min_grade=grade) is None


@given(prices, prices)
def test_each_rule_offers_at_least_what_the_stricter_one_does(price: int, paid: int) -> None:
    offered = [may_offer(takes, price_satang=price, paid_satang=paid) for takes in Takes]
    assert offered == sorted(offered)
    assert offered[0] is False
    assert offered[1] is (price <= paid)
    assert offered[2] is True


@given(
    st.dates(dt.date(2026, 1, 1), dt.date(2030, 1, 1)),
    st.timedeltas(dt.timedelta(days=-9), dt.timedelta(days=9)),
)
def test_an_answer_counts_until_two_in_the_afternoon_of_the_day_before(
    day: dt.date, away: dt.timedelta
) -> None:
    last = bangkok_at(day - dt.timedelta(days=1), dt.time(14))
    assert answer_by(day, last + away) == (last if away < dt.timedelta(0) else None)
