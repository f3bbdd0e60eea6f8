"""The pages of supply, as those who use them meet them."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from catalogue.models import Product
from catalogue.supply.models import HarvestOffer, OfferShare, Plot, Reservation, Shortage
from catalogue.supply.services import ShareChangeInput, change_shares
from marketplace.accounts.models import User
from marketplace.parties.models import Cooperative, Person, RoleName
from tests.support import people
from tests.support.supply import Supply, broken_rules, certify

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def grower(supply: Supply) -> Client:
    user = people.user("daeng", (supply.group, RoleName.GROWER))
    Person.objects.filter(pk=supply.daeng.pk).update(user=user)
    return signed_in(user)


@pytest.fixture
def coordinator(supply: Supply) -> Client:
    return signed_in(people.user("nok", (supply.group, RoleName.COORDINATOR)))


@pytest.fixture
def staff(supply: Supply) -> Client:
    return signed_in(people.user("staff", (Cooperative.objects.get(), RoleName.STAFF)))


@pytest.fixture
def agency(supply: Supply) -> Client:
    return signed_in(people.user("officer", (_agency(), RoleName.AGENCY)))


def _agency() -> object:
    from marketplace.parties.models import Agency
    from marketplace.parties.services import approve_parties, register_party

    made = register_party(by=None, kind="agency", name_th="สำนักงานตัวอย่าง", district_code="9001")
    approve_parties(by=None, parties=[made])
    return Agency.objects.get(pk=made.pk)


def step(name: str) -> str:
    return reverse("supply:tell-step", args=[name])


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def tell(client: Client, supply: Supply, *, days: list[int], how: str = "each") -> str:
    """Answer the five questions up to the last screen; return its key."""
    client.post(reverse("supply:tell"))
    client.post(step("what"), {"product": supply.kale.pk})
    client.post(step("much"), {"qty": "20"})
    client.post(step("days"), {"day": [supply.day(n).isoformat() for n in days], "how": how})
    client.post(step("quality"), {"grade": "A"})
    page = text_of(client.get(step("check")))
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found
    return found[1]


# telling -----------------------------------------------------------------------------------------


def test_a_harvest_is_told_in_five_screens(grower: Client, supply: Supply) -> None:
    key = tell(grower, supply, days=[0, 2])
    page = text_of(grower.get(step("check")))
    assert "วันละ 20 กก." in page
    assert "เก็บ\u00a0อา.\u00a03\u00a0ม.ค. · ส่ง\u00a0จ.\u00a04\u00a0ม.ค." in page
    answer = grower.post(step("check"), {"key": key})
    assert answer.url == reverse("supply:told")
    assert [o.offered_qty for o in HarvestOffer.objects.all()] == [20_000, 20_000]
    assert "เลิกทำ" in text_of(grower.get(answer.url))


def test_the_last_screen_posted_twice_tells_once(grower: Client, supply: Supply) -> None:
    key = tell(grower, supply, days=[0])
    grower.post(step("check"), {"key": key})
    again = grower.post(step("check"), {"key": key})
    assert again.url == reverse("supply:told")
    assert HarvestOffer.objects.get().offered_qty == 20_000


def test_going_back_keeps_what_was_answered(grower: Client, supply: Supply) -> None:
    tell(grower, supply, days=[1])
    assert 'value="20"' in text_of(grower.get(step("much")))
    answer = grower.post(step("much"), {"qty": "35"})
    assert answer.url == step("check")  # the rest was answered already
    assert "35 กก." in text_of(grower.get(step("check")))


def test_a_question_cannot_be_skipped(grower: Client, supply: Supply) -> None:
    grower.post(reverse("supply:tell"))
    assert grower.get(step("check")).url == step("what")
    assert grower.get(reverse("supply:tell-step", args=["nonsense"])).status_code == 404


def test_one_window_over_several_days(grower: Client, supply: Supply) -> None:
    key = tell(grower, supply, days=[0, 3], how="whole")
    grower.post(step("check"), {"key": key})
    offer = HarvestOffer.objects.get()
    assert (offer.first_day, offer.last_day, offer.offered_qty) == (
        supply.day(0),
        supply.day(3),
        20_000,
    )


def test_days_may_be_typed_in_the_buddhist_era(grower: Client, supply: Supply) -> None:
    tell(grower, supply, days=[0])
    answer = grower.post(step("days"), {"first": "5/1/2570", "last": "7/1/2570"})
    assert answer.url == step("check")
    page = text_of(grower.get(step("check")))
    assert "อังคาร 5 มกราคม 2570" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"first": "7/1/2570", "last": "5/1/2570"}, "วันสุดท้ายต้องไม่อยู่ก่อนวันแรก"),
        ({"first": "5/1/2560", "last": "7/1/2570"}, "เก็บไม่ทันวันส่งนี้แล้ว"),
        ({"first": "31/2/2570", "last": ""}, "ปฏิทิน"),
        ({}, "แตะวันส่งอย่างน้อยหนึ่งวัน"),
    ],
)
def test_days_that_make_no_sense_are_asked_again(
    grower: Client, supply: Supply, typed: dict[str, str], said: str
) -> None:
    tell(grower, supply, days=[0])
    answer = grower.post(step("days"), typed)
    assert answer.status_code == 422
    assert said in text_of(answer)


@pytest.mark.parametrize("typed", ["-5", "0", "abc", "999999999", ""])
def test_amounts_that_make_no_sense_are_asked_again(
    grower: Client, supply: Supply, typed: str
) -> None:
    grower.post(reverse("supply:tell"))
    grower.post(step("what"), {"product": supply.kale.pk})
    answer = grower.post(step("much"), {"qty": typed})
    assert answer.status_code == 422
    assert f'value="{typed}"' in text_of(answer) or not typed


def test_the_same_as_last_time_asks_only_for_the_days(grower: Client, supply: Supply) -> None:
    grower.post(step("check"), {"key": tell(grower, supply, days=[0])})
    assert grower.post(reverse("supply:tell"), {"same": "1"}).url == step("days")
    answer = grower.post(step("days"), {"day": [supply.day(4).isoformat()]})
    assert answer.url == step("check")


def test_only_standards_valid_on_every_day_are_offered(grower: Client, supply: Supply) -> None:
    certify("GAP", supply.day(-9), supply.day(2), group=supply.group)
    tell(grower, supply, days=[0])
    assert "มาตรฐาน GAP" in text_of(grower.get(step("quality")))
    grower.post(step("days"), {"day": [supply.day(5).isoformat()]})
    assert "มาตรฐาน GAP" not in text_of(grower.get(step("quality")))
    assert grower.post(step("quality"), {"grade": "A", "standards": ["GAP"]}).status_code == 422


def test_a_certificate_that_ended_meanwhile_is_said_at_the_end(
    grower: Client, supply: Supply
) -> None:
    held = certify("GAP", supply.day(-9), supply.day(9), group=supply.group)
    tell(grower, supply, days=[0])
    grower.post(step("quality"), {"grade": "A", "standards": ["GAP"]})
    held.delete()
    answer = grower.post(step("check"), {})
    assert answer.status_code == 422
    assert "ใบรับรอง" in text_of(answer)
    assert HarvestOffer.objects.count() == 0


def test_produce_is_found_by_name_and_strangers_are_told_what_to_do(
    grower: Client, supply: Supply
) -> None:
    assert "คะน้า" in text_of(grower.get(step("what"), {"q": "คะน้า"}))
    assert "ไม่พบชื่อนี้" in text_of(grower.get(step("what"), {"q": "ทุเรียนดาวอังคาร"}))
    stranger = signed_in(people.user("new", (supply.group, RoleName.GROWER)))
    assert "โทรหาผู้ประสานกลุ่ม" in text_of(stranger.get(step("what")))


# mine ---------------------------------------------------------------------------------------------


def test_a_grower_sees_and_changes_only_her_own(grower: Client, supply: Supply) -> None:
    assert "ยังไม่ได้บอกผลผลิต" in text_of(grower.get(reverse("supply:mine")))
    offer = supply.offer(60, 40)
    page = text_of(grower.get(reverse("supply:mine")))
    assert "60 กก." in page
    assert "40 กก." not in page
    own, hers = offer.shares.order_by("pk")
    assert grower.get(reverse("supply:share", args=[hers.pk])).status_code == 404
    assert grower.post(reverse("supply:share", args=[own.pk]), {"qty": "55"}).status_code == 302
    own.refresh_from_db()
    assert own.qty == 55_000
    change = own.changes.first()
    assert change is not None
    assert not change.on_behalf
    grower.post(reverse("supply:undo", args=[change.pk]))
    own.refresh_from_db()
    assert own.qty == 60_000


def test_a_cut_says_what_will_happen_before_it_does(grower: Client, supply: Supply) -> None:
    share = supply.offer(60).shares.get()
    supply.reserve(50)
    address = reverse("supply:share", args=[share.pk])
    asked = grower.post(address, {"qty": "10"})
    assert "จะขาดคะน้า 40 กก." in text_of(asked)
    assert Shortage.objects.count() == 0
    grower.post(address, {"qty": "20", "agreed": "10000"})  # agreed to something else
    assert Shortage.objects.count() == 0
    grower.post(address, {"qty": "10", "agreed": "10000"})
    assert Shortage.objects.get().qty == 40_000
    assert broken_rules() == []


# the grid -----------------------------------------------------------------------------------------


def cell(person: Person, product: Product) -> str:
    return f"c{person.pk}-{product.pk}"


def test_the_coordinator_fills_a_day_for_everybody(coordinator: Client, supply: Supply) -> None:
    address = reverse("supply:grid")
    assert supply.somjai.name in text_of(coordinator.get(address))
    form = {
        "group": supply.group.pk,
        "day": supply.day(1).isoformat(),
        "grade": "B",
        "product": [supply.kale.pk],
        "seen": "[]",
        cell(supply.daeng, supply.kale): "20",
        cell(supply.somjai, supply.kale): "1.5",
    }
    assert coordinator.post(address, form).status_code == 302
    assert coordinator.post(address, form).status_code == 302
    assert list(OfferShare.objects.order_by("pk").values_list("qty", flat=True)) == [20_000, 1_500]
    offer = HarvestOffer.objects.get()
    assert (offer.grade, offer.first_day) == ("B", supply.day(1))
    page = text_of(coordinator.get(reverse("supply:offer", args=[offer.pk])))
    assert "ทำแทน" in page


def test_a_wrong_cell_keeps_all_that_was_typed(coordinator: Client, supply: Supply) -> None:
    form = {
        "group": supply.group.pk,
        "day": supply.day(1).isoformat(),
        "product": [supply.kale.pk],
        cell(supply.daeng, supply.kale): "20",
        cell(supply.somjai, supply.kale): "-3",
    }
    answer = coordinator.post(reverse("supply:grid"), form)
    assert answer.status_code == 422
    assert 'value="-3"' in text_of(answer)
    assert 'value="20"' in text_of(answer)
    assert OfferShare.objects.count() == 0


def test_the_grid_sums_pieces_at_their_nominal_weight(coordinator: Client, supply: Supply) -> None:
    eggs = Product.objects.filter(base_unit="piece", nominal_piece_g__gt=0).order_by("pk")[0]
    form = {
        "group": supply.group.pk,
        "day": supply.day(3).isoformat(),
        "product": [supply.kale.pk, eggs.pk],
        cell(supply.daeng, supply.kale): "20",
        cell(supply.daeng, eggs): "100",
        cell(supply.somjai, supply.kale): "-3",  # so that the sheet comes back as typed
    }
    page = text_of(coordinator.post(reverse("supply:grid"), form))
    each = (eggs.nominal_piece_g or 0) / 1000
    assert f'data-column="{eggs.pk}" data-kilos="{each:g}"' in page
    assert f'data-column="{supply.kale.pk}" data-kilos="1"' in page
    assert f"data-row-sum>{20 + 100 * each:,g}<" in page


def test_what_another_typed_meanwhile_is_not_wiped_out(coordinator: Client, supply: Supply) -> None:
    form = {
        "group": supply.group.pk,
        "day": supply.day(1).isoformat(),
        "product": [supply.kale.pk],
        "seen": "[]",
        cell(supply.daeng, supply.kale): "20",
        cell(supply.somjai, supply.kale): "",
    }
    supply.offer(1, 33, first=1, last=1)
    coordinator.post(reverse("supply:grid"), form)
    assert dict(OfferShare.objects.values_list("person_id", "qty")) == {
        supply.daeng.pk: 20_000,
        supply.somjai.pk: 33_000,
    }


def test_the_grid_asks_before_a_cut(coordinator: Client, supply: Supply) -> None:
    supply.offer(60, first=1, last=1)
    supply.reserve(60, day=1)
    form = {
        "group": supply.group.pk,
        "day": supply.day(1).isoformat(),
        "grade": "A",
        "product": [supply.kale.pk],
        "seen": f"[[{supply.daeng.pk}, {supply.kale.pk}, 60000]]",
        cell(supply.daeng, supply.kale): "40",
    }
    page = text_of(coordinator.post(reverse("supply:grid"), form))
    assert "ลดต่ำกว่าที่จองไว้ ยังไม่ได้บันทึก" in page
    assert Shortage.objects.count() == 0
    agreed = f"[[{supply.daeng.pk}, {supply.kale.pk}, 40000]]"
    coordinator.post(reverse("supply:grid"), {**form, "agreed": agreed})
    assert Shortage.objects.get().qty == 20_000


def test_a_stranger_to_the_group_sees_no_grid_of_it(coordinator: Client, supply: Supply) -> None:
    answer = coordinator.post(
        reverse("supply:grid"),
        {
            "group": supply.other_group.pk,
            "day": supply.day(1).isoformat(),
            "product": [supply.kale.pk],
            cell(supply.huey, supply.kale): "20",
        },
    )
    assert OfferShare.objects.count() == 0
    assert supply.huey.name not in text_of(answer)


# offers -------------------------------------------------------------------------------------------


def test_another_groups_offer_is_not_there(coordinator: Client, supply: Supply) -> None:
    offer = supply.offer(60, other=True)
    change = offer.shares.get().changes.get()
    assert coordinator.get(reverse("supply:offer", args=[offer.pk])).status_code == 404
    assert coordinator.post(reverse("supply:offer-state", args=[offer.pk])).status_code == 404
    assert coordinator.post(reverse("supply:undo", args=[change.pk])).status_code == 404
    assert "ยังไม่มีผลผลิตเปิดจอง" in text_of(coordinator.get(reverse("supply:offers")))


def test_one_offer_is_changed_closed_and_opened(coordinator: Client, supply: Supply) -> None:
    offer = supply.offer(60)
    share = offer.shares.get()
    address = reverse("supply:offer", args=[offer.pk])
    form = {f"s{share.pk}": "65", "person": supply.somjai.pk, "qty": "12.5"}
    assert coordinator.post(address, form).status_code == 302
    offer.refresh_from_db()
    assert offer.offered_qty == 77_500
    assert (
        coordinator.post(address, {f"s{share.pk}": "65", "person": supply.huey.pk}).status_code
        == 422
    )
    coordinator.post(reverse("supply:offer-state", args=[offer.pk]))
    offer.refresh_from_db()
    assert offer.state == "closed"
    coordinator.post(reverse("supply:offer-state", args=[offer.pk]), {"reopen": "1"})
    offer.refresh_from_db()
    assert offer.state == "open"


def test_the_offers_page_asks_before_a_cut(staff: Client, supply: Supply) -> None:
    offer = supply.offer(60)
    share = offer.shares.get()
    supply.reserve(60)
    supply.offer(60, other=True)
    address = reverse("supply:offer", args=[offer.pk])
    page = text_of(staff.post(address, {f"s{share.pk}": "10"}))
    assert "ย้ายไปผลผลิตรายการอื่น" in page
    agreed = re.search(r'name="agreed" value="([^"]+)"', page)
    assert agreed
    staff.post(address, {f"s{share.pk}": "10", "agreed": agreed[1]})
    assert Reservation.objects.get().qty == 60_000
    share.refresh_from_db()
    assert share.qty == 10_000


def test_an_agency_reads_figures_without_names(agency: Client, supply: Supply) -> None:
    offer = supply.offer(60, 40)
    page = text_of(agency.get(reverse("supply:offer", args=[offer.pk])))
    assert "100 กก." in page
    assert supply.daeng.name not in page
    assert agency.post(reverse("supply:offer", args=[offer.pk]), {}).status_code == 200
    assert agency.get(reverse("supply:board")).status_code == 200


def test_the_list_is_filtered_passed_on_and_downloaded(staff: Client, supply: Supply) -> None:
    supply.offer(60, first=0, last=1)
    supply.offer(25, first=3, last=5, other=True)
    address = reverse("supply:offers")
    assert "2 รายการ" in text_of(staff.get(address))
    assert "1 รายการ" in text_of(staff.get(address, {"day": "7/1/2570"}))
    assert "1 รายการ" in text_of(staff.get(address, {"group": supply.other_group.pk}))
    assert "เหลือ 25 กก." in text_of(staff.get(address))
    assert "ไม่พบรายการตามที่เลือก" in text_of(staff.get(address, {"state": "closed"}))
    book = load_workbook(BytesIO(staff.get(reverse("supply:offers-xlsx")).content))
    assert [row[7].value for row in book.active.iter_rows(min_row=2)] == [60, 25]
    book.close()


def test_lists_ask_as_often_for_many_rows_as_for_few(staff: Client, supply: Supply) -> None:
    counts: dict[str, list[int]] = {}
    for _round in range(2):
        supply.offer(10, 5)
        supply.reserve(3)
        change_shares(
            by=None,
            changes=[ShareChangeInput(s.pk, s.qty + 1000) for s in OfferShare.objects.all()],
        )
        for name in ("offers", "offers-xlsx", "board", "plots", "grid", "shortages"):
            staff.get(reverse(f"supply:{name}"))
            with CaptureQueriesContext(connection) as queries:
                staff.get(reverse(f"supply:{name}"))
            counts.setdefault(name, []).append(len(queries))
        for _more in range(8):
            supply.offer(10, 5)
    assert all(few == many for few, many in counts.values()), counts


# plots, board, shortages ----------------------------------------------------------------------------


def test_a_plot_is_added_and_taken_out_of_use(coordinator: Client, supply: Supply) -> None:
    address = reverse("supply:plots")
    assert "ยังไม่มีแปลง" in text_of(coordinator.get(address))
    form = {"person": supply.daeng.pk, "name": "แปลงตัวอย่าง", "district": "9003", "rai": "2.5"}
    assert coordinator.post(address, form).status_code == 302
    plot = Plot.objects.get()
    assert plot.area_sqm == 4_000
    assert coordinator.post(address, {**form, "person": supply.huey.pk}).status_code == 422
    coordinator.post(reverse("supply:plot-archive", args=[plot.pk]))
    assert "ยังไม่มีแปลง" in text_of(coordinator.get(address))


def test_the_board_shows_free_and_reserved_by_day(staff: Client, supply: Supply) -> None:
    assert "ยังไม่มีผลผลิตในช่วงนี้" in text_of(staff.get(reverse("supply:board")))
    supply.offer(60, first=0, last=1)
    supply.reserve(20, day=0)
    page = text_of(staff.get(reverse("supply:board")))
    assert "ยังจองได้ 40 กก. จองแล้ว 20 กก." in page
    asked = {"weeks": "4", "group": supply.other_group.pk, "district": "9011", "standard": "GAP"}
    assert "ยังไม่มีผลผลิตในช่วงนี้" in text_of(staff.get(reverse("supply:board"), asked))
    book = load_workbook(BytesIO(staff.get(reverse("supply:board-xlsx")).content))
    assert [c.value for c in next(book.active.iter_rows(min_row=2))][2:4] == [40, 20]
    book.close()


def test_staff_settle_a_shortage_with_words(staff: Client, supply: Supply) -> None:
    assert "ที่ยืนยันไว้ ส่งได้ครบ" in text_of(staff.get(reverse("supply:shortages")))
    share = supply.offer(60).shares.get()
    supply.reserve(60)
    change_shares(by=None, changes=[ShareChangeInput(share.pk, 50_000)])
    page = text_of(staff.get(reverse("supply:shortages")))
    assert "ผลผลิตขาด 1 เรื่อง" in page
    shortage = Shortage.objects.get()
    address = reverse("supply:settle", args=[shortage.pk])
    assert staff.post(address, {"how": " "}).status_code == 422
    assert staff.post(address, {"how": "โทรแจ้งครัวแล้ว"}).status_code == 302
    settled = text_of(staff.get(reverse("supply:shortages"), {"show": "settled"}))
    assert "โทรแจ้งครัวแล้ว" in settled
