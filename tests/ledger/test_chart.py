"""The chart of accounts, and the pages of the chart and of the months."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.ledger import hooks
from marketplace.ledger.chart import GROUPS, KINDS, kind_of, number_of
from marketplace.ledger.hooks import CloseLine
from marketplace.ledger.models import Account, AccountType, PeriodAct
from marketplace.ledger.reference import chart_after_migrate
from marketplace.ledger.rules import EntryInput, JournalInput
from marketplace.ledger.services import post
from tests.support import people

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

CLASS = {"asset": "1", "liability": "2", "equity": "3", "income": "4", "expense": "5"}


def test_every_account_of_the_chart_is_open_and_numbered_in_its_class() -> None:
    numbers = [kind.number for kind in KINDS]
    for kind in KINDS:
        assert kind.number[0] == CLASS[kind.type]
        assert kind.number[:2] in GROUPS
        if not kind.is_family:
            account = Account.objects.get(pk=kind.code)
            assert (account.type, account.bounded) == (kind.type, kind.bounded)

    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("receivable:RPH", "1202-RPH"),
        ("payable:G01:P07", "2101-G01-P07"),
        ("payable:outside", "2102"),
        ("fee:coop", "4101"),
        ("fee:other", "4199"),
    ],
)
def test_an_account_kept_per_holder_carries_its_family_number(code: str, number: str) -> None:
    kind = AccountType.INCOME if code.startswith("fee") else AccountType.ASSET

    assert number_of(Account(code=code, type=kind)) == number
    assert kind_of(code, kind).number == number[:4]


def test_an_upgrade_opens_what_the_chart_gained() -> None:
    before = set(Account.objects.values_list("code", flat=True))

    chart_after_migrate(plan=[("ledger.0002", False)])

    assert set(Account.objects.values_list("code", flat=True)) == before
    assert {"stripe:pending", "stripe:available", "cheque:in-hand", "wht:payable"} <= before


@pytest.fixture
def treasurers() -> tuple[Client, Client]:
    cooperative = people.cooperative()
    clients = Client(), Client()
    for client, name in zip(clients, ("first", "second"), strict=True):
        client.force_login(people.user(name, (cooperative, "treasurer")))
    return clients


def test_the_chart_lists_each_account_with_what_it_is_for(treasurers) -> None:
    page = treasurers[0].get(reverse("ledger:chart")).content.decode()

    assert "เช็คในมือ" in page
    assert "เช็คที่รับแล้วแต่ธนาคารยังไม่เคลียร์ บิลยังไม่ถือว่าจ่าย" in page
    assert "1103" in page


def test_a_treasurer_closes_a_month_and_another_opens_it(
    treasurers, stop_clock, monkeypatch
) -> None:
    stop_clock(dt.datetime(2027, 2, 3, 3, tzinfo=dt.UTC))
    red = CloseLine("q", False, "คิวธนาคาร", "เหลือ 3 แถว", "/bank/")
    monkeypatch.setattr(hooks, "close_lines", [lambda _first, _last: [red]])
    first, second = treasurers
    page, now, again = (reverse(f"ledger:{name}") for name in ("close", "close-now", "reopen"))
    post(
        by=None,
        journals=[
            JournalInput(
                key="x",
                event="test",
                day=dt.date(2027, 1, 9),
                description="ตัวอย่าง",
                source="test:1",
                entries=[EntryInput("rounding", 5, "t:1"), EntryInput("fee:bank", -5, "t:1")],
            )
        ],
    )

    shown = first.get(page).content.decode()
    assert "คิวธนาคาร" in shown
    assert "เหลือ 3 แถว" in shown
    assert now not in shown
    refused = first.post(now, {"month": "2027-01"}, follow=True).content.decode()
    assert "ยังปิดงวดไม่ได้" in refused
    monkeypatch.setattr(hooks, "close_lines", [])
    first.post(now, {"month": "2027-01"})
    assert PeriodAct.objects.get().act == "close"
    first.post(again, {"month": "2027-01", "reason": "ตัวอย่าง"})
    assert PeriodAct.objects.count() == 1
    opened = second.post(again, {"month": "2027-01", "reason": "บิลตกหล่น"}, follow=True)
    assert "บิลตกหล่น" in opened.content.decode()
    assert PeriodAct.objects.count() == 2
