"""The treasurer's morning: the bank's file in, every row to its bill, growers paid by two pairs of hands."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Enter, Site

WHOLESALER = "ค้าส่งผักตัวอย่าง หาดใหญ่ใน"
SAID = re.compile(r"\S")  # a toast floats: its row is told by its words, not by its size
LATE_HOTEL = "โรงแรมตัวอย่าง หาดใหญ่พลาซ่า"


def _baht(text: str) -> Decimal:
    """The last amount in a text."""
    return Decimal(re.findall(r"[\d,]+\.\d\d", text)[-1].replace(",", ""))


def _open_bills(page: Page, buyer: str) -> list[tuple[str, Decimal]]:
    """What a buyer still owes: (number, baht), the oldest first."""
    page.goto("/bills/")
    rows = page.locator("tbody tr").filter(has_text=buyer).all()
    return [
        (row.get_by_role("link").inner_text(), _baht(row.locator("td.n").last.inner_text()))
        for row in reversed(rows)
    ]


def _statement(balance: Decimal, rows: list[tuple[str, Decimal]]) -> bytes:
    """What the bank's own page exports: CP874, Buddhist years, money in."""
    lines = [
        "รายการเดินบัญชี,ธนาคารตัวอย่าง",
        "เลขที่บัญชี,000-0-00000-1",
        "",
        "วันที่,เวลา,รายการ,ถอนเงิน,ฝากเงิน,ยอดคงเหลือ,ช่องทาง,รายละเอียด",
    ]
    for place, (text, into) in enumerate(rows):
        balance += into
        lines.append(f'23/11/2569,09:0{place},รับโอน,,"{into:,}","{balance:,}",อินเทอร์เน็ต,{text}')
    return "\n".join(lines).encode("cp874")


def _passbook_balance(page: Page) -> Decimal:
    page.goto("/bank/passbook/")
    return _baht(page.get_by_role("heading", level=1).inner_text())


def _waiting(page: Page) -> int:
    """How many rows of the bank wait for a person."""
    return int(re.findall(r"\d+", page.get_by_role("heading", level=1).inner_text())[0])


def _message(page: Page) -> Locator:
    return page.locator(".messages")


@pytest.fixture
def treasurer(enter: Enter, site: Site) -> Page:
    """The treasurer at her desk at half past nine."""
    site.forward(9, 30)
    return enter("treasurer")


def test_a_statement_finds_its_bills_and_a_person_decides_the_rest(treasurer: Page) -> None:
    page = treasurer
    expect(page.get_by_role("heading", level=1)).to_contain_text("ยอดตรงทุกข้อ")
    ((paid, whole),) = _open_bills(page, WHOLESALER)
    (first, owed), (second, _) = _open_bills(page, LATE_HOTEL)
    page.goto("/bills/")
    page.get_by_role("link", name=paid).click()
    reference = page.locator(".paper-pay strong.nowrap").inner_text()
    text = f"{reference} {WHOLESALER}"
    part = owed + 5_000
    page.goto("/bank/")
    waiting = _waiting(page)

    balance = _passbook_balance(page)
    page.goto("/bank/upload/")
    page.get_by_label("ไฟล์รายการเดินบัญชี").set_input_files(
        {
            "name": "statement.csv",
            "mimeType": "text/csv",
            "buffer": _statement(balance, [(text, whole), (LATE_HOTEL, part)]),
        }
    )
    page.get_by_role("button", name="อ่านดูก่อน").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("อ่านได้ครบ จะนำเข้าใหม่ 2 จาก 2 แถว")
    page.get_by_role("button", name="นำเข้า 2 แถว").click()
    expect(_message(page)).to_contain_text("ใหม่ 2 จาก 2 แถว ตัดเอง 1 แถว")
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        f"กระทบยอด: เหลือ {waiting + 1} จาก"
    )

    page.get_by_role("row").filter(has_text=f"{part:,}").get_by_role("link").click()
    page.get_by_role("link", name="แบ่งหลายบิลหรือรับบางส่วน").click()
    row = page.url
    _apply(page, first, owed, second)
    expect(_message(page)).to_have_text(SAID)
    page.goto(row)
    expect(page.get_by_text("แถวนี้ตัดครบแล้ว")).to_be_visible()

    # Taken back, and both bills are owed again; then applied once more.
    page.get_by_role("button", name="ยกเลิกการตัด").first.click()
    expect(_message(page)).to_contain_text("ยกเลิกการตัดแล้ว")
    page.get_by_role("button", name="ยกเลิกการตัด").first.click()
    expect(page.get_by_role("button", name="ยกเลิกการตัด")).to_have_count(0)
    assert _open_bills(page, LATE_HOTEL)[0] == (first, owed)
    page.goto(row)
    _apply(page, first, owed, second)
    expect(_message(page)).to_have_text(SAID)

    page.goto("/bills/")
    expect(page.get_by_role("row").filter(has_text=first)).to_have_count(0)
    expect(page.get_by_role("row").filter(has_text=second)).to_contain_text("เกินกำหนด")
    page.goto("/bills/?show=paid")
    expect(page.get_by_role("row").filter(has_text=paid)).to_contain_text("จ่ายแล้ว")
    _adds_up(page)


