"""Layouts that differ from the general one, as a treasurer sets them down."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from marketplace.common.exceptions import Refusal
from orders.reconciliation.exceptions import StatementError
from orders.reconciliation.models import BankRow, ImportProfile
from orders.reconciliation.profiles import as_layout
from orders.reconciliation.services import (
    ProfileInput,
    import_statement,
    known_balance,
    save_profile,
)
from tests.support import money
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY

pytestmark = pytest.mark.django_db

PAID_ON = FIRST_DAY + dt.timedelta(days=9)
BE = PAID_ON.year + 543
COLUMNS = {
    "date": ["วันทำรายการ"],
    "text": ["คำอธิบาย"],
    "amount": ["ยอด"],
    "balance": ["ยอดหลังรายการ"],
}


@pytest.fixture
def market() -> Money:
    return money.make_money()


def profile(**values: object) -> ImportProfile:
    base: dict[str, object] = {
        "code": "tuayang",
        "name": "ธนาคารตัวอย่าง",
        "columns": COLUMNS,
        "amounts": "signed",
        "names_account": False,
    }
    return save_profile(by=None, values=ProfileInput(**{**base, **values}))  # type: ignore[arg-type]


def read(market: Money, data: bytes, one: ImportProfile) -> list[BankRow]:
    import_statement(
        by=None, account=market.bank, file_bytes=data, filename="a", profile=as_layout(one)
    )
    return list(BankRow.objects.order_by("place"))


def signed(sign: int = 1, *, year: int = BE, above: int = 2) -> str:
    day = f"{PAID_ON.day:02d}/{PAID_ON.month:02d}/{year}"
    lines = ["ธนาคารตัวอย่าง"] * above + ["วันทำรายการ,คำอธิบาย,ยอด,ยอดหลังรายการ"]
    lines.append(f'{day},รับโอน,"{sign * 840:.2f}","100,840.00"')
    lines.append(f'{day},ถอน,"{sign * -40:.2f}","100,800.00"')
    return "\n".join(lines)


@pytest.mark.parametrize(("sign", "amounts"), [(1, "signed"), (-1, "reversed")])
def test_one_signed_column_says_which_way_money_went(
    market: Money, sign: int, amounts: str
) -> None:
    rows = read(market, signed(sign).encode("cp874"), profile(amounts=amounts, encoding="cp874"))
    assert [row.satang for row in rows] == [84_000, -4_000]
    assert rows[0].description == "รับโอน"


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["plain", "bom"])
def test_utf8_is_read_with_and_without_its_mark(market: Money, bom: bytes) -> None:
    rows = read(market, bom + signed().encode(), profile(encoding="utf-8"))
    assert rows[0].description == "รับโอน"


def test_another_encoding_than_the_profiles_is_refused(market: Money) -> None:
    with pytest.raises(StatementError) as caught:
        read(market, signed().encode("cp874"), profile(encoding="utf-8"))
    assert "UTF-8" in str(caught.value.errors[0].message)
    assert not BankRow.objects.exists()


def test_the_header_stands_after_the_rows_to_skip(market: Money) -> None:
    one = profile(skip_rows=2)
    with pytest.raises(StatementError):
        read(market, signed(above=3).encode(), one)
    assert len(read(market, signed(above=2).encode(), one)) == 2


def test_two_digit_years_are_read_as_the_profile_says(market: Money) -> None:
    rows = read(market, signed(year=BE % 100).encode(), profile())
    assert rows[0].day == PAID_ON


@pytest.mark.parametrize("era", ["be", "ce"])
def test_a_year_of_the_other_era_is_a_fault_with_its_row(market: Money, era: str) -> None:
    year = PAID_ON.year if era == "be" else BE
    with pytest.raises(StatementError) as caught:
        read(market, signed(year=year).encode(), profile(era=era))
    assert [(e.row_number, e.column) for e in caught.value.errors] == [
        (4, "วันทำรายการ"),
        (5, "วันทำรายการ"),
    ]


def test_a_workbook_is_read_by_the_same_profile(market: Money) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["วันทำรายการ", "คำอธิบาย", "ยอด", "ยอดหลังรายการ"])
    sheet.append([f"{PAID_ON.day}/{PAID_ON.month}/{BE}", "รับโอน", 840.1, 100840.1])
    kept = io.BytesIO()
    book.save(kept)
    (row,) = read(market, kept.getvalue(), profile())
    assert (row.in_satang, row.day) == (84_010, PAID_ON)


def test_bill_payments_without_balances_count_on_from_what_is_known(market: Money) -> None:
    one = profile(
        kind="bill_payment",
        amounts="signed",
        columns={
            "date": ["PAYMENT DATE"],
            "time": ["TIME"],
            "detail": ["REF2"],
            "reference": ["REF1"],
            "amount": ["AMOUNT"],
        },
    )
    day = f"{PAID_ON.day:02d}/{PAID_ON.month:02d}/{BE}"
    head = "PAYMENT DATE,TIME,REF1,REF2,AMOUNT\n"
    first = f"{day},09:01:00,BL257000012345,HOSP,840.00\n"
    again = f"{day},09:30:00,BL257000012345,HOSP,840.00\n"
    read(market, (head + first).encode(), one)
    rows = read(market, (head + first + again).encode(), one)
    assert [row.in_satang for row in rows] == [84_000, 84_000]
    assert known_balance(market.bank) == rows[-1].balance_satang == 10_168_000


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"code": "ไทย"}, "not-a-code"),
        ({"name": " "}, "no-name"),
        ({"columns": {"date": ["วันที่"]}}, "column-missing"),
        ({"amounts": "separate"}, "column-missing"),
    ],
)
def test_a_profile_that_could_read_nothing_is_refused(
    market: Money, values: dict[str, object], code: str
) -> None:
    with pytest.raises(Refusal) as caught:
        profile(**values)
    assert caught.value.code == code
    assert not ImportProfile.objects.exists()


def test_two_profiles_never_share_a_code(market: Money) -> None:
    profile()
    with pytest.raises(Refusal) as caught:
        profile(name="อีกแบบ")
    assert caught.value.code == "profile-known"


def test_the_editor_tries_a_file_and_saves_nothing_until_asked(
    client: Client, market: Money
) -> None:
    client.force_login(market.treasurer)
    form = {
        "name": "ธนาคารตัวอย่าง",
        "code": "tuayang",
        "kind": "table",
        "era": "be",
        "encoding": "",
        "skip_rows": "0",
        "amounts": "signed",
        "account": str(market.bank.pk),
        **{f"column_{key}": ", ".join(names) for key, names in COLUMNS.items()},
    }
    address = reverse("reconciliation:profile_new")
    assert 'value="วันที่, วันที่ทำรายการ' in client.get(address).content.decode()
    file = SimpleUploadedFile("a.csv", signed().encode())
    page = client.post(address, {**form, "try": "1", "file": file}).content.decode()
    assert "ลองอ่านได้ครบ 2 แถว" in page
    assert "รับโอน" in page
    file = SimpleUploadedFile("a.csv", signed(year=PAID_ON.year).encode())
    page = client.post(address, {**form, "try": "1", "file": file}).content.decode()
    assert "วันทำรายการ" in page
    assert "ไม่ใช่ พ.ศ." in page
    assert not ImportProfile.objects.exists()
    assert not BankRow.objects.exists()
    assert client.post(address, form).status_code == 302
    kept = ImportProfile.objects.get()
    assert kept.columns["amount"] == ["ยอด"]
    assert kept.assumed
    page = client.post(
        reverse("reconciliation:profile", args=[kept.pk]), {**form, "column_balance": ""}
    ).content.decode()
    assert "กรุณาใส่ชื่อคอลัมน์นี้" in page
