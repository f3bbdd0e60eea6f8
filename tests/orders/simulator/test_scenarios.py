"""A "what if" from its form to its figures, and the market it leaves alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from typing import Any
from unittest.mock import patch

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from orders.allocation.models import Run
from orders.simulator import services
from orders.simulator.models import Scenario
from orders.simulator.questions import Flood, Joining, Kitchen, Question
from orders.simulator.week import monday_of, open_cycles, open_weeks, read_week
from tests.support.fulfilment import KG, Day, make_day
from tests.support.ordering import FIRST_DAY

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

WEEK = monday_of(FIRST_DAY)
ALL_WEEK = tuple(range(7))


def a_week(*, days: int = 1) -> Day:
    """Two groups' growers with 60 kg of kale; the hospital wants 40 kg of it."""
    day = make_day(days=days)
    day.offer((day.daeng, 20), (day.somjai, 20), days=days)
    day.offer((day.huey, 20), group=day.other_group, days=days)
    day.order(40)
    return day


def worked(day: Day, question: Question, name: str = "ลองตัวอย่าง") -> Scenario:
    made = services.ask(by=day.staff, name=name, week=WEEK, question=question)
    assert services.work(made.pk)
    made.refresh_from_db()
    return made


def flood_of(day: Day, percent: int = 100) -> Question:
    return Question(flood=Flood(day.huey.district_id, percent, ALL_WEEK))


