"""The kitchen that plans ahead: a grid of two weeks on the desk, one day at a time on a phone."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Enter

ORDER_NUMBER = re.compile(r"AO-\d{4}-\d{6}")


def _open_grid(page: Page, first: str, last: str, name: str) -> None:
    page.goto("/orders/drafts/new/")
    page.get_by_label("ตั้งแต่วันส่ง").fill(first)
    page.get_by_label("ถึงวันส่ง").fill(last)
    page.get_by_label("ชื่อร่าง").fill(name)
    page.get_by_role("button", name="เปิดตารางสั่ง").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ตารางสั่ง")


def _promised(page: Page, label: str) -> float:
    """What the grid says may still be promised in a cell, in kilograms."""
    cell = page.locator("td", has=page.get_by_label(label, exact=True))
    return float(cell.locator("small").inner_text().removeprefix("จองได้").replace(",", ""))


def test_a_fortnight_is_typed_kept_placed_amended_and_a_day_is_cancelled(enter: Enter) -> None:
    page = enter("requester")
    expect(page.get_by_role("heading", level=1)).to_contain_text("วันนี้มา")
    _open_grid(page, "14/12/2569", "18/12/2569", "เมนูตัวอย่าง")

    before = _promised(page, "แตงกวา A จ. 14 ธ.ค. กก.")
    page.get_by_label("แตงกวา A จ. 14 ธ.ค. กก.", exact=True).fill("20")
    page.get_by_label("แตงกวา A พ. 16 ธ.ค. กก.", exact=True).fill("12.5")
    page.get_by_label("ฟักทอง A พ. 16 ธ.ค. กก.", exact=True).fill("30")
    page.get_by_label("มะละกอดิบ B ศ. 18 ธ.ค. กก.", exact=True).fill("15")
    row = page.locator("tr", has=page.get_by_label("แตงกวา A จ. 14 ธ.ค. กก.", exact=True))
    expect(row.locator("[data-row-qty]")).to_have_text("32.5")
    expect(page.locator("[data-all-kilos]")).to_have_text("77.5")
    expect(page.locator("[data-firm]")).to_have_text("77.5")
    expect(page.locator("[data-wanted]")).to_have_text("0")

    # More than is promised is asked for, and said to be so, before anything is sent.
    over = page.get_by_label("แตงกวา A จ. 14 ธ.ค. กก.", exact=True)
    over.fill(str(before + 10))
    expect(page.locator("[data-wanted]")).not_to_have_text("0")
    over.fill("20")
    expect(page.locator("[data-wanted]")).to_have_text("0")

    page.get_by_role("button", name="บันทึกร่าง").click()
    expect(page.get_by_text("บันทึกร่างแล้ว")).to_be_visible()
    page.goto("/orders/drafts/")
    page.get_by_role("link", name="เมนูตัวอย่าง").click()
    expect(page.get_by_label("ฟักทอง A พ. 16 ธ.ค. กก.", exact=True)).to_have_value("30")

    page.get_by_role("button", name="ตรวจทานและส่ง").click()
    expect(page.get_by_text("ครัวผู้ป่วยใน")).to_be_visible()
    page.get_by_role("button", name="ต่อไป ตรวจทาน").click()
    expect(page.get_by_role("heading", name="สรุป 3 วันส่ง")).to_be_visible()
    page.get_by_role("button", name="ส่งใบจอง 77.5 กก.").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ส่งใบจองแล้ว ยืนยันให้ 77.5 กก.")
    number = page.get_by_role("link", name=ORDER_NUMBER).inner_text()

    # What is promised to this order is promised to nobody else.
    page.goto("/orders/drafts/")
    expect(page.get_by_role("link", name="เมนูตัวอย่าง")).to_have_count(0)
    _open_grid(page, "14/12/2569", "14/12/2569", "ดูยอดตัวอย่าง")
    assert _promised(page, "แตงกวา A จ. 14 ธ.ค. กก.") < before

    page.goto(f"/orders/{number}/")
    page.get_by_role("link", name="แก้จำนวน").click()
    page.get_by_label("ฟักทอง A พ. 16 ธ.ค. กก.", exact=True).fill("25")
    page.get_by_label("เหตุผลที่แก้").fill("คนไข้ลดลง")
    page.get_by_role("button", name="บันทึกใบจองที่แก้").click()
    history = page.get_by_role("region", name="ประวัติ")
    expect(history).to_contain_text("คนไข้ลดลง")
    expect(history).to_contain_text("ฟักทอง")

    friday = page.locator("details.day", has_text="ศ. 18 ธ.ค.")
    friday.locator("summary").click()
    friday.get_by_role("link", name="ยกเลิกวันนี้").click()
    page.get_by_role("button", name="ยกเลิกการส่ง 15 กก.").click()
    expect(page.locator("details.day", has_text="ศ. 18 ธ.ค.")).to_contain_text("ยกเลิก")
    expect(page.get_by_role("heading", name="สรุป 2 วันส่ง")).to_be_visible()

    # The cooperative sees the order as it now stands.
    staff = enter("staff")
    staff.goto(f"/orders/{number}/")
    expect(staff.get_by_role("heading", level=1)).to_contain_text(number)
    expect(staff.locator("details.day", has_text="พ. 16 ธ.ค.")).to_contain_text("37.5 กก.")


def test_on_a_phone_one_day_at_a_time_with_minus_and_plus(enter: Enter) -> None:
    page = enter("requester", 360)
    _open_grid(page, "7/12/2569", "11/12/2569", "มือถือตัวอย่าง")
    shown = page.locator("[data-shown-day]")
    expect(shown).to_have_text("จ. 7 ธ.ค.")
    expect(page.get_by_label("ฟักทอง A พ. 9 ธ.ค. กก.", exact=True)).to_be_hidden()

    more = page.get_by_role("button", name="เพิ่ม ฟักทอง A จ. 7 ธ.ค. กก.")
    more.click()
    more.click()
    more.click()
    page.get_by_role("button", name="ลด ฟักทอง A จ. 7 ธ.ค. กก.").click()
    expect(page.get_by_label("ฟักทอง A จ. 7 ธ.ค. กก.", exact=True)).to_have_value("2")
    expect(page.locator("[data-shown-kilos]")).to_have_text("2")

    page.get_by_role("link", name="พ. 9 ›").click()
    expect(shown).to_have_text("พ. 9 ธ.ค.")
    page.get_by_label("แตงกวา A พ. 9 ธ.ค. กก.", exact=True).fill("40")
    expect(page.locator("[data-shown-kilos]")).to_have_text("40")
    overhang = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert overhang <= 0

    page.get_by_role("button", name="ตรวจทาน", exact=True).click()
    page.get_by_role("button", name="ต่อไป ตรวจทาน").click()
    page.get_by_role("button", name="ส่งใบจอง 42 กก.").click()
    expect(page.get_by_role("link", name=ORDER_NUMBER)).to_be_visible()


def test_a_chef_types_a_name_wrong_finds_it_and_comes_to_the_table_to_order(enter: Enter) -> None:
    page = enter("requester")
    page.goto("/catalogue/")
    box = page.get_by_label("ค้นชื่อผัก ผลไม้ หรือชื่อถิ่น")
    box.press_sequentially("ส้มจุ", delay=40)
    expect(page.locator("#suggestions")).to_contain_text("ส้มจุกจะนะ")
    box.fill("สัมจุก")
    page.get_by_role("button", name="ค้น").click()
    expect(page.get_by_text("แสดงผลของ ส้มจุก")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="ส้มจุกจะนะ").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ส้มจุกจะนะ")
    page.get_by_role("link", name="เปิดตารางสั่ง").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    # What several words ask narrows, and what is ticked narrows further.
    page.goto("/catalogue/?q=ผัก อินทรีย์")
    page.get_by_text("ตัวกรอง", exact=True).click()
    page.get_by_label("อินทรีย์แบบมีส่วนร่วม (PGS)").check()
    page.get_by_role("button", name="แสดง").click()
    expect(page.get_by_text("เปิดอยู่ 1")).to_be_visible()
    expect(page.get_by_role("article").first).to_contain_text("PGS")
