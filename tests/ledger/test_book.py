"""Accounts over a stretch of days, the journal, the way from a document into the books and back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from marketplace.ledger.models import Account, Journal
from marketplace.ledger.rules import EntryInput, JournalInput
from marketplace.ledger.services import post
from marketplace.ledger.services import reverse as reverse_journal
from marketplace.ledger.statements import account_statement
from tests.support import people

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

JAN, FEB, MAR = (dt.date(2027, month, 10) for month in (1, 2, 3))


@pytest.fixture
def journals() -> list[Journal]:
    """One journal a month on interest: 10.00, 2.00 and 0.30 baht."""
    return [
        post(
            by=None,
            journals=[
                JournalInput(
                    key=f"test:{day}",
                    event="test",
                    day=day,
                    description=f"ดอกเบี้ยตัวอย่าง {day:%m}",
                    source=f"document:{day.month}",
                    entries=[
                        EntryInput("fee:bank", satang, f"document:{day.month}"),
                        EntryInput("interest", -satang, f"document:{day.month}"),
                    ],
                )
            ],
        )[0]
        for day, satang in ((JAN, 1000), (FEB, 200), (MAR, 30))
    ]


@pytest.fixture
def client(journals: list[Journal]) -> Client:
    browser = Client()
    browser.force_login(people.user("t", (people.cooperative(), "treasurer")))
    return browser


@pytest.mark.parametrize(
    ("first", "last", "opening", "closing", "entries"),
    [
        (None, None, 0, 1230, 3),
        (FEB, None, 1000, 1230, 2),
        (None, FEB, 0, 1200, 2),
        (FEB, FEB, 1000, 1200, 1),
        (dt.date(2028, 1, 1), None, 1230, 1230, 0),
    ],
)
def test_a_statement_opens_with_what_was_before_and_closes_with_what_is_then(
    journals: Any, first: Any, last: Any, opening: int, closing: int, entries: int
) -> None:
    statement = account_statement(Account.objects.get(pk="fee:bank"), first, last)

    assert statement.opening_satang == opening
    assert statement.closing_satang == closing
    listed = list(statement.entries)
    assert len(listed) == entries
    after = statement.balances(listed)
    if listed:
        assert after[listed[-1].pk] == closing


def test_balances_of_a_later_page_go_on_from_the_page_before(journals: Any) -> None:
    statement = account_statement(Account.objects.get(pk="fee:bank"), FEB, None)
    (only,) = statement.page(2, size=1)

    assert statement.balances([only]) == {only.pk: 1230}


def test_an_account_of_income_reads_from_its_own_side(client: Client) -> None:
    page = client.get(
        reverse("ledger:account", args=["interest"]), {"since": "10/2/2570", "until": "10/2/2570"}
    ).content.decode()

    assert "10.00" in page  # brought forward
    assert "12.00" in page  # carried forward
    assert "ดอกเบี้ยตัวอย่าง 02" in page
    assert "ดอกเบี้ยตัวอย่าง 03" not in page


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"since": "วันนั้น", "until": ""}, "ไม่ใช่วันที่"),
        ({"since": "10/3/2570", "until": "10/2/2570"}, "วันสุดท้ายอยู่ก่อนวันแรก"),
    ],
)
def test_days_that_make_no_sense_are_said_and_everything_is_shown(
    client: Client, days: dict[str, str], said: str
) -> None:
    page = client.get(reverse("ledger:account", args=["interest"]), days).content.decode()

    assert said in page
    assert page.count("ดอกเบี้ยตัวอย่าง") == 3


def test_the_sheet_of_an_account_runs_from_opening_to_closing(client: Client) -> None:
    answer = client.get(
        reverse("ledger:account", args=["fee:bank"]), {"since": "1/2/2570", "format": "xlsx"}
    )
    rows = list(load_workbook(BytesIO(answer.content)).active.values)

    assert [Decimal(str(row[6])) for row in rows[1:]] == [
        Decimal("10.00"),
        Decimal("12.00"),
        Decimal("12.30"),
    ]


def test_the_journal_is_searched_and_shows_what_was_reversed(
    client: Client, journals: list[Journal]
) -> None:
    reverse_journal(by=None, journals=[journals[0]], reason="ลงผิด")

    everything = client.get(reverse("ledger:journals")).content.decode()
    found = client.get(reverse("ledger:journals"), {"q": "ตัวอย่าง 02"}).content.decode()
    reversals = client.get(reverse("ledger:journals"), {"only": "reversals"}).content.decode()

    assert everything.count('data-l="เลขที่ใบสำคัญ"') == 4
    assert found.count('data-l="เลขที่ใบสำคัญ"') == 1
    assert reversals.count('data-l="เลขที่ใบสำคัญ"') == 2


def test_a_document_leads_to_its_journals(client: Client) -> None:
    page = client.get(reverse("ledger:trail", args=["document", 2])).content.decode()

    assert "ดอกเบี้ยตัวอย่าง 02" in page
    assert "ดอกเบี้ยตัวอย่าง 01" not in page
    assert client.get(reverse("ledger:trail", args=["document", 9])).status_code == 404
