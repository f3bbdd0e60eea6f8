"""A feast that the moon decides is one question about two days; what a changed day touches."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from marketplace.common import clock
from marketplace.common.dates import BANGKOK
from marketplace.common.exceptions import Refusal
from marketplace.cycles import services
from marketplace.cycles.models import DayQuestion, OrderCycle
from marketplace.parties.models import Cooperative
from orders.fulfilment.services import issue_notices
from orders.models import Delivery
from tests.support import people
from tests.support.fulfilment import make_day
from tests.support.ordering import FIRST_DAY, Shop, at, make_shop

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

EID = date(2027, 3, 9)
NEXT = EID + timedelta(days=1)


@pytest.fixture
def feast(stop_clock) -> DayQuestion:
    """The one question about both days."""
    stop_clock(datetime(2027, 2, 22, 8, 0, tzinfo=BANGKOK))
    services.open_cycles(by=None, hub=people.hub(), days=[EID, NEXT])
    (question,) = DayQuestion.objects.waiting()
    return question


def answers() -> dict[date, str]:
    return {
        question.holiday.day: question.answer
        for question in DayQuestion.objects.select_related("holiday")
    }


def test_a_feast_of_two_days_is_one_question(feast: DayQuestion) -> None:
    assert [one.cycle.delivery_day for one in feast.days()] == [EID, NEXT]
    assert services.ask_about_holidays() == []
    assert DayQuestion.objects.waiting().count() == 1


def test_both_days_are_answered_at_once(feast: DayQuestion) -> None:
    services.answer_question(by=None, question=feast, answer="skip")
    assert answers() == {EID: "skip", NEXT: "skip"}
    assert set(OrderCycle.objects.values_list("state", flat=True)) == {"cancelled"}
    assert not DayQuestion.objects.waiting().exists()


@pytest.mark.parametrize(("day", "other"), [(EID, NEXT), (NEXT, EID)])
def test_the_day_not_chosen_is_kept(feast: DayQuestion, day: date, other: date) -> None:
    services.answer_question(by=None, question=feast, answer="skip", days=[day])
    assert answers() == {day: "skip", other: "keep"}
    assert OrderCycle.objects.get(delivery_day=other).state == "open"
    assert not DayQuestion.objects.waiting().exists()


def test_two_days_moved_to_one_day_join_there(feast: DayQuestion) -> None:
    to = EID - timedelta(days=1)
    services.answer_question(by=None, question=feast, answer="move", target_day=to)
    assert answers() == {EID: "move", NEXT: "join"}
    standing = OrderCycle.objects.standing()
    assert [cycle.delivery_day for cycle in standing] == [to]


def test_choosing_no_day_is_refused(feast: DayQuestion) -> None:
    with pytest.raises(Refusal, match="อย่างน้อยหนึ่งวัน"):
        services.answer_question(by=None, question=feast, answer="skip", days=[])
    assert DayQuestion.objects.waiting().get() == feast


def test_the_second_day_is_asked_about_once_the_first_has_passed(
    feast: DayQuestion, stop_clock
) -> None:
    stop_clock(datetime(2027, 3, 10, 0, 5, tzinfo=BANGKOK))
    assert [q.holiday.day for q in DayQuestion.objects.waiting()] == [NEXT]


def test_the_page_names_both_days_and_takes_one(feast: DayQuestion, client: Client) -> None:
    client.force_login(people.user("staff", (Cooperative.objects.get(), "staff")))
    listed = client.get("/cycles/questions/").content.decode()
    assert listed.count(f'href="/cycles/questions/{feast.pk}/"') == 1
    assert "10 มี.ค." in listed
    other = DayQuestion.objects.get(same_as=feast)
    assert client.get(f"/cycles/questions/{other.pk}/").status_code == 302
    url = f"/cycles/questions/{feast.pk}/"
    assert client.post(url, {"answer": "skip"}).status_code == 422
    assert client.post(url, {"answer": "skip", "days": [NEXT.isoformat()]}).status_code == 302
    assert answers() == {EID: "keep", NEXT: "skip"}


# ---- what a day touches ------------------------------------------------------------------------


@pytest.fixture
def shop() -> Shop:
    return make_shop(products=1, days=2)


def test_only_buyers_of_that_day_may_be_treated_apart(shop: Shop, client: Client) -> None:
    stranger = people.buyer("โรงแรมตัวอย่าง", "hotel")
    order = shop.order()
    cycle = order.deliveries.get(cycle=shop.cycles[0]).cycle
    client.force_login(shop.staff)
    page = client.get(f"/cycles/{cycle.pk}/change/").content.decode()
    assert shop.hospital.name_th in page
    assert stranger.name_th not in page


def test_a_deliverys_cutoff_follows_that_of_its_class(shop: Shop) -> None:
    order = shop.order()
    cycle, other = shop.cycles
    at = services.cutoff_for(cycle, shop.hospital.buyer_class) + timedelta(hours=5)
    before = order.deliveries.get(cycle=other).cutoff_at
    services.set_cutoff(by=None, cycle=cycle, buyer_class=shop.hospital.buyer_class, at=at)
    assert order.deliveries.get(cycle=cycle).cutoff_at == at
    assert order.deliveries.get(cycle=other).cutoff_at == before


def test_another_classes_cutoff_leaves_it(shop: Shop) -> None:
    order = shop.order()
    hotel = people.buyer("โรงแรมตัวอย่าง", "hotel").buyer_class
    before = Delivery.objects.get(order=order, cycle=shop.cycles[0]).cutoff_at
    services.set_cutoff(
        by=None, cycle=shop.cycles[0], buyer_class=hotel, at=before + timedelta(hours=1)
    )
    assert Delivery.objects.get(order=order, cycle=shop.cycles[0]).cutoff_at == before


def test_what_is_picked_already_is_said_before_the_day_is_changed(client: Client) -> None:
    day = make_day()
    day.offer((day.daeng, 20))
    day.order(20)
    run = day.cut_off()
    issue_notices(cycle=run.cycle, by=None)
    client.force_login(people.user("staff2", (Cooperative.objects.get(), "staff")))
    url = f"/cycles/{run.cycle_id}/change/"
    clock.set_clock(at(FIRST_DAY - timedelta(days=5)))
    assert "เก็บแล้ว" not in client.get(url).content.decode()
    clock.set_clock(at(FIRST_DAY, 1))
    page = client.get(url).content.decode()
    assert "เก็บแล้ว" in page
    assert "20 กก. จากสมาชิก 1 คน" in page
