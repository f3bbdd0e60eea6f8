from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from catalogue.models import Product
from catalogue.partner import hooks
from catalogue.partner.hooks import ListingPrice, PriceQuestion
from catalogue.partner.models import ClassPrice, NoticeFee, NoticePrice, PriceNotice
from catalogue.partner.prices import farm_gate_prices, price_ranges, selling_prices
from catalogue.partner.services import (
    ListingInput,
    NoticeRow,
    discard_draft,
    draft_notice,
    guide_rows,
    list_products,
    notice_rows,
    publish_notice,
    save_notice_prices,
)
from marketplace.common.dates import BANGKOK
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.quantities import BaseUnit, price_divides
from tests.support.goods import Goods, make_goods, product, published, row

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

MONDAY = date(2026, 12, 14)
NEXT = date(2026, 12, 21)


@pytest.fixture(autouse=True)
def _today(stop_clock: Any) -> None:
    stop_clock(datetime(2026, 12, 9, 9, tzinfo=BANGKOK))


@pytest.fixture
def goods() -> Goods:
    return make_goods()


def test_a_notice_decides_from_its_first_day_until_the_next(goods: Goods) -> None:
    published(MONDAY, row(product(), farm_gate=2800))
    published(NEXT, row(product(), farm_gate=3000, hospital=4400))
    (listing,) = list_products(by=None, listings=[ListingInput(product(), goods.cooperative)])
    days = [MONDAY - timedelta(1), MONDAY, NEXT - timedelta(1), NEXT, NEXT + timedelta(90)]
    prices = selling_prices(listings=[listing], buyer_class_id="hospital", days=days)
    assert {day: price.selling_satang for (_pk, day), price in prices.items()} == {
        MONDAY: 4200,
        NEXT - timedelta(1): 4200,
        NEXT: 4400,
        NEXT + timedelta(90): 4400,
    }
    first = prices[listing.pk, MONDAY]
    assert first == ListingPrice(4200, 2800, {"coop": 300, "pack": 300, "transport": 400})
    assert first.pool_satang == 400
    assert farm_gate_prices(days=[MONDAY, NEXT], product_ids=[product().pk]) == {
        (product().pk, "A", MONDAY): 2800,
        (product().pk, "A", NEXT): 3000,
    }


def test_a_listing_from_grade_b_is_sold_at_the_price_of_grade_b(goods: Goods) -> None:
    published(MONDAY, row(product()), row(product(), "B", 2200, hospital=3400))
    (listing,) = list_products(by=None, listings=[ListingInput(product(), goods.cooperative, "B")])
    prices = selling_prices(listings=[listing], buyer_class_id="hospital", days=[MONDAY])
    assert prices[listing.pk, MONDAY].selling_satang == 3400


def test_a_class_without_a_price_has_none(goods: Goods) -> None:
    published(MONDAY, row(product()))
    (listing,) = list_products(by=None, listings=[ListingInput(product(), goods.cooperative)])
    assert not selling_prices(listings=[listing], buyer_class_id="wholesaler", days=[MONDAY])


