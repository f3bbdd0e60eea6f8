"""What buyers and the hub see and press when goods may take the place of others."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.common import clock
from marketplace.parties.models import Buyer
from orders.models import Line
from orders.substitution.models import Proposal, SubstitutionRule
from orders.substitution.services import propose
from tests.support import people
from tests.support.fulfilment import Day
from tests.support.ordering import at
from tests.support.substitution import DAY_BEFORE, proposed, short_day

pytestmark = pytest.mark.django_db
LIST = "/substitutes/"


@pytest.fixture
def day() -> Day:
    return short_day()[0]


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def page(client: Client, address: str = LIST) -> str:
    return client.get(address, follow=True).content.decode()


def test_the_buyer_sees_what_is_short_what_could_be_had_and_until_when(day: Day) -> None:
    proposed(day)
    client = signed_in(day.requester)
    text = page(client)
    assert "รอตอบ 1 รายการ" in text
    assert "คะน้า ขาด 10 กก." in text
    assert "กวางตุ้ง" in text
    assert "ราคาเท่าเดิม" in text
    assert "ตอบก่อน อา. 10 ม.ค. 14.00 น." in text
    assert "มีของทดแทนให้เลือก 1 รายการ" in page(client, reverse("orders:home"))
    number = Line.objects.get().order.number
    assert "เลือกของทดแทน" in page(client, reverse("orders:order", args=[number]))


def test_one_tap_takes_it_and_the_order_shows_it(day: Day) -> None:
    proposal, option = proposed(day)
    client = signed_in(day.requester)
    done = client.post(
        reverse("substitution:accept", args=[proposal.pk]), {"option": option.pk}, follow=True
    )
    text = done.content.decode()
    assert "รับ กวางตุ้ง แทน คะน้า แล้ว" in text
    assert "ไม่มีอะไรรอตอบ" in text
    order = page(client, reverse("orders:order", args=[proposal.line.order.number]))
    assert "รับ กวางตุ้ง 10 กก. แทน" in order
    assert "ทดแทน" in order


def test_a_no_is_shown_and_may_be_taken_back(day: Day) -> None:
    proposal, _option = proposed(day)
    client = signed_in(day.requester)
    said = client.post(reverse("substitution:decline", args=[proposal.pk]), follow=True)
    assert "เปลี่ยนใจ" in said.content.decode()
    back = client.post(reverse("substitution:reopen", args=[proposal.pk]), follow=True)
    assert "เลือกใหม่ได้แล้ว" in back.content.decode()
    assert "รอตอบ 1 รายการ" in back.content.decode()


def test_what_has_gone_meanwhile_is_told_and_is_no_longer_offered(day: Day) -> None:
    from catalogue.supply.services import ShareChangeInput, change_shares

    proposal, option = proposed(day)
    share = day.offers[1].shares.get()
    change_shares(by=day.staff, changes=[ShareChangeInput(share_id=share.pk, qty=0)])
    done = signed_in(day.requester).post(
        reverse("substitution:accept", args=[proposal.pk]), {"option": option.pk}, follow=True
    )
    text = done.content.decode()
    assert "มีคนรับไปก่อนแล้ว" in text
    assert "ไม่มีอะไรรอตอบ" in text
    proposal.refresh_from_db()
    assert proposal.state == "void"
    assert Line.objects.count() == 1


@pytest.mark.parametrize("option", ["", "0", "999999", "x", "-1"])
def test_an_option_that_is_none_is_refused_in_words(day: Day, option: str) -> None:
    proposal, _option = proposed(day)
    done = signed_in(day.requester).post(
        reverse("substitution:accept", args=[proposal.pk]), {"option": option}, follow=True
    )
    assert "ตัวเลือกเปลี่ยนไปแล้ว" in done.content.decode()
    assert Proposal.objects.waiting().count() == 1


def test_too_late_shows_no_buttons(day: Day) -> None:
    proposed(day)
    clock.set_clock(at(DAY_BEFORE, 15))
    text = page(signed_in(day.requester))
    assert "หมดเวลาตอบ" in text
    assert "substitutes/1/accept" not in text
    assert 'name="option"' not in text


def test_another_buyer_sees_nothing_of_it_and_cannot_answer(day: Day) -> None:
    proposal, option = proposed(day)
    stranger = people.buyer("ร้านอาหารตัวอย่าง", "restaurant", "9001")
    client = signed_in(people.user("stranger", (stranger, "requester")))
    assert "ไม่มีอะไรรอตอบ" in page(client)
    for name, data in (("accept", {"option": option.pk}), ("decline", {}), ("reopen", {})):
        address = reverse(f"substitution:{name}", args=[proposal.pk])
        assert client.post(address, data).status_code == 404
    assert client.get(reverse("substitution:rule", args=[day.hospital.pk])).status_code == 404
    assert Proposal.objects.waiting().count() == 1


def test_the_receiver_reads_and_the_hub_answers_for_a_buyer(day: Day) -> None:
    proposal, option = proposed(day)
    receiver = signed_in(day.receiver)
    assert "กวางตุ้ง" in page(receiver)
    assert 'name="option"' not in page(receiver)
    staff = signed_in(day.staff)
    assert day.hospital.name_th in page(staff)
    staff.post(reverse("substitution:accept", args=[proposal.pk]), {"option": option.pk})
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answered_by) == ("accepted", day.staff)
    assert "รับของทดแทน" in page(staff, LIST + "?state=accepted")
    assert "ไม่มีรายการแบบนี้" in page(staff, LIST + "?state=declined")


def test_a_buyer_says_beforehand_what_it_wants(day: Day) -> None:
    client = signed_in(day.requester)
    address = reverse("substitution:rule", args=[day.hospital.pk])
    assert "เสนอเฉพาะที่ไม่แพงกว่าที่จอง" in page(client)
    bad = client.post(address, {"takes": "often", "unanswered": "accept"})
    assert bad.status_code == 422
    assert not SubstitutionRule.objects.exists()
    client.post(address, {"takes": "any_price", "unanswered": "accept"})
    rule = SubstitutionRule.objects.get()
    assert (rule.buyer, rule.takes, rule.unanswered, rule.set_by) == (
        Buyer.objects.get(pk=day.hospital.pk),
        "any_price",
        "accept",
        day.requester,
    )
    assert "เสนอได้ทุกราคา" in page(client)
    assert "รับอย่างแรกที่ไม่แพงกว่าที่จอง" in page(client)


def preview(day: Day, **what: object) -> str:
    first = day.cycle.delivery_day.isoformat()
    asked = {
        "what": "offer",
        "first_day": first,
        "last_day": first,
        "offer": day.offers[0].pk,
        "lost": "50",
        "cause": "น้ำท่วมแปลง",
        **what,
    }
    return signed_in(day.staff).get(reverse("allocation:replan"), asked).content.decode()


def test_planning_again_shows_what_could_take_the_place(day: Day) -> None:
    assert "ทดแทนได้ด้วย กวางตุ้ง A 20 กก." in preview(day)
    assert not Proposal.objects.exists()


def test_planning_again_does_not_offer_what_the_same_flood_takes(day: Day) -> None:
    flooded = preview(
        day, what="districts", districts=["9009", "9011", day.somjai.district_id], offer=""
    )
    assert "ทดแทนได้ด้วย กวางตุ้ง A 10 กก." in flooded


def test_the_page_asks_the_same_questions_however_many_wait(day: Day) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(day.staff)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get(LIST)
        return len(caught)

    (one,) = propose(cycle=day.cycle)

    def answered(count: int) -> None:
        for _n in range(count):
            Proposal.objects.create(
                line=one.line,
                run=one.run,
                short_qty=one.short_qty,
                answer_by=one.answer_by,
                state="declined",
                answered_at=one.made_at,
                answered_by=day.requester,
            )

    answered(1)
    queries()
    few = queries()
    answered(5)
    assert queries() == few
