"""The grower on a phone: five questions, one answer each; and what the group's coordinator may do instead."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Enter


def _own(page: Page, product: str, days: str) -> Locator:
    """The card of one promise among the grower's own."""
    return page.locator("ul.mine > li", has_text=product).filter(has_text=days)


def test_a_harvest_is_told_in_five_steps_changed_and_taken_back(enter: Enter) -> None:
    page = enter("grower", 360)
    expect(page.get_by_text("ขายได้กี่กิโล")).to_be_visible()
    page.get_by_role("link", name="บอกว่าจะเก็บอะไรอีก").click()

    expect(page.get_by_role("heading", name="จะเก็บอะไร")).to_be_visible()
    page.get_by_role("button", name="คะน้า", exact=True).click()
    expect(page.get_by_role("heading", name="คะน้า ประมาณกี่กิโล")).to_be_visible()
    amount = page.get_by_label("จำนวน (กก.)")
    amount.fill("20")
    page.get_by_role("button", name="เพิ่ม").click()
    expect(amount).to_have_value("25")
    page.get_by_role("button", name="ต่อไป").click()
    page.get_by_role("checkbox", name="ส่ง ศ. 4 ธ.ค.").check()
    page.get_by_role("button", name="ต่อไป").click()
    expect(page.get_by_role("heading", name="เกรดไหน")).to_be_visible()
    page.get_by_role("radio", name="เกรด A").check()
    page.get_by_role("button", name="ต่อไป").click()
    expect(page.locator("#read-back")).to_contain_text("คะน้า 25 กก. เกรด A")
    expect(page.locator("#read-back")).to_contain_text("เก็บ พฤ. 3 ธ.ค. · ส่ง ศ. 4 ธ.ค.")
    page.get_by_role("button", name="ถูกต้อง ส่งเลย").click()
    expect(page.get_by_role("heading", name="เรียบร้อย")).to_be_visible()

    page.get_by_role("link", name="ดูผลผลิตของฉัน").click()
    mine = _own(page, "คะน้า 25 กก.", "ส่ง ศ. 4 ธ.ค.")
    expect(mine).to_contain_text("เปิดจอง")

    # The group's coordinator sees it offered from this moment on.
    group = enter("coordinator")
    group.goto("/supply/offers/?day=2026-12-04")
    offer = group.locator("tr", has_text="เก็บ พฤ. 3 ธ.ค. · ส่ง ศ. 4 ธ.ค.").filter(has_text="คะน้า")
    expect(offer).to_contain_text("25 กก.")

    mine.get_by_role("link", name="แก้จำนวน").click()
    page.get_by_label("จำนวน (กก.)").fill("40")
    page.get_by_role("button", name="บันทึกจำนวน").click()
    expect(_own(page, "คะน้า 40 กก.", "ส่ง ศ. 4 ธ.ค.")).to_be_visible()
    page.locator(".messages").get_by_role("button", name="เลิกทำ").click()
    expect(_own(page, "คะน้า 25 กก.", "ส่ง ศ. 4 ธ.ค.")).to_be_visible()
    group.reload()
    expect(offer).to_contain_text("25 กก.")

    _own(page, "คะน้า 25 กก.", "ส่ง ศ. 4 ธ.ค.").get_by_role("link", name="แก้จำนวน").click()
    page.get_by_label("จำนวน (กก.)").fill("0")
    page.get_by_role("button", name="บันทึกจำนวน").click()
    expect(_own(page, "คะน้า 25 กก.", "ส่ง ศ. 4 ธ.ค.")).to_have_count(0)
