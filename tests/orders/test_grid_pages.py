"""The grid on screen: saving with and without scripts, explaining, moving quantity."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.common import clock
from marketplace.parties.access import Access
from marketplace.web.shells import navigation_for
from orders.grid import sheet_of_draft
from orders.models import DraftCell, OrderDraft
from orders.services import CellInput, place_draft
from tests.support import people
from tests.support.ordering import FIRST_DAY, KG, Shop, at, make_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return make_shop(products=2, days=3, offered=100 * KG)


@pytest.fixture
def requester(shop: Shop, client: Client) -> Client:
    client.force_login(shop.requester)
    return client


def name(shop: Shop, listing: int = 0, day: int = 0) -> str:
    return f"c-{shop.listings[listing].pk}-{shop.cycles[day].pk}"


def send(client: Client, draft: OrderDraft, cells: dict[str, str], version: int) -> Any:
    return client.post(
        reverse("orders:draft-save", args=[draft.pk]),
        json.dumps({"version": version, "cells": cells}),
        content_type="application/json",
    )


def held(draft: OrderDraft) -> dict[str, int]:
    return {f"c-{c.listing_id}-{c.cycle_id}": c.qty for c in DraftCell.objects.filter(draft=draft)}


def test_the_grid_shows_what_stands_and_what_can_be_promised(shop: Shop, requester: Client) -> None:
    draft = shop.draft([CellInput(shop.listings[0].pk, shop.cycles[0].pk, 120 * KG)])
    page = requester.get(reverse("orders:draft", args=[draft.pk])).content.decode()
    assert f'name="{name(shop)}" value="120"' in page
    assert "ขอเพิ่ม 20" in page
    assert "จองได้ 100" in page  # the other product
    assert "ปิดรับ" in page


def test_cells_of_one_draft_compete_for_the_same_harvest(shop: Shop, requester: Client) -> None:
    listing = shop.listings[0].pk
    draft = shop.draft(
        [
            CellInput(listing, shop.cycles[0].pk, 70 * KG),
            CellInput(listing, shop.cycles[1].pk, 50 * KG),
        ]
    )
    answer = send(requester, draft, {name(shop, 0, 0): "70"}, draft.version).json()
    assert answer["cells"][name(shop, 0, 0)]["want"] == ""
    assert answer["cells"][name(shop, 0, 1)]["want"] == "20"
    assert answer["cells"][name(shop, 0, 2)]["left"] == "0"


def test_a_typed_cell_saves_itself(shop: Shop, requester: Client) -> None:
    draft = shop.draft()
    answer = send(requester, draft, {name(shop): "๑๒.5"}, 0)
    assert answer.status_code == 200
    assert answer.json()["version"] == 1
    assert "บันทึกแล้ว" in answer.json()["saved"]
    assert held(draft) == {name(shop): 12_500}


def test_a_wrong_cell_is_named_and_the_others_are_saved(shop: Shop, requester: Client) -> None:
    draft = shop.draft()
    answer = send(
        requester,
        draft,
        {name(shop): "5", name(shop, 1): "0.3", name(shop, 1, 1): "-4", name(shop, 1, 2): "มาก"},
        0,
    ).json()
    assert held(draft) == {name(shop): 5 * KG}
    assert set(answer["errors"]) == {name(shop, 1), name(shop, 1, 1), name(shop, 1, 2)}
    assert "สั่งได้ทีละ 0.5" in answer["errors"][name(shop, 1)]
    assert "ติดลบ" in answer["errors"][name(shop, 1, 1)]


@pytest.mark.parametrize("typed", ["-5", "99999999", "0.3", "สิบ", "1e3", "NaN", "5,5,5"])
def test_a_cell_takes_no_nonsense(shop: Shop, requester: Client, typed: str) -> None:
    draft = shop.draft([CellInput(shop.listings[0].pk, shop.cycles[0].pk, 5 * KG)])
    answer = send(requester, draft, {name(shop): typed}, draft.version)
    assert answer.json()["errors"][name(shop)]
    assert held(draft) == {name(shop): 5 * KG}


def test_a_cell_typed_one_second_after_the_cut_off_is_refused(
    shop: Shop, requester: Client
) -> None:
    draft = shop.draft([CellInput(shop.listings[0].pk, shop.cycles[0].pk, 5 * KG)])
    day = sheet_of_draft(draft).days[shop.cycles[0].pk]
    clock.set_clock(day.cutoff_at + dt.timedelta(seconds=1))
    answer = send(requester, draft, {name(shop): "6"}, draft.version)
    assert answer.json()["errors"][name(shop)]
    assert held(draft) == {name(shop): 5 * KG}


def test_the_same_cells_sent_twice_are_saved_once(shop: Shop, requester: Client) -> None:
    draft = shop.draft([])
    for _time in range(2):
        send(requester, draft, {name(shop): "6"}, draft.version)
    assert held(draft) == {name(shop): 6 * KG}


def test_the_grade_card_is_one_step_away_and_leads_back(shop: Shop, requester: Client) -> None:
    draft = shop.draft([])
    product = shop.listings[0].product
    here = reverse("orders:draft", args=[draft.pk])
    away = f"{product.get_absolute_url()}?draft={draft.pk}"
    assert f'href="{away}#grades"' in requester.get(here).content.decode()
    assert f'href="{here}"' in requester.get(away).content.decode()
    assert (
        f'href="{reverse("orders:grid")}"'
        in requester.get(product.get_absolute_url()).content.decode()
    )


def test_the_product_page_offers_visitors_no_ordering_grid(shop: Shop, client: Client) -> None:
    page = client.get(shop.listings[0].product.get_absolute_url()).content.decode()
    assert reverse("orders:grid") not in page


def test_another_tab_is_not_overwritten(shop: Shop, requester: Client) -> None:
    draft = shop.draft()
    send(requester, draft, {name(shop): "5"}, 0)
    answer = send(requester, draft, {name(shop): "7"}, 0)
    assert answer.status_code == 409
    assert answer.json()["code"] == "stale"
    assert held(draft) == {name(shop): 5 * KG}


@pytest.mark.parametrize("body", ["[]", '{"cells": 3, "version": 0}', '{"cells": {}}'])
def test_what_no_page_of_ours_sends_is_refused(shop: Shop, requester: Client, body: str) -> None:
    draft = shop.draft()
    answer = requester.post(
        reverse("orders:draft-save", args=[draft.pk]), body, content_type="application/json"
    )
    assert answer.status_code == 400


def test_without_scripts_the_whole_form_is_saved(shop: Shop, requester: Client) -> None:
    draft = shop.draft([CellInput(shop.listings[1].pk, shop.cycles[0].pk, 3 * KG)])
    answer = requester.post(
        reverse("orders:draft-save", args=[draft.pk]),
        {"version": "1", name(shop): "5", name(shop, 1): "", "then": "stay"},
    )
    assert answer.status_code == 302
    assert held(draft) == {name(shop): 5 * KG}
    review = requester.post(
        reverse("orders:draft-save", args=[draft.pk]),
        {"version": "2", name(shop): "5", "then": "review"},
    )
    assert review["Location"] == f"{reverse('checkout:index')}?draft={draft.pk}"


def test_without_scripts_a_wrong_cell_loses_nothing_that_was_typed(
    shop: Shop, requester: Client
) -> None:
    draft = shop.draft()
    answer = requester.post(
        reverse("orders:draft-save", args=[draft.pk]),
        {"version": "0", name(shop): "5", name(shop, 1): "0.3"},
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert held(draft) == {}
    assert f'name="{name(shop)}" value="5"' in page
    assert f'name="{name(shop, 1)}" value="0.3"' in page
    assert "สั่งได้ทีละ 0.5" in page
    assert page.count("aria-invalid") == 1


def test_a_closed_day_is_shown_shut_and_can_be_taken_out(shop: Shop, requester: Client) -> None:
    draft = shop.draft(shop.cells(2 * KG))
    clock.set_clock(at(FIRST_DAY - dt.timedelta(days=3), 12, 0, 1))
    page = requester.get(reverse("orders:draft", args=[draft.pk])).content.decode()
    assert f'name="{name(shop)}"' not in page
    assert "ปิดรับแล้ว" in page
    assert "เอาช่องที่ปิดแล้วออก" in page
    requester.post(reverse("orders:draft-drop-closed", args=[draft.pk]))
    assert len(held(draft)) == 4


def test_a_short_cell_is_explained_and_can_be_moved(shop: Shop, requester: Client) -> None:
    listing, cycle = shop.listings[0].pk, shop.cycles[0].pk
    shop.order([CellInput(listing, shop.cycles[1].pk, 34 * KG)])
    draft = shop.draft([CellInput(listing, cycle, 80 * KG)])
    panel = requester.get(
        reverse("orders:draft-why", args=[draft.pk]), {"cell": f"{listing}-{cycle}"}
    ).content.decode()
    assert "ขาด 14 กก." in panel
    for figure in ("100", "34", "66"):
        assert f"<b>{figure}</b>" in panel
    requester.post(
        reverse("orders:draft-shift", args=[draft.pk]),
        {
            "listing": listing,
            "cycle": cycle,
            "to_cycle": shop.cycles[1].pk,
            "qty": 14 * KG,
        },
    )
    assert held(draft) == {name(shop): 66 * KG, name(shop, 0, 1): 14 * KG}


def test_more_than_stands_in_a_cell_is_not_moved(shop: Shop, requester: Client) -> None:
    listing, cycle = shop.listings[0].pk, shop.cycles[0].pk
    draft = shop.draft([CellInput(listing, cycle, 5 * KG)])
    for qty in (6 * KG, 0, "x"):
        requester.post(
            reverse("orders:draft-shift", args=[draft.pk]),
            {"listing": listing, "cycle": cycle, "to_cycle": shop.cycles[1].pk, "qty": qty},
        )
    assert held(draft) == {name(shop): 5 * KG}


def test_a_cell_that_does_not_exist_has_no_explanation(shop: Shop, requester: Client) -> None:
    draft = shop.draft()
    for cell in ("", "0-0", "x-y", f"{shop.listings[0].pk}-0"):
        answer = requester.get(reverse("orders:draft-why", args=[draft.pk]), {"cell": cell})
        assert answer.status_code == 204


def test_another_buyers_draft_is_not_there(shop: Shop, client: Client) -> None:
    draft = shop.draft(shop.cells())
    hotel = people.buyer("โรงแรมตัวอย่าง", "hotel")
    client.force_login(people.user("stranger", (hotel, "requester")))
    assert client.get(reverse("orders:draft", args=[draft.pk])).status_code == 404
    assert send(client, draft, {name(shop): "5"}, 1).status_code == 404


def test_who_orders_for_one_buyer_does_not_for_another_she_only_receives_for(
    shop: Shop, client: Client
) -> None:
    draft = shop.draft(shop.cells())
    hotel = people.buyer("โรงแรมตัวอย่าง", "hotel")
    client.force_login(people.user("both", (hotel, "requester"), (shop.hospital, "receiver")))
    assert client.get(reverse("orders:draft", args=[draft.pk])).status_code == 403
    assert send(client, draft, {name(shop): "5"}, 1).status_code == 403


def test_days_are_typed_in_the_buddhist_era(shop: Shop, requester: Client) -> None:
    answer = requester.post(
        reverse("orders:draft-new"),
        {"site": shop.site.pk, "first_day": "11/1/2570", "last_day": "2027-01-13", "name": ""},
    )
    assert answer.status_code == 302
    draft = OrderDraft.objects.get()
    assert (draft.first_day, draft.last_day) == (FIRST_DAY, FIRST_DAY + dt.timedelta(days=2))


@pytest.mark.parametrize(
    ("first", "last", "word"),
    [("13/1/2570", "11/1/2570", "ก่อนวันแรก"), ("32/1/2570", "11/1/2570", "ปฏิทิน"), ("x", "y", "วันที่")],
)
def test_days_that_make_no_sense_are_said_so(
    shop: Shop, requester: Client, first: str, last: str, word: str
) -> None:
    answer = requester.post(
        reverse("orders:draft-new"),
        {"site": shop.site.pk, "first_day": first, "last_day": last, "name": ""},
    )
    assert answer.status_code == 200
    assert word in answer.content.decode()
    assert not OrderDraft.objects.exists()


def test_a_placed_draft_leads_to_its_order(shop: Shop, requester: Client) -> None:
    draft = shop.draft(shop.cells())
    order = place_draft(by=shop.requester, draft=draft)
    answer = requester.get(reverse("orders:draft", args=[draft.pk]))
    assert answer["Location"] == reverse("orders:order", args=[order.number])


def test_discarding_can_be_undone(shop: Shop, requester: Client) -> None:
    draft = shop.draft(shop.cells())
    page = requester.post(reverse("orders:draft-discard", args=[draft.pk]), follow=True)
    assert reverse("orders:draft-restore", args=[draft.pk]) in page.content.decode()
    requester.post(reverse("orders:draft-restore", args=[draft.pk]))
    draft.refresh_from_db()
    assert draft.state == "open"


def test_staff_order_for_a_buyer_and_are_told_so(shop: Shop, client: Client) -> None:
    draft = shop.draft(shop.cells())
    client.force_login(shop.staff)
    page = client.get(reverse("orders:draft", args=[draft.pk])).content.decode()
    assert "ทำแทน" in page
    assert send(client, draft, {name(shop): "7"}, draft.version).status_code == 200


def test_filters_show_what_was_asked_for(shop: Shop, requester: Client) -> None:
    draft = shop.draft([CellInput(shop.listings[0].pk, shop.cycles[0].pk, 5 * KG)])
    url = reverse("orders:draft", args=[draft.pk])
    both = requester.get(url).context["grid"].rows
    filled = requester.get(url, {"show": "filled"}).context["grid"].rows
    found = requester.get(url, {"q": shop.listings[1].product.title}).context["grid"].rows
    assert (len(both), len(filled)) == (2, 1)
    assert shop.listings[1].pk in {row.listing.pk for row in found}
    nothing = requester.get(url, {"q": "ไม่มีผักนี้"}).content.decode()
    assert "ไม่มีผลผลิตตามที่กรอง" in nothing


def test_a_bigger_grid_takes_no_more_queries(shop: Shop, client: Client) -> None:
    def queries(of: Shop) -> int:
        client.force_login(of.requester)
        draft = of.draft(of.cells(KG))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("orders:draft", args=[draft.pk])).status_code == 200
        return len(captured)

    small = Shop(**{**vars(shop), "listings": shop.listings[:1], "cycles": shop.cycles[:1]})
    queries(small)
    assert queries(small) == queries(shop) < 40


def test_the_menu_marks_the_grid_while_a_draft_is_open(shop: Shop, client: Client) -> None:
    access = Access.of(shop.requester)
    path = f"/orders/drafts/{shop.draft().pk}/"
    marked = [
        item["url"]
        for section in navigation_for(access, path)
        for item in section["items"]
        if item["current"]
    ]
    assert marked == ["/orders/grid/"]
