"""What silence and price mean for substitutes, whatever the figures."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from marketplace.common.dates import bangkok_at
from orders.substitution.rules import Takes, Unanswered, answer_by, may_offer, taken_unasked

prices = st.integers(0, 10_000_000)


@given(st.lists(prices, max_size=5), prices)
def test_silence_never_costs_more_than_what_was_ordered_and_takes_the_first_that_fits(
    options: list[int], paid: int
) -> None:
    place = taken_unasked(Unanswered.ACCEPT, options, paid_satang=paid)
    if place is None:
        assert all(price > paid for price in options)
    else:
        assert options[place] <= paid
        assert all(price > paid for price in options[:place])
    assert taken_unasked(Unanswered.LEAVE, options, paid_satang=paid) is None


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
