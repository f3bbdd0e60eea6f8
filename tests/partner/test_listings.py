from __future__ import annotations

import pytest

from catalogue.models import Product
from catalogue.partner.models import Partner, StockRecord
from catalogue.partner.services import ListingInput, archive_listings, list_products
from catalogue.services import archive_products, restore_products
from catalogue.standards.models import Standard
from marketplace.common.exceptions import Refusals
from marketplace.parties.models import FarmerGroup
from tests.support.goods import Goods, make_goods, product

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


@pytest.fixture
def goods() -> Goods:
    return make_goods()


def test_the_cooperative_and_a_group_list_the_same_product_apart(goods: Goods) -> None:
    gap = Standard.objects.get(pk="GAP")
    made = list_products(
        by=None,
        listings=[
            ListingInput(product(), goods.cooperative),
            ListingInput(product(), goods.cooperative, "B"),
            ListingInput(product(), goods.cooperative, "A", gap),
            ListingInput(product(), goods.group),
        ],
    )
    assert len({listing.pk for listing in made}) == 4
    assert [listing.partner_sku for listing in made] == [
        "kha-na-A-any",
        "kha-na-B-any",
        "kha-na-A-GAP",
        "kha-na-A-any",
    ]
    assert {p.party_id for p in Partner.objects.all()} == {goods.cooperative.pk, goods.group.pk}


def test_listing_again_gives_the_same_listing_and_opens_a_closed_one(goods: Goods) -> None:
    asked = [ListingInput(product(), goods.cooperative), ListingInput(product(), goods.cooperative)]
    first, same = list_products(by=None, listings=asked)
    assert first == same
    assert archive_listings(by=None, listings=[first]) == [first]
    assert archive_listings(by=None, listings=[first]) == []
    assert not StockRecord.objects.trading().exists()
    (again,) = list_products(by=None, listings=asked[:1])
    assert again.pk == first.pk
    assert StockRecord.objects.trading().count() == 1


def test_archiving_a_product_takes_its_listings_out_of_trade_and_back(goods: Goods) -> None:
    list_products(by=None, listings=[ListingInput(product(), goods.cooperative)])
    assert archive_products(by=None, products=[product()]) == [product()]
    assert archive_products(by=None, products=[product()]) == []
    assert not StockRecord.objects.trading().exists()
    assert not Product.objects.browsable().filter(title="คะน้า").exists()
    with pytest.raises(Refusals) as refused:
        list_products(by=None, listings=[ListingInput(product(), goods.cooperative)])
    assert [item.code for item in refused.value.items] == ["archived"]
    restore_products(by=None, products=[product()])
    assert StockRecord.objects.trading().count() == 1


def test_a_buyer_or_an_idle_group_cannot_be_a_source(goods: Goods) -> None:
    idle = FarmerGroup.objects.create(code="G-NEW", name_th="กลุ่มใหม่ตัวอย่าง", district_id="9001")
    with pytest.raises(Refusals) as refused:
        list_products(
            by=None,
            listings=[
                ListingInput(product(), goods.hospital),
                ListingInput(product(), idle),
                ListingInput(product(), goods.group, "D"),
            ],
        )
    assert [(item.code, item.where) for item in refused.value.items] == [
        ("source", 0),
        ("stage", 1),
        ("grade", 2),
    ]
    assert not StockRecord.objects.exists()
