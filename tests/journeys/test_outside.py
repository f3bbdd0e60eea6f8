"""Those who only look: the support agency, and a visitor from across the border."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Enter


def test_the_agency_reads_boards_and_never_bank_data(enter: Enter) -> None:
    page = enter("agency")
    page.get_by_role("navigation").get_by_role("link", name="กระดานผลผลิต").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("table").first).to_be_visible()
    page.get_by_role("navigation").get_by_role("link", name="กลุ่มเกษตรกร").first.click()
    group = page.get_by_role("main").get_by_role("link", name="กลุ่มผักปลอดภัยบ้านตัวอย่างเขาพระ")
    group.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("เขาพระ")
    expect(page.locator("main")).not_to_contain_text("ธนาคาร")
    expect(page.locator("main")).not_to_contain_text("•••")
    for closed in ("/bank/", "/settlement/payouts/", "/ledger/adds-up/"):
        answer = page.goto(closed)
        assert answer is not None
        assert answer.status in (403, 404)


def test_a_visitor_finds_the_gi_fruit_what_is_on_offer_and_the_same_in_english(
    visitor: Page, width: int
) -> None:
    page = visitor
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="เรื่องของส้มจุกจะนะ").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ส้มจุกจะนะ")
    lots = page.locator("section.card", has=page.get_by_role("heading", name="จองได้ตอนนี้"))
    expect(lots).to_contain_text("วิสาหกิจชุมชนส้มจุกตัวอย่างจะนะ")
    expect(lots).to_contain_text("กก.")
    page.locator("header, nav").get_by_role("link", name="EN").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Som Juk Chana")
    page.get_by_role("link", name="See the listings").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Som Juk")
    expect(page.locator("html")).to_have_attribute("lang", "en")
