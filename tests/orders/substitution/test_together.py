"""Sixteen real processes reach for the same free goods: each gets all it accepted or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import Sum

from catalogue.supply.models import OfferShare
from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from orders.allocation.models import Allocation
from orders.models import Line
from orders.substitution.models import Option, Proposal
from orders.substitution.services import accept, propose
from tests.support.fulfilment import KG, make_day
from tests.support.substitution import ASKED_AT, allocate, list_greens
from tests.support.supply import broken_rules
from tests.support.writers import Writers, writers

pytestmark = [pytest.mark.everywhere]

WRITERS = 16
FREE_KG = 30


@pytest.fixture(scope="module")
def processes(django_db_setup: Any) -> Iterator[Writers]:
    with writers(WRITERS) as started:
        yield started


@pytest.fixture
def crowd(processes: Writers, committed_db: Any) -> Writers:
    return processes


def take(option_id: int) -> list[str]:
    """Accept one option; say how it went."""
    clock.set_clock(ASKED_AT)
    option = Option.objects.select_related("proposal__line").get(pk=option_id)
    try:
        accept(by=None, option=option)
    except Refusal as refusal:
        return [refusal.code]
    return ["taken"]


def test_who_comes_too_late_gets_nothing_and_nothing_is_given_twice(crowd: Writers) -> None:
    day = make_day()
    day.offer((day.daeng, WRITERS))
    share = day.offer((day.somjai, FREE_KG), product=day.greens).shares.get()
    list_greens(day)
    lines = [day.order(6) for _n in range(WRITERS)]
    allocate(day)
    options = [one.options.get().pk for one in propose(cycle=day.cycle)]
    wanted = options + options[: WRITERS - len(options)]
    answers, _seconds = crowd.run(take, [(option,) for option in wanted])
    taken = Proposal.objects.filter(state="accepted")
    given = Allocation.objects.planned(day.cycle.pk).filter(product=day.greens)
    total = given.aggregate(total=Sum("qty"))["total"]
    assert {word for (word,) in answers} <= {"taken", "gone"}
    assert taken.aggregate(total=Sum("taken_qty"))["total"] == total
    assert 0 < total <= FREE_KG * KG
    assert OfferShare.objects.get(pk=share.pk).taken_qty == total
    for one in taken.select_related("became"):
        assert given.filter(line=one.became).aggregate(t=Sum("qty"))["t"] == one.taken_qty
    assert Line.objects.filter(product=day.greens).count() == taken.count()
    assert len(lines) == WRITERS
    assert broken_rules() == []
