"""Drafts: what the grid saves, and what it refuses where."""

from __future__ import annotations

import datetime as dt

import pytest

from marketplace.common import clock
from marketplace.common.exceptions import Refusal, Refusals
from orders.models import DraftCell
from orders.services import (
    CellInput,
    discard_draft,
    drop_closed_cells,
    duplicate_draft,
    fill_like_earlier,
    place_draft,
    restore_draft,
    save_cells,
    start_draft,
)
from tests.support.ordering import FIRST_DAY, KG, Shop, at, make_shop

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def held(draft: object) -> dict[tuple[int, int], int]:
    rows = DraftCell.objects.filter(draft=draft).values_list("listing_id", "cycle_id", "qty")
    return {(listing, cycle): qty for listing, cycle, qty in rows}


def test_cells_are_saved_changed_and_emptied(shop: Shop) -> None:
    kale, morning = shop.listings
    day = shop.cycles[0]
    draft = shop.draft([CellInput(kale.pk, day.pk, 5 * KG), CellInput(morning.pk, day.pk, 2 * KG)])
    assert draft.version == 1
    draft = save_cells(
        by=shop.requester,
        draft=draft,
        cells=[CellInput(kale.pk, day.pk, 7 * KG), CellInput(morning.pk, day.pk, 0)],
    )
    assert held(draft) == {(kale.pk, day.pk): 7 * KG}
    assert draft.version == 2


def test_saving_what_stands_already_changes_nothing(shop: Shop) -> None:
    draft = shop.draft(shop.cells())
    assert save_cells(by=None, draft=draft, cells=shop.cells()).version == draft.version


def test_two_tabs_do_not_overwrite_each_other(shop: Shop) -> None:
    draft = shop.draft(shop.cells())
    cell = CellInput(shop.listings[0].pk, shop.cycles[0].pk, 20 * KG)
    save_cells(by=None, draft=draft, cells=[cell], version=draft.version)
    with pytest.raises(Refusal) as refused:
        save_cells(by=None, draft=draft, cells=[cell], version=draft.version)
    assert refused.value.code == "stale"
    assert "อีกหน้าหนึ่ง" in str(refused.value)


@pytest.mark.parametrize(
    ("qty", "code"), [(750, "step"), (-500, "negative"), (500_000_000, "too-much")]
)
def test_what_no_cell_may_hold_is_refused_with_its_place(shop: Shop, qty: int, code: str) -> None:
    draft = shop.draft()
    good, bad = shop.listings
    with pytest.raises(Refusals) as refused:
        save_cells(
            by=shop.requester,
            draft=draft,
            cells=[
                CellInput(good.pk, shop.cycles[0].pk, KG),
                CellInput(bad.pk, shop.cycles[1].pk, qty),
            ],
        )
    item = refused.value.items[0]
    assert item.code == code
    assert item.where["row"] == bad.product.title
    assert item.where["column"] == "อ. 12 ม.ค."
    assert str(item).startswith(f"{bad.product.title} อ. 12 ม.ค.")
    assert held(draft) == {}


def test_every_wrong_cell_is_named_at_once(shop: Shop) -> None:
    cells = [CellInput(listing.pk, shop.cycles[0].pk, 300) for listing in shop.listings]
    with pytest.raises(Refusals) as refused:
        shop.draft(cells)
    assert len(refused.value.items) == 2


def test_a_closed_day_takes_no_more_but_can_be_emptied(shop: Shop) -> None:
    draft = shop.draft(shop.cells())
    clock.set_clock(at(FIRST_DAY - dt.timedelta(days=3), 12, 0, 1))
    cell = (shop.listings[0].pk, shop.cycles[0].pk)
    with pytest.raises(Refusals, match="ปิดรับแล้วเมื่อ"):
        save_cells(by=None, draft=draft, cells=[CellInput(*cell, 20 * KG)])
    draft = save_cells(by=None, draft=draft, cells=[CellInput(*cell, 0)])
    assert cell not in held(draft)
    assert drop_closed_cells(by=None, draft=draft) == 1
    assert {cycle for _listing, cycle in held(draft)} == {c.pk for c in shop.cycles[1:]}
    assert place_draft(by=None, draft=draft).lines.count() == 4


