"""Sixteen real processes that order at the same moment: nothing oversold, lost or placed twice.

On PostgreSQL row locks keep them apart, on SQLite the fair queue of writers.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from catalogue.supply.models import HarvestOffer
from catalogue.supply.services import ShareChangeInput, change_shares
from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from orders.models import Line, LineRevision, Order, OrderDraft
from orders.services import (
    CellInput,
    LineChange,
    amend_lines,
    cancel_deliveries,
    place_draft,
    save_cells,
)
from tests.orders.test_amending import consistent
from tests.support.ordering import KG, MONDAY, at, make_shop, reserved
from tests.support.supply import broken_rules
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


def place(draft_ids: list[int]) -> list[str]:
    """Place drafts one after another; return the orders' numbers."""
    clock.set_clock(at(MONDAY))
    return [
        place_draft(by=None, draft=OrderDraft.objects.get(pk=draft)).number for draft in draft_ids
    ]


def test_one_hot_offer_is_sold_to_the_last_kilogram_and_every_order_stands(
    crowd: Writers,
) -> None:
    shop = make_shop(products=1, days=1, offered=500 * KG)
    cell = [CellInput(shop.listings[0].pk, shop.cycles[0].pk, 20 * KG)]
    plans = [([shop.draft(cell).pk for _turn in range(3)],) for _writer in range(WRITERS)]
    answers, _seconds = crowd.run(place, plans)
    numbers = [number for answer in answers for number in answer]
    assert len(set(numbers)) == len(numbers) == Order.objects.count() == WRITERS * 3
    lines = list(Line.objects.all())
    assert {line.ordered_qty for line in lines} == {20 * KG}
    assert sum(line.firm_qty for line in lines) == 500 * KG
    assert all(reserved(line) == line.firm_qty for line in lines)
    assert broken_rules() == []


def test_sixteen_tabs_place_one_draft_once(crowd: Writers) -> None:
    shop = make_shop(products=3, days=3)
    draft = shop.draft(shop.cells(5 * KG))
    answers, _seconds = crowd.run(place, [([draft.pk],)] * WRITERS)
    assert len({answer[0] for answer in answers}) == 1
    assert Order.objects.count() == 1
    assert Line.objects.count() == LineRevision.objects.count() == 9
    assert broken_rules() == []


def save(draft_id: int, cells: list[tuple[int, int, int]], version: int) -> str:
    """Save cells of a draft as one of many tabs that all saw the same version."""
    clock.set_clock(at(MONDAY))
    try:
        save_cells(
            by=None,
            draft=OrderDraft.objects.get(pk=draft_id),
            cells=[CellInput(*cell) for cell in cells],
            version=version,
        )
    except Refusal as refusal:
        return refusal.code
    return "saved"


def test_of_many_tabs_that_saw_the_same_draft_one_saves(crowd: Writers) -> None:
    shop = make_shop(products=1, days=1)
    draft = shop.draft()
    key = shop.listings[0].pk, shop.cycles[0].pk
    plans = [(draft.pk, [(*key, (n + 1) * KG)], 0) for n in range(WRITERS)]
    answers, _seconds = crowd.run(save, plans)
    assert sorted(answers) == ["saved"] + ["stale"] * (WRITERS - 1)


def bargain(writer: int, draft_ids: list[int], share_ids: list[int], times: int) -> int:
    """Place, change one's mind, call days off; two writers cut what is offered meanwhile."""
    clock.set_clock(at(MONDAY))
    chance = random.Random(writer)
    done = 0
    for turn in range(times):
        if writer < 2:
            change_shares(
                by=None,
                changes=[
                    ShareChangeInput(pk, chance.randint(50, 300) * KG)
                    for pk in sorted(chance.sample(share_ids, 1))
                ],
            )
            continue
        order = place_draft(by=None, draft=OrderDraft.objects.get(pk=draft_ids[turn]))
        lines = list(order.lines.order_by("pk"))
        chance.shuffle(lines)
        amend_lines(
            by=None,
            changes=[LineChange(line.pk, chance.randint(0, 60) * 500) for line in lines[:4]],
        )
        if chance.random() < 0.5:
            cancel_deliveries(by=None, deliveries=[chance.choice(list(order.deliveries.all()))])
        done += 1
    return done


def test_placing_amending_cancelling_and_cuts_at_once_keep_every_promise(crowd: Writers) -> None:
    shop = make_shop(products=3, days=3, offered=300 * KG)
    share_ids = list(HarvestOffer.objects.values_list("shares__pk", flat=True))
    plans = [
        (n, [shop.draft(shop.cells(8 * KG)).pk for _turn in range(3)], share_ids, 3)
        for n in range(WRITERS)
    ]
    answers, _seconds = crowd.run(bargain, plans)
    assert sum(answers) == Order.objects.count() == (WRITERS - 2) * 3
    assert broken_rules() == []
    for order in Order.objects.all():
        consistent(order)
