"""Those beside the kitchen: who approves, and who pays the bill."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.conftest import Enter


def test_finance_opens_and_prints_a_bill_with_its_qr(enter: Enter) -> None:
    treasurer = enter("treasurer")
    treasurer.goto("/bills/month/")
    row = treasurer.get_by_role("row").filter(has_text="โรงพยาบาลตัวอย่าง หาดใหญ่")
    row.get_by_role("button", name="ออกใบแจ้งหนี้").click()
    expect(treasurer.get_by_role("heading", level=1)).to_be_visible()

    page = enter("finance")
    page.get_by_role("navigation").get_by_role("link", name="บิล").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("บิลค้าง 1 ใบ")
    bill = page.get_by_role("row").filter(has_text="รอจ่าย")
    bill.get_by_role("link").click()
    expect(page.get_by_role("img", name="คิวอาร์สำหรับจ่ายบิลนี้").locator("svg")).to_be_visible()
    # A hospital holds 1 % back; the QR asks for what is left of the bill.
    expect(page.locator(".paper-pay")).to_contain_text("คิวอาร์นี้ขอยอด ฿")
    expect(page.locator(".totals")).to_contain_text("ภาษีหัก ณ ที่จ่าย")

    # On paper there is the bill and nothing to press.
    page.emulate_media(media="print")
    expect(page.get_by_role("img", name="คิวอาร์สำหรับจ่ายบิลนี้")).to_be_visible()
    expect(page.get_by_role("button", name="พิมพ์")).to_be_hidden()


def test_the_approver_sees_what_comes_and_what_it_is_worth(enter: Enter) -> None:
    page = enter("approver")
    expect(page.get_by_role("heading", level=1)).to_contain_text("วันนี้มา")
    page.get_by_role("navigation").get_by_role("link", name="ใบจอง").first.click()
    order = page.get_by_role("main").get_by_role("link", name="AO-2569-").first
    number = order.inner_text()
    order.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)
    expect(page.get_by_text("ประมาณการ (บาท)")).to_be_visible()
