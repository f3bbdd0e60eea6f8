"""A delivery day is moved: every guarantee has valid backing on the new day, or a visible shortage."""

from __future__ import annotations

import pytest

from catalogue.supply.models import Reservation, Shortage
from marketplace.cycles.models import OrderCycle
from marketplace.cycles.services import move_cycle
from tests.support.supply import Supply, broken_rules

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


@pytest.mark.parametrize(("days_on", "kept"), [(1, 10), (2, 4), (6, 0)])
def test_moving_a_day_leaves_valid_backing_or_a_shortage(
    supply: Supply, days_on: int, kept: int
) -> None:
    OrderCycle.objects.exclude(pk=supply.cycles[0].pk).delete()
    supply.offer(6, first=0, last=1)
    supply.offer(4, first=0, last=2, other=True)
    assert supply.reserve(10, day=0, holder="line:900001") == 10
    move_cycle(by=None, cycle=supply.cycles[0], to=supply.day(days_on), reason="วันหยุด")
    assert broken_rules() == []
    assert sum(r.qty for r in Reservation.objects.filter(state="live")) == kept * 1000
    assert sum(s.qty for s in Shortage.objects.all()) == (10 - kept) * 1000
    assert {s.cause for s in Shortage.objects.all()} <= {"วันหยุด"}
