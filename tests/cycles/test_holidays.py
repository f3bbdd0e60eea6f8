"""A cycle on a holiday is a question to staff; seasons are opened in one action."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from marketplace.common.dates import BANGKOK
from marketplace.common.exceptions import Refusal
from marketplace.cycles import hooks, services
from marketplace.cycles.hooks import DayMove
from marketplace.cycles.models import DayQuestion, Holiday, OrderCycle
from marketplace.cycles.reference import DATA, load_holidays
from marketplace.notifications.models import Message
from tests.support import people

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

FATHERS_DAY = date(2026, 12, 10)  # Constitution Day: a Thursday without neighbours


@pytest.fixture(autouse=True)
def _stand_still(stop_clock):
    stop_clock(datetime(2026, 11, 23, 8, 0, tzinfo=BANGKOK))


@pytest.fixture
def moves(monkeypatch) -> list[DayMove]:
    seen: list[DayMove] = []

    def hook(move: DayMove):
        seen.append(move)
        return {}

    monkeypatch.setattr(hooks, "day_moved", [hook])
    return seen


def asked_about(*days: date) -> list[DayQuestion]:
    services.open_cycles(by=None, hub=people.hub(), days=days)
    return list(DayQuestion.objects.order_by("cycle__delivery_day", "pk"))


def test_the_national_holidays_are_there_and_childrens_day_is_not():
    load_holidays(years=[2027])
    named = dict(Holiday.objects.filter(kind="national").values_list("day", "name_th"))
    assert named[date(2027, 4, 13)] == "วันสงกรานต์"
    assert named[date(2027, 12, 6)] == "ชดเชยวันชาติ"
    assert date(2027, 1, 9) not in named


def test_songkhlas_own_days_are_there_with_their_source():
    load_holidays(years=[2027])
    local = {h.day: h for h in Holiday.objects.filter(kind="local")}
    assert local[date(2027, 2, 6)].name_th == "ตรุษจีน"
    assert local[date(2027, 3, 9)].estimated
    assert not local[date(2027, 2, 6)].estimated
    with DATA.open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    assert all(row["source"] for row in rows)
    assert {row["day"][:4] for row in rows} == {"2026", "2027", "2028"}


def test_loading_holidays_again_changes_nothing():
    assert load_holidays(years=[2026]) > 15
    assert load_holidays(years=[2026]) == 0


def test_a_cycle_on_a_holiday_asks_once_and_tells_the_cooperative():
    questions = asked_about(FATHERS_DAY, FATHERS_DAY + timedelta(days=1))
    assert [q.cycle.delivery_day for q in questions] == [FATHERS_DAY]
    assert services.ask_about_holidays() == []
    assert Message.objects.filter(kind="cycles.holiday").count() == 1


def test_keeping_the_day_changes_no_cycle(moves):
    (question,) = asked_about(FATHERS_DAY)
    services.answer_question(by=None, question=question, answer="keep")
    question.refresh_from_db()
    assert (question.answer, question.answered_at is not None) == ("keep", True)
    assert moves == []


@pytest.mark.parametrize("answer", ["move", "join"])
def test_moving_and_joining_need_a_day(moves, answer):
    (question,) = asked_about(FATHERS_DAY)
    with pytest.raises(Refusal, match="วันส่งใหม่"):
        services.answer_question(by=None, question=question, answer=answer)
    question.refresh_from_db()
    assert question.answer == ""


def test_an_answer_moves_the_day_once(moves):
    (question,) = asked_about(FATHERS_DAY)
    day = FATHERS_DAY - timedelta(days=1)
    for _again in range(2):
        services.answer_question(by=None, question=question, answer="move", target_day=day)
    assert OrderCycle.objects.get().delivery_day == day
    assert [move.reason for move in moves] == ["วันรัฐธรรมนูญ"]


def test_another_answer_afterwards_is_refused(moves):
    (question,) = asked_about(FATHERS_DAY)
    services.answer_question(by=None, question=question, answer="keep")
    with pytest.raises(Refusal, match="ส่งตามเดิม"):
        services.answer_question(by=None, question=question, answer="skip")


def test_a_skipped_holiday_answers_every_question_about_that_day(moves):
    services.add_holiday(by=None, day=FATHERS_DAY, name_th="งานบุญตัวอย่าง")
    first, second = asked_about(FATHERS_DAY)
    services.answer_question(by=None, question=first, answer="skip")
    second.refresh_from_db()
    assert second.answer == "skip"
    assert OrderCycle.objects.get().state == "cancelled"


def test_moving_onto_another_holiday_asks_again(moves):
    services.add_holiday(by=None, day=date(2026, 12, 11), name_th="งานบุญตัวอย่าง")
    (question,) = asked_about(FATHERS_DAY)
    services.answer_question(
        by=None, question=question, answer="move", target_day=date(2026, 12, 11)
    )
    waiting = list(DayQuestion.objects.waiting())
    assert [q.holiday.name_th for q in waiting] == ["งานบุญตัวอย่าง"]


def test_an_announced_day_asks_about_cycles_that_stand_already():
    asked_about(date(2026, 12, 14))
    services.add_holiday(by=None, day=date(2026, 12, 14), name_th="วันอีดตัวอย่าง")
    services.add_holiday(by=None, day=date(2026, 12, 14), name_th="วันอีดตัวอย่าง")
    assert DayQuestion.objects.waiting().count() == 1


def test_only_some_buyers_skip(moves):
    some = people.buyer()
    (question,) = asked_about(FATHERS_DAY)
    services.answer_question(by=None, question=question, answer="skip", buyers=[some])
    assert moves[0].buyers == (some.pk,)
    assert OrderCycle.objects.get().state == "open"
    assert list(question.only_buyers.all()) == [some]


# ---- the page that opens a season ------------------------------------------------------------------


@pytest.fixture
def office(client: Client) -> Client:
    coop = people.cooperative()
    client.force_login(people.user("staff", (coop, "staff")))
    return client


def test_a_season_is_previewed_with_its_holidays_and_opened_in_one_action(office):
    asked = {"first": "1/12/2569", "last": "31/12/2569", "weekdays": ["0", "3"]}
    page = office.get("/cycles/season/", asked)
    days = page.context["days"]
    assert [one.day for one in days if one.holidays] == [
        date(2026, 12, 7),
        date(2026, 12, 10),
        date(2026, 12, 31),
    ]
    ticked = [one.day.isoformat() for one in days if not one.holidays]
    answer = office.post("/cycles/season/", {**asked, "day": ticked})
    assert answer.status_code == 302
    assert OrderCycle.objects.count() == len(ticked) == 6
    again = office.post("/cycles/season/", {**asked, "day": ticked})
    assert again.status_code == 422
    assert OrderCycle.objects.count() == 6


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        ("1/12/2569", "1/11/2569", "วันสุดท้ายอยู่ก่อนวันแรก"),
        ("1/12/2569", "1/12/2571", "ไม่เกินหนึ่งปี"),
        ("1/12/2026", "1/12/2600", "ไม่เกินหนึ่งปี"),
        ("1/12/2568", "1/12/2569", "ผ่านไปแล้ว"),
        ("31/11/2569", "1/12/2569", "ไม่มีวันที่"),
    ],
)
def test_a_wrong_range_is_answered_in_words(office, first, last, says):
    page = office.get("/cycles/season/", {"first": first, "last": last, "weekdays": "0"})
    assert page.status_code == 422
    assert says in page.content.decode()
    assert OrderCycle.objects.count() == 0


@pytest.mark.parametrize("year", ["2569", "2026"])
def test_the_day_may_be_typed_in_either_era(office, moves, year):
    (question,) = asked_about(FATHERS_DAY)
    office.post(
        f"/cycles/questions/{question.pk}/", {"answer": "move", "target_day": f"9/12/{year}"}
    )
    assert OrderCycle.objects.get().delivery_day == date(2026, 12, 9)


def test_a_refused_move_keeps_what_was_typed(office, moves):
    (question,) = asked_about(FATHERS_DAY)
    services.open_cycles(by=None, hub=people.hub(), days=[date(2026, 12, 9)])
    page = office.post(
        f"/cycles/questions/{question.pk}/",
        {"answer": "move", "target_day": "9/12/2569", "reason": "วันหยุดยาว"},
    )
    assert page.status_code == 422
    shown = page.content.decode()
    assert "มีรอบส่งอยู่แล้ว" in shown
    assert 'value="วันหยุดยาว"' in shown


def test_the_list_asks_the_database_the_same_however_long_it_is(office, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    asked_about(date(2026, 12, 14))
    with CaptureQueriesContext(
        connection,
    ) as one:
        office.get("/cycles/")
    asked_about(*[date(2026, 12, 15) + timedelta(days=n) for n in range(30)])
    with CaptureQueriesContext(connection) as many:
        office.get("/cycles/")
    assert len(many) == len(one)
