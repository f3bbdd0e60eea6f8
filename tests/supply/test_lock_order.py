"""Offers, then reservations, then lines: sixteen real processes and not one deadlock.

A unit of work runs once more after a deadlock, so one would not show in the answers: it is counted
where the database reports it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection

from catalogue.supply.models import HarvestOffer, OfferShare
from catalogue.supply.services import NewShare, ShareChangeInput, save_shares
from marketplace.common import clock
from orders.models import Order, OrderDraft
from orders.services import LineChange, amend_lines, cancel_deliveries, place_draft
from tests.orders.test_amending import consistent
from tests.support.ordering import KG, MONDAY, at, make_shop
from tests.support.supply import broken_rules
from tests.support.writers import Writers, writers

pytestmark = [pytest.mark.postgres]

WRITERS = 16
CUTTERS = 5


@pytest.fixture(scope="module")
def processes(django_db_setup: Any) -> Iterator[Writers]:
    with writers(WRITERS) as started:
        yield started


@pytest.fixture
def crowd(processes: Writers, committed_db: Any) -> Writers:
    return processes


class Deadlocks:
    """Counts the statements that the database ended because of a deadlock."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """Run a statement."""
        try:
            return execute(sql, params, many, context)
        except OperationalError as error:
            self.count += getattr(error.__cause__, "sqlstate", "") == "40P01"
            raise


def trade(writer: int, draft_ids: list[int], person_id: int, times: int) -> int:
    """Cut, or place and amend and cancel; return how many deadlocks were met."""
    clock.set_clock(at(MONDAY))
    chance = random.Random(writer)
    met = Deadlocks()
    with connection.execute_wrapper(met):
        for turn in range(times):
            if writer < CUTTERS:
                _cut(chance, person_id)
            else:
                _order(chance, draft_ids[turn])
    return met.count


def _cut(chance: random.Random, person_id: int) -> None:
    """Change some members' shares and add to another offer, whichever comes first by key."""
    shares = list(OfferShare.objects.order_by("pk").values_list("pk", "harvest_offer_id"))
    chance.shuffle(shares)
    save_shares(
        by=None,
        changes=[ShareChangeInput(pk, chance.randint(20, 200) * KG) for pk, _offer in shares[:2]],
        newcomers=[NewShare(shares[-1][1], person_id, chance.randint(1, 50) * KG)],
    )


def _order(chance: random.Random, draft_id: int) -> None:
    order = place_draft(by=None, draft=OrderDraft.objects.get(pk=draft_id))
    lines = list(order.lines.order_by("pk"))
    chance.shuffle(lines)
    amend_lines(
        by=None,
        changes=[LineChange(line.pk, chance.randint(0, 60) * 500) for line in lines[:4]],
    )
    if chance.random() < 0.6:
        cancel_deliveries(by=None, deliveries=[chance.choice(list(order.deliveries.all()))])


def test_cuts_among_placing_amending_and_cancelling_never_deadlock(crowd: Writers) -> None:
    shop = make_shop(products=4, days=3, offered=200 * KG)
    person = OfferShare.objects.values_list("person_id", flat=True).first()
    plans = [
        (n, [shop.draft(shop.cells(8 * KG)).pk for _turn in range(4)], person, 4)
        for n in range(WRITERS)
    ]
    answers, _seconds = crowd.run(trade, plans)
    assert sum(answers) == 0
    assert Order.objects.count() == (WRITERS - CUTTERS) * 4
    assert broken_rules() == []
    assert all(o.reserved_qty <= o.policy_qty for o in HarvestOffer.objects.all())
    for order in Order.objects.all():
        consistent(order)
