"""The coordinator fills the grid for the whole group; a member sees it and may undo it."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.conftest import Enter


def test_the_whole_group_is_told_at_once_and_a_member_takes_it_back(enter: Enter) -> None:
    page = enter("coordinator")
    expect(page.get_by_role("heading", level=1)).to_contain_text("คน เก็บ")
    page.get_by_role("link", name="กรอกผลผลิตทั้งกลุ่ม").click()
    page.get_by_role("link", name="ส่ง จ. 7 ธ.ค.").click()
    expect(page.get_by_text("บอกแล้ว 0 จาก 11 คน")).to_be_visible()

    page.get_by_label("ลุงจำเรียง คะน้า กก.").first.fill("12")
    page.get_by_label("ลุงจำเรียง กวางตุ้ง กก.").first.fill("8.5")
    page.get_by_label("ป้าแดง คะน้า กก.").first.fill("7")
    rows = page.locator("table[data-sums] tbody tr")
    expect(rows.filter(has_text="ลุงจำเรียง").locator("[data-row-sum]")).to_have_text("20.5")
    page.get_by_role("button", name="บันทึกเป็นผลผลิตที่เปิดจอง").click()
    expect(page.get_by_text("บอกแล้ว 2 จาก 11 คน")).to_be_visible()
    expect(rows.filter(has_text="ป้าแดง")).to_contain_text("บอกแล้ว")

    page.goto("/parties/on-behalf/")
    done = page.get_by_role("row").filter(has_text="23 พ.ย. 69").filter(has_text="ลุงจำเรียง")
    expect(done.first).to_contain_text("ผู้ประสาน ตัวอย่าง")

    grower = enter("grower", 360)
    grower.goto("/parties/on-behalf/")
    expect(grower.get_by_role("row").filter(has_text="23 พ.ย. 69").first).to_contain_text(
        "ผู้ประสาน ตัวอย่าง"
    )
    grower.goto("/supply/mine/")
    told = grower.locator("ul.mine > li", has_text="คะน้า 12 กก.").filter(has_text="ส่ง จ. 7 ธ.ค.")
    told.get_by_role("link", name="แก้จำนวน").click()
    history = grower.locator("main")
    expect(history).to_contain_text("ผู้ประสาน ตัวอย่าง")
    grower.get_by_role("button", name="เลิกทำ").click()
    expect(grower.locator(".messages")).to_contain_text("เลิกทำแล้ว")

    page.goto("/supply/offers/?day=2026-12-07")
    offer = page.get_by_role("row", name="เก็บ อา. 6 ธ.ค. · ส่ง จ. 7 ธ.ค.").filter(has_text="คะน้า")
    expect(offer).to_contain_text("7 กก.")
    offer.get_by_role("link", name="คะน้า").first.click()
    expect(page.get_by_text("ป้าแดง").first).to_be_visible()
