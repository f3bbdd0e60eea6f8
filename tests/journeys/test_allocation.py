"""An evening of the hub: the plan is read, decided on, made again after a flood; a kitchen answers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Enter, Site, serve_demo


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """A market of its own: the evening must not fall on other journeys."""
    yield from serve_demo("evening")


def test_from_cut_off_to_a_substitute(enter: Enter, site: Site) -> None:
    page = enter("staff")
    site.forward(18, 5)
    site.tick()
    _read_why_a_line_is_short(page)
    _decide_on_a_line(page)
    _plan_again_after_a_flood(page)
    site.tick()
    kitchen = enter("requester", 360)
    taken = _take_a_substitute(kitchen)

    page.goto("/substitutes/?state=accepted")
    answered = page.get_by_role("row").filter(has_text="พ. 25 พ.ย.")
    expect(answered).to_contain_text("โรงพยาบาลตัวอย่าง หาดใหญ่")
    expect(answered).to_contain_text(taken)
    page.goto("/allocation/")
    page.locator("main table a").first.click()
    expect(page.get_by_text("วางแผนใหม่เพราะ")).to_be_visible()
    expect(page.locator("main")).to_contain_text(f"ผู้ซื้อรับ {taken} แทน")


def test_staff_try_a_flood_before_it_comes(enter: Enter, site: Site) -> None:
    page = enter("staff", 360)
    site.forward(18, 20)
    page.goto("/what-if/new/")
    page.get_by_label("ตั้งชื่อ").fill("น้ำท่วมระโนดทั้งสัปดาห์ (ตัวอย่าง)")
    page.get_by_label("อำเภอที่น้ำท่วม").select_option(label="ระโนด")
    page.get_by_label("ผลผลิตเสียหาย ร้อยละ").fill("100")
    page.get_by_role("button", name="ลองคิด").click()
    expect(page.get_by_text("น้ำท่วม ระโนด ผลผลิตเสียหาย 100% วันส่ง ทั้งสัปดาห์")).to_be_visible()
    site.forward(18, 22)
    site.tick()
    page.reload()
    expect(page.get_by_role("row").filter(has_text="จัดได้")).to_be_visible()
    expect(page.get_by_role("heading", name="ใครจะขาด และทำไม")).to_be_visible()
    page.get_by_label("เทียบกับ").select_option(index=0)
    page.get_by_role("button", name="เทียบ", exact=True).click()
    expect(page.locator("main")).to_contain_text("โรงพยาบาลใหม่ที่จะนะ 300 กก. (ตัวอย่าง)")


def _read_why_a_line_is_short(page: Page) -> None:
    page.goto("/allocation/")
    page.get_by_role("row").filter(has_text="พ. 25 พ.ย.").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ขาด 14 รายการ")
    short = (
        page.get_by_role("row").filter(has_text="โรงพยาบาลตัวอย่าง สงขลา").filter(has_text="มะละกอดิบ")
    )
    expect(short).to_contain_text("ถ้ารับเกรด B ได้ จะมีผลผลิตที่เข้าเงื่อนไข")


def _decide_on_a_line(page: Page) -> None:
    page.get_by_role("link", name=re.compile("^ทั้งหมด")).click()
    row = page.get_by_role("row").filter(has_text="โรงพยาบาลตัวอย่าง หาดใหญ่")
    row.filter(has_text="กวางตุ้ง A").get_by_role("link", name="กำหนดเอง").click()
    page.get_by_label(re.compile("ตอนนี้ให้ [1-9]")).first.check(force=True)
    page.get_by_label("ให้เท่าไร").fill("1")
    page.get_by_label("เพราะอะไร").fill("แปลงนี้น้ำเริ่มขัง (ตัวอย่าง)")
    page.get_by_role("button", name="ดูว่าจะเกิดอะไร").click()
    expect(page.get_by_text("ทุกครัวรวมกันได้น้อยลง")).to_be_visible()
    page.get_by_role("button", name="ใช้ตามที่กำหนด").click()
    expect(page.locator(".messages")).to_contain_text("กำหนดแล้ว")
    expect(page.locator("main")).to_contain_text("แปลงนี้น้ำเริ่มขัง (ตัวอย่าง)")


def _plan_again_after_a_flood(page: Page) -> None:
    page.get_by_role("link", name="วางแผนใหม่", exact=True).click()
    page.get_by_label("ของชุดเดียวเสียหายหรือไม่ผ่านการตรวจ").check(force=True)
    sheds = page.get_by_label("ถ้าเป็นของชุดเดียว ชุดไหน")
    mushrooms = sheds.locator("option", has_text="เห็ดฟาง A").first.get_attribute("value")
    sheds.select_option(mushrooms)
    page.get_by_label("เสียไปร้อยละเท่าไร").fill("60")
    page.get_by_label("สาเหตุที่ผู้ซื้อและเกษตรกรจะได้อ่าน").fill("น้ำท่วมโรงเห็ด (ตัวอย่าง)")
    page.get_by_role("button", name="ดูว่าจะเกิดอะไร").click()
    hit = (
        page.get_by_role("row").filter(has_text="โรงพยาบาลตัวอย่าง หาดใหญ่").filter(has_text="เห็ดฟาง")
    )
    expect(hit).to_contain_text("ขาดจากที่ยืนยัน")
    expect(hit).to_contain_text("ทดแทนได้ด้วย")
    page.get_by_role("button", name="ใช้แผนนี้").click()
    expect(page.locator("main")).to_contain_text("น้ำท่วมโรงเห็ด (ตัวอย่าง)")


def _take_a_substitute(kitchen: Page) -> str:
    """Accept another product for the mushrooms; return its name."""
    expect(kitchen.get_by_text("มีของทดแทนให้เลือก")).to_be_visible()
    kitchen.get_by_role("link", name="เลือกของทดแทน").click()
    card = kitchen.locator("article").filter(has_text="เห็ดฟาง ขาด")
    expect(card).to_contain_text("ตอบก่อน อ. 24 พ.ย. 14.00 น.")
    card.get_by_role("button", name=re.compile("รับ เห็ดนางฟ้า")).click()
    expect(kitchen.locator(".messages")).to_contain_text("รับ เห็ดนางฟ้า แทน เห็ดฟาง แล้ว")
    expect(card).to_have_count(0)
    kitchen.get_by_role("link", name=re.compile("เห็ดนางฟ้า")).first.click()
    expect(kitchen.locator("main")).to_contain_text("รับ เห็ดนางฟ้า")
    return "เห็ดนางฟ้า"
