"""The books in other programs' hands: CSV for accounting software, beancount for an independent sum."""

from __future__ import annotations

import csv
import datetime as dt
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from marketplace.ledger.exports import beancount, beancount_names, csv_journal
from marketplace.ledger.models import Account
from marketplace.ledger.rules import EntryInput, JournalInput
from marketplace.ledger.services import post
from tests.support import people

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

CHECKER = Path(sys.executable).with_name("bean-check")


@pytest.fixture(autouse=True)
def _books() -> None:
    """Three days of journals with what other programs trip over: quotes, a formula, Thai."""
    for number, text in enumerate(['จ่าย "ค่าธรรมเนียม"', "=1+1", "ย้อน\\กลับ"], start=1):
        post(
            by=None,
            journals=[
                JournalInput(
                    key=f"test:{number}",
                    event="test",
                    day=dt.date(2027, 1, number),
                    description=text,
                    source=f"document:{number}",
                    entries=[
                        EntryInput("fee:bank", 100 * number, f"document:{number}"),
                        EntryInput("suspense:unmatched", -100 * number, f"document:{number}"),
                    ],
                )
            ],
        )


def checked(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """What bean-check, in a process of its own, says of a text."""
    file = folder / "books.beancount"
    file.write_text(text, encoding="utf-8")
    return subprocess.run(
        [str(CHECKER), str(file)], capture_output=True, text=True, check=False, cwd=folder
    )


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (None, None),
        (dt.date(2027, 1, 2), None),
        (None, dt.date(2027, 1, 2)),
        (dt.date(2027, 1, 2),) * 2,
    ],
)
def test_bean_check_agrees(first: dt.date | None, last: dt.date | None, tmp_path: Path) -> None:
    done = checked("".join(beancount(first, last)), tmp_path)

    assert done.returncode == 0, done.stderr


def test_bean_check_finds_one_satang(tmp_path: Path) -> None:
    """The assertions bite: a figure off by the smallest amount there is."""
    text = "".join(beancount(None, None))
    wrong = text.replace("balance Expenses:Fee:Bank  6.000", "balance Expenses:Fee:Bank  6.010")
    assert wrong != text

    done = checked(wrong, tmp_path)

    assert done.returncode != 0
    assert "Balance failed" in done.stderr


def test_every_account_has_a_beancount_name_of_its_own() -> None:
    for code in ("deposit:ก", "deposit:ข", "deposit:a b", "deposit:a-b"):
        Account.objects.create(code=code, name_th="ตัวอย่าง", type="liability")

    names = beancount_names()

    assert len(set(names.values())) == len(names)
    assert all(name.isascii() for name in names.values())


def test_the_csv_adds_up_and_carries_no_formula() -> None:
    text = "".join(csv_journal(dt.date(2027, 1, 2), None))
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(text.removeprefix("\ufeff").splitlines()))

    assert [row["วันที่"] for row in rows] == ["02/01/2027"] * 2 + ["03/01/2027"] * 2
    assert sum(Decimal(row["เดบิต"] or 0) for row in rows) == Decimal("5.00")
    assert sum(Decimal(row["เครดิต"] or 0) for row in rows) == Decimal("5.00")
    assert {row["เลขที่บัญชี"] for row in rows} == {"5201", "2202"}
    assert rows[0]["รายการ"] == "'=1+1"


@pytest.mark.parametrize("kind", ["csv", "beancount"])
def test_the_treasurer_downloads_what_the_command_writes(kind: str, tmp_path: Path) -> None:
    browser = Client()
    browser.force_login(people.user("t", (people.cooperative(), "treasurer")))

    answer = browser.get(reverse("ledger:journals"), {"format": kind})
    call_command("export_ledger", kind, "--output", str(tmp_path / "out"))

    written = (tmp_path / "out").read_bytes()
    assert b"".join(answer.streaming_content) == written
    assert written.count(b"\n") > 6


def test_a_day_that_is_none_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        call_command("export_ledger", "csv", "--from", "เมื่อวาน", "--output", str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()
