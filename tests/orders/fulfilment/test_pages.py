"""The pages as those who work with them use them: the scale, the dock, the group, the public."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalogue.supply.models import Plot
from marketplace.parties.services import join_group
from orders.allocation.models import Allocation
from orders.fulfilment.board import make_board
from orders.fulfilment.models import (
    Acceptance,
    CrateType,
    Disposition,
    HarvestLot,
    NoticeRow,
    Pack,
    Weighing,
)
from orders.fulfilment.services import AcceptanceInput, issue_notices
from orders.fulfilment.tracing import kitchens_of, plots_of, story_of
from tests.support import people
from tests.support.fulfilment import KG, Day, make_day

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


def weigh(day: Day, client: Client, weight: str, **values: str) -> Any:
    crate = CrateType.objects.get(name_th="ตะกร้าเขียว")
    return client.post(
        reverse("fulfilment:scale", args=[day.cycle.pk]),
        {
            "key": "form-1",
            "who": f"{day.daeng.pk}:{day.kale.pk}",
            "weight": weight,
            "crates": "1",
            "crate_type": str(crate.pk),
            "grade": "A",
            **values,
        },
    )


def test_weighing_takes_the_figure_and_posting_again_is_harmless() -> None:
    day = allocated()
    client = as_user(day.staff)
    page = client.get(reverse("fulfilment:scale", args=[day.cycle.pk]))
    assert "ป้าแดง" in page.content.decode()
    for _time in range(2):
        assert weigh(day, client, "21.8").status_code == 302
    assert HarvestLot.objects.get().intake_qty == 20 * KG


def test_a_slip_of_the_finger_is_asked_about_and_taken_when_confirmed() -> None:
    day = allocated()
    client = as_user(day.staff)
    page = weigh(day, client, "403")
    assert page.status_code == 409
    assert "ใช่ไหม" in page.content.decode()
    assert 'value="403"' in page.content.decode()
    assert not Weighing.objects.exists()
    assert weigh(day, client, "403", confirm="1").status_code == 302


@pytest.mark.parametrize(
    "values",
    [{"weight": "abc"}, {"weight": ""}, {"who": ""}, {"grade": "Z"}, {"crates": "-1"},
     {"weight": "1.8"}, {"who": "other", "person": "", "product": ""}],
)  # fmt: skip
def test_what_cannot_be_weighed_is_said_and_what_was_typed_stays(values: dict[str, str]) -> None:
    day = allocated()
    page = weigh(day, as_user(day.staff), **{"weight": "21.8", **values})
    assert page.status_code == 409
    assert "alert" in page.content.decode()
    assert not Weighing.objects.exists()


def test_somebody_not_on_the_list_can_be_weighed() -> None:
    day = allocated()
    page = weigh(
        day,
        as_user(day.staff),
        "5.8",
        who="other",
        person=str(day.huey.pk),
        product=str(day.greens.pk),
        confirm="1",
    )
    assert page.status_code == 302
    assert HarvestLot.objects.get().person == day.huey


def test_undo_takes_the_reading_back_twice_is_harmless() -> None:
    day = allocated()
    lot = day.weigh(day.daeng, 20)
    client = as_user(day.staff)
    url = reverse("fulfilment:undo-weighing", args=[lot.weighings.get().pk])
    client.post(url)
    client.post(url)
    lot.refresh_from_db()
    assert lot.intake_qty == 0


def test_the_slip_shows_weights_price_and_amount() -> None:
    day = allocated()
    lot = day.weigh(day.daeng, 20)
    text = as_user(day.staff).get(reverse("fulfilment:slip", args=[lot.code])).content.decode()
    for word in ("แดง ตัวอย่าง", "21.8", "1.8", "฿28.00", "฿560.00", "เงินออก"):
        assert word in text


def test_the_day_says_what_is_late_and_moves_step_by_step() -> None:
    day = allocated()
    assert [row.badge for row in make_board(day.cycle).late] == ["ยังไม่แจ้ง"]
    client = as_user(day.staff)
    client.post(reverse("fulfilment:issue-notices", args=[day.cycle.pk]))
    day.weigh(day.daeng, 20)
    client.post(reverse("fulfilment:close-intake", args=[day.cycle.pk]), {"confirm": "1"})
    page = client.get(reverse("fulfilment:cycle", args=[day.cycle.pk])).content.decode()
    assert "ขาด 20 กก." in page
    url = reverse("fulfilment:packing", args=[day.cycle.pk])
    client.post(url, {"act": "pack"})
    client.post(url, {"act": "send", "driver": "บังดล ตัวอย่าง"})
    assert day.deliveries()[0].state == "dispatched"
    assert "ยังไม่มีผลตรวจรับ 1 แห่ง" in client.get(reverse("fulfilment:chase")).content.decode()


def sent(day: Day) -> Any:
    day.weigh(day.daeng, 20)
    day.weigh(day.somjai, 20)
    day.close()
    return day.send()[0]


def test_the_receiver_accepts_line_by_line_on_her_phone() -> None:
    day = allocated()
    delivery = sent(day)
    line = delivery.lines.get()
    client = as_user(day.receiver)
    assert "มีของรอตรวจรับ 1 เที่ยว" in client.get(reverse("fulfilment:arrivals")).content.decode()
    url = reverse("fulfilment:accept", args=[delivery.pk])
    page = client.post(url, {"receiver_name": "วิภา ตัวอย่าง"})
    assert page.status_code == 409
    assert "ยังไม่ได้บอกว่ารับเท่าไร" in page.content.decode()
    answer = {
        "receiver_name": "วิภา ตัวอย่าง",
        f"out_{line.pk}": "reject",
        f"rejected_{line.pk}": "2.5",
        f"cause_{line.pk}": "quality",
        f"reason_{line.pk}": "เหี่ยว",
    }
    assert client.post(url, answer).status_code == 302
    assert client.post(url, answer).status_code == 302
    row = Acceptance.objects.get().lines.get()
    assert (row.accepted_qty, row.rejected_qty) == (37_500, 2_500)
    page = client.get(reverse("fulfilment:accepted", args=[delivery.pk])).content.decode()
    assert "ไม่รับ 2.5 กก." in page


@pytest.mark.parametrize(
    ("answer", "accepted", "downgraded"),
    [
        ({"out": "full"}, 40_000, 0),
        ({"out": "weight", "weight": "40.8"}, 40_800, 0),
        ({"out": "down", "down": "10", "grade": "B", "cause": "quality", "reason": "เล็ก"},
         30_000, 10_000),
    ],
)  # fmt: skip
def test_the_answers_of_a_line(answer: dict[str, str], accepted: int, downgraded: int) -> None:
    day = allocated()
    delivery = sent(day)
    line = delivery.lines.get()
    page = as_user(day.staff).post(
        reverse("fulfilment:accept", args=[delivery.pk]),
        {
            "method": "paper",
            "receiver_name": "วิภา ตัวอย่าง",
            **{f"{name}_{line.pk}": value for name, value in answer.items()},
        },
    )
    assert page.status_code == 302
    row = Acceptance.objects.get().lines.get()
    assert (row.accepted_qty, row.downgraded_qty) == (accepted, downgraded)


def test_a_figure_above_tolerance_is_refused_and_kept_on_the_page() -> None:
    day = allocated()
    delivery = sent(day)
    line = delivery.lines.get()
    page = as_user(day.receiver).post(
        reverse("fulfilment:accept", args=[delivery.pk]),
        {"receiver_name": "ก", f"out_{line.pk}": "weight", f"weight_{line.pk}": "99"},
    )
    assert page.status_code == 409
    assert 'value="99"' in page.content.decode()
    assert "รับได้ไม่เกิน 42 กก." in page.content.decode()


def test_another_buyers_delivery_is_not_found() -> None:
    day = allocated()
    delivery = sent(day)
    stranger = people.user("stranger", (day.hotel, "receiver"))
    for name in ("accept", "note", "accepted"):
        assert (
            as_user(stranger).get(reverse(f"fulfilment:{name}", args=[delivery.pk])).status_code
            == 404
        )
    assert (
        as_user(day.coordinator).get(reverse("fulfilment:accept", args=[delivery.pk])).status_code
        == 403
    )


def test_a_packs_story_names_no_person_and_no_plot() -> None:
    day = allocated()
    day.certify("GAP")
    for person in (day.daeng, day.somjai):
        Plot.objects.create(
            person=person, group=day.group, name=f"แปลงของ{person.called}", district_id="9009"
        )
    day.daeng.phone = "0812345678"
    day.daeng.save()
    delivery = sent(day)
    day.accept(delivery, [AcceptanceInput(delivery.lines.get().pk, 40 * KG)])
    pack = Pack.objects.order_by("pk")[0]
    page = Client().get(f"/t/{pack.code}")
    text = page.content.decode()
    assert page.status_code == 200
    assert day.group.name_th in text
    for person in (day.daeng, day.somjai):
        for secret in (person.name, person.called, person.name.split()[0], "แปลงของ", "0812345678"):
            assert secret not in text
    assert "วิภา" not in text
    dashed = f"{pack.code[:4]}-{pack.code[4:]}".lower()
    assert Client().get(f"/t/{dashed}").status_code == 200


@pytest.mark.parametrize("code", ["XXXXXXXX", "0OI1", "ก"])
def test_a_code_that_is_none_is_not_found_kindly(code: str) -> None:
    make_day()
    page = Client().get(f"/t/{code}")
    assert page.status_code == 404
    assert "อาจพิมพ์ผิด" in page.content.decode()


def test_a_lot_leads_to_every_kitchen_and_a_meal_to_every_grower() -> None:
    day = allocated()
    delivery = sent(day)
    lot = HarvestLot.objects.get(person=day.daeng)
    assert [stop.delivery for stop in kitchens_of([lot.pk])] == [delivery]
    assert {found.person for found in plots_of([delivery.pk])} == {day.daeng, day.somjai}
    assert story_of("!!") is None


def test_the_grower_sees_kilograms_money_and_day_and_answers() -> None:
    day = allocated()
    day.daeng.user = people.user("daeng", (day.group, "grower"))
    day.daeng.save()
    issue_notices(cycle=day.cycle, by=None)
    client = as_user(day.daeng.user)
    page = client.get(reverse("fulfilment:grower-home")).content.decode()
    for word in ("20 กก.", "฿560", "ทุก 7 วัน", "ทำไมคะน้าได้ 20 กก. จาก 30 กก."):
        assert word in page
    mine, other = NoticeRow.objects.order_by("pk")
    client.post(reverse("fulfilment:acknowledge"), {"row": [mine.pk, other.pk]})
    mine.refresh_from_db()
    other.refresh_from_db()
    assert mine.acknowledged_at
    assert not other.acknowledged_at
    assert client.post(reverse("fulfilment:acknowledge"), {"row": other.pk}).status_code == 404


def test_the_coordinator_sees_her_group_and_moves_between_members() -> None:
    day = allocated()
    issue_notices(cycle=day.cycle, by=None)
    client = as_user(day.coordinator)
    assert "ป้าแดง" in client.get(reverse("fulfilment:coordinator-home")).content.decode()
    page = client.get(reverse("fulfilment:notices", args=[day.cycle.pk])).content.decode()
    assert "ป้าแดง: คะน้า 20 กก." in page
    url = reverse("fulfilment:moves", args=[day.cycle.pk])
    shares = dict(Allocation.objects.values_list("person", "share"))
    answer = {
        "share": shares[day.daeng.pk],
        "to_share": shares[day.somjai.pk],
        "qty": "5",
        "key": "f1",
    }
    assert client.get(f"{url}?share={shares[day.daeng.pk]}").status_code == 200
    assert client.post(url, answer).status_code == 302
    assert client.post(url, answer).status_code == 302
    assert dict(Allocation.objects.values_list("person", "qty")) == {
        day.daeng.pk: 15 * KG,
        day.somjai.pk: 25 * KG,
    }
    too_much = client.post(url, {**answer, "qty": "50", "key": "f2"})
    assert "ย้ายได้ไม่เกินนี้" in too_much.content.decode()


def test_another_groups_shares_are_not_found() -> None:
    day = allocated()
    day.offer((day.huey, 10), product=day.greens, group=day.other_group)
    other = people.user("other", (day.other_group, "coordinator"))
    share = Allocation.objects.order_by("pk")[0].share_id
    url = reverse("fulfilment:moves", args=[day.cycle.pk])
    assert as_user(other).get(f"{url}?share={share}").status_code == 404


def test_what_is_left_is_disposed_of_on_screen() -> None:
    day = allocated()
    lot = day.weigh(day.daeng, 20)
    client = as_user(day.staff)
    url = reverse("fulfilment:dispose", args=[lot.pk])
    assert client.get(url).status_code == 200
    bad = client.post(url, {"key": "f1", "kind": "basket", "qty": "99"})
    assert "ใส่ได้ไม่เกินนี้" in bad.content.decode()
    for _time in range(2):
        client.post(url, {"key": "f1", "kind": "basket", "qty": "2.5"})
    assert Disposition.objects.get().qty == 2_500
    for name in ("lots", "balance", "day-sheet", "outside"):
        assert client.get(reverse(f"fulfilment:{name}", args=[day.cycle.pk])).status_code == 200
    for name in ("waiting", "crates"):
        assert client.get(reverse(f"fulfilment:{name}")).status_code == 200


def test_an_outside_purchase_is_typed_in() -> None:
    day = allocated()
    client = as_user(day.staff)
    url = reverse("fulfilment:outside", args=[day.cycle.pk])
    answer = {
        "key": "f1",
        "product": day.kale.pk,
        "grade": "A",
        "qty": "5",
        "vendor": "",
        "cost": "90",
    }
    assert client.post(url, answer).status_code == 200
    answer["vendor"] = "แผงตัวอย่าง"
    for _time in range(2):
        assert client.post(url, answer).status_code == 302
    assert HarvestLot.objects.get().cost_satang == 9_000


def test_a_lot_is_regraded_and_held_on_screen() -> None:
    day = allocated()
    lot = day.weigh(day.daeng, 20)
    client = as_user(day.staff)
    url = reverse("fulfilment:change-lot", args=[lot.pk])
    client.post(url, {"grade": "B", "act": "grade", "reason": "เล็ก"})
    assert "บอกเหตุผล" in client.post(url, {"grade": "B", "act": "hold"}).content.decode()
    client.post(url, {"grade": "B", "act": "hold", "reason": "รอผล"})
    lot.refresh_from_db()
    assert (lot.grade, lot.state) == ("B", "held")
    client.post(url, {"grade": "B", "act": "release"})
    lot.refresh_from_db()
    assert lot.state == "open"


def test_papers_of_a_delivery_open() -> None:
    day = allocated()
    delivery = sent(day)
    client = as_user(day.staff)
    for name in ("delivery", "labels", "note"):
        page = client.get(reverse(f"fulfilment:{name}", args=[delivery.pk]))
        assert page.status_code == 200
    labels = client.get(reverse("fulfilment:labels", args=[delivery.pk])).content.decode()
    assert labels.count("<svg") >= Pack.objects.count()


def test_runs_can_be_read_and_checked_again() -> None:
    day = allocated()
    client = as_user(day.staff)
    run = Allocation.objects.first().run  # type: ignore[union-attr]
    assert client.get(reverse("allocation:runs")).status_code == 200
    for query in ("", "?tab=farmers", "?tab=all", f"?tab=all&product={day.kale.pk}"):
        assert client.get(reverse("allocation:run", args=[run.pk]) + query).status_code == 200
    page = client.post(reverse("allocation:check", args=[run.pk]), follow=True)
    assert "ได้ผลเดียวกัน" in page.content.decode()


def test_lists_take_the_same_queries_whatever_their_length() -> None:
    day = make_day()
    day.offer((day.daeng, 60), (day.somjai, 60))
    day.order(10)
    day.cut_off()
    client = as_user(day.staff)
    day.weigh(day.daeng, 5)
    urls = [
        reverse("fulfilment:cycle", args=[day.cycle.pk]),
        reverse("fulfilment:scale", args=[day.cycle.pk]),
        reverse("fulfilment:lots", args=[day.cycle.pk]),
        reverse("fulfilment:notices", args=[day.cycle.pk]),
    ]
    issue_notices(cycle=day.cycle, by=None)

    def count(url: str) -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(url)
        return len(found)

    for url in urls:
        client.get(url)
    few = [count(url) for url in urls]
    for number in range(12):
        person = people.person(f"คนที่ {number} ตัวอย่าง")
        join_group(by=None, group=day.group, persons=[person], since=day.cycle.delivery_day)
        day.weigh(person, 3)
    assert [count(url) for url in urls] == few