def test_an_agreement_answers_before_the_notice(
    goods: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(MONDAY, row(product()))
    (listing,) = list_products(by=None, listings=[ListingInput(product(), goods.cooperative)])
    agreed = ListingPrice(3900, 2800, {})

    def agreement(question: PriceQuestion) -> dict[tuple[int, date], ListingPrice]:
        return {(listing.pk, MONDAY): agreed} if question.buyer_id == goods.hospital.pk else {}

    monkeypatch.setattr(hooks, "_sources", [agreement])
    asked: dict[str, Any] = {
        "listings": [listing],
        "buyer_class_id": "hospital",
        "days": [MONDAY],
    }
    assert selling_prices(**asked)[listing.pk, MONDAY].selling_satang == 4200
    assert selling_prices(**asked, buyer_id=goods.hospital.pk)[listing.pk, MONDAY] is agreed


def test_prices_take_the_same_queries_whatever_the_size(
    goods: Goods, django_assert_max_num_queries: Any
) -> None:
    everything = list(Product.objects.all())
    published(MONDAY, *guide_rows(products=everything, grades=["A", "B"]))
    listings = list_products(
        by=None,
        listings=[ListingInput(p, goods.cooperative, g) for p in everything for g in "AB"],
    )
    with django_assert_max_num_queries(3):
        some = selling_prices(listings=listings[:1], buyer_class_id="hotel", days=[MONDAY])
    with django_assert_max_num_queries(3):
        many = selling_prices(
            listings=listings,
            buyer_class_id="hotel",
            days=[MONDAY + timedelta(n) for n in range(12)],
        )
    assert (len(some), len(many)) == (1, 99 * 2 * 12)


def test_the_public_sees_a_range_over_classes_and_a_buyer_its_own(goods: Goods) -> None:
    published(MONDAY, row(product()), row(product(), "B", 2200, hospital=3400))
    assert price_ranges(day=MONDAY) == {product().pk: (3400, 4600)}
    assert price_ranges(day=MONDAY, buyer_class_id="hotel") == {product().pk: (4600, 4600)}
    assert price_ranges(day=MONDAY - timedelta(1)) == {}


def test_every_proposal_from_the_produce_table_divides_by_its_step() -> None:
    products = {p.pk: p for p in Product.objects.all()}
    rows = guide_rows(products=products.values(), grades=["A", "B", "C"])
    assert len(rows) == 297
    for line in rows:
        of = products[line.product_id]
        for satang in [line.farm_gate_satang, *line.fees.values(), *line.class_prices.values()]:
            assert price_divides(satang, of.step_qty, BaseUnit(of.base_unit))
    notice = draft_notice(by=None, valid_from=MONDAY)
    save_notice_prices(by=None, notice=notice, rows=rows)
    assert notice_rows(notice) == sorted(rows, key=lambda line: (line.product_id, line.grade))


def test_a_price_that_does_not_divide_by_the_step_is_refused_with_the_nearest(
    goods: Goods,
) -> None:
    notice = draft_notice(by=None, valid_from=MONDAY)
    herb = product("ผักชี")  # sold by 100 g: prices in steps of 10 satang
    bad = NoticeRow(product().pk, "A", 2801, {"coop": 301}, {"hospital": 4200})
    worse = NoticeRow(herb.pk, "A", 8000, {}, {"hotel": 12_005})
    with pytest.raises(Refusals) as refused:
        save_notice_prices(by=None, notice=notice, rows=[bad, worse])
    assert [(item.code, item.where["column"]) for item in refused.value.items] == [
        ("not-divisible", "farm_gate"),
        ("not-divisible", "fee:coop"),
        ("not-divisible", "class:hotel"),
    ]
    assert "28.01 บาท หารขั้นสั่ง 0.5 กก. ไม่ลงตัวเป็นสตางค์ ใส่ 28.00 หรือ 28.02" in str(
        refused.value.items[0]
    )
    assert "ใส่ 120.00 หรือ 120.10" in str(refused.value.items[2])
    assert not NoticePrice.objects.exists()


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        (lambda pk: NoticeRow(pk, "A", 0), "too-small", "farm_gate"),
        (lambda pk: NoticeRow(pk, "A", 2800, {"coop": -2}), "too-small", "fee:coop"),
        (lambda pk: NoticeRow(pk, "A", 2800, {}, {"hotel": 0}), "too-small", "class:hotel"),
        (lambda pk: NoticeRow(pk, "A", 999_999_998), "too-much", "farm_gate"),
        (lambda pk: NoticeRow(pk, "D", 2800), "unknown", "farm_gate"),
        (lambda pk: NoticeRow(0, "A", 2800), "unknown", "farm_gate"),
        (lambda pk: NoticeRow(pk, "A", 2800, {"gift": 2}), "unknown", "fee:gift"),
        (lambda pk: NoticeRow(pk, "A", 2800, {}, {"king": 2}), "unknown", "class:king"),
    ],
)
def test_a_price_that_cannot_be_meant_is_refused(line: Any, code: str, column: str) -> None:
    notice = draft_notice(by=None, valid_from=MONDAY)
    with pytest.raises(Refusals) as refused:
        save_notice_prices(by=None, notice=notice, rows=[line(product().pk)])
    assert [(item.code, item.where["column"]) for item in refused.value.items] == [(code, column)]


