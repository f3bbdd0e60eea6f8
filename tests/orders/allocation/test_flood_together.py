"""A flood is applied while fifteen real processes order from the same offers for a later day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import Sum

from catalogue.supply.models import HarvestOffer, OfferShare, Shortage
from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from marketplace.cycles.models import OrderCycle
from orders.allocation.models import Allocation, Run
from orders.allocation.replanning import Event, plan_for
from orders.allocation.services import replan
from orders.models import Line, Order, OrderDraft
from orders.services import CellInput, place_draft, save_cells, start_draft
from tests.support.fulfilment import KG, make_day
from tests.support.ordering import FIRST_DAY, at, reserved
from tests.support.supply import broken_rules
from tests.support.writers import Writers, writers

pytestmark = [pytest.mark.everywhere]

WRITERS = 16
TIMES = 3
TRIES = 60
NOW = at(FIRST_DAY - dt.timedelta(days=1), 18)


@pytest.fixture(scope="module")
def processes(django_db_setup: Any) -> Iterator[Writers]:
    with writers(WRITERS) as started:
        yield started


@pytest.fixture
def crowd(processes: Writers, committed_db: Any) -> Writers:
    return processes


def act(writer: int, draft_ids: list[int], offer_id: int, last_day: dt.date) -> int:
    """Order, or as the first of them apply the flood: look, and look again when told to."""
    clock.set_clock(NOW)
    if writer:
        for draft in draft_ids:
            place_draft(by=None, draft=OrderDraft.objects.get(pk=draft))
        return len(draft_ids)
    event = Event(FIRST_DAY, last_day, "น้ำท่วมแปลง", percent_left=40, offer_id=offer_id)
    for turn in range(TRIES):
        try:
            replan(event=event, seen=plan_for(event).fingerprint, key="flood", by=None)
        except Refusal as refusal:
            if refusal.code != "changed":
                raise
        else:
            return turn
    raise AssertionError("the market changed under every look")


def test_no_offer_is_oversold_and_every_order_holds_or_is_on_the_list(crowd: Writers) -> None:
    day = make_day(days=5)
    later = OrderCycle.objects.get(delivery_day=FIRST_DAY + dt.timedelta(days=4))
    flooded = day.offer((day.daeng, 150), (day.somjai, 150), days=5)
    day.offer((day.huey, 120), group=day.other_group, days=5)
    first = day.order(100)
    listing = first.stockrecord
    day.cut_off()
    drafts = []
    for _number in range(WRITERS * TIMES):
        draft = start_draft(
            by=day.requester,
            site=day.site,
            first_day=later.delivery_day,
            last_day=later.delivery_day,
        )
        save_cells(by=day.requester, draft=draft, cells=[CellInput(listing.pk, later.pk, 10 * KG)])
        drafts.append(draft.pk)
    plans = [
        (n, drafts[n * TIMES : n * TIMES + TIMES], flooded.pk, later.delivery_day)
        for n in range(WRITERS)
    ]
    answers, _seconds = crowd.run(act, plans)
    assert sum(answers[1:]) == Order.objects.count() - 1 == (WRITERS - 1) * TIMES
    assert Run.objects.get(kind="replan", cycle=day.cycle).is_current
    assert broken_rules() == []
    taken = dict(
        Allocation.objects.standing().values_list("share").annotate(total=Sum("qty")).order_by()
    )
    for share in OfferShare.objects.all():
        assert taken.get(share.pk, 0) == share.taken_qty <= share.qty
    for offer in HarvestOffer.objects.all():
        assert offer.taken_qty + offer.reserved_qty <= offer.offered_qty
    short = dict(
        Shortage.objects.filter(settled_at__isnull=True)
        .values_list("holder")
        .annotate(total=Sum("qty"))
        .order_by()
    )
    for line in Line.objects.filter(cycle=later):
        assert reserved(line) == line.firm_qty
        assert line.firm_qty + line.wanted_qty == 10 * KG
        assert short.get(line.holder, 0) <= line.wanted_qty