def _apply(page: Page, first: str, owed: Decimal, second: str) -> None:
    """One bank row onto two bills: the older in full, the newer in part."""
    page.get_by_label(f"{first} ตัด").fill(str(owed))
    page.get_by_label(f"{second} ตัด").fill("5000")
    page.get_by_role("button", name="ตัดชำระ").click()


def _adds_up(page: Page) -> None:
    page.goto("/ledger/adds-up/")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"ยอดตรงกันทั้ง \d+ ข้อ"))
    expect(page.locator(".check--bad")).to_have_count(0)


def test_growers_are_paid_by_one_who_makes_and_another_who_approves(
    treasurer: Page, enter: Enter
) -> None:
    page = treasurer
    page.get_by_role("link", name="ทำรอบโอนจ่าย").click()
    page.get_by_role("button", name="รวมยอดที่ถึงกำหนด").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text(re.compile(r"โอนจ่าย \d+ ราย"))
    total = _baht(heading.inner_text())
    batch, code = page.url, page.locator(".crumbs [aria-current]").inner_text()
    expect(page.get_by_text("คนที่ทำรอบนี้อนุมัติเองไม่ได้")).to_be_visible()

    checker = enter("checker")
    checker.goto(batch)
    checker.get_by_role("button", name="อนุมัติโอน").click()
    expect(_message(checker)).to_contain_text("อนุมัติ")

    page.reload()
    page.get_by_role("button", name="ส่งธนาคารแล้ว").click()
    expect(_message(page)).to_contain_text("บันทึกว่าส่งธนาคารแล้ว")

    # The bank has taken it: typed from the passbook, matched to this payout by a person.
    balance = _passbook_balance(page)
    line = page.locator("tr[data-line]").first
    line.get_by_label("แถว 1 วันที่").fill("23/11/2569")
    line.get_by_label("แถว 1 รายการ").fill(f"จ่ายค่าผลผลิต {code}")
    line.get_by_label("แถว 1 ถอน").fill(str(total))
    expect(line.locator("[data-expected]")).to_contain_text(f"{balance - total:,}")
    line.get_by_label("แถว 1 คงเหลือ").fill(str(balance - total))
    page.get_by_role("button", name="ตรวจและบันทึก").click()
    expect(_message(page)).to_have_text(SAID)

    page.goto("/bank/")
    page.get_by_role("link", name=f"จ่ายค่าผลผลิต {code}").click()
    chosen = page.locator("#chosen")
    expect(chosen).to_contain_text("ยอดตรงถึงสตางค์")
    chosen.get_by_role("button", name="รับข้อเสนอ").first.click()
    expect(_message(page)).to_have_text(SAID)
    page.goto(batch)
    expect(page.locator(".page-head, main").first).to_contain_text("จ่ายแล้ว")

    grower = enter("grower", 360)
    grower.goto("/settlement/mine/")
    monday = grower.get_by_role("listitem").filter(has_text="ส่ง จ. 16 พ.ย.")
    expect(monday).to_contain_text("จ่ายแล้ว")
    _adds_up(page)
