"""Quotations of drafts: priced, numbered, valid for a while, and an order at their prices."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalogue.partner.models import StockRecord
from marketplace.common import clock
from marketplace.common.exceptions import Refusal, Refusals
from orders.invoicing.exceptions import NothingToIssue
from orders.invoicing.models import Document, Quotation, QuotationCell
from orders.invoicing.po_set import po_set
from orders.invoicing.services import accept_quotation, quote_draft, void_documents
from orders.models import Order, OrderDraft
from orders.services import (
    attach_purchase_order,
    discard_draft,
    place_draft,
    record_purchase_order,
    save_cells,
)
from orders.services.inputs import CellInput
from tests.support import goods
from tests.support.ordering import FIRST_DAY, KG, MONDAY, Shop, at, make_shop

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

UNTIL = MONDAY + dt.timedelta(days=3)


@pytest.fixture
def shop() -> Shop:
    return make_shop(products=1, days=2)


def cheaper(shop: Shop, satang: int = 4000) -> dict[tuple[int, int], int]:
    """The same price for every listing and day."""
    return {(listing.pk, cycle.pk): satang for listing in shop.listings for cycle in shop.cycles}


def quoted(shop: Shop, draft: OrderDraft | None = None, satang: int = 4000) -> Quotation:
    return quote_draft(
        by=shop.staff,
        draft=draft or shop.draft(shop.cells()),
        valid_until=UNTIL,
        prices=cheaper(shop, satang),
    )


def dearer_notice(listings: list[StockRecord]) -> None:
    """Publish a notice with other prices for the same days."""
    goods.published(
        MONDAY + dt.timedelta(days=1),
        *[goods.row(one.product, hospital=5200, hotel=5600) for one in listings],
    )


def test_a_draft_is_quoted_at_the_prices_that_were_agreed(shop: Shop) -> None:
    made = quoted(shop)
    paper = made.document
    assert (paper.code, paper.due_day, paper.order) == ("QT-2570-000001", UNTIL, None)
    (line,) = paper.content["lines"]
    assert (line["qty"], line["price_satang"], line["value_satang"]) == (20_000, 4_000, 80_000)
    assert paper.total_satang == paper.goods_satang + paper.fee_satang
    assert not Order.objects.exists()
    first = quote_draft(by=shop.staff, draft=shop.draft(shop.cells()), valid_until=UNTIL)
    assert first.document.content["lines"][0]["price_satang"] == 4_200


def test_it_becomes_an_order_at_its_prices_whatever_the_notice_says_by_then(shop: Shop) -> None:
    made = quoted(shop)
    dearer_notice(shop.listings)
    clock.set_clock(at(UNTIL, 9))
    order = accept_quotation(by=shop.requester, quotation=made)
    assert {line.price_satang for line in order.lines.all()} == {4_000}
    assert accept_quotation(by=shop.staff, quotation=made) == order
    made.refresh_from_db()
    assert (made.order, made.accepted_by) == (order, shop.requester)
    # The price is the quotation's alone: the same draft ordered again pays what is announced.
    again = place_draft(by=shop.requester, draft=shop.draft(shop.cells()))
    assert {line.price_satang for line in again.lines.all()} == {5_200}


def test_after_its_last_day_it_is_no_offer_any_more(shop: Shop) -> None:
    made = quoted(shop)
    clock.set_clock(at(UNTIL + dt.timedelta(days=1), 0, 5))
    with pytest.raises(Refusal) as caught:
        accept_quotation(by=shop.requester, quotation=made)
    assert caught.value.code == "expired"
    assert not Order.objects.exists()


def test_what_was_changed_in_the_draft_since_is_put_back_as_quoted(shop: Shop) -> None:
    draft = shop.draft(shop.cells())
    made = quoted(shop, draft)
    first, second = draft.cells.order_by("pk")
    save_cells(
        by=shop.requester,
        draft=draft,
        cells=[
            CellInput(first.listing_id, first.cycle_id, 90 * KG),
            CellInput(second.listing_id, second.cycle_id, 0),
        ],
    )
    draft.refresh_from_db()
    discard_draft(by=shop.requester, draft=draft)
    order = accept_quotation(by=shop.requester, quotation=made)
    assert [line.ordered_qty for line in order.lines.all()] == [10 * KG, 10 * KG]
    assert order.draft == draft


def test_a_draft_that_was_ordered_anyway_is_not_ordered_twice(shop: Shop) -> None:
    draft = shop.draft(shop.cells())
    made = quoted(shop, draft)
    place_draft(by=shop.requester, draft=draft)
    with pytest.raises(Refusal) as caught:
        accept_quotation(by=shop.requester, quotation=made)
    assert caught.value.code == "draft-placed"
    assert Order.objects.count() == 1


def test_one_offer_of_a_draft_stands_at_a_time(shop: Shop) -> None:
    draft = shop.draft(shop.cells())
    first, second = quoted(shop, draft), quoted(shop, draft, 3_900)
    first.document.refresh_from_db()
    assert (first.document.state, second.document.number) == ("void", 2)
    with pytest.raises(Refusal) as caught:
        accept_quotation(by=shop.requester, quotation=first)
    assert caught.value.code == "void"
    assert Quotation.objects.waiting(UNTIL).get() == second
    void_documents(by=shop.staff, documents=[second.document], reason="ตัวอย่าง")
    assert not Quotation.objects.waiting(UNTIL).exists()


def test_days_past_their_cut_off_are_named(shop: Shop) -> None:
    made = quote_draft(
        by=shop.staff, draft=shop.draft(shop.cells()), valid_until=FIRST_DAY + dt.timedelta(days=9)
    )
    clock.set_clock(at(FIRST_DAY, 9))
    with pytest.raises(Refusals):
        accept_quotation(by=shop.requester, quotation=made)
    assert not Order.objects.exists()


def test_what_cannot_be_quoted_is_refused(shop: Shop) -> None:
    with pytest.raises(NothingToIssue):
        quoted(shop, shop.draft())
    with pytest.raises(Refusal) as caught:
        quoted(shop, satang=4_001)
    assert caught.value.code == "price"
    with pytest.raises(Refusal) as caught:
        quote_draft(
            by=None, draft=shop.draft(shop.cells()), valid_until=MONDAY - dt.timedelta(days=1)
        )
    assert caught.value.code == "valid-until"
    assert not Document.objects.exists()


def test_what_was_quoted_is_never_rewritten(shop: Shop) -> None:
    made = quoted(shop)
    for rows, values in (
        (QuotationCell.objects.all(), {"price_satang": 1}),
        (Quotation.objects.all(), {"draft_version": 9}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**values)  # type: ignore[attr-defined]
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.all()._raw_delete(rows.db)  # type: ignore[attr-defined]
    with pytest.raises(DatabaseError), transaction.atomic():
        Quotation.objects.filter(pk=made.pk).update(accepted_at=clock.now())


def test_the_set_of_a_purchase_order_begins_with_the_quotation_it_came_from(shop: Shop) -> None:
    made = quoted(shop)
    order = accept_quotation(by=shop.requester, quotation=made)
    row = record_purchase_order(by=None, buyer=shop.hospital, number="พส ตัวอย่าง 9", dated=MONDAY)
    attach_purchase_order(by=None, orders=[order], purchase_order=row)
    assert po_set(row).groups[0].items[0].code == made.document.code


# ---- pages -----------------------------------------------------------------------------------------


def test_staff_price_a_draft_and_the_buyer_accepts_it_on_its_paper(
    client: Client, shop: Shop
) -> None:
    draft = shop.draft(shop.cells())
    client.force_login(shop.staff)
    page = client.get(reverse("invoicing:quotations")).content.decode()
    address = reverse("invoicing:quote", args=[draft.pk])
    assert address in page
    sent = {"valid_until": "09/01/2570", "p_0": "40.01"}
    assert "ลงกับขั้นสั่งไม่ได้" in client.post(address, sent).content.decode()
    answer = client.post(address, sent | {"p_0": "40"}, follow=True)
    made = Quotation.objects.get()
    assert made.document.code in answer.content.decode()
    client.force_login(shop.requester)
    paper = client.get(reverse("invoicing:bill", args=[made.document_id])).content.decode()
    assert "รับราคานี้" in paper
    answer = client.post(reverse("invoicing:accept-quotation", args=[made.pk]), follow=True)
    order = Order.objects.get()
    assert order.number in answer.content.decode()
    listed = client.get(reverse("invoicing:quotations")).content.decode()
    assert "เป็นใบจองแล้ว" in listed
    assert reverse("orders:order", args=[order.number]) in listed


def test_an_expired_quotation_says_so_and_has_no_button(client: Client, shop: Shop) -> None:
    made = quoted(shop)
    clock.set_clock(at(UNTIL + dt.timedelta(days=1)))
    client.force_login(shop.requester)
    paper = client.get(reverse("invoicing:bill", args=[made.document_id])).content.decode()
    assert "หมดอายุ" in paper
    assert reverse("invoicing:accept-quotation", args=[made.pk]) not in paper
    answer = client.post(reverse("invoicing:accept-quotation", args=[made.pk]), follow=True)
    assert "ยืนราคาถึง" in answer.content.decode()


def test_the_list_of_quotations_asks_the_same_few_questions(client: Client, shop: Shop) -> None:
    client.force_login(shop.staff)
    address = reverse("invoicing:quotations")

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get(address)
        return len(caught)

    quoted(shop)
    shop.draft(shop.cells())
    queries()
    before = queries()
    for _turn in range(3):
        quoted(shop)
        shop.draft(shop.cells())
    assert queries() == before
