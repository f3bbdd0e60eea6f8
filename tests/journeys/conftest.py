"""A running market with the demo's data, and a browser to walk through it."""

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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from marketplace.demo.scratch import WORK, remove_sqlite, sqlite_template
from tests.suite import ROOT, chromium

SHOTS = Path(os.environ.get("LUANGNA_SHOTS", ROOT / "var" / "shots"))


@dataclass(frozen=True)
class Site:
    """Where the market is served, and who can sign in: role → (name, password)."""

    url: str
    sign_ins: dict[str, tuple[str, str]]


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """Serve the demo from a database of its own."""
    path = WORK / f"journeys-{os.getpid()}.sqlite3"
    shutil.copyfile(sqlite_template(), path)
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{path}",
        "DJANGO_SETTINGS_MODULE": "marketplace.settings.dev",
        "DEBUG": "0",
    }
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "load_demo"], cwd=ROOT, env=environment, check=True)
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
        yield Site(url, {k: tuple(v) for k, v in json.loads(listed.stdout).items()})
    finally:
        server.terminate()
        server.wait(timeout=10)
        remove_sqlite(path)


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


@pytest.fixture
def sign_in(visitor: Page, site: Site) -> Callable[[str], Page]:
    """Sign in as a role of the demo: `sign_in("treasurer")`."""

    def enter(role: str) -> Page:
        name, password = site.sign_ins[role]
        visitor.goto("/sign-in/")
        visitor.fill("input[name=login]", name)
        visitor.fill("input[name=password]", password)
        visitor.click("main form[action*=sign-in] button.btn--go")
        visitor.wait_for_load_state()
        assert "/sign-in/" not in visitor.url
        return visitor

    return enter


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Everything here drives a browser."""
    for item in items:
        item.add_marker(pytest.mark.journey)