def test_an_archived_listing_takes_no_more(shop: Shop) -> None:
    from catalogue.partner.services import archive_listings

    archive_listings(by=None, listings=shop.listings[:1])
    with pytest.raises(Refusals, match="เลิกขายแล้ว"):
        shop.draft(shop.cells())


def test_a_day_outside_the_draft_is_refused(shop: Shop) -> None:
    draft = start_draft(
        by=None,
        site=shop.site,
        first_day=shop.cycles[0].delivery_day,
        last_day=shop.cycles[0].delivery_day,
    )
    with pytest.raises(Refusals, match="นอกช่วง"):
        save_cells(
            by=None, draft=draft, cells=[CellInput(shop.listings[0].pk, shop.cycles[1].pk, KG)]
        )
    with pytest.raises(Refusals, match="ไม่มีรอบส่งนี้"):
        save_cells(by=None, draft=draft, cells=[CellInput(shop.listings[0].pk, 0, KG)])


@pytest.mark.parametrize(("days", "code"), [(-1, "ends-before-start"), (62, "too-long")])
def test_a_window_that_makes_no_sense_is_refused(shop: Shop, days: int, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        start_draft(
            by=None,
            site=shop.site,
            first_day=FIRST_DAY,
            last_day=FIRST_DAY + dt.timedelta(days=days),
        )
    assert refused.value.code == code


def test_a_closed_site_gets_no_draft(shop: Shop) -> None:
    shop.site.archived_at = clock.now()
    with pytest.raises(Refusal, match="จุดส่งนี้เลิกใช้"):
        start_draft(by=None, site=shop.site, first_day=FIRST_DAY, last_day=FIRST_DAY)


def test_a_draft_is_discarded_and_taken_out_again(shop: Shop) -> None:
    draft = shop.draft(shop.cells())
    discard_draft(by=shop.requester, draft=draft)
    assert discard_draft(by=shop.requester, draft=draft).state == "discarded"
    with pytest.raises(Refusal, match="ทิ้งไปแล้ว"):
        save_cells(by=None, draft=draft, cells=shop.cells(KG))
    assert restore_draft(by=shop.requester, draft=draft).state == "open"


def test_a_placed_draft_is_changed_on_its_order(shop: Shop) -> None:
    draft = shop.draft(shop.cells())
    order = place_draft(by=None, draft=draft)
    with pytest.raises(Refusal, match=order.number):
        save_cells(by=None, draft=draft, cells=shop.cells(KG))
    with pytest.raises(Refusal, match=order.number):
        discard_draft(by=None, draft=draft)


def test_a_copy_carries_quantities_day_by_day(shop: Shop) -> None:
    draft = shop.draft(
        [
            CellInput(shop.listings[0].pk, shop.cycles[0].pk, 5 * KG),
            CellInput(shop.listings[0].pk, shop.cycles[2].pk, 7 * KG),
        ]
    )
    copy = duplicate_draft(
        by=None,
        draft=draft,
        first_day=FIRST_DAY + dt.timedelta(days=1),
        last_day=FIRST_DAY + dt.timedelta(days=2),
    )
    # The third day would be one without an open cycle.
    assert held(copy) == {(shop.listings[0].pk, shop.cycles[1].pk): 5 * KG}


def test_like_last_week_fills_only_what_is_empty() -> None:
    shop = make_shop(products=2, days=9)
    kale, morning = shop.listings
    first, week_later = shop.cycles[0], shop.cycles[7]
    shop.order([CellInput(kale.pk, first.pk, 30 * KG), CellInput(morning.pk, first.pk, 8 * KG)])
    draft = shop.draft([CellInput(kale.pk, week_later.pk, 2 * KG)])
    assert fill_like_earlier(by=None, draft=draft) == 1
    assert held(draft) == {
        (kale.pk, week_later.pk): 2 * KG,
        (morning.pk, week_later.pk): 8 * KG,
    }
    assert fill_like_earlier(by=None, draft=draft) == 0
