"""What a treasurer notices when the bank's export is read."""

import csv
import datetime as dt
import io
import pickle
from dataclasses import replace
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

from orders.reconciliation.statements import (
    ASSUMED_THAI_BANK,
    CsvProfile,
    Statement,
    StatementError,
    parse_statement,
    row_key,
    same_account,
)

ACCOUNT = "123-4-56789-0"
HEADER = "วันที่,เวลา,รายการ,ถอนเงิน,ฝากเงิน,ยอดคงเหลือ,ช่องทาง,รายละเอียด"
TITLE = f"ธนาคารตัวอย่าง\nชื่อบัญชี,สหกรณ์หลวงนา จำกัด\nเลขที่บัญชี,{ACCOUNT}\n\n"
ROWS = [
    '04/01/2570,08:15,รับโอน,,"12,500.00","112,500.00",K BIZ,โรงพยาบาลสงขลา INV-1',
    '04/01/2570,09:00,จ่าย,"2,500.50",,"109,999.50",เคาน์เตอร์,ค่าขนส่ง',
    '05/01/2570,10:30,รับโอน,,"1,000.25","110,999.75",PromptPay,โรงแรมริมเล',
]
FILE = TITLE + HEADER + "\n" + "\n".join(ROWS) + "\n"


def read(text: str, encoding: str = "utf-8", **options: Any) -> Statement:
    return parse_statement(text.encode(encoding), **options)


def faults(text: str, **options: Any) -> list[tuple[int, str, str]]:
    with pytest.raises(StatementError) as caught:
        read(text, **options)
    return [(e.row_number, e.column, str(e.message)) for e in caught.value.errors]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874"])
def test_the_usual_thai_encodings_are_told_apart(encoding: str) -> None:
    statement = read(FILE, encoding)
    assert statement.encoding == encoding
    assert statement.account_number == "1234567890"
    assert statement.opening_satang == 10_000_000
    assert statement.closing_satang == 11_099_975
    first = statement.rows[0]
    assert first.value_date == dt.date(2027, 1, 4)
    assert first.time == dt.time(8, 15)
    assert (first.in_satang, first.out_satang, first.balance_satang) == (1_250_000, 0, 11_250_000)
    assert first.description == "รับโอน โรงพยาบาลสงขลา INV-1"
    assert first.channel == "K BIZ"
    assert first.row_number == 6
    assert statement.rows[1].out_satang == 250_050


def test_the_same_rows_in_another_encoding_are_the_same_rows() -> None:
    one, other = read(FILE, "utf-8-sig"), read(FILE, "cp874")
    assert one.rows == other.rows
    assert one.sha256 != other.sha256


def test_tabs_semicolons_and_windows_line_ends_are_read() -> None:
    rows = list(csv.reader(io.StringIO(FILE)))
    for delimiter in "\t;|":
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
        assert read(out.getvalue()).rows == read(FILE).rows
    assert read(FILE, "utf-16").rows == read(FILE).rows


def test_english_headers_common_era_and_thai_digits_are_read() -> None:
    text = (
        "Account No. 123-4-56789-0\n"
        "Transaction Date,Description,Withdrawal (THB),Deposit (THB),Balance (THB)\n"
        '4 Jan 2027,Transfer,,๑๐๐.๕๐,"๑,๑๐๐.๕๐"\n'
        "05/01/2027,Fee,0.50,-,1100.00\n"
    )
    statement = read(text)
    assert [row.value_date for row in statement.rows] == [dt.date(2027, 1, 4), dt.date(2027, 1, 5)]
    assert statement.opening_satang == 100_000
    assert statement.closing_satang == 110_000


