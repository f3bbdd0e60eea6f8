"""Files of a batch: written once, the same bytes after; limits on what leaves."""

from __future__ import annotations

import datetime as dt
import hashlib
from io import BytesIO

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from orders.settlement.exceptions import OverPayoutLimit, WrongState
from orders.settlement.models import PayoutFile
from orders.settlement.services import (
    approve_batch,
    export_batch,
    make_batch,
    set_limits,
)
from tests.support import money
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY, at

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

LATER = FIRST_DAY + dt.timedelta(days=8)


@pytest.fixture
def market() -> Money:
    made = money.make_money()
    made.accepted(20)
    made.account_for(made.day.daeng)
    clock.set_clock(at(LATER))
    return made


def test_a_batch_is_a_file_once_it_is_approved_and_the_same_file_ever_after(
    market: Money,
) -> None:
    batch = make_batch(by=market.treasurer)
    with pytest.raises(WrongState):
        export_batch(by=market.treasurer, batch=batch, profile="pain001")
    approve_batch(by=market.second, batch=batch)
    for profile in ("list", "pain001"):
        first = export_batch(by=market.treasurer, batch=batch, profile=profile)
        clock.set_clock(at(LATER + dt.timedelta(days=1)))
        market.account_for(market.day.daeng, "cash")  # what is set later changes no file
        again = export_batch(by=market.second, batch=batch, profile=profile)
        assert bytes(again.content) == bytes(first.content)
        assert hashlib.sha256(bytes(again.content)).hexdigest() == first.sha256
        assert first.satang == 56_000
    with pytest.raises(DatabaseError), transaction.atomic():
        PayoutFile.objects.update(name="x")


def test_the_list_keeps_every_digit_of_an_account(market: Money) -> None:
    batch = market.paid_batch()
    made = export_batch(by=market.treasurer, batch=batch, profile="list")
    rows = list(load_workbook(BytesIO(bytes(made.content))).active.values)  # type: ignore[union-attr]
    assert rows[2][4] == "1234567890"
    assert rows[2][6] == "560.00"


def test_a_file_of_krungthai_needs_an_account_there_and_something_for_it(market: Money) -> None:
    batch = market.paid_batch()
    for profile in ("ktb-direct", "ktb-standard"):
        with pytest.raises(Refusal) as caught:
            export_batch(by=market.treasurer, batch=batch, profile=profile)
        assert caught.value.code == "no-account"
    with pytest.raises(Refusal):
        export_batch(by=market.day.staff, batch=batch, profile="list")


def test_nothing_leaves_above_its_limit(market: Money) -> None:
    set_limits(by=market.treasurer, item_satang=55_999, batch_satang=None)
    with pytest.raises(OverPayoutLimit):
        make_batch(by=market.treasurer)
    set_limits(by=market.treasurer, item_satang=None, batch_satang=55_999)
    with pytest.raises(OverPayoutLimit):
        make_batch(by=market.treasurer)
    set_limits(by=market.treasurer, item_satang=56_000, batch_satang=56_000)
    assert make_batch(by=market.treasurer).total_satang == 56_000
    with pytest.raises(Refusal):
        set_limits(by=market.day.staff, item_satang=None, batch_satang=None)


def test_the_page_shows_four_digits_and_the_file_has_them_all(
    client: Client, market: Money
) -> None:
    batch = make_batch(by=market.treasurer)
    approve_batch(by=market.second, batch=batch)
    client.force_login(market.treasurer)
    page = client.get(reverse("settlement:batch", args=[batch.pk])).content.decode()
    assert "1234567890" not in page
    assert "•••7890" in page
    address = reverse("settlement:payout-file", args=[batch.pk, "pain001"])
    answer = client.post(address)
    assert b"1234567890" in answer.content
    assert client.post(address).content == answer.content
    assert (
        "กรุงไทย"
        in client.post(
            reverse("settlement:payout-file", args=[batch.pk, "ktb-direct"]), follow=True
        ).content.decode()
    )
