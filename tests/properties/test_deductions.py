"""What is taken from a payment: never above the ceiling or what is left, in order, exactly."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.settlement.models import DEFAULT_ORDER
from orders.settlement.rules import Claim, ceiling_of, deduct

pytestmark = pytest.mark.everywhere

SATANG = st.integers(0, 1_000_000)
CLAIMS = st.lists(
    st.builds(
        Claim,
        pk=st.integers(1, 10_000),
        kind=st.sampled_from(DEFAULT_ORDER),
        left_satang=st.none() | SATANG,
        instalment_satang=st.just(0) | st.integers(1, 50_000),
    ),
    max_size=8,
    unique_by=lambda claim: claim.pk,
)
ORDER = st.permutations(DEFAULT_ORDER)
CEILING = st.integers(0, 9_000)


@settings(max_examples=100)
@given(payment=st.integers(-1_000, 2_000_000), claims=CLAIMS, order=ORDER, ceiling=CEILING)
def test_a_payment_gives_no_more_than_its_ceiling_and_no_claim_more_than_is_left(
    payment: int, claims: list[Claim], order: list[str], ceiling: int
) -> None:
    at_most = ceiling_of(payment, ceiling)
    taken = deduct(claims, order=order, at_most_satang=at_most)
    of = {claim.pk: claim for claim in claims}
    total = sum(satang for _pk, satang in taken)
    assert total <= at_most
    assert total * 10_000 <= max(payment, 0) * ceiling
    assert total < payment or not taken
    for pk, satang in taken:
        assert satang > 0
        assert satang <= (of[pk].instalment_satang or satang)
        left = of[pk].left_satang
        assert left is None or satang <= left
    assert len({pk for pk, _satang in taken}) == len(taken)


@settings(max_examples=100)
@given(payment=st.integers(0, 2_000_000), claims=CLAIMS, order=ORDER, ceiling=CEILING)
def test_the_order_is_kept_and_the_ceiling_is_used_up_before_anybody_waits(
    payment: int, claims: list[Claim], order: list[str], ceiling: int
) -> None:
    at_most = ceiling_of(payment, ceiling)
    taken = dict(deduct(claims, order=order, at_most_satang=at_most))
    queue = sorted(claims, key=lambda claim: (order.index(claim.kind), claim.pk))
    room = at_most
    for claim in queue:
        could = min(
            [
                room,
                *([] if claim.left_satang is None else [claim.left_satang]),
                *([claim.instalment_satang] if claim.instalment_satang else []),
            ]
        )
        assert taken.get(claim.pk, 0) == could  # whoever stands behind gets only what is left
        room -= could
    assert list(taken) == [claim.pk for claim in queue if claim.pk in taken]


@settings(max_examples=60)
@given(payment=st.integers(0, 2_000_000), claims=CLAIMS, order=ORDER, data=st.data())
def test_rows_in_any_order_give_the_same_answer(
    payment: int, claims: list[Claim], order: list[str], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(claims))
    at_most = ceiling_of(payment, 3_000)
    assert deduct(claims, order=order, at_most_satang=at_most) == deduct(
        shuffled, order=order, at_most_satang=at_most
    )


def test_a_kind_that_the_order_does_not_name_is_not_taken() -> None:
    claim = Claim(1, "loan", 500)
    assert deduct([claim], order=["advance"], at_most_satang=1_000) == []
