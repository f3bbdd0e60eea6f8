"""A credit limit: an order above it is told before and refused, unless a second person allowed it."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from orders.deposits.exceptions import AnotherPerson, OverCredit
from orders.deposits.models import CreditAllowance
from orders.deposits.services import ask_allowance, decide_allowance, set_deposit_terms
from orders.deposits.services.credit import exposure_of
from orders.models import Order
from orders.services import LineChange, amend_lines
from tests.support import money
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY, KG, MONDAY

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

KILO = 4_200


@pytest.fixture
def market() -> Money:
    made = money.make_money()
    made.day.offer((made.day.daeng, 60))
    return made


def limit(market: Money, satang: int | None) -> None:
    set_deposit_terms(
        by=market.treasurer,
        buyer=market.day.hospital,
        valid_from=clock.today(),
        credit_satang=satang,
        keep_bp=0,
        paper="สัญญาตัวอย่าง",
    )


def test_orders_up_to_the_limit_are_placed_and_the_one_above_is_refused_whole(
    market: Money,
) -> None:
    limit(market, 30 * KILO)
    market.day.order(20)
    with pytest.raises(OverCredit) as refused:
        market.day.order(11)
    assert refused.value.over_satang == KILO
    assert Order.objects.count() == 1
    market.day.order(10)
    assert exposure_of(market.day.hospital).ordered_satang == 30 * KILO


def test_without_terms_there_is_no_limit_and_terms_count_from_their_day(market: Money) -> None:
    market.day.order(20)
    set_deposit_terms(
        by=market.treasurer,
        buyer=market.day.hospital,
        valid_from=clock.today() + dt.timedelta(days=1),
        credit_satang=0,
        keep_bp=0,
        paper="สัญญาตัวอย่าง",
    )
    market.day.order(1)
    limit(market, None)
    market.day.order(1)


def test_an_order_that_grows_is_held_to_it_too_and_one_that_shrinks_never(market: Money) -> None:
    limit(market, 20 * KILO)
    line = market.day.order(20)
    with pytest.raises(OverCredit):
        amend_lines(by=None, changes=[LineChange(line.pk, 21 * KG)])
    limit(market, 0)
    amend_lines(by=None, changes=[LineChange(line.pk, 19 * KG)])
    line.refresh_from_db()
    assert line.ordered_qty == 19 * KG


def test_a_second_person_lets_it_order_above_until_a_day(market: Money) -> None:
    limit(market, 10 * KILO)
    asked = ask_allowance(
        by=market.treasurer,
        buyer=market.day.hospital,
        satang=10 * KILO,
        until=MONDAY,
        reason="งานประชุม",
        key=uuid4(),
    )
    with pytest.raises(OverCredit):
        market.day.order(20)
    with pytest.raises(AnotherPerson):
        decide_allowance(by=market.treasurer, allowance=asked, agreed=True)
    decide_allowance(by=market.second, allowance=asked, agreed=True)
    line = market.day.order(20)
    clock.set_clock(clock.now() + dt.timedelta(days=(MONDAY - clock.today()).days + 1))
    if clock.now() < line.delivery.cutoff_at:
        with pytest.raises(OverCredit):
            amend_lines(by=None, changes=[LineChange(line.pk, 21 * KG)])


@pytest.mark.parametrize(
    ("satang", "days", "reason", "code"),
    [(0, 0, "ก", "negative"), (1, -1, "ก", "past"), (1, 0, " ", "no-reason")],
)
def test_asking_without_sense_is_refused(
    market: Money, satang: int, days: int, reason: str, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        ask_allowance(
            by=None,
            buyer=market.day.hospital,
            satang=satang,
            until=clock.today() + dt.timedelta(days=days),
            reason=reason,
            key=uuid4(),
        )
    assert refused.value.code == code
    assert not CreditAllowance.objects.exists()


def test_what_is_held_widens_the_limit_and_bills_narrow_it(market: Money) -> None:
    money.sale_for(market.day.site, market.day.cycle, 10_000)
    before = exposure_of(market.day.hospital)
    assert before.unbilled_satang == 10_000
    assert before.total_satang == before.unbilled_satang + before.ordered_satang


def test_the_last_step_says_how_far_the_limit_is(market: Money, client: Client) -> None:
    limit(market, 5 * KILO)
    client.force_login(market.treasurer)
    page = client.get(reverse("deposits:buyer", args=[market.day.hospital.pk])).content.decode()
    assert "สั่งได้อีก" in page
    assert "210.00" in page
    assert clock.today() < FIRST_DAY
