"""The bank's queue worked by keyboard in a real browser: 200 rows of mixed kinds, one key a row.

Rows are those of the labelled generator that did not post by themselves, over bills of the same
amounts. Time is from the key to the next page's load: the form, the posting, the page that follows
with its suggestions, and the browser's drawing of it. What a person thinks is not in it.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.request

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from playwright.sync_api import Page, sync_playwright

from marketplace.common import clock
from marketplace.parties.models import Buyer, DeliverySite
from orders.reconciliation.services import import_statement, match_automatically
from tests.suite import ROOT, chromium
from tests.support import databases, money, people
from tests.support.bank_noise import Noise, make_noise
from tests.support.ordering import FIRST_DAY, at

SEED = 20_270_202
ROWS = 400
WORKED = 200
LATER = FIRST_DAY + dt.timedelta(days=9)
PASSWORD = "ตัวอย่างรหัสผ่าน-1"


def run() -> list[tuple[str, str, str]]:
    """Fill the queue, serve the market on it, and work through it."""
    path = chromium()
    if path is None:
        return [("queue by keyboard", "skipped: no chromium", "")]
    database = databases.SQLiteDatabase("queue")
    database.prepare()
    clock.set_clock(at(LATER, 9))
    try:
        _fill(make_noise(SEED, ROWS, buyers=12))
        return _worked(str(database.path), path)
    finally:
        clock.set_clock(None)
        database.dispose()


def _fill(noise: Noise) -> None:
    """The generator's bills and rows, with references of real bills."""
    market = money.make_money()
    # The tests' hasher is quick and unknown to a market that is served.
    market.treasurer.password = PBKDF2PasswordHasher().encode(PASSWORD, "luangna-example-salt")
    market.treasurer.save(update_fields=["password"])
    sites: dict[str, DeliverySite] = {}
    for key, names in noise.names.items():
        english, thai = sorted(names)
        buyer = people.buyer(thai)
        Buyer.objects.filter(pk=buyer.pk).update(name_en=english)
        site = DeliverySite.objects.get(pk=market.day.site.pk)
        site.pk, site.buyer = None, buyer
        site.save()
        sites[key] = site
    spelled: dict[str, str] = {}
    for one in noise.documents:
        made = money.bill_for(sites[one.buyer], market.day.cycle, one.open_satang)
        spelled[one.reference] = made.reference
    rows = []
    for labelled in sorted(noise.rows, key=lambda one: one.row.out_satang > 0):
        words = labelled.row.description
        for old, new in spelled.items():
            words = words.replace(old, new)
        rows.append((LATER, labelled.row.in_satang - labelled.row.out_satang, words))
    import_statement(
        by=None, account=market.bank, file_bytes=money.statement(rows), filename="queue.csv"
    )
    match_automatically(account=market.bank)


def _worked(database: str, chromium_path: str) -> list[tuple[str, str, str]]:
    watch = f"{database}.clock"
    with open(watch, "w") as file:
        file.write(clock.now().isoformat())
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.journeys.market", "runserver"),
            *(url.removeprefix("http://"), "--noreload", "--insecure"),
        ],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": f"sqlite:///{database}",
            "DEBUG": "0",
            "LUANGNA_JOURNEY_CLOCK": watch,
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"{url}/healthz")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu"]
            )
            page = browser.new_page(base_url=url, viewport={"width": 1280, "height": 900})
            page.goto("/sign-in/")
            page.fill("input[name=login]", "treasurer@example.test")
            page.fill("input[name=password]", PASSWORD)
            page.click("main form[action*=sign-in] button.btn--go")
            page.wait_for_load_state()
            found = _work(page)
            browser.close()
    finally:
        server.terminate()
        server.wait(timeout=10)
        os.unlink(watch)
    return found


def _work(page: Page) -> list[tuple[str, str, str]]:
    page.goto("/bank/")
    waiting = left = _left(page)
    took: dict[str, list[float]] = {"a": [], "p": []}
    keys = 0
    while waiting - left < WORKED and page.locator("#chosen").count():
        key = "a" if page.locator("form[data-accept]").count() else "p"
        started = time.perf_counter()
        with page.expect_navigation(wait_until="load"):
            page.keyboard.press(key)
        took[key].append((time.perf_counter() - started) * 1000)
        keys, left = keys + 1, _left(page)
    done = waiting - left
    every = sorted(took["a"] + took["p"])
    rows = f"{done} of {waiting} rows that waited"
    return [
        (
            f"queue by keyboard, {rows}, all of the machine's time",
            f"{sum(every) / 1000:.0f} s",
            "< 600 s",
        ),
        ("queue by keyboard, keys a row", f"{keys / max(done, 1):.2f}", ""),
        ("queue by keyboard, one accepted, median", f"{statistics.median(took['a']):.0f} ms", ""),
        (
            "queue by keyboard, one accepted, p95",
            f"{sorted(took['a'])[int(len(took['a']) * 0.95)]:.0f} ms",
            "≤ 300 ms",
        ),
    ]


def _left(page: Page) -> int:
    """How many rows the page says are waiting."""
    return int(re.findall(r"\d+", page.get_by_role("heading", level=1).inner_text())[0])


def _wait_for(url: str) -> None:
    for _turn in range(120):
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    raise RuntimeError(f"{url} does not answer")
