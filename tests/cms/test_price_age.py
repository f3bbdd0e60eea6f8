"""How long a price stands: the figure for a year, then "ring and ask", then an explanation."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from cms.demo_content import load_demo_pages
from cms.facts import months_after
from cms.hosting.facts import confirm_facts, confirm_prices
from cms.hosting.services import add_hosts
from cms.models import CommunityPage, ProgrammePage
from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal
from marketplace.parties.access import Access
from tests.support.people import user
from tests.support.public import linked_data, read

pytestmark = pytest.mark.django_db
TRIP = "/tha-node/up-the-palm-out-on-the-lake/"


@pytest.fixture(autouse=True)
def _pages(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    load_demo_pages()


def old_price(months: int | None) -> date | None:
    """Let the prices have been checked so many months and a day ago, the facts today."""
    day = None if months is None else months_after(today(), -months).replace(day=1)
    ProgrammePage.objects.update(price_checked_on=day, checked_on=today())
    return day


@pytest.mark.parametrize(
    ("months", "table", "ask", "hidden"),
    [
        (2, True, False, False),
        (14, False, True, False),
        (None, False, True, False),
        (26, False, False, True),
    ],
)
def test_a_price_grows_old_on_every_page_that_tells_it(
    client: Client, months: int | None, table: bool, ask: bool, hidden: bool
) -> None:
    old_price(months)
    page = ProgrammePage.objects.get(locale__language_code="th")
    price = f'<td class="n">{page.prices[0].value["baht"]}</td>'
    html = read(client, TRIP)
    assert (price in html, "โทรสอบถาม" in html, "ซ่อนราคาไว้" in html) == (table, ask, hidden)
    assert any("offers" in one for one in linked_data(html)) is table
    line = read(client, "/tha-node/")
    assert (f"คนละ {page.lowest_baht} บาท" in line, "ราคา โทรสอบถาม" in line) == (table, ask)
    for code in ("", "/en"):
        assert client.get(code + TRIP).status_code == 200


def test_the_facts_and_the_prices_are_two_questions(client: Client) -> None:
    host, page = user("host"), ProgrammePage.objects.get(locale__language_code="th")
    community = CommunityPage.objects.get(locale__language_code="th")
    add_hosts(by=None, community=community, users=[host])
    day = old_price(14)
    client.force_login(host)
    assert "ราคายังเท่าเดิมไหม" in read(client, "/hosting/facts/")
    access = Access.of(host)
    confirm_facts(by=host, access=access, pages=[page.pk])
    page.refresh_from_db()
    assert page.price_checked_on == day
    client.post("/hosting/facts/", {"page": page.pk, "what": "prices"})
    assert set(ProgrammePage.objects.values_list("price_checked_on", flat=True)) == {today()}
    assert confirm_prices(by=host, access=access, pages=[page.pk]) == 0
    with pytest.raises(Refusal) as refused:
        confirm_prices(by=host, access=access, pages=[community.pk])
    assert refused.value.code == "not-yours"
