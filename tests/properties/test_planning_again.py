"""Whatever is lost of an allocated day, a plan made again is possible and keeps what it can."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.supply.models import OfferShare, Shortage
from orders.allocation.models import Allocation, LineOutcome
from orders.allocation.replanning import Event, plan_for
from orders.allocation.services import replan, solve_again
from orders.models import Line
from tests.support.fulfilment import Day, key, make_day
from tests.support.ordering import FIRST_DAY
from tests.support.supply import broken_rules

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

KILOS = st.integers(1, 40)
OFFERS = st.lists(st.tuples(KILOS, st.booleans()), min_size=2, max_size=4)
ORDERS = st.lists(st.tuples(KILOS, st.booleans()), min_size=1, max_size=4)
LOSSES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 100)), min_size=1, max_size=3)


class Undo(Exception):
    """Rolls one example back."""


def live(day: Day, offers: object, orders: object, losses: object) -> None:
    people = [day.daeng, day.somjai, day.daeng, day.somjai]
    made = [
        day.offer((people[n], kilos), grade="A" if good else "B")
        for n, (kilos, good) in enumerate(offers)  # type: ignore[arg-type]
    ]
    for kilos, hotel in orders:  # type: ignore[attr-defined]
        day.order(kilos, site=day.hotel_site if hotel else day.site, grade="B")
    day.cut_off()
    promised = {line.pk: line.firm_qty for line in Line.objects.all()}
    for place, left in losses:  # type: ignore[attr-defined]
        offer = made[place % len(made)]
        before = dict(
            Allocation.objects.planned(day.cycle.pk)
            .values_list("line")
            .annotate(Sum("qty"))
            .order_by()
        )
        event = Event(FIRST_DAY, FIRST_DAY, "ทดลอง", percent_left=left, offer_id=offer.pk)
        (run,) = replan(event=event, seen=plan_for(event).fingerprint, key=key(), by=None)
        after = dict(run.allocations.values_list("line").annotate(Sum("qty")).order_by())
        taken = dict(
            Allocation.objects.standing().values_list("share").annotate(Sum("qty")).order_by()
        )
        for share in OfferShare.objects.all():
            assert taken.get(share.pk, 0) == share.taken_qty <= share.qty
        for line in Line.objects.all():
            assert after.get(line.pk, 0) <= line.ordered_qty
            short = (
                Shortage.objects.filter(holder=line.holder, settled_at__isnull=True).aggregate(
                    total=Sum("qty")
                )["total"]
                or 0
            )
            # What was promised is either there or on the list, to the gram.
            assert line.firm_qty + short == promised[line.pk]
            assert after.get(line.pk, 0) >= line.firm_qty
        assert sum(after.values()) <= sum(before.values()) or left == 100
        assert not LineOutcome.objects.filter(run=run, short_qty__gt=0, reason_code="").exists()
        assert broken_rules() == []
        assert solve_again(run)


@given(OFFERS, ORDERS, LOSSES)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_loss_leaves_a_plan_that_can_be_kept(
    offers: list[tuple[int, bool]],
    orders: list[tuple[int, bool]],
    losses: list[tuple[int, int]],
) -> None:
    try:
        with transaction.atomic():
            live(make_day(), offers, orders, losses)
            raise Undo
    except Undo:
        return
