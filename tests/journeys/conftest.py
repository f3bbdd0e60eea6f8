"""A running market with the demo's data, and a browser to walk through it.

The market has its own clock (`tests.journeys.market`): the demo is loaded on a Monday at half past
four in the morning, half of the day's goods weighed in, and the clock runs on from there. A journey
that needs a later hour puts it forward with `site.forward`; nothing puts it back. With
LUANGNA_JOURNEY_DEMO the path of a demo loaded before (`python -m tests.journeys.demo FILE`) is cloned
instead of loading one.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from marketplace.common.dates import BANGKOK
from marketplace.demo.scratch import WORK, remove_sqlite
from marketplace.web.compile_messages import compile_all
from tests.journeys.demo import START, environment_of, load_demo
from tests.journeys.market import moment
from tests.suite import ROOT, chromium

SHOTS = Path(os.environ.get("LUANGNA_SHOTS", ROOT / "var" / "shots"))


expect.set_options(timeout=15_000)


@dataclass(frozen=True)
class Site:
    """Where the market is served, and who can sign in: role → (name, password)."""

    url: str
    sign_ins: dict[str, tuple[str, str]]
    clock: Path
    doors: dict[str, Any] = field(default_factory=dict)

    def forward(self, hour: int, minute: int = 0, *, days: int = 0) -> None:
        """Put the market's clock forward to an hour of the first day, or of one `days` later; an hour
        that is past stays so.
        """
        wanted = START.astimezone(BANGKOK).replace(hour=hour, minute=minute) + timedelta(days=days)
        if wanted > moment(self.clock):
            self.clock.write_text(wanted.isoformat())

    def tick(self) -> None:
        """Do what the market's clockwork does every minute."""
        subprocess.run(
            [sys.executable, "-m", "tests.journeys.market", "tick"],
            cwd=ROOT,
            env=environment_of(self.clock.with_suffix(".sqlite3"), self.clock),
            check=True,
            capture_output=True,
        )


def serve_demo(name: str = "journeys") -> Iterator[Site]:
    """Serve the demo from a database of its own, once, until the generator is closed."""
    compile_all()
    path = WORK / f"{name}-{os.getpid()}.sqlite3"
    clock = path.with_suffix(".clock")
    loaded = os.environ.get("LUANGNA_JOURNEY_DEMO")
    if loaded:
        shutil.copyfile(loaded, path)
    else:
        load_demo(path)
    clock.write_text(START.isoformat())
    environment = environment_of(path, clock)
    manage = [sys.executable, "-m", "tests.journeys.market"]
    listed = subprocess.run(
        [*manage, "demo_sign_ins", "--json"],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [*manage, "runserver", f"127.0.0.1:{port}", "--noreload", "--insecure"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url + "/healthz")
        sign_ins = {k: tuple(v) for k, v in json.loads(listed.stdout).items()}
        yield Site(url, sign_ins, clock)
    finally:
        server.terminate()
        server.wait(timeout=10)
        remove_sqlite(path)
        clock.unlink(missing_ok=True)


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """The market that all journeys of a session share."""
    yield from serve_demo()


def _wait_for(url: str) -> None:
    for _ in range(120):
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    raise RuntimeError(f"{url} does not answer")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    path = chromium()
    if path is None:
        pytest.skip("no chromium on this machine")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield running
        running.close()


@pytest.fixture(params=[1280, 360], ids=["desktop", "phone"])
def width(request: pytest.FixtureRequest) -> int:
    """The two widths every journey is walked at."""
    return int(request.param)


@pytest.fixture
def visitor(browser: Browser, site: Site, width: int) -> Iterator[Page]:
    """A page of somebody who is not signed in."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale="th-TH", base_url=site.url
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()


def log_in(page: Page, site: Site, role: str) -> None:
    """Sign in through the one door."""
    name, password = site.sign_ins[role]
    page.goto("/sign-in/")
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", password)
    page.click("main form[action*=sign-in] button.btn--go")
    page.wait_for_load_state()
    assert "/sign-in/" not in page.url


@pytest.fixture
def sign_in(visitor: Page, site: Site) -> Callable[[str], Page]:
    """Sign in as a role of the demo: `sign_in("treasurer")`."""

    def enter(role: str) -> Page:
        log_in(visitor, site, role)
        return visitor

    return enter


Enter = Callable[..., Page]


@pytest.fixture
def enter(browser: Browser, site: Site) -> Iterator[Enter]:
    """Open a window of a role's own, signed in and on its first page: `enter("grower", 360)`.

    Several may be open at once. A script that breaks on any page fails the journey.
    """
    contexts: list[BrowserContext] = []
    broken: list[str] = []

    def _enter(role: str, width: int = 1280) -> Page:
        height = 780 if width < 700 else 900
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale="th-TH",
            base_url=site.url,
            has_touch=width < 700,
            storage_state=site.doors.get(role),
        )
        contexts.append(context)
        context.on("weberror", lambda error: broken.append(str(error.error)))
        page = context.new_page()
        page.set_default_timeout(15_000)
        if role in site.doors:
            page.goto("/start/")
        else:
            log_in(page, site, role)
            site.doors[role] = context.storage_state()
        return page

    yield _enter
    for context in contexts:
        context.close()
    assert broken == []


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Everything here drives a browser; the journeys of a file share a market and keep their order."""
    for item in items:
        item.add_marker(pytest.mark.journey)
        if item.module.__name__ != "tests.journeys.test_pages":
            item.add_marker(pytest.mark.xdist_group(item.module.__name__))
