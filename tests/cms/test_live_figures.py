"""The live figures of the public pages: right, fresh enough, and few queries."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import translation

from cms import live
from marketplace.common import clock
from tests.support import goods
from tests.support.people import group
from tests.support.public import gi_product, in_days, offer

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

NOVEMBER = datetime(2026, 11, 23, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _november(stop_clock: Any) -> None:
    stop_clock(NOVEMBER)


def test_an_open_offer_is_shown_with_what_is_left_of_it() -> None:
    offer(group("สวนตัวอย่างแค"), gi_product(), qty=60_000, reserved=12_500)
    (shown,) = live.open_offers(product=gi_product())
    assert (shown.group, shown.free, shown.grade) == ("สวนตัวอย่างแค", "47.5", "เกรด A")
    assert shown.days == "25 พ.ย. – 2 ธ.ค."
    assert shown.price_satang is None


@pytest.mark.parametrize(
    "hidden",
    [
        {"state": "closed"},
        {"reserved": 60_000},
        {"first": -5, "last": 0},
    ],
    ids=["closed", "all reserved", "over after today"],
)
def test_what_cannot_be_ordered_is_not_shown(hidden: dict[str, Any]) -> None:
    offer(group(), gi_product(), **hidden)
    assert live.open_offers() == []


def test_a_window_that_has_begun_starts_tomorrow() -> None:
    offer(group(), gi_product(), first=-3, last=4)
    (shown,) = live.open_offers()
    assert shown.first_day == in_days(1)


def test_the_price_is_what_restaurants_pay_for_that_grade_on_that_day() -> None:
    kale = goods.product()
    offer(group(), kale, grade="A", first=2)
    goods.published(in_days(0), goods.row(kale, "A", restaurant=4500, hospital=4200))
    goods.published(in_days(2), goods.row(kale, "A", restaurant=4800, hospital=4200))
    (shown,) = live.open_offers()
    assert shown.price_satang == 4800


def test_names_follow_the_language() -> None:
    offer(group("กลุ่มตัวอย่าง", name_en="Example group"), gi_product())
    with translation.override("en"):
        (shown,) = live.open_offers()
    assert (shown.group, shown.district, shown.product) == (
        "Example group",
        "Chana",
        "Som Juk Chana",
    )


def test_figures_are_at_most_a_minute_old() -> None:
    assert live.open_offers() == []
    offer(group(), gi_product())
    assert live.open_offers() == []  # kept
    cache.clear()
    assert len(live.open_offers()) == 1


def test_queries_do_not_grow_with_offers(django_assert_max_num_queries: Any) -> None:
    kale = goods.product()
    goods.published(in_days(0), goods.row(kale, "A", restaurant=4500))
    for number in range(12):
        offer(group(f"กลุ่มตัวอย่าง {number}"), kale, first=1 + number, last=30)
    with django_assert_max_num_queries(4):
        assert len(live.open_offers(limit=12)) == 12
    cache.clear()
    with django_assert_max_num_queries(8):
        live.in_season(limit=12)


def test_what_is_open_comes_first_then_what_has_a_season() -> None:
    offer(group(), goods.product("คะน้า"), qty=500_000)
    offer(group("กลุ่มส้มตัวอย่าง"), gi_product(), qty=10_000)
    season = live.in_season(limit=4)
    assert [card.upc for card in season.cards[:2]] == ["som-chuk-chana", "kha-na"]
    assert season.cards[0].free == "10"
    assert season.cards[0].until == in_days(9)
    assert season.cards[2].free == ""
    assert all("0" in card.months for card in season.cards[2:])
    assert season.notice_day is None


def test_out_of_season_is_not_in_season(stop_clock: Any) -> None:
    stop_clock(datetime(2027, 4, 10, 2, tzinfo=UTC))
    assert "som-chuk-chana" not in {card.upc for card in live.in_season(limit=99).cards}


def test_only_groups_with_a_permit_valid_today_carry_the_gi_mark() -> None:
    from catalogue.standards.models import Certificate

    for name, since, until, revoked in (
        ("สวนตัวอย่างใช้ได้", -30, 200, None),
        ("สวนตัวอย่างใกล้หมด", -600, 41, None),
        ("สวนตัวอย่างหมดแล้ว", -800, -1, None),
        ("สวนตัวอย่างถูกถอน", -30, 200, clock.now()),
    ):
        Certificate.objects.create(
            standard_id="GI",
            group=group(name),
            number=name,
            valid_from=in_days(since),
            valid_until=in_days(until),
            revoked_at=revoked,
        ).products.add(gi_product())
    holders = live.gi_holders(gi_product())
    assert [(holder.group, holder.expiring) for holder in holders] == [
        ("สวนตัวอย่างใช้ได้", False),
        ("สวนตัวอย่างใกล้หมด", True),
    ]
    assert holders[1].days_left == 41


@pytest.mark.parametrize(
    ("month", "is_open", "state"),
    [(11, True, "ok"), (4, True, "ok"), (11, False, "info"), (4, False, "wait")],
)
def test_the_state_of_a_product_says_season_and_orders(
    stop_clock: Any, month: int, is_open: bool, state: str
) -> None:
    stop_clock(datetime(2026, month, 10, 2, tzinfo=UTC))
    assert live.season_state("000000001122", is_open=is_open)[0] == state
