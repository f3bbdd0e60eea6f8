"""Closing intake while somebody has not come, and what the day and the grower see afterwards."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.common import clock
from orders.allocation.models import Run
from orders.fulfilment.board import make_board
from orders.fulfilment.models import NoticeRow
from orders.fulfilment.services import issue_notices
from tests.support import people
from tests.support.fulfilment import Day, make_day
from tests.support.ordering import FIRST_DAY, at

pytestmark = pytest.mark.django_db


def allocated() -> Day:
    day = make_day()
    day.offer((day.daeng, 30), (day.somjai, 30))
    day.order(40)
    day.cut_off()
    return day


def as_user(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def close(day: Day, **values: str) -> Any:
    return as_user(day.staff).post(
        reverse("fulfilment:close-intake", args=[day.cycle.pk]), values, follow=True
    )


def test_closing_early_names_who_has_not_come_and_what_is_expected() -> None:
    day = allocated()
    day.weigh(day.daeng, 20)
    page = close(day)
    text = page.content.decode()
    assert page.status_code == 409
    assert "ยังไม่มาชั่ง 1 ราย รออยู่ 20 กก." in text
    assert "น้าสมใจ" in text
    assert "ป้าแดง" not in text
    assert not Run.objects.filter(kind="intake").exists()


def test_closing_early_when_sure_settles_the_day() -> None:
    day = allocated()
    day.weigh(day.daeng, 20)
    assert close(day, confirm="1").status_code == 200
    assert Run.objects.get(kind="intake").short_g == 20_000


def test_closing_when_everybody_came_asks_nothing_more() -> None:
    day = allocated()
    day.weigh(day.daeng, 20)
    day.weigh(day.somjai, 20)
    page = as_user(day.staff).get(reverse("fulfilment:cycle", args=[day.cycle.pk]))
    assert "data-confirm" in page.content.decode()
    assert close(day).status_code == 200
    assert Run.objects.filter(kind="intake").exists()


def test_a_grower_whose_goods_are_weighed_is_not_asked_whether_she_will_pick() -> None:
    day = allocated()
    issue_notices(cycle=day.cycle, by=day.staff)
    day.daeng.user = people.user("daeng", (day.group, "grower"))
    day.daeng.save()
    client = as_user(day.daeng.user)
    home = reverse("fulfilment:grower-home")
    assert "รับทราบ จะเก็บตามนี้" in client.get(home).content.decode()
    day.weigh(day.daeng, 20)
    page = client.get(home).content.decode()
    assert "รับทราบ จะเก็บตามนี้" not in page
    assert "เก็บและชั่งแล้ว" in page
    assert NoticeRow.objects.filter(acknowledged_at__isnull=True).count() == 2


def test_the_hub_waits_only_for_answers_of_those_who_have_not_come() -> None:
    day = allocated()
    issue_notices(cycle=day.cycle, by=day.staff)
    day.weigh(day.daeng, 20)
    texts = [row.text for row in make_board(day.cycle).late]
    assert "ยังไม่รับทราบใบแจ้งเก็บ 1 ราย" in texts


def test_kitchens_that_wait_for_the_lorry_are_one_thing_to_do() -> None:
    day = allocated()
    day.weigh(day.daeng, 20)
    day.weigh(day.somjai, 20)
    day.close()
    clock.set_clock(at(FIRST_DAY, 8))
    late = [row for row in make_board(day.cycle).late if row.action == "แพ็คและออกส่ง"]
    assert [row.text for row in late] == [f"ยังไม่ออกส่ง {day.hospital.name}"]


def test_many_kitchens_late_are_told_in_one_row_and_named() -> None:
    day = make_day()
    day.offer((day.daeng, 30), (day.somjai, 30))
    day.order(20)
    day.order(20, site=day.hotel_site)
    day.cut_off()
    day.weigh(day.daeng, 20)
    day.weigh(day.somjai, 20)
    day.close()
    clock.set_clock(at(FIRST_DAY, 6) + dt.timedelta(minutes=20))
    late = [row for row in make_board(day.cycle).late if row.action == "แพ็คและออกส่ง"]
    assert [(row.text, row.touches) for row in late] == [
        ("ยังไม่ออกส่ง 2 แห่ง", f"{day.hospital.name}, {day.hotel.name}")
    ]
    day.send()
    clock.set_clock(at(FIRST_DAY, 9))
    late = [row for row in make_board(day.cycle).late if row.action == "ใส่ผลตรวจรับ"]
    assert [row.text for row in late] == ["ส่งแล้วยังไม่มีผลตรวจรับ 2 แห่ง"]
