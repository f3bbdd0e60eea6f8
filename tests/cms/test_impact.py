"""What the page of figures may say: sums of what really happened, and nothing that few people share."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache

from cms.impact import FEWEST, Impact, of_the_year
from marketplace.common import clock
from marketplace.parties.models import Person
from marketplace.parties.services import join_group
from orders.fulfilment.services import AcceptanceInput
from orders.settlement.models import Owed
from tests.support import people
from tests.support.fulfilment import KG, Day, make_day
from tests.support.ordering import FIRST_DAY, MONDAY, at

pytestmark = pytest.mark.django_db


def lived(growers: int, *, accepted: int) -> Day:
    """A day on which each grower brought ten kilograms of kale and the kitchen took `accepted`."""
    day = make_day()
    day.certify("GAP")
    bringing: list[Person] = [day.daeng, day.somjai]
    while len(bringing) < growers:
        bringing.append(people.person(f"คนที่ {len(bringing)} ตัวอย่าง"))
    join_group(by=None, group=day.group, persons=bringing[2:], since=MONDAY - dt.timedelta(days=9))
    day.offer(*((person, 10) for person in bringing), standards=["GAP"])
    line = day.order(10 * growers, standard="GAP")
    day.cut_off()
    for person in bringing:
        day.weigh(person, 10)
    day.close()
    (delivery,) = day.send()
    clock.set_clock(at(FIRST_DAY, 7))
    short = 10 * growers - accepted
    day.accept(
        delivery,
        [AcceptanceInput(line.pk, accepted * KG, **({"cause": "bruised"} if short else {}))],
    )
    return day


def told() -> Impact:
    cache.clear()
    return of_the_year()


def test_figures_that_few_growers_share_are_left_out() -> None:
    lived(FEWEST - 1, accepted=10 * (FEWEST - 1))
    found = told()
    assert (found.kilograms, found.baht, found.local_percent, found.growers) == (None,) * 4
    assert [(row.kilograms, row.percent) for row in found.standards] == [(None, 0)]


def test_enough_growers_are_summed_to_what_was_accepted_and_is_owed() -> None:
    lived(FEWEST, accepted=10 * FEWEST)
    found = told()
    assert (found.kilograms, found.growers, found.groups) == (10 * FEWEST, FEWEST, 1)
    assert found.baht == sum(row.satang for row in Owed.objects.all()) // 100
    assert found.local_percent == 100
    assert [(row.kilograms, row.percent) for row in found.standards] == [(10 * FEWEST, 100)]


def test_what_happened_more_than_a_year_ago_is_not_counted() -> None:
    lived(FEWEST, accepted=10 * FEWEST)
    clock.set_clock(at(FIRST_DAY + dt.timedelta(days=366), 9))
    found = told()
    assert (found.kilograms, found.groups, found.standards) == (None, 0, [])