def test_saving_a_line_again_replaces_it_and_dropping_takes_it_out() -> None:
    notice = draft_notice(by=None, valid_from=MONDAY)
    save_notice_prices(by=None, notice=notice, rows=[row(product()), row(product(), "B", 2200)])
    again = row(product(), farm_gate=3000, hotel=4800)
    save_notice_prices(by=None, notice=notice, rows=[again], drop=[(product().pk, "B")])
    assert notice_rows(notice) == [again]
    assert (NoticeFee.objects.count(), ClassPrice.objects.count()) == (3, 1)
    with pytest.raises(Refusals) as refused:
        save_notice_prices(by=None, notice=notice, rows=[again, again])
    assert refused.value.items[0].code == "twice"


def test_next_week_starts_as_a_copy_of_this_week_without_archived_products() -> None:
    from catalogue.services import archive_products

    this_week = published(MONDAY, row(product()), row(product("กวางตุ้ง"), farm_gate=2000))
    archive_products(by=None, products=[product("กวางตุ้ง")])
    draft = draft_notice(by=None, valid_from=NEXT, copy_of=this_week)
    assert notice_rows(draft) == [row(product())]
    discard_draft(by=None, notice=draft)
    assert PriceNotice.objects.count() == 1


def test_publishing_twice_changes_nothing(stop_clock: Any) -> None:
    notice = published(MONDAY, row(product()))
    stop_clock(datetime(2026, 12, 9, 10, tzinfo=BANGKOK))
    again = publish_notice(by=None, notice=notice)
    assert again.published_at == notice.published_at
    assert PriceNotice.objects.filter(state="published").count() == 1


def test_a_second_notice_for_the_same_day_is_refused_and_names_the_next_free_day() -> None:
    draft = draft_notice(by=None, valid_from=MONDAY)
    save_notice_prices(by=None, notice=draft, rows=[row(product())])
    published(MONDAY, row(product()))
    for attempt in (
        lambda: publish_notice(by=None, notice=draft),
        lambda: draft_notice(by=None, valid_from=MONDAY),
    ):
        with pytest.raises(Refusal, match=r"15 ธ\.ค\. 69") as refused:
            attempt()
        assert refused.value.code == "day-taken"


def test_an_empty_notice_and_one_for_a_past_day_are_refused(stop_clock: Any) -> None:
    empty = draft_notice(by=None, valid_from=MONDAY)
    with pytest.raises(Refusal) as refused:
        publish_notice(by=None, notice=empty)
    assert refused.value.code == "empty"
    with pytest.raises(Refusal) as refused:
        draft_notice(by=None, valid_from=date(2026, 12, 8))
    assert refused.value.code == "past"
    save_notice_prices(by=None, notice=empty, rows=[row(product())])
    stop_clock(datetime(2026, 12, 15, 9, tzinfo=BANGKOK))
    with pytest.raises(Refusal) as refused:
        publish_notice(by=None, notice=empty)
    assert refused.value.code == "past"


def test_a_published_notice_takes_no_more_writing_through_services() -> None:
    notice = published(MONDAY, row(product()))
    for attempt in (
        lambda: save_notice_prices(by=None, notice=notice, rows=[row(product())]),
        lambda: discard_draft(by=None, notice=notice),
    ):
        with pytest.raises(Refusal) as refused:
            attempt()
        assert refused.value.code == "published"


def test_the_database_itself_refuses_to_change_a_published_notice() -> None:
    notice = published(MONDAY, row(product()))
    price = notice.prices.get()
    attempts: list[Any] = [
        lambda: PriceNotice.objects.filter(pk=notice.pk).update(valid_from=NEXT),
        lambda: PriceNotice.objects.filter(pk=notice.pk).update(state="draft"),
        lambda: NoticePrice.objects.filter(pk=price.pk).update(farm_gate_satang=2),
        lambda: NoticeFee.objects.filter(price=price).update(satang=2),
        lambda: ClassPrice.objects.filter(price=price).update(satang=2),
        lambda: NoticeFee.objects.filter(price=price).delete(),
        lambda: ClassPrice.objects.filter(price=price).delete(),
        lambda: NoticePrice.objects.filter(pk=price.pk).delete(),
        lambda: notice.delete(),
        lambda: NoticePrice.objects.create(
            notice=notice, product=product(), grade="C", farm_gate_satang=2
        ),
        lambda: ClassPrice.objects.create(price=price, buyer_class_id="wholesaler", satang=2),
        lambda: NoticeFee.objects.create(price=price, kind_id="coop", satang=2),
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
            attempt()
    assert notice_rows(notice) == [row(product())]
