"""Statement files and passbook pages through the services: read once, whole or not at all."""

from __future__ import annotations

import datetime as dt

import pytest

from orders.reconciliation.exceptions import StatementError
from orders.reconciliation.models import BankRow, StatementFile
from orders.reconciliation.services import (
    PassbookRow,
    add_passbook_rows,
    import_statement,
    known_balance,
    open_bank_account,
    preview_statement,
)
from tests.support import money
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

NEXT = FIRST_DAY + dt.timedelta(days=1)
THREE = [
    (FIRST_DAY, 84_000, "รพ.ตัวอย่าง"),
    (FIRST_DAY, -20_000, "ถอนเงิน"),
    (NEXT, 5_000, "โอนเข้า"),
]


@pytest.fixture
def market() -> Money:
    return money.make_money()


def read(market: Money, data: bytes, name: str = "ตัวอย่าง.csv") -> StatementFile:
    """Import a file as the treasurer."""
    return import_statement(
        by=market.treasurer, account=market.bank, file_bytes=data, filename=name
    )


def refused(market: Money, data: bytes) -> list[tuple[int, str]]:
    """Where a file is refused: (row, column); nothing of it is saved."""
    with pytest.raises(StatementError) as caught:
        read(market, data)
    assert not BankRow.objects.exists()
    assert not StatementFile.objects.exists()
    assert all(str(error.message) for error in caught.value.errors)
    return [(error.row_number, str(error.column)) for error in caught.value.errors]


@pytest.mark.parametrize("encoding", ["cp874", "utf-8-sig", "utf-8"])
def test_the_encodings_of_thai_banks_give_the_same_rows(market: Money, encoding: str) -> None:
    file = read(market, money.statement(THREE, encoding=encoding))
    assert (file.row_count, file.new_count, file.gap_satang) == (3, 3, 0)
    assert [
        (row.day, row.satang, row.description.removeprefix("โอน ")) for row in BankRow.objects.all()
    ] == THREE
    assert known_balance(market.bank) == file.closing_satang == 10_069_000


def test_the_same_file_again_is_the_first_and_adds_nothing(market: Money) -> None:
    data = money.statement(THREE)
    first = read(market, data)
    assert preview_statement(account=market.bank, file_bytes=data).read_before
    assert read(market, data, "ชื่ออื่น.csv") == first
    assert BankRow.objects.count() == 3


def test_the_same_rows_in_another_encoding_add_nothing(market: Money) -> None:
    read(market, money.statement(THREE))
    again = read(market, money.statement(THREE, encoding="cp874"))
    assert (again.row_count, again.new_count) == (3, 0)
    assert BankRow.objects.count() == 3


def test_of_an_overlapping_file_only_the_new_rows_come_in(market: Money) -> None:
    read(market, money.statement(THREE))
    later = [*THREE[2:], (NEXT, 7_000, "โอนเข้า"), (NEXT + dt.timedelta(days=1), -100, "ค่าธรรมเนียม")]
    file = read(market, money.statement(later, opening=10_064_000))
    assert (file.row_count, file.new_count, file.gap_satang) == (3, 2, 0)
    assert known_balance(market.bank) == file.closing_satang == 10_075_900
    assert money.failing() == []


def test_two_equal_payments_of_one_day_both_stay(market: Money) -> None:
    twice = [(FIRST_DAY, 84_000, "รพ.ตัวอย่าง"), (FIRST_DAY, 84_000, "รพ.ตัวอย่าง")]
    assert read(market, money.statement(twice)).new_count == 2
    longer = read(market, money.statement([*twice, (NEXT, 84_000, "รพ.ตัวอย่าง")]))
    assert longer.new_count == 1
    assert [row.in_satang for row in BankRow.objects.all()] == [84_000] * 3


def test_equal_payments_around_a_withdrawal_show_the_same_balance_and_both_stay(
    market: Money,
) -> None:
    rows = [(FIRST_DAY, 84_000, "โอน"), (FIRST_DAY, -84_000, "ถอน"), (FIRST_DAY, 84_000, "โอน")]
    assert read(market, money.statement(rows)).new_count == 3
    assert read(market, money.statement(rows, encoding="cp874")).new_count == 0
    assert known_balance(market.bank) == 10_084_000


def test_a_file_of_another_account_is_refused(market: Money) -> None:
    assert refused(market, money.statement(THREE, number="012-3-45678-0"))


def test_each_account_has_its_own_rows(market: Money) -> None:
    other = open_bank_account(
        by=None,
        bank="ธนาคารตัวอย่าง",
        number="9990001112",
        name="สหกรณ์ตัวอย่าง",
        opened_on=FIRST_DAY,
        opening_satang=10_000_000,
    )
    read(market, money.statement(THREE))
    data = money.statement(THREE, number="9990001112")
    file = import_statement(by=None, account=other, file_bytes=data, filename="b.csv")
    assert file.new_count == 3
    assert BankRow.objects.count() == 6


