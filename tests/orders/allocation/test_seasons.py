"""Fairness over the season: this delivery day beside all since the season began."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from catalogue.season import season_began
from orders.allocation.models import Credit, FarmerOutcome
from orders.allocation.seasons import seasons_of
from tests.support.fulfilment import KG, make_day
from tests.support.ordering import FIRST_DAY

MONTHS = st.text("012", min_size=12, max_size=12)
DAYS = st.dates(date(2026, 1, 1), date(2030, 12, 31))


@given(MONTHS, DAYS)
def test_a_season_begins_in_season_after_a_month_that_is_not(months: str, day: date) -> None:
    began = season_began(months, day)
    assert began <= day
    assert (day - began).days < 366
    if 0 < months.count("0") < 12:
        assert months[began.month - 1] != "0"
        assert months[began.month - 2] == "0"


@pytest.mark.parametrize(
    ("months", "day", "began"),
    [
        ("110000000011", date(2027, 1, 4), date(2026, 11, 1)),
        ("001110000000", date(2027, 1, 4), date(2026, 3, 1)),
        ("111111111111", date(2027, 5, 4), date(2027, 1, 1)),
    ],
)
def test_a_season_across_new_year_one_that_is_over_and_all_year(
    months: str, day: date, began: date
) -> None:
    assert season_began(months, day) == began


@pytest.mark.everywhere
@pytest.mark.django_db
def test_the_last_round_stands_beside_the_season_with_the_credit() -> None:
    day = make_day()
    day.offer((day.daeng, 30), (day.somjai, 10))
    day.order(20)
    run = day.cut_off()
    (season,) = seasons_of(FarmerOutcome.objects.all(), FIRST_DAY)
    assert (season.product, season.last_day) == (day.kale, FIRST_DAY)
    assert (season.offered, season.sold, season.percent) == (40 * KG, 20 * KG, 50)
    assert {share.person: share.day_percent for share in season.shares} == {
        day.daeng: 50,
        day.somjai: 50,
    }
    Credit.objects.update_or_create(
        person=day.somjai, product=day.kale, defaults={"qty": 3 * KG, "run": run}
    )
    (season,) = seasons_of(FarmerOutcome.objects.all(), FIRST_DAY)
    assert {share.person: share.credit for share in season.shares}[day.somjai] == 3 * KG


@pytest.mark.django_db
def test_the_office_may_look_at_one_group_and_a_run_that_was_replaced_does_not_count(
    client: Client,
) -> None:
    day = make_day()
    day.offer((day.daeng, 30))
    day.order(20)
    run = day.cut_off()
    client.force_login(day.staff)
    address = reverse("allocation:season")
    page = client.get(address, {"group": day.group.pk}).content.decode()
    assert str(day.daeng) in page
    assert "66%" in page
    type(run).objects.update(is_current=False)
    assert seasons_of(FarmerOutcome.objects.all(), FIRST_DAY) == []
