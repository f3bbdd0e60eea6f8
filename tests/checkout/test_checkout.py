"""Oscar's checkout with our steps: site, papers, review, placed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from oscar.apps.checkout.signals import post_checkout, start_checkout

from marketplace.common import clock
from marketplace.parties.services import SiteInput, add_sites
from orders.models import Order, OrderDraft, PurchaseOrder
from orders.services import CellInput, place_draft, record_purchase_order
from tests.support import people
from tests.support.ordering import FIRST_DAY, KG, MONDAY, Shop, at, make_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return make_shop(products=2, days=2, offered=100 * KG)


@pytest.fixture
def requester(shop: Shop, client: Client) -> Client:
    client.force_login(shop.requester)
    return client


def begin(client: Client, draft: OrderDraft) -> object:
    return client.get(reverse("checkout:index"), {"draft": draft.pk}, follow=True)


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def test_a_draft_goes_through_the_steps_and_becomes_an_order(shop: Shop, requester: Client) -> None:
    seen = []

    def started(sender: object, request: object, **_: object) -> None:
        seen.append("start")

    def done(sender: object, order: Order, **_: object) -> None:
        seen.append(order.number)

    start_checkout.connect(started)
    post_checkout.connect(done)
    try:
        draft = shop.draft(shop.cells())
        answer = begin(requester, draft)
        assert answer.redirect_chain[-1][0] == reverse("checkout:payment-details")  # type: ignore[attr-defined]
        answer = requester.post(
            reverse("checkout:payment-details"),
            {
                "which": "new",
                "number": "พล.0214/70-031",
                "dated": "4 ม.ค. 2570",
                "ceiling": "200,000",
                "note": "ฝากวางประตู 3",
            },
            follow=True,
        )
        page = text(answer)
        assert "พล.0214/70-031" in page
        assert "ส่งใบจอง 40 กก." in page
        assert not Order.objects.exists()
        thanks = requester.post(reverse("checkout:preview"), {"draft": draft.pk}, follow=True)
    finally:
        start_checkout.disconnect(started)
        post_checkout.disconnect(done)
    order = Order.objects.get()
    assert seen == ["start", order.number]
    assert order.purchase_order == PurchaseOrder.objects.get()
    assert order.note == "ฝากวางประตู 3"
    assert order.payment_days == shop.hospital.payment_days
    assert order.number in text(thanks)


def test_a_buyer_with_two_sites_says_where(shop: Shop, requester: Client) -> None:
    other = add_sites(
        by=None,
        sites=[
            SiteInput(
                buyer=shop.hospital, name="ครัวเจ้าหน้าที่ตัวอย่าง", district_code="9011", address="2"
            )
        ],
    )[0]
    draft = shop.draft(shop.cells())
    answer = begin(requester, draft)
    assert answer.redirect_chain[-1][0] == reverse("checkout:shipping-address")  # type: ignore[attr-defined]
    requester.post(reverse("checkout:shipping-address"), {"site": other.pk})
    requester.post(reverse("checkout:payment-details"), {"which": "later"})
    requester.post(reverse("checkout:preview"), {"draft": draft.pk})
    assert Order.objects.get().site == other


def test_a_site_of_somebody_else_is_no_choice(shop: Shop, requester: Client) -> None:
    hotel = people.buyer("โรงแรมตัวอย่าง", "hotel")
    foreign, _own = add_sites(
        by=None,
        sites=[
            SiteInput(buyer=buyer, name="ครัวตัวอย่าง", district_code="9011", address="2")
            for buyer in (hotel, shop.hospital)
        ],
    )
    draft = shop.draft(shop.cells())
    begin(requester, draft)
    answer = requester.post(reverse("checkout:shipping-address"), {"site": foreign.pk})
    assert answer.status_code == 200
    draft.refresh_from_db()
    assert draft.site == shop.site


def test_the_fee_of_a_small_drop_is_shown_before_placing(shop: Shop, requester: Client) -> None:
    rule = shop.hospital.buyer_class
    rule.minimum_drop_satang, rule.small_drop_fee_satang = 50_000, 9_000
    rule.save()
    draft = shop.draft([CellInput(shop.listings[0].pk, shop.cycles[0].pk, 10 * KG)])
    page = text(begin(requester, draft))
    assert "ต่ำกว่านี้คิดค่าส่ง ฿90 ต่อวัน" in page
    assert "ยังไม่ถึงขั้นต่ำ คิดวันละ ฿90" in page
    assert "510.00" in text(requester.get(reverse("checkout:preview")))
    assert not Order.objects.exists()


def test_what_is_not_sure_is_shown_and_can_be_taken_off(shop: Shop, requester: Client) -> None:
    draft = shop.draft([CellInput(shop.listings[0].pk, shop.cycles[0].pk, 130 * KG)])
    begin(requester, draft)
    page = text(requester.get(reverse("checkout:preview")))
    assert "ขอเพิ่ม 30" in page
    trimmed = requester.post(
        reverse("checkout:preview"), {"draft": draft.pk, "then": "trim"}, follow=True
    )
    assert "ขอเพิ่ม 30" not in text(trimmed)
    requester.post(reverse("checkout:preview"), {"draft": draft.pk})
    line = Order.objects.get().lines.get()
    assert (line.firm_qty, line.wanted_qty) == (100 * KG, 0)


def test_two_tabs_place_one_order(shop: Shop, requester: Client) -> None:
    draft = shop.draft(shop.cells())
    begin(requester, draft)
    for _tab in range(2):
        answer = requester.post(reverse("checkout:preview"), {"draft": draft.pk})
        assert answer["Location"] == reverse("checkout:thank-you")
    assert Order.objects.count() == 1


def test_the_form_posted_after_the_session_forgot_leads_to_the_order(
    shop: Shop, requester: Client
) -> None:
    draft = shop.draft(shop.cells())
    order = place_draft(by=shop.requester, draft=draft)
    answer = requester.post(reverse("checkout:preview"), {"draft": draft.pk}, follow=True)
    assert order.number in text(answer)


def test_a_day_that_closed_meanwhile_leads_back_to_the_grid(shop: Shop, requester: Client) -> None:
    draft = shop.draft(shop.cells())
    begin(requester, draft)
    clock.set_clock(at(FIRST_DAY - dt.timedelta(days=3), 12, 0, 1))
    answer = requester.post(reverse("checkout:preview"), {"draft": draft.pk}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("orders:draft", args=[draft.pk])
    assert "บางวันปิดรับไปแล้ว" in text(answer)
    assert not Order.objects.exists()


def test_an_empty_draft_leads_back_to_the_grid(shop: Shop, requester: Client) -> None:
    answer = begin(requester, shop.draft())
    assert "ยังไม่มีรายการ" in text(answer)


@pytest.mark.parametrize(
    ("sent", "word"),
    [
        ({"which": "new", "number": "", "dated": "4/1/2570"}, "เลือกส่งไปก่อน"),
        ({"which": "new", "number": "1", "dated": ""}, "วันที่ในใบสั่งซื้อ"),
        ({"which": "new", "number": "1", "dated": "4/13/2570"}, "ไม่มีวันที่"),
        ({"which": "new", "number": "1", "dated": "4/1/2570", "ceiling": "-5"}, "ติดลบ"),
        ({"which": ""}, "ยังไม่ได้เลือก"),
    ],
)
def test_papers_that_are_not_complete_are_asked_for(
    shop: Shop, requester: Client, sent: dict[str, str], word: str
) -> None:
    begin(requester, shop.draft(shop.cells()))
    answer = requester.post(reverse("checkout:payment-details"), sent)
    assert answer.status_code == 200
    assert word in text(answer)
    assert not PurchaseOrder.objects.exists()


def test_another_buyers_purchase_order_is_no_choice(shop: Shop, requester: Client) -> None:
    record_purchase_order(by=None, buyer=shop.hospital, number="1/2570", dated=MONDAY)
    foreign = record_purchase_order(
        by=None, buyer=people.buyer("โรงแรมตัวอย่าง", "hotel"), number="9/2570", dated=MONDAY
    )
    begin(requester, shop.draft(shop.cells()))
    answer = requester.post(
        reverse("checkout:payment-details"), {"which": "known", "known": foreign.pk}
    )
    assert answer.status_code == 200
    assert "9/2570" not in text(answer)


def test_going_over_the_ceiling_is_said_before_placing(shop: Shop, requester: Client) -> None:
    known = record_purchase_order(
        by=None, buyer=shop.hospital, number="1/2570", dated=MONDAY, ceiling_satang=100_000
    )
    draft = shop.draft(shop.cells())
    begin(requester, draft)
    requester.post(reverse("checkout:payment-details"), {"which": "known", "known": known.pk})
    assert "เกินวงเงินที่เหลือ" in text(requester.get(reverse("checkout:preview")))
    requester.post(reverse("checkout:preview"), {"draft": draft.pk})
    assert Order.objects.get().purchase_order == known


def test_another_buyers_draft_is_not_there(shop: Shop, client: Client) -> None:
    draft = shop.draft(shop.cells())
    hotel = people.buyer("โรงแรมตัวอย่าง", "hotel")
    client.force_login(people.user("stranger", (hotel, "requester")))
    assert client.get(reverse("checkout:index"), {"draft": draft.pk}).status_code == 404
    assert client.post(reverse("checkout:preview"), {"draft": draft.pk}).status_code == 404


def test_without_a_draft_there_is_nothing_to_check_out(requester: Client) -> None:
    for name in ("index", "shipping-address", "payment-details", "preview"):
        answer = requester.get(reverse(f"checkout:{name}"), follow=True)
        assert answer.redirect_chain[-1][0] == reverse("orders:drafts")
    assert requester.get(reverse("checkout:thank-you"))["Location"] == reverse("orders:list")


def test_one_second_after_the_cut_off_between_review_and_placing(
    shop: Shop, requester: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page's own check passes and the clock moves on before the service asks."""
    from orders.checkout import session

    draft = shop.draft(shop.cells())
    begin(requester, draft)
    monkeypatch.setattr(session.CheckoutSessionMixin, "check_draft_can_be_placed", _late)
    answer = requester.post(reverse("checkout:preview"), {"draft": draft.pk}, follow=True)
    assert "ปิดรับแล้วเมื่อ" in text(answer)
    assert not Order.objects.exists()


def _late(self: object, request: object) -> None:
    clock.set_clock(at(FIRST_DAY - dt.timedelta(days=3), 12, 0, 1))
