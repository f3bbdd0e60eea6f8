"""Rule 1 under any sequence of acts: no oversell, reserved is the sum of live backings, every firm
quantity has valid backing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.supply.matching import Book, Stock, Terms
from catalogue.supply.models import HarvestOffer, OfferShare, Reservation, Shortage
from catalogue.supply.services import (
    Resize,
    ShareChangeInput,
    change_shares,
    close_offers,
    consume,
    recheck,
    release,
    reserve,
    resize,
)
from marketplace.common.exceptions import Refusal
from tests.support.supply import FIRST_DAY, START, Supply, broken_rules, certify, make_supply

DAYS = st.integers(0, 3)
KILOS = st.integers(0, 30)
GRADES = st.sampled_from(["A", "B", "C"])
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("offer"), KILOS, DAYS, DAYS, GRADES, st.booleans(), st.booleans()),
        st.tuples(st.just("reserve"), KILOS, DAYS, GRADES, st.booleans(), st.booleans()),
        st.tuples(st.just("reserve"), KILOS, DAYS, GRADES, st.booleans(), st.booleans()),
        st.tuples(st.just("resize"), st.integers(0, 9), KILOS),
        st.tuples(st.just("release"), st.integers(0, 9)),
        st.tuples(st.just("cut"), st.integers(0, 5), KILOS),
        st.tuples(st.just("close"), st.integers(0, 5)),
        st.tuples(st.just("consume"), DAYS),
        st.tuples(st.just("recheck"), DAYS),
    ),
    min_size=3,
    max_size=14,
)


@pytest.fixture
def supply(db: None, stop_clock: Any) -> Supply:
    stop_clock(START)
    made = make_supply(4)
    certify("GAP", made.day(-9), made.day(30), group=made.group)
    return made


@pytest.mark.everywhere
@pytest.mark.django_db
@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=ACTS)
def test_no_sequence_of_acts_breaks_a_promise(supply: Supply, acts: list[Any]) -> None:
    with transaction.atomic():
        _play(supply, acts)
        transaction.set_rollback(True)


def _play(supply: Supply, acts: list[Any]) -> None:
    holders: list[str] = []
    guaranteed: dict[str, int] = {}
    for act, *facts in acts:
        shortages = Shortage.objects.count()
        offers = list(HarvestOffer.objects.order_by("pk"))
        try:
            if act == "offer":
                kilos, one, two, grade, other, certified = facts
                supply.offer(
                    kilos,
                    first=min(one, two),
                    last=max(one, two),
                    grade=grade,
                    other=other,
                    standards=["GAP"] if certified and not other else [],
                )
            elif act == "reserve":
                kilos, day, grade, named, certified = facts
                request = supply.request(
                    kilos,
                    day,
                    min_grade=grade,
                    group_id=supply.group.pk if named else None,
                    standard_id="GAP" if certified else None,
                )
                guaranteed |= reserve(requests=[request])
                assert guaranteed[request.holder] <= request.qty
                holders.append(request.holder)
            elif act == "resize" and holders:
                holder = holders[facts[0] % len(holders)]
                before = guaranteed.get(holder, 0)
                guaranteed |= resize(changes=[Resize(holder, facts[1] * 1000)])
                assert min(before, facts[1] * 1000) <= guaranteed[holder] <= facts[1] * 1000
            elif act == "release" and holders:
                holder = holders[facts[0] % len(holders)]
                release(holders=[holder])
                guaranteed[holder] = 0
            elif act == "cut" and offers:
                share = OfferShare.objects.filter(
                    harvest_offer=offers[facts[0] % len(offers)]
                ).get()
                change_shares(by=None, changes=[ShareChangeInput(share.pk, facts[1] * 1000)])
            elif act == "close" and offers:
                close_offers(by=None, offers=[offers[facts[0] % len(offers)]])
            elif act == "consume":
                cycle = supply.cycles[facts[0]]
                for holder in Reservation.objects.filter(cycle=cycle, state="live").values_list(
                    "holder", flat=True
                ):
                    guaranteed[holder] = 0
                consume(cycle_id=cycle.pk)
            elif act == "recheck":
                assert recheck(cycle_ids=[supply.cycles[facts[0]].pk]) == []
        except Refusal:
            pass
        for shortage in list(Shortage.objects.order_by("pk"))[shortages:]:
            guaranteed[shortage.holder] -= shortage.qty
        live = dict(Reservation.objects.filter(state="live").values_list("holder", "qty"))
        assert live == {holder: qty for holder, qty in guaranteed.items() if qty}
        assert broken_rules() == []


# The choice of backing against a plain maximum flow ---------------------------------------------

WINDOWS = st.tuples(st.integers(1, 9), DAYS, DAYS, GRADES)
WISHES = st.tuples(st.integers(1, 9), DAYS, GRADES)


@given(offers=st.lists(WINDOWS, max_size=6), wishes=st.lists(WISHES, max_size=8))
@settings(max_examples=300, deadline=None)
def test_together_the_wishes_get_as_much_as_any_plan_could_give(
    offers: list[Any], wishes: list[Any]
) -> None:
    stocks = [
        Stock(
            pk=index,
            product_id=1,
            group_id=1,
            grade=grade,
            standards=frozenset(),
            first_day=FIRST_DAY + timedelta(days=min(one, two)),
            last_day=FIRST_DAY + timedelta(days=max(one, two)),
            min_price_satang=0,
            is_open=True,
            policy_qty=qty,
            promisable_qty=qty,
            reserved_qty=0,
        )
        for index, (qty, one, two, grade) in enumerate(offers)
    ]
    book = Book(stocks)
    got = 0
    for key, (qty, day, grade) in enumerate(wishes):
        terms = Terms(product_id=1, day=FIRST_DAY + timedelta(days=day), min_grade=grade)
        before = {k: book.backed(k) for k in range(key)}
        part = book.take(key, terms, qty)
        part += book.take_by_paths(key, terms, qty - part)
        assert {k: book.backed(k) for k in range(key)} == before  # nobody loses anything
        got += part
    assert got == _most(stocks, wishes)
    assert all(0 <= stock.reserved_qty <= stock.policy_qty for stock in stocks)
    for key, terms in book.terms.items():
        assert all(book.stocks[pk].fits(terms) for pk in book.backings[key])


def _most(stocks: list[Stock], wishes: list[Any]) -> int:
    """The bound by brute force over cuts: least, over all sets of wishes, of what limits them."""
    terms = [
        Terms(product_id=1, day=FIRST_DAY + timedelta(days=day), min_grade=grade)
        for _qty, day, grade in wishes
    ]
    best = sum(qty for qty, _day, _grade in wishes)
    for chosen in range(1 << len(wishes)):
        inside = [i for i in range(len(wishes)) if chosen >> i & 1]
        outside = sum(wishes[i][0] for i in range(len(wishes)) if not chosen >> i & 1)
        reach = sum(s.policy_qty for s in stocks if any(s.fits(terms[i]) for i in inside))
        best = min(best, outside + reach)
    return best
