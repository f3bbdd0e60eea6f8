"""Whose guarantee fell short: staff read it, growers and coordinators do not."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from catalogue.supply.models import Shortage
from catalogue.supply.services import ShareChangeInput, change_shares
from marketplace.parties.models import RoleName
from tests.support import people
from tests.support.ordering import KG, make_shop

pytestmark = pytest.mark.django_db


def test_staff_read_whose_order_falls_short_and_open_it() -> None:
    shop = make_shop(products=1, days=1, offered=50 * KG)
    order = shop.order(shop.cells(40 * KG))
    share = shop.offers[0].shares.get()
    change_shares(by=None, changes=[ShareChangeInput(share.pk, 30 * KG)])
    client = Client()
    client.force_login(shop.staff)
    shortage = Shortage.objects.get()
    for address in (
        reverse("supply:shortages"),
        reverse("supply:settle", args=[shortage.pk]),
    ):
        page = client.get(address).content.decode()
        assert f"ใบจอง {order.number} {shop.hospital.name} ส่ง" in page
        assert f'href="{reverse("orders:order", args=[order.number])}"' in page


def test_a_coordinator_about_to_cut_is_not_told_the_buyers_name() -> None:
    shop = make_shop(products=1, days=1, offered=50 * KG)
    shop.order(shop.cells(40 * KG))
    client = Client()
    client.force_login(people.user("nok", (shop.group, RoleName.COORDINATOR)))
    share = shop.offers[0].shares.get()
    page = client.post(
        reverse("supply:offer", args=[shop.offers[0].pk]), {f"s{share.pk}": "30"}
    ).content.decode()
    assert "ผู้ซื้อหนึ่งรายจะขาด" in page
    assert shop.hospital.name not in page
