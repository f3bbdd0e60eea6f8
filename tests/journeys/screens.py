"""Takes the pictures of `docs/screens/` from the demo: `python -m tests.journeys.screens`.

Run by hand after a screen has changed. With LUANGNA_JOURNEY_DEMO a demo loaded by hand is used.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.conftest import Site, log_in, serve_demo
from tests.suite import ROOT, chromium

TARGET = ROOT / "docs" / "screens"
MOST_BYTES = 120_000
DESK, PHONE = (1280, 860), (360, 760)


@dataclass(frozen=True)
class Shot:
    """One picture: its file, who looks, at what size, and the way to the screen."""

    name: str
    role: str
    size: tuple[int, int]
    go: Callable[[Page], object]


def to(address: str) -> Callable[[Page], object]:
    """Open one address."""
    return lambda page: page.goto(address)


def fill_grid(page: Page) -> None:
    """Open a fortnight and type some cells, one of them beyond what is promised."""
    page.goto("/orders/drafts/new/")
    page.get_by_label("ตั้งแต่วันส่ง").fill("7/12/2569")
    page.get_by_label("ถึงวันส่ง").fill("18/12/2569")
    page.get_by_role("button", name="เปิดตารางสั่ง").click()
    for row, amounts in enumerate(
        ((40, 40, 45, 40), (20, 0, 25, 90), (3, 3, 0, 3), (60, 55, 60, 60))
    ):
        cells = page.locator("table.order-grid tbody tr").nth(row).locator("td input:visible")
        for place, amount in enumerate(amounts):
            if amount and cells.count() > place:
                cells.nth(place).fill(str(amount))
    page.evaluate("document.activeElement.blur()")


def tell_a_harvest(page: Page) -> None:
    """Answer the questions up to the days."""
    page.goto("/fulfilment/mine/")
    page.get_by_role("link", name="บอกว่าจะเก็บอะไรอีก").click()
    page.get_by_role("button", name="คะน้า", exact=True).click()
    page.get_by_label("จำนวน (กก.)").fill("25")
    page.get_by_role("button", name="ต่อไป").click()
    page.get_by_role("checkbox", name="ส่ง ศ. 4 ธ.ค.").check()


def weigh(page: Page) -> None:
    """Choose somebody at the scale and type the weight."""
    page.goto("/fulfilment/scale/")
    page.locator(".who__list label").first.click()
    page.locator("input[name=weight]").fill("12.3")


def open_bill(page: Page) -> None:
    """Open the newest bill that is not paid."""
    page.goto("/bills/")
    page.locator("tbody").get_by_role("link", name=re.compile("INV-")).first.click()


def open_run(page: Page) -> None:
    """Open the allocation of today's delivery day."""
    page.goto("/fulfilment/")
    page.get_by_role("link", name="ผลจัดสรร").click()


SHOTS = (
    Shot("home", "", DESK, to("/")),
    Shot("gi-product", "", DESK, to("/som-juk-chana/")),
    Shot("grower-home", "grower", PHONE, to("/fulfilment/mine/")),
    Shot("grower-tells", "grower", PHONE, tell_a_harvest),
    Shot("coordinator-grid", "coordinator", DESK, to("/supply/grid/?day=2026-11-27")),
    Shot("order-grid", "requester", DESK, fill_grid),
    Shot("order-grid-phone", "requester", PHONE, fill_grid),
    Shot("hub-today", "staff", DESK, to("/fulfilment/")),
    Shot("allocation", "staff", DESK, open_run),
    Shot("scale", "staff", DESK, weigh),
    Shot("supply-board", "agency", DESK, to("/supply/board/")),
    Shot("treasurer-home", "treasurer", DESK, to("/settlement/")),
    Shot("bill", "treasurer", DESK, open_bill),
    Shot("adds-up", "treasurer", DESK, to("/ledger/adds-up/")),
)


def take(browser: Browser, site: Site, shot: Shot) -> int:
    """Take one picture and return its size in bytes."""
    width, height = shot.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="th-TH",
        base_url=site.url,
        device_scale_factor=2 if width < 700 else 1,
        reduced_motion="reduce",
    )
    page = context.new_page()
    if shot.role:
        log_in(page, site, shot.role)
    shot.go(page)
    page.wait_for_load_state("networkidle")
    picture = Image.open(BytesIO(page.screenshot()))
    context.close()
    for quality in range(86, 40, -6):
        out = BytesIO()
        picture.convert("RGB").save(out, "WEBP", quality=quality, method=6)
        if out.tell() <= MOST_BYTES:
            break
    (TARGET / f"{shot.name}.webp").write_bytes(out.getvalue())
    return out.tell()


def main() -> None:
    """Load the demo, serve it, take every picture (or those named) and say how large they are."""
    TARGET.mkdir(parents=True, exist_ok=True)
    wanted = set(sys.argv[1:])
    with contextmanager(serve_demo)() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        total = 0
        for shot in SHOTS:
            if not wanted or shot.name in wanted:
                size = take(browser, site, shot)
                total += size
                sys.stdout.write(f"{shot.name:20} {size // 1000:4} KB\n")
        sys.stdout.write(f"{'':20} {total // 1000:4} KB\n")
        browser.close()


if __name__ == "__main__":
    main()
