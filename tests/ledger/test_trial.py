"""The trial balance at a day, on the page and as a spreadsheet."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from marketplace.ledger.rules import EntryInput, JournalInput
from marketplace.ledger.services import post
from tests.support import people

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


@pytest.fixture
def client() -> Client:
    """A treasurer's browser; 12.34 baht posted in January and 1.00 in February."""
    post(
        by=None,
        journals=[
            JournalInput(
                key=str(day),
                event="test",
                day=day,
                description="ตัวอย่าง",
                source="test:1",
                entries=[
                    EntryInput("fee:bank", satang, "t:1"),
                    EntryInput("interest", -satang, "t:1"),
                ],
            )
            for day, satang in ((dt.date(2027, 1, 31), 1234), (dt.date(2027, 2, 1), 100))
        ],
    )
    browser = Client()
    browser.force_login(people.user("t", (people.cooperative(), "treasurer")))
    return browser


@pytest.mark.parametrize(
    ("day", "figure"), [("2027-01-31", "12.34"), ("31/1/2570", "12.34"), ("", "13.34")]
)
def test_the_page_shows_the_books_as_they_stood(client, day: str, figure: str) -> None:
    page = client.get(reverse("ledger:trial"), {"day": day}).content.decode()

    assert page.count(figure) == 4  # two accounts and the two sums


def test_a_day_that_is_none_is_said_and_everything_is_shown(client) -> None:
    page = client.get(reverse("ledger:trial"), {"day": "เมื่อวาน"}).content.decode()

    assert "13.34" in page
    assert "ไม่ใช่วันที่" in page


def test_the_sheet_adds_up_and_carries_the_numbers(client) -> None:
    answer = client.get(reverse("ledger:trial"), {"day": "2027-01-31", "format": "xlsx"})
    rows = list(load_workbook(BytesIO(answer.content)).active.values)

    assert [row[0] for row in rows[1:]] == ["4105", "5201"]
    assert sum(Decimal(str(row[3])) for row in rows[1:]) == Decimal("12.34")
    assert sum(Decimal(str(row[4])) for row in rows[1:]) == Decimal("12.34")