def rows_of_the_market() -> dict[str, list[Any]]:
    """Every row of every table but this room's and the trail's."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for model in apps.get_models()
        if model._meta.app_label not in ("simulator", "audit") and model._meta.managed
    }


def test_nothing_of_the_market_is_changed() -> None:
    day = a_week()
    before = rows_of_the_market()
    done = worked(
        day,
        Question(
            Flood(day.huey.district_id, 80, ALL_WEEK),
            Kitchen("9011", (day.kale.pk, day.greens.pk), 30 * KG, 4_000, "B", contract=False),
            Joining("9002", (day.kale.pk,), 10 * KG, "A", 4),
        ),
    )
    assert done.state == "done"
    assert rows_of_the_market() == before


def test_a_flood_shows_before_and_after_with_who_is_short_and_why() -> None:
    day = a_week()
    done = worked(day, Question(flood=Flood(day.daeng.district_id, 100, ALL_WEEK)))
    before, after = done.result["before"], done.result["after"]
    assert (before["given_g"], before["short"]) == (40 * KG, [])
    left = sum(
        20 * KG for p in (day.daeng, day.somjai, day.huey) if p.district_id != day.daeng.district_id
    )
    assert after["given_g"] == after["bound_g"] == min(left, 40 * KG)
    (short,) = after["short"]
    assert short["buyer"] == day.hospital.pk
    assert short["short"] == 40 * KG - min(left, 40 * KG)
    assert short["code"]
    assert (done.done, done.total, done.finished_at is not None) == (1, 1, True)


def test_a_kitchen_and_a_group_come_with_what_they_pay_and_are_paid() -> None:
    day = a_week()
    kitchen = Kitchen("9011", (day.kale.pk,), 30 * KG, 4_000, "B", contract=False)
    alone = worked(day, Question(kitchen=kitchen)).result["after"]
    # 60 kg are there; 40 are the hospital's.
    assert alone["new"] == {
        "asked_g": 30 * KG,
        "given_g": 20 * KG,
        "farm_gate_satang": 20 * 2_800,
    }
    joined = Joining("9002", (day.kale.pk,), 30 * KG, "A", 3)
    both = worked(day, Question(kitchen=kitchen, joining=joined)).result["after"]
    assert both["new"]["given_g"] == 30 * KG
    new = next(row for row in both["income"] if row["group"] == "new")
    assert new["people"] == 3
    assert both["given_g"] == 70 * KG


def test_a_product_that_nobody_ordered_yet_may_be_asked_for() -> None:
    day = a_week()
    day.offer((day.daeng, 10), product=day.greens)
    kitchen = Kitchen("9011", (day.greens.pk,), 8 * KG, 4_000, "B", contract=False)
    after = worked(day, Question(kitchen=kitchen)).result["after"]
    assert after["new"]["given_g"] == 8 * KG


def test_a_share_that_may_serve_several_days_is_counted_once() -> None:
    day = a_week(days=3)
    products = read_week(open_cycles(WEEK), [])
    (kale,) = products
    assert sum(lot.quantity_g for lot in kale.instance.lots) == 60 * KG
    kitchen = Kitchen("9011", (day.kale.pk,), 300 * KG, 4_000, "B", contract=False)
    after = worked(day, Question(kitchen=kitchen)).result["after"]
    assert after["given_g"] == 60 * KG


def test_the_week_as_it_is_fills_what_the_run_at_cut_off_then_fills() -> None:
    day = a_week()
    done = worked(day, flood_of(day, 1))
    run: Run = day.cut_off()
    assert done.result["before"]["given_g"] == run.allocated_g


def test_growers_whom_nobody_ordered_from_are_counted_apart() -> None:
    day = a_week()
    day.offer((day.daeng, 10), product=day.greens)
    fair = worked(day, flood_of(day, 1)).result["before"]["fair"]
    assert (fair["people"], fair["unordered"]) == (3, 0)
    assert fair["gini_1000"] < 10  # one pack of half a kilogram cannot be shared by three


def test_a_run_that_breaks_says_so_and_can_be_run_again() -> None:
    day = a_week()
    made = services.ask(by=day.staff, name="ก", week=WEEK, question=flood_of(day))
    with patch.object(services, "read_week", side_effect=RuntimeError("ตัวอย่าง")):
        services.work(made.pk)
    made.refresh_from_db()
    assert (made.state, made.error) == ("failed", "broken")
    assert services.ask_again(by=day.staff, scenarios=[made]) == [made]
    services.work(made.pk)
    made.refresh_from_db()
    assert (made.state, made.error) == ("done", "")


def test_a_run_whose_process_died_is_told_and_its_late_answer_does_not_count() -> None:
    day = a_week()
    made = services.ask(by=day.staff, name="ก", week=WEEK, question=flood_of(day))
    begun = services._begin(made.pk)
    assert begun is not None
    assert begun.is_under_way
    clock.set_clock(clock.now() + dt.timedelta(minutes=5))
    services.take_up()
    made.refresh_from_db()
    assert (made.state, made.error) == ("failed", "died")
    services._end(made.pk, begun.turn, state="done", result={}, finished_at=clock.now())
    made.refresh_from_db()
    assert made.state == "failed"


def test_what_the_queue_missed_is_taken_up_by_the_tick_once() -> None:
    day = a_week()
    made = services.ask(by=day.staff, name="ก", week=WEEK, question=flood_of(day))
    assert services.take_up() == 0
    clock.set_clock(clock.now() + dt.timedelta(minutes=1))
    assert services.take_up() == 1
    assert services.take_up() == 0
    made.refresh_from_db()
    assert made.state == "done"


def test_the_queue_is_told_once_it_is_saved(
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    day = a_week()
    with django_capture_on_commit_callbacks(execute=True):
        made = services.ask(by=day.staff, name="ก", week=WEEK, question=flood_of(day))
    made.refresh_from_db()
    assert made.state == "done"


def test_nothing_supposed_or_a_week_that_is_closed_is_refused() -> None:
    day = a_week()
    with pytest.raises(Refusal) as nothing:
        services.ask(by=day.staff, name="ก", week=WEEK, question=Question())
    assert nothing.value.code == "nothing"
    with pytest.raises(Refusal) as closed:
        services.ask(
            by=day.staff, name="ก", week=WEEK - dt.timedelta(days=70), question=flood_of(day)
        )
    assert closed.value.code == "empty"


def test_a_week_that_closed_while_it_waited_says_so() -> None:
    day = a_week()
    made = services.ask(by=day.staff, name="ก", week=WEEK, question=flood_of(day))
    day.cut_off()
    services.work(made.pk)
    made.refresh_from_db()
    assert (made.state, made.error) == ("failed", "empty")


def test_weeks_begin_with_the_next_one() -> None:
    make_day()
    assert open_weeks(clock.today())[0] == WEEK


@pytest.mark.parametrize(
    "values",
    [
        {"state": "done"},
        {"state": "failed"},
        {"error": "died"},
        {"state": "gone"},
        {"name": ""},
        {"done": 2, "total": 1},
    ],
)
def test_the_database_refuses_what_cannot_be(values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Scenario.objects.create(**{"name": "ก", "week": WEEK, "question": {}, **values})


def test_staff_ask_wait_read_compare_and_delete(client: Client) -> None:
    day = a_week()
    client.force_login(day.staff)
    form = {
        "name": "น้ำท่วมตัวอย่าง", "week": WEEK.isoformat(),
        "flood_district": day.daeng.district_id, "flood_percent": "100",
        "kitchen_grade": "B", "joining_grade": "A", "joining_members": "10",
    }  # fmt: skip
    assert client.get(reverse("simulator:new")).status_code == 200
    answer = client.post(reverse("simulator:new"), form)
    first = Scenario.objects.get()
    assert answer.url == reverse("simulator:scenario", args=[first.pk])
    waiting = client.get(answer.url).content.decode()
    assert "รอคิว" in waiting
    piece = client.get(reverse("simulator:progress", args=[first.pk]))
    assert "HX-Refresh" not in piece
    services.work(first.pk)
    assert client.get(reverse("simulator:progress", args=[first.pk]))["HX-Refresh"] == "true"
    page = client.get(answer.url).content.decode()
    assert day.hospital.name in page
    assert "100%" in page
    second = worked(
        day,
        Question(kitchen=Kitchen("9011", (day.kale.pk,), 30 * KG, 2_000, "B", contract=True)),
        "ครัวตัวอย่าง",
    )
    told = client.get(reverse("simulator:scenario", args=[second.pk])).content.decode()
    assert "กองราคาต้องเติม" in told
    compared = client.get(reverse("simulator:compare", args=[first.pk]), {"with": second.pk})
    assert compared.status_code == 200
    assert "ครัวตัวอย่าง" in compared.content.decode()
    sheet = load_workbook(BytesIO(client.get(reverse("simulator:export", args=[first.pk])).content))
    texts = {str(cell) for row in sheet.active.values for cell in row}
    assert "จัดได้" in texts
    client.post(reverse("simulator:delete", args=[first.pk]))
    assert list(Scenario.objects.all()) == [second]


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({}, None),
        ({"name": ""}, "name"),
        ({"week": "2020-01-06"}, "week"),
        ({"flood_district": "9007", "flood_percent": "0"}, "flood_percent"),
        ({"flood_district": "9007", "flood_percent": ""}, "flood_percent"),
        ({"kitchen_district": "9011"}, "kitchen_products"),
        ({"kitchen_district": "9011", "kitchen_g": "0"}, "kitchen_g"),
        ({"kitchen_price": "40"}, "kitchen_district"),
        ({"joining_district": "9002", "joining_members": "-1"}, "joining_members"),
        ({"joining_g": "50"}, "joining_district"),
    ],
)
def test_bad_input_is_told_at_its_field(
    client: Client, values: dict[str, str], where: str | None
) -> None:
    day = a_week()
    client.force_login(day.staff)
    base = {"name": "ก", "week": WEEK.isoformat(), "joining_members": "10", "flood_percent": "50"}
    answer = client.post(reverse("simulator:new"), base | values)
    assert answer.status_code == 200
    errors = answer.context["form"].errors
    assert (where or "__all__") in errors
    assert not Scenario.objects.exists()
