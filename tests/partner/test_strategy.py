from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from oscar.core.loading import get_class

from catalogue.partner.services import ListingInput, archive_listings, list_products
from catalogue.partner.strategy import MarketStrategy
from marketplace.common.dates import BANGKOK
from marketplace.parties.access import Access
from tests.support.goods import make_goods, make_user, product, published, row

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


def strategy(user: Any = None) -> MarketStrategy:
    request: Any = None
    if user is not None:
        request = SimpleNamespace(user=user, access=Access.of(user))
    found: MarketStrategy = get_class("partner.strategy", "Selector")().strategy(request)
    return found


def test_oscar_reads_the_price_of_one_step_for_the_buyers_class(stop_clock: Any) -> None:
    stop_clock(datetime(2026, 12, 9, 9, tzinfo=BANGKOK))
    goods = make_goods()
    published(date(2026, 12, 9), row(product(), hospital=4202))
    (listing,) = list_products(by=None, listings=[ListingInput(product(), goods.cooperative)])
    kitchen = make_user("kitchen", goods.hospital, "requester")
    info = strategy(kitchen).fetch_for_product(product())
    assert info.stockrecord == listing
    assert (info.price.excl_tax, info.price.tax) == (Decimal("21.01"), Decimal("0.00"))
    assert info.availability.is_available_to_buy
    assert not strategy().fetch_for_product(product()).price.exists
    archive_listings(by=None, listings=[listing])
    assert not strategy(kitchen).fetch_for_product(product()).availability.is_available_to_buy


def test_a_basket_line_keeps_the_price_it_carries() -> None:
    line = SimpleNamespace(
        product=None, stockrecord="listing", price_excl_tax=Decimal("21.00"), price_currency="THB"
    )
    info = strategy().fetch_for_line(line)
    assert (info.price.excl_tax, info.price.incl_tax) == (Decimal("21.00"), Decimal("21.00"))
    assert info.stockrecord == "listing"
