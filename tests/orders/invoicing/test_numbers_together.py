"""Sixteen real processes that issue bills at the same moment, some giving up half-way."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from marketplace.common import clock
from marketplace.common.transactions import unit_of_work
from marketplace.ledger.services import recompute
from marketplace.parties.models import Buyer
from orders.invoicing.exceptions import AlreadyBilled, NothingToBill
from orders.invoicing.models import DeliverySale, Document
from orders.invoicing.services import issue_bills
from orders.models import Delivery
from tests.support import money
from tests.support.ordering import FIRST_DAY, at
from tests.support.writers import Writers, writers

pytestmark = [pytest.mark.everywhere]

WRITERS = 16


@pytest.fixture(scope="module")
def processes(django_db_setup: Any) -> Iterator[Writers]:
    with writers(WRITERS) as started:
        yield started


@pytest.fixture
def crowd(processes: Writers, committed_db: Any) -> Writers:
    return processes


def issue(writer: int, buyer: int, deliveries: list[int]) -> int:
    """Bill deliveries one by one; every third time the work is undone first. How many it issued."""
    clock.set_clock(at(FIRST_DAY))
    chance = random.Random(writer)
    known = Buyer.objects.get(pk=buyer)
    for pk in deliveries:
        delivery = Delivery.objects.get(pk=pk)
        while chance.random() < 0.35:
            try:
                with unit_of_work():
                    issue_bills(by=None, buyer=known, deliveries=[delivery])
                    raise ConnectionError
            except ConnectionError:
                continue
        issue_bills(by=None, buyer=known, deliveries=[delivery])
    return len(deliveries)


def test_numbers_have_no_gap_and_no_double(crowd: Writers) -> None:
    market = money.make_money()
    day = market.day
    plans = []
    for writer in range(WRITERS):
        site, buyer = ((day.site, day.hospital), (day.hotel_site, day.hotel))[writer % 2]
        sales = [money.sale_for(site, day.cycle) for _turn in range(4)]
        plans.append((writer, buyer.pk, [sale.delivery_id for sale in sales]))
    crowd.run(issue, plans)
    numbers = sorted(Document.objects.values_list("number", flat=True))
    assert numbers == list(range(1, WRITERS * 4 + 1))
    assert not DeliverySale.objects.unbilled().exists()
    assert money.balance(f"receivable:{day.hospital.code}") == WRITERS * 2 * 84_000
    assert recompute() == {}


def close_month(buyer: int) -> str:
    """Bill a buyer's month as one of many who press the button."""
    clock.set_clock(at(FIRST_DAY))
    try:
        issue_bills(by=None, buyer=Buyer.objects.get(pk=buyer), month=FIRST_DAY)
    except (NothingToBill, AlreadyBilled) as refusal:
        return refusal.code
    return "issued"


def test_a_month_that_sixteen_close_at_once_is_billed_once(crowd: Writers) -> None:
    market = money.make_money()
    for _turn in range(3):
        money.sale_for(market.day.site, market.day.cycle)
    answers, _seconds = crowd.run(close_month, [(market.day.hospital.pk,)] * WRITERS)
    assert answers.count("issued") == 1
    assert set(answers) <= {"issued", "nothing-to-bill", "already-billed"}
    assert Document.objects.get().total_satang == 3 * 84_000
