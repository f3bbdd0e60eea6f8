"""Each member's business over a year: what the books owed her, and a share at a typed rate."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from marketplace.common import clock
from marketplace.ledger.models import Entry, Journal
from marketplace.parties.models import Person
from orders.fulfilment.models import Weighing
from orders.fulfilment.services import reverse_weighing
from orders.settlement.models import Owed
from orders.settlement.year_end import business_year, share_of
from tests.support import money
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY, at

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

FIRST, LAST = dt.date(2027, 1, 1), dt.date(2027, 12, 31)
KILO = 2_800
"""What a grower is paid for a kilogram, satang."""


@pytest.fixture
def market() -> Money:
    """ป้าแดง brought 20 kilograms; 3 of them were weighed by mistake."""
    made = money.make_money()
    made.day.cut_off()
    made.day.weigh(made.day.daeng, 17)
    made.day.weigh(made.day.daeng, 3)
    made.day.close()
    return made


def test_a_members_year_is_what_she_brought_and_what_the_books_owed_her(market: Money) -> None:
    year = business_year(FIRST, LAST, 150)
    (row,) = year.rows
    assert (row.person, row.grams, row.satang) == (market.day.daeng, 20_000, 20 * KILO)
    assert row.share_satang == 840  # 1.5 % of 560 baht
    assert (row.ties, year.satang, year.booked_satang) == (True, 56_000, 56_000)
    before = Journal.objects.count(), Entry.objects.count()
    business_year(FIRST, LAST, 10_000)
    assert (Journal.objects.count(), Entry.objects.count()) == before


def test_weight_that_was_taken_back_counts_on_the_day_the_books_took_it_back(
    market: Money,
) -> None:
    clock.set_clock(at(FIRST_DAY + dt.timedelta(days=30)))
    wrong = Weighing.objects.get(net_qty=3_000)
    reverse_weighing(by=market.day.staff, weighing=wrong, reason="ชั่งซ้ำ ตัวอย่าง")
    year = business_year(FIRST, LAST, 0)
    assert (year.grams, year.satang, year.booked_satang) == (17_000, 17 * KILO, 17 * KILO)
    january = business_year(FIRST, dt.date(2027, 1, 31), 0)
    assert (january.grams, january.satang) == (20_000, 20 * KILO)
    february = business_year(dt.date(2027, 2, 1), dt.date(2027, 2, 28), 500)
    assert (february.satang, february.share_satang, february.wrong) == (-3 * KILO, 0, [])
    assert january.satang + february.satang == year.satang
    assert not business_year(dt.date(2026, 1, 1), dt.date(2026, 12, 31), 0).rows


def beside_the_books(person: Person) -> None:
    """A further fact of a journal that knows nothing of it."""
    fact = Owed.objects.latest("pk")
    Owed.objects.create(
        key=person.name,
        kind="intake",
        group=fact.group,
        person=person,
        lot=fact.lot,
        day=fact.day,
        qty=1,
        price_satang=1,
        satang=77,
        journal_key=fact.journal_key,
    )


def test_a_row_that_is_not_in_the_books_is_named(market: Money) -> None:
    beside_the_books(market.day.daeng)
    year = business_year(FIRST, LAST, 0)
    assert [(row.satang, row.booked_satang) for row in year.wrong] == [(56_077, 56_000)]


@given(st.integers(-(10**9), 10**12), st.integers(0, 10_000))
def test_a_share_is_never_more_than_the_business_and_nothing_of_a_loss(
    satang: int, rate: int
) -> None:
    share = share_of(satang, rate)
    assert 0 <= share <= max(satang, 0)
    assert abs(share * 10_000 - max(satang, 0) * rate) <= 5_000


def test_the_treasurer_types_a_rate_and_takes_the_list_along(client: Client, market: Money) -> None:
    client.force_login(market.treasurer)
    asked = {"first": "01/01/2570", "last": "31/12/2570", "rate": "1.50"}
    address = reverse("settlement:members-year")
    page = client.get(address, asked).content.decode()
    assert "เสนอเฉลี่ยคืน ฿8.40" in page
    assert "ตรงกับบัญชี" in page
    assert market.day.daeng.name in page
    sheet = load_workbook(BytesIO(client.get(address, asked | {"format": "xlsx"}).content)).active
    rows = list(sheet.values)  # type: ignore[union-attr]
    assert rows[1][2] == market.day.daeng.name
    assert [Decimal(str(value)) for value in rows[2][4:]] == [
        Decimal("20"),
        Decimal("560.00"),
        Decimal("560.00"),
        Decimal("8.40"),
    ]
    wrong = client.get(address, asked | {"last": "31/12/2569"}).content.decode()
    assert "กรุณาสลับวัน" in wrong


def test_the_report_asks_the_same_few_questions_for_more_members(
    client: Client, market: Money
) -> None:
    client.force_login(market.treasurer)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get(reverse("settlement:members-year"))
        return len(caught)

    queries()
    before = queries()
    beside_the_books(market.day.somjai)
    beside_the_books(market.day.huey)
    assert queries() == before