def test_a_broken_row_is_refused_with_row_and_column(market: Money) -> None:
    text = money.statement(THREE).decode("utf-8-sig")
    assert (6, "ถอนเงิน") in refused(market, text.replace('"200.00"', '"2OO.00"').encode())


def test_a_balance_that_does_not_follow_is_refused_with_its_row(market: Money) -> None:
    text = money.statement(THREE).decode("utf-8-sig")
    assert (7, "ยอดคงเหลือ") in refused(market, text.replace("100,690.00", "100,691.00").encode())


def test_a_buddhist_and_a_gregorian_year_are_told_apart(market: Money) -> None:
    """A year above 2400 is Buddhist, so neither is ever taken for the other."""
    read(market, money.statement(THREE))
    assert read(market, money.statement(THREE, era=0)).new_count == 0
    assert {row.day.year for row in BankRow.objects.all()} == {2027}


def test_a_gregorian_year_counted_on_to_buddhist_twice_is_refused(market: Money) -> None:
    assert {column for _row, column in refused(market, money.statement(THREE, era=1086))} == {"วันที่"}


def test_a_year_before_the_account_was_opened_is_refused(market: Money) -> None:
    assert {column for _row, column in refused(market, money.statement(THREE, era=-1))} == {"วันที่"}


def test_missing_rows_before_a_file_are_told(market: Money) -> None:
    file = read(market, money.statement(THREE, opening=10_050_000))
    assert file.gap_satang == 50_000
    assert [name for name, _detail in money.failing()] == ["statements-continuous"]


# ---- passbook -----------------------------------------------------------------------------------


def typed(satang: int, balance: int, day: dt.date = FIRST_DAY) -> PassbookRow:
    """A passbook row: money in, or out when below zero."""
    return PassbookRow(day, max(satang, 0), max(-satang, 0), balance, "ตัวอย่าง")


def refused_rows(market: Money, *rows: PassbookRow) -> list[tuple[int, str]]:
    """Where typed rows are refused; nothing is saved."""
    before = BankRow.objects.count()
    with pytest.raises(StatementError) as caught:
        add_passbook_rows(by=market.treasurer, account=market.bank, rows=list(rows))
    assert BankRow.objects.count() == before
    return [(error.row_number, str(error.column)) for error in caught.value.errors]


def test_typed_rows_that_follow_are_saved_in_order(market: Money) -> None:
    made = add_passbook_rows(
        by=market.treasurer,
        account=market.bank,
        rows=[
            typed(84_000, 10_084_000),
            typed(-20_000, 10_064_000),
            typed(5_000, 10_069_000, NEXT),
        ],
    )
    assert [(row.satang, row.place) for row in made] == [(84_000, 1), (-20_000, 2), (5_000, 1)]
    assert known_balance(market.bank) == 10_069_000


def test_a_balance_that_does_not_agree_is_refused_with_its_row(market: Money) -> None:
    assert refused_rows(market, typed(84_000, 10_084_000), typed(-20_000, 10_046_000)) == [
        (2, "คงเหลือ")
    ]
    assert refused_rows(market, typed(84_000, 10_000_000)) == [(1, "คงเหลือ")]


def test_only_the_row_with_the_slip_is_named(market: Money) -> None:
    rows = typed(84_000, 10_084_000), typed(-20_000, 10_066_000), typed(5_000, 10_071_000)
    assert refused_rows(market, *rows) == [(2, "คงเหลือ")]


def test_a_typed_row_goes_one_way_and_not_back_in_time(market: Money) -> None:
    both = PassbookRow(FIRST_DAY, 100, 100, 10_000_000)
    assert refused_rows(market, both) == [(1, "ฝาก/ถอน")]
    assert refused_rows(market, typed(0, 10_000_000)) == [(1, "ฝาก/ถอน")]
    back = typed(5_000, 10_010_000, FIRST_DAY - dt.timedelta(days=1))
    assert refused_rows(market, typed(5_000, 10_005_000), back) == [(2, "วันที่")]


def test_rows_typed_again_or_read_from_a_file_later_are_the_same_rows(market: Money) -> None:
    page = [typed(84_000, 10_084_000), typed(-20_000, 10_064_000)]
    add_passbook_rows(by=None, account=market.bank, rows=page)
    assert add_passbook_rows(by=None, account=market.bank, rows=page) == []
    file = read(market, money.statement(THREE))
    assert (file.row_count, file.new_count) == (3, 1)
    more = [*page, typed(5_000, 10_069_000, NEXT), typed(1_000, 10_070_000, NEXT)]
    assert len(add_passbook_rows(by=None, account=market.bank, rows=more)) == 1
    assert money.failing() == []
