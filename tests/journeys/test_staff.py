"""The cooperative's night: from harvest notice over scale to truck; the kitchen accepts at six."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Enter, Site

HOSPITAL = "โรงพยาบาลตัวอย่าง หาดใหญ่"


def test_a_day_from_harvest_notice_to_acceptance(enter: Enter, site: Site) -> None:
    page = enter("staff")
    expect(page.get_by_role("heading", level=1)).to_contain_text("ส่ง จ. 23 พ.ย.: ต้องดู")
    _read_a_notice(page)
    _weigh_one(page)
    _close_pack_and_send(page, site)

    site.forward(6, 30)
    _accept_with_one_line_short(enter("receiver", 360))

    # The outcome stands at the hub: accepted, and the line that came short with its reason.
    page.goto("/fulfilment/")
    delivery = page.get_by_role("listitem").filter(has_text=HOSPITAL)
    expect(delivery).to_contain_text("ตรวจรับแล้ว")
    delivery.get_by_role("link", name=HOSPITAL).click()
    page.get_by_role("link", name="ผลตรวจรับ", exact=True).click()
    expect(page.get_by_role("row").filter(has_text="ผักกาดหอม")).to_contain_text("ช้ำ")


def _read_a_notice(page: Page) -> None:
    page.get_by_role("link", name="ใบแจ้งเก็บ", exact=True).click()
    group = page.locator("section.card", has_text="กลุ่มผักปลอดภัยบ้านตัวอย่างเขาพระ")
    group.get_by_role("button", name="คัดลอกข้อความ").first.click()
    expect(group.get_by_text("คัดลอกแล้ว").first).to_be_visible()
    text = group.locator("pre").first
    expect(text).to_contain_text("ลุงจำเรียง: ")
    expect(text).to_contain_text("เก็บ อา. 22 พ.ย. · ส่ง จ. 23 พ.ย.")
    waiting = group.get_by_role("row").filter(has_text="ลุงจำเรียง")
    waiting.get_by_role("button", name="รับทราบแทน").click()
    expect(waiting).to_contain_text("รับทราบ")
    expect(waiting.get_by_role("button", name="รับทราบแทน")).to_have_count(0)


def _weigh_one(page: Page) -> None:
    page.goto("/fulfilment/")
    page.get_by_role("link", name="เปิดหน้าชั่ง").first.click()
    left = page.get_by_role("heading", name=re.compile(r"เหลือ \d+ จาก \d+"))
    before = int(re.findall(r"\d+", left.inner_text())[1])
    page.get_by_placeholder("พิมพ์ชื่อหรือผลผลิต").fill("ถั่วฝักยาว")
    page.locator(".who__list label:visible").first.click()
    for key in ("1", "2", ".", "3"):
        page.get_by_role("button", name=key, exact=True).click()
    expect(page.locator("[data-result]")).to_have_text("10.5")  # less one green crate of 1.8 kg
    expect(page.locator("[data-amount]")).to_contain_text("฿")
    page.get_by_role("button", name="บันทึก คนต่อไป").click()
    surely = page.get_by_role("button", name="ใช่ น้ำหนักถูกแล้ว")
    saved = page.get_by_role("link", name="พิมพ์ใบชั่ง")
    expect(surely.or_(saved)).to_be_visible()
    if surely.is_visible():
        surely.click()
    expect(page.locator(".messages")).to_contain_text("10.5 กก.")
    expect(left).to_contain_text(f"เหลือ {before - 1}")

    with page.context.expect_page() as opened:
        saved.click()
    slip = opened.value
    expect(slip.get_by_role("heading", level=1)).to_contain_text("ใบชั่ง")
    expect(slip.locator("main")).to_contain_text("10.5 กก.")
    expect(slip.locator("main")).to_contain_text("เงินออก")
    slip.close()
    page.get_by_role("link", name="กลับหน้ารอบส่ง").click()


def _close_pack_and_send(page: Page, site: Site) -> None:
    site.forward(4, 55)
    page.get_by_role("button", name="ปิดชั่งรับ").click()
    page.get_by_role("button", name="ปิดทั้งที่ยังขาด").click()
    expect(page.locator(".messages")).to_contain_text("ปิดชั่งรับแล้ว")

    page.get_by_role("link", name="แพ็คและออกส่ง", exact=True).last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("รอแพ็ค 9 แห่ง")
    page.get_by_role("button", name="แพ็ค 9 แห่ง").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("พร้อมออกส่ง 9 แห่ง")

    hospital = page.get_by_role("row").filter(has_text=HOSPITAL)
    hospital.get_by_role("link", name="ป้าย").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ป้ายแพ็ค")
    label = page.locator(".label-card").first
    expect(label.locator("svg")).to_be_visible()
    label.get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"/t/\w+"))
    expect(page.locator("main")).not_to_contain_text("ลุงจำเรียง ตัวอย่าง")

    page.goto("/fulfilment/packing/")
    site.forward(5, 20)
    page.get_by_label("คนส่ง").fill("บังดล ตัวอย่าง")
    page.get_by_role("button", name="ออกส่ง 9 แห่ง").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("แพ็คและส่งครบแล้ว")
    hospital.get_by_role("link", name="ใบส่งของ").click()
    expect(page.locator("main")).to_contain_text("ผักกาดหอม")


def _accept_with_one_line_short(page: Page) -> None:
    page.goto("/fulfilment/arrivals/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("มีของรอตรวจรับ 1 เที่ยว")
    page.get_by_role("main").get_by_role("link", name="ตรวจรับ", exact=True).click()
    line = page.locator("li[data-line]", has_text="ผักกาดหอม")
    line.get_by_text("ไม่รับบางส่วน").click()
    line.get_by_label("ไม่รับเท่าไร").fill("2")
    line.get_by_role("button", name="ช้ำ", exact=True).click()
    line.get_by_text("คุณภาพ").first.click()
    page.get_by_role("button", name="รับทั้งหมด").click()
    total = int(re.findall(r"\d+", page.get_by_role("heading", level=1).inner_text())[1])
    expect(page.locator("[data-answered]")).not_to_have_text("1")
    assert total > 1
    page.get_by_label("ชื่อผู้รับ").fill("คนรับของ ตัวอย่าง")
    page.get_by_role("button", name="ยืนยันการตรวจรับ").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ตรวจรับแล้ว ต่างจากที่สั่ง")
    expect(page.get_by_role("row").filter(has_text="ผักกาดหอม")).to_contain_text("ไม่รับ 2 กก.")
