"""What staff see and press when an allocated day is planned again."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from catalogue.supply.models import OfferShare
from orders.allocation.models import Override, Run
from tests.support.fulfilment import KG, Day, make_day

pytestmark = pytest.mark.django_db


@pytest.fixture
def day() -> Day:
    made = make_day()
    made.offer((made.daeng, 40))
    made.offer((made.huey, 40), group=made.other_group)
    made.order(40)
    made.cut_off()
    return made


def signed_in(day: Day) -> Client:
    client = Client()
    client.force_login(day.staff)
    return client


def asked(day: Day, **more: object) -> dict[str, object]:
    first = day.cycle.delivery_day.isoformat()
    return {
        "what": "offer",
        "first_day": first,
        "last_day": first,
        "offer": day.offers[0].pk,
        "lost": "100",
        "cause": "น้ำท่วมแปลง",
        **more,
    }


def test_looking_shows_who_gets_what_and_applying_does_just_that(day: Day) -> None:
    client = signed_in(day)
    page = client.get(reverse("allocation:replan"), asked(day))
    text = page.content.decode()
    assert "ยังไม่ได้บันทึก" in text
    assert str(day.daeng) in text
    assert "−20 กก." in text
    assert "+20 กก." in text
    assert Run.objects.count() == 1
    form = {
        **dict(page.context["hidden"]),
        "seen": page.context["plan"].fingerprint,
        "key": page.context["key"],
    }
    done = client.post(reverse("allocation:replan"), form)
    run = Run.objects.get(kind="replan")
    assert done["Location"] == reverse("allocation:run", args=[run.pk])
    assert OfferShare.objects.get(person=day.daeng).qty == 0
    told = client.get(done["Location"]).content.decode()
    assert "วางแผนใหม่เพราะ" in told
    assert "น้ำท่วมแปลง" in told
    client.post(reverse("allocation:replan"), form)
    assert Run.objects.filter(kind="replan").count() == 1


def test_when_the_market_moved_meanwhile_the_new_plan_is_shown(day: Day) -> None:
    client = signed_in(day)
    page = client.get(reverse("allocation:replan"), asked(day))
    form = {
        **dict(page.context["hidden"]),
        "seen": page.context["plan"].fingerprint,
        "key": page.context["key"],
    }
    day.offer((day.somjai, 40))
    again = client.post(reverse("allocation:replan"), form)
    assert again.status_code == 200
    assert "ด้านล่างคือแผนใหม่" in again.content.decode()
    assert again.context["plan"].fingerprint != form["seen"]
    assert Run.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"offer": ""}, "เลือกว่าของชุดไหน"),
        ({"what": "districts"}, "เลือกอำเภออย่างน้อยหนึ่งแห่ง"),
        ({"lost": ""}, "ใส่ว่าเสียไปร้อยละเท่าไร"),
        ({"lost": "101"}, "100"),
        ({"last_day": "2027-01-01"}, "วันสุดท้ายมาก่อนวันแรก"),
        ({"cause": ""}, "ยังไม่ได้ใส่ช่องนี้"),
        (
            {"first_day": "2027-03-01", "last_day": "2027-03-01", "what": "free"},
            "ไม่มีรอบส่งที่จัดสรรแล้ว",
        ),
    ],
)
def test_what_is_missing_or_wrong_is_said_beside_its_field(
    day: Day, values: dict[str, object], words: str
) -> None:
    page = signed_in(day).get(reverse("allocation:replan"), asked(day, **values))
    assert page.status_code == 200
    assert words in page.content.decode()
    assert Run.objects.count() == 1


def test_a_decision_shows_its_cost_is_kept_and_can_be_undone(day: Day) -> None:
    client = signed_in(day)
    run = Run.objects.get()
    line = run.lines.get().line
    url = reverse("allocation:decide", args=[line.pk])
    assert (
        url in client.get(reverse("allocation:run", args=[run.pk]), {"tab": "all"}).content.decode()
    )
    share = OfferShare.objects.get(person=day.daeng)
    wish = {"share": share.pk, "qty": "30", "reason": "ครัวขอแปลงนี้"}
    assert str(day.daeng) in client.get(url).content.decode()
    page = client.get(url, wish)
    assert page.context["cost"]["lost_g"] == 0
    assert not Override.objects.exists()
    done = client.post(
        url, {**wish, "seen": page.context["plan"].fingerprint, "key": page.context["key"]}
    )
    made = Override.objects.get()
    assert (made.qty, made.before_qty) == (30 * KG, 20 * KG)
    text = client.get(done["Location"]).content.decode()
    assert "เดิมให้ 20 กก. กำหนดเป็น 30 กก." in text
    undone = client.post(reverse("allocation:undo-override", args=[made.pk]), follow=True)
    assert "ยกเลิกแล้ว และวางแผนวันนั้นใหม่" in undone.content.decode()
    made.refresh_from_db()
    assert made.undone_by == day.staff


def test_too_much_from_a_share_is_refused_beside_the_quantity(day: Day) -> None:
    line = Run.objects.get().lines.get().line
    share = OfferShare.objects.get(person=day.daeng)
    page = signed_in(day).get(
        reverse("allocation:decide", args=[line.pk]),
        {"share": share.pk, "qty": "41", "reason": "x"},
    )
    assert "มากกว่าที่ผู้ซื้อสั่ง" in page.content.decode()
    assert page.context["plan"] is None


def test_after_weighing_began_the_page_says_so_and_offers_nothing(day: Day) -> None:
    line = Run.objects.get().lines.get().line
    day.weigh(day.daeng, 5)
    page = signed_in(day).get(reverse("allocation:decide", args=[line.pk]))
    assert "กำหนดเองได้หลังจัดสรรจนถึงเริ่มชั่งรับ" in page.content.decode()