@pytest.mark.parametrize(
    ("years", "written"), [("two_be", "04/01/70"), ("two_be", "4 ม.ค. 70"), ("two_ce", "04/01/27")]
)
def test_years_of_two_digits_are_read_as_the_profile_says(years: Any, written: str) -> None:
    text = FILE.replace("04/01/2570", written)
    profile = replace(ASSUMED_THAI_BANK, years=years)
    assert read(text, profile=profile).rows[0].value_date == dt.date(2027, 1, 4)
    assert [(row, column) for row, column, _ in faults(text)] == [(6, "วันที่"), (7, "วันที่")]


def test_iso_days_are_read_under_any_profile() -> None:
    text = FILE.replace("04/01/2570", "2027-01-04")
    profile = replace(ASSUMED_THAI_BANK, years="two_ce")
    assert read(text, profile=profile).rows == read(FILE).rows


def test_a_signed_amount_column_is_read_by_profile() -> None:
    columns = dict(ASSUMED_THAI_BANK.columns)
    profile = CsvProfile("signed", columns, ("เลขที่บัญชี",))
    text = TITLE + 'วันที่,จำนวนเงิน,ยอดคงเหลือ\n4/1/2570,+50.00,150\n4/1/2570,"-1,000.00",(850)\n'
    assert [(r.in_satang, r.out_satang) for r in read(text, profile=profile).rows] == [
        (5_000, 0),
        (0, 100_000),
    ]
    turned = replace(profile, amount_sign=-1)
    text = TITLE + "วันที่,จำนวนเงิน,ยอดคงเหลือ\n4/1/2570,-50.00,150\n4/1/2570,30.00,120\n"
    assert [(r.in_satang, r.out_satang) for r in read(text, profile=turned).rows] == [
        (5_000, 0),
        (0, 3_000),
    ]


def test_a_broken_running_balance_is_named_with_its_place() -> None:
    text = FILE.replace("110,999.75", "110,999.57")
    ((row, column, message),) = faults(text)
    assert (row, column) == (8, "ยอดคงเหลือ")
    assert "110,999.75" in message
    assert "110,999.57" in message


def test_a_row_that_was_deleted_shows_as_a_broken_balance() -> None:
    text = FILE.replace(ROWS[1] + "\n", "")
    assert [(row, column) for row, column, _ in faults(text)] == [(7, "ยอดคงเหลือ")]


