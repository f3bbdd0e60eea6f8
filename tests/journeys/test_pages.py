"""Every page in every role's menu opens, fits the width, and can be used by everybody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

ROLES = (
    "grower",
    "coordinator",
    "requester",
    "approver",
    "receiver",
    "finance",
    "staff",
    "treasurer",
    "agency",
)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag22aa"], "resultTypes": ["violations"]}
# Rows are drawn by one loop: what is wrong in the thirteenth is wrong in the first.
MORE_OF_THE_SAME = ["tbody tr:nth-child(n+13)", "main ul > li:nth-child(n+13)"]
# Addresses in two roles' menus are one template: the first role that opens it stands for both.
CHECKED: set[str] = set()
PUBLIC = ("/", "/en/", "/catalogue/", "/en/catalogue/", "/sign-in/", "/parties/register/")
PUBLIC += ("/tha-node/", "/tha-node/up-the-palm-out-on-the-lake/", "/som-juk-chana/", "/ms/")
PUBLIC += ("/ms/tha-node/up-the-palm-out-on-the-lake/", "/ms/som-juk-chana/")


def _menu(page: Page) -> list[str]:
    """The addresses in the menus of the page, each once."""
    found = page.eval_on_selector_all(
        "nav a[href^='/'], .rail a[href^='/'], .tabbar a[href^='/']",
        "links => links.map(link => link.getAttribute('href'))",
    )
    return list(dict.fromkeys(str(href) for href in found))


def _look(page: Page, address: str) -> list[str]:
    """Open a page and return what is wrong with it."""
    answer = page.goto(address)
    wrong = []
    if answer is not None and answer.status >= 400:
        return [f"{address}: {answer.status}"]
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    if wide > 0:
        wrong.append(f"{address}: {wide} px wider than the screen")
    if page.locator("h1").count() == 0:
        wrong.append(f"{address}: no heading")
    return wrong


def _axe(page: Page, address: str) -> list[str]:
    results = Axe().run(page, context={"exclude": MORE_OF_THE_SAME}, options=RULES)
    return [
        f"{address}: {violation['id']} ({violation['nodes'][0]['html'][:120]})"
        for violation in results.response["violations"]
    ]


@pytest.mark.parametrize("role", ROLES)
def test_every_page_in_the_menu_opens_and_fits(
    role: str, sign_in: Callable[[str], Page], width: int
) -> None:
    page = sign_in(role)
    wrong = []
    addresses = [page.url, *_menu(page)]
    for address in addresses:
        wrong += _look(page, address)
        if width == 1280 and address not in CHECKED:
            CHECKED.add(address)
            wrong += _axe(page, address)

    assert len(addresses) > 2, "a role without a menu"
    assert wrong == []


def test_the_public_pages_open_fit_and_can_be_used_by_everybody(visitor: Page, width: int) -> None:
    wrong = []
    for address in PUBLIC:
        wrong += _look(visitor, address)
        wrong += _axe(visitor, address)

    assert wrong == []


def test_the_first_view_is_light(visitor: Page, width: int) -> None:
    sizes: list[int] = []
    visitor.on(
        "response",
        lambda answer: (
            sizes.append(int(answer.headers.get("content-length") or 0))
            if answer.request.resource_type != "image"
            else None
        ),
    )
    visitor.goto("/")
    visitor.wait_for_load_state("networkidle")

    assert sum(sizes) < 250_000  # uncompressed; faces are 20 KB each
