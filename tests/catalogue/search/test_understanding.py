from __future__ import annotations

from datetime import date

import pytest

from catalogue.search.types import Window
from catalogue.search.understanding import understand

TODAY = date(2026, 11, 23)  # a Monday


def day(year: int, month: int, number: int) -> Window:
    return Window(date(year, month, number), date(year, month, number))


@pytest.mark.parametrize(
    ("typed", "rest", "window"),
    [
        ("ไข่ไก่ ส่งวันจันทร์", "ไข่ไก่", day(2026, 11, 30)),
        ("ผักบุ้งส่งวันศุกร์", "ผักบุ้ง", day(2026, 11, 27)),
        ("ผักบุ้งส่งวันศุกร์หน้า", "ผักบุ้ง", day(2026, 12, 4)),
        ("แตงโม 15 ธ.ค. 69", "แตงโม", day(2026, 12, 15)),
        ("แตงโม ๑๕ ธันวาคม ๒๕๖๙", "แตงโม", day(2026, 12, 15)),
        ("คะน้า 15/12/2569", "คะน้า", day(2026, 12, 15)),
        ("คะน้า 2026-12-15", "คะน้า", day(2026, 12, 15)),
        ("พรุ่งนี้ คะน้า", "คะน้า", day(2026, 11, 24)),
        ("eggs on friday", "eggs", day(2026, 11, 27)),
        ("telur esok", "telur", day(2026, 11, 24)),
        ("มังคุด ธ.ค. 69", "มังคุด", Window(date(2026, 12, 1), date(2026, 12, 31))),
        ("ส้มจุกเดือนกุมภาพันธ์", "ส้มจุก", Window(date(2027, 2, 1), date(2027, 2, 28))),
        ("rice next week", "rice", Window(date(2026, 11, 30), date(2026, 12, 6))),
        ("mango december 2026", "mango", Window(date(2026, 12, 1), date(2026, 12, 31))),
    ],
)
def test_days_of_both_calendars_are_taken_out_of_the_text(
    typed: str, rest: str, window: Window
) -> None:
    found = understand(typed, TODAY)
    assert (found.rest, found.window) == (rest, window)


@pytest.mark.parametrize(
    "typed",
    ["มะม่วง สิงหนคร", "mon thong", "ป้าจันทร์", "มะลิ 105", "ไข่ไก่เบอร์ 2", "ปลา 31/2/2569", "ส.ส."],
)
def test_what_only_looks_like_a_day_is_none(typed: str) -> None:
    assert understand(typed, TODAY).window is None


def test_prices_and_quantities_are_read_in_satang_and_grams() -> None:
    found = understand("ผักบุ้ง 50 กก. ไม่เกิน 40 บาท", TODAY)
    assert (found.rest, found.least_qty, found.high_satang) == ("ผักบุ้ง", 50_000, 4_000)
    between = understand("ปลา 100-200 บาท", TODAY)
    assert (between.low_satang, between.high_satang) == (10_000, 20_000)
    assert understand("kale under 30 baht", TODAY).high_satang == 3_000
    assert understand("ผลไม้ตามฤดู", TODAY).in_season