def test_every_fault_is_told_at_once() -> None:
    text = (
        FILE.replace("04/01/2570,08:15", "31/02/2570,28:15")
        .replace('"2,500.50",', '"2,5x0.50",')
        .replace('"1,000.25"', "")
    )
    assert [(row, column) for row, column, _ in faults(text)] == [
        (6, "วันที่"),
        (6, "เวลา"),
        (7, "ถอนเงิน"),
        (8, "ฝากเงิน"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        (',,"1,000.25"', ',5.00,"1,000.25"', "ฝากเงิน"),
        ('"110,999.75"', "", "ยอดคงเหลือ"),
        ("05/01/2570", "", "วันที่"),
        ('"1,000.25"', '"1,000.255"', "ฝากเงิน"),
        ('"1,000.25"', '"10,00.25"', "ฝากเงิน"),
        ('"1,000.25"', '"-1,000.25"', "ฝากเงิน"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_column(old: str, new: str, column: str) -> None:
    assert [(row, where) for row, where, _ in faults(FILE.replace(old, new))] == [(8, column)]


def test_a_file_of_another_bank_account_is_refused() -> None:
    assert read(FILE, account_number="1234567890").rows
    assert read(FILE, account_number=ACCOUNT).rows
    ((row, _, message),) = faults(FILE, account_number="999-9-99999-9")
    assert row == 0
    assert "บัญชีอื่น" in message


def test_a_file_without_account_number_is_refused() -> None:
    assert [row for row, _, _ in faults(FILE.replace("เลขที่บัญชี", "สาขา"))] == [0]


def test_hidden_digits_of_an_account_number_stand_for_any() -> None:
    assert same_account("xxx-x-x6789-0", ACCOUNT)
    assert not same_account("xxx-x-x6789-1", ACCOUNT)
    assert not same_account("", "")
    statement = read(FILE.replace(ACCOUNT, "XXX-X-X6789-0"), account_number=ACCOUNT)
    assert statement.account_number == "xxxxx67890"


def test_stated_opening_and_closing_balances_are_checked() -> None:
    title = TITLE + 'ยอดยกมา,"100,000.00"\nยอดยกไป : 110999.75\n'
    good = title + HEADER + "\n" + "\n".join(ROWS)
    assert read(good).closing_satang == 11_099_975
    assert [row for row, _, _ in faults(good.replace("100,000.00", "100,001.00"))] == [8]
    assert [row for row, _, _ in faults(good.replace("ยอดยกไป : 1", "ยอดยกไป : 2"))] == [6]


def test_balances_brought_forward_repeated_headers_and_totals_are_no_movements() -> None:
    text = "\n".join(
        [
            TITLE + HEADER,
            '01/01/2570,,ยอดยกมา,,,"100,000.00",,',
            *ROWS[:2],
            "",
            HEADER,
            ',,ยอดยกมา,,,"109,999.50",,',
            ROWS[2],
            'รวม 3 รายการ,,,"2,500.50","13,500.25",,,',
            ',,ยอดยกไป,,,"110,999.75",,',
            "หมายเหตุ: เอกสารนี้ออกโดยระบบ",
        ]
    )
    statement = read(text)
    assert len(statement.rows) == 3
    assert statement.opening_satang == 10_000_000
    assert [row for row, _, _ in faults(text.replace('"100,000.00"', '"100.00"'))] == [7]
    assert [row for row, _, _ in faults(text.replace('ยอดยกไป,,,"110', 'ยอดยกไป,,,"111'))] == [14]


def test_a_movement_that_is_called_total_is_still_a_movement() -> None:
    text = FILE.replace("รับโอน,,", "รวม,,").replace("จ่าย,", "ยอดยกไป,")
    assert len(read(text).rows) == 3


def test_an_export_with_the_newest_first_is_turned() -> None:
    text = TITLE + HEADER + "\n" + "\n".join(reversed(ROWS))
    statement = read(text)
    assert [row.row_number for row in statement.rows] == [8, 7, 6]
    assert [row.balance_satang for row in statement.rows] == [11_250_000, 10_999_950, 11_099_975]
    assert {row_key(ACCOUNT, row) for row in statement.rows} == {
        row_key(ACCOUNT, row) for row in read(FILE).rows
    }


def test_overlapping_exports_fold_into_one() -> None:
    first = read(TITLE + HEADER + "\n" + "\n".join(ROWS[:2]))
    second = read(TITLE.replace("-", "") + HEADER + "\n" + "\n".join(ROWS[1:]), "cp874")
    keys = [
        *(row_key(first.account_number, row) for row in first.rows),
        *(row_key(second.account_number, row) for row in second.rows),
    ]
    assert len(keys) == 4
    assert len(set(keys)) == 3
    assert row_key("1234567890", first.rows[0]) == row_key(ACCOUNT, first.rows[0])
    assert row_key("1234567891", first.rows[0]) != row_key(ACCOUNT, first.rows[0])


def test_two_equal_payments_on_one_day_both_survive() -> None:
    header = "วันที่,รายการ,ถอนเงิน,ฝากเงิน,ยอดคงเหลือ,เลขที่อ้างอิง\n"
    with_reference = header + "4/1/2570,โอน,,50,150,REF1\n4/1/2570,โอน,,50,200,REF1\n"
    plain = header + "4/1/2570,โอน,,50,150,\n4/1/2570,โอน,,50,200,\n"
    there_and_back = header + (
        "4/1/2570,โอน,,50,150,-\n4/1/2570,คืน,50,,100,-\n4/1/2570,โอน,,50,150,-\n"
    )
    for text in (with_reference, plain, there_and_back):
        rows = read(TITLE + text).rows
        again = read(TITLE + text).rows
        assert len({row_key(ACCOUNT, row) for row in rows}) == len(rows)
        assert [row_key(ACCOUNT, row) for row in rows] == [row_key(ACCOUNT, r) for r in again]
    assert [row.ordinal for row in read(TITLE + with_reference).rows] == [1, 2]
    assert [row.ordinal for row in read(TITLE + there_and_back).rows] == [1, 1, 2]


def test_a_transfer_and_its_fee_under_one_reference_are_two_rows() -> None:
    header = "วันที่,รายการ,ถอนเงิน,ฝากเงิน,ยอดคงเหลือ,เลขที่อ้างอิง\n"
    rows = read(TITLE + header + "4/1/2570,โอน,500,,500,R9\n4/1/2570,ค่าธรรมเนียม,10,,490,R9\n").rows
    assert len({row_key(ACCOUNT, row) for row in rows}) == 2


def workbook(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "ปก"
    sheet = book.create_sheet("รายการ")
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_spreadsheet_with_real_numbers_and_days_is_read() -> None:
    statement = parse_statement(
        workbook(
            [
                ["เลขที่บัญชี", 123456789],
                [],
                HEADER.split(","),
                [dt.date(2027, 1, 4), dt.time(8, 15), "รับโอน", None, 0.29, 1000.29, "", "ก"],
                ["05/01/2570", "09.30 น.", "จ่าย", 1000, None, 0.29, "", 42],
                [
                    dt.datetime.fromisoformat("2027-01-06 07:05"),
                    None,
                    "ฝาก",
                    None,
                    0.1 + 0.2,
                    0.59,
                    "",
                    None,
                ],
            ]
        ),
        account_number="012-3-45678-9",
    )
    assert statement.encoding == "xlsx"
    assert [row.in_satang - row.out_satang for row in statement.rows] == [29, -100_000, 30]
    assert statement.opening_satang == 100_000
    assert [row.time for row in statement.rows] == [dt.time(8, 15), dt.time(9, 30), dt.time(7, 5)]
    assert statement.rows[1].description == "จ่าย 42"


def test_a_spreadsheet_that_does_not_add_up_is_refused_with_its_place() -> None:
    rows: list[list[Any]] = [
        ["เลขที่บัญชี", ACCOUNT],
        HEADER.split(","),
        ["4/1/2570", "", "ก", None, 1, 2, "", ""],
    ]
    bad = [*rows, ["4/1/2570", "", "ก", None, 1.005, 3.005, "", ""]]
    with pytest.raises(StatementError) as caught:
        parse_statement(workbook(bad))
    assert [(e.row_number, e.column) for e in caught.value.errors] == [
        (4, "ฝากเงิน"),
        (4, "ยอดคงเหลือ"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  \n",
        b"PK\x03\x04 broken",
        b"\xd0\xcf\x11\xe0" + b"\0" * 100,
        b"<html><table></table></html>",
        b"\x00\x01\x02",
        b"\xff\xfe\x00",
        b"a,b,c\n1,2,3\n",
        (TITLE + HEADER + "\n").encode(),
        (TITLE + HEADER + ",ฝากเงิน\n" + ROWS[0]).encode(),
    ],
)
def test_what_is_no_statement_is_refused(data: bytes) -> None:
    with pytest.raises(StatementError) as caught:
        parse_statement(data)
    assert caught.value.errors
    assert str(caught.value)


def test_a_day_without_movements_is_a_statement_when_it_says_its_balance() -> None:
    statement = read(TITLE + "ยอดยกมา,500.00\n" + HEADER + "\n")
    assert statement.rows == ()
    assert statement.opening_satang == statement.closing_satang == 50_000


def test_a_refusal_crosses_process_borders() -> None:
    with pytest.raises(StatementError) as caught:
        read(FILE.replace("110,999.75", "1.00"))
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.errors == caught.value.errors
    assert again.code == "statement"
