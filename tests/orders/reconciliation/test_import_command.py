"""`manage.py import_statement`: the same import as the page, told as JSON."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from orders.invoicing.services import issue_bills
from orders.reconciliation.models import Application, BankRow, StatementFile
from orders.reconciliation.services import ProfileInput, save_profile
from tests.support import money
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

PAID_ON = FIRST_DAY + dt.timedelta(days=9)
KEYS = [
    "rows",
    "new",
    "duplicates",
    "opening_satang",
    "closing_satang",
    "balanced",
    "matched",
    "suggested",
    "unmatched",
    "errors",
]


@pytest.fixture
def market() -> Money:
    return money.make_money()


def run(path: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """Run the command; its exit status and what it printed."""
    out, status = io.StringIO(), 0
    try:
        call_command("import_statement", str(path), *options, "--json", stdout=out)
    except SystemExit as ended:
        status = int(str(ended.code))
    said = json.loads(out.getvalue())
    assert list(said) == KEYS
    return status, said


def three_rows(market: Money, folder: Path) -> Path:
    """A file with a certain row, one that names its payer, and one that says nothing."""
    sales = [
        money.sale_for(market.day.site, market.day.cycle, satang) for satang in (84_000, 50_000)
    ]
    bills = [
        issue_bills(by=None, buyer=market.day.hospital, deliveries=[sale.delivery])[0]
        for sale in sales
    ]
    path = folder / "ตัวอย่าง.csv"
    path.write_bytes(
        money.statement(
            [
                (PAID_ON, 84_000, bills[0].reference),
                (PAID_ON, 50_000, market.day.hospital.name_th),
                (PAID_ON, -7_700, "ไม่ทราบ"),
            ]
        )
    )
    return path


def test_what_a_dry_run_says_is_what_the_import_does(market: Money, tmp_path: Path) -> None:
    path = three_rows(market, tmp_path)
    dry = run(path, "--account", market.bank.ledger_code, "--dry-run")
    assert not BankRow.objects.exists()
    assert not StatementFile.objects.exists()
    done = run(path, "--account", "012-3-45678-9")
    assert dry == done
    assert done == (
        0,
        {
            "rows": 3,
            "new": 3,
            "duplicates": 0,
            "opening_satang": 10_000_000,
            "closing_satang": 10_126_300,
            "balanced": True,
            "matched": 1,
            "suggested": 1,
            "unmatched": 1,
            "errors": [],
        },
    )
    assert Application.objects.get().automatic


def test_the_same_file_again_is_all_duplicates(market: Money, tmp_path: Path) -> None:
    path = three_rows(market, tmp_path)
    run(path, "--account", market.bank.ledger_code)
    status, said = run(path, "--account", market.bank.ledger_code)
    assert status == 0
    assert [said[key] for key in ("rows", "new", "duplicates", "matched")] == [3, 0, 3, 0]
    assert BankRow.objects.count() == 3


def test_a_refused_file_ends_with_one_and_names_row_and_column(
    market: Money, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    text = money.statement([(PAID_ON, 84_000, "โอน")]).decode("utf-8-sig")
    path.write_text(text.replace('"840.00"', '"84O.00"'))
    status, said = run(path, "--account", market.bank.ledger_code)
    assert status == 1
    assert said["balanced"] is False
    assert [(one["row"], one["column"]) for one in said["errors"]] == [(5, "ฝากเงิน")]
    assert all(one["message"] for one in said["errors"])
    assert not BankRow.objects.exists()


@pytest.mark.parametrize(
    ("options", "column"),
    [
        (("--account", "bank:999"), "--account"),
        (("--account", "ไม่มี"), "--account"),
        (("--account", "012-3-45678-9", "--profile", "ไม่มี"), "--profile"),
    ],
)
def test_what_is_not_known_is_told_as_a_refusal(
    market: Money, tmp_path: Path, options: tuple[str, ...], column: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(money.statement([(PAID_ON, 84_000, "โอน")]))
    status, said = run(path, *options)
    assert (status, said["errors"][0]["column"]) == (1, column)


def test_a_missing_file_is_told_as_a_refusal(market: Money, tmp_path: Path) -> None:
    status, said = run(tmp_path / "none.csv", "--account", market.bank.ledger_code)
    assert (status, said["errors"][0]["column"]) == (1, "FILE")


def test_a_profile_fixes_the_era_and_never_guesses(market: Money, tmp_path: Path) -> None:
    save_profile(
        by=None,
        values=ProfileInput(
            code="ce-bank",
            name="ธนาคารตัวอย่าง ค.ศ.",
            era="ce",
            columns={
                "date": ["วันที่"],
                "text": ["รายการ"],
                "out": ["ถอนเงิน"],
                "in": ["ฝากเงิน"],
                "balance": ["ยอดคงเหลือ"],
            },
        ),
    )
    rows = [(PAID_ON, 84_000, "โอน")]
    path = tmp_path / "a.csv"
    path.write_bytes(money.statement(rows))
    options = ("--account", market.bank.ledger_code, "--profile", "ce-bank")
    status, said = run(path, *options)
    assert (status, said["errors"][0]["column"]) == (1, "วันที่")
    assert "ค.ศ." in said["errors"][0]["message"]
    path.write_bytes(money.statement(rows, era=0))
    assert run(path, *options)[0] == 0
    assert BankRow.objects.get().day == PAID_ON
    assert StatementFile.objects.get().profile == "ce-bank"
