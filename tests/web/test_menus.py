"""The menu says where the reader is, also on pages below an entry, and leads with a role's own work."""

from __future__ import annotations

import pytest
from django.urls import reverse

from marketplace.parties.access import Access
from marketplace.web.shells import navigation_for
from tests.support.people import buyer, cooperative, user

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def treasurer() -> Access:
    return Access.of(user("treasurer", (cooperative(), "treasurer")))


def marked(access: Access, path: str) -> list[tuple[str, str]]:
    return [
        (item["url"], item["current"])
        for section in navigation_for(access, path)
        for item in section["items"]
        if item["current"]
    ]


def test_the_page_itself_and_the_closest_entry_above_it_are_marked(treasurer: Access) -> None:
    bills = reverse("invoicing:bills")
    assert marked(treasurer, bills) == [(bills, "page")]
    assert marked(treasurer, reverse("invoicing:bill", args=[7])) == [(bills, "true")]
    ageing = reverse("invoicing:ageing")
    assert marked(treasurer, ageing) == [(ageing, "page")]


def test_a_page_that_belongs_to_no_entry_marks_none(treasurer: Access) -> None:
    assert marked(treasurer, "/nowhere/") == []


def test_the_treasurers_money_comes_right_after_today(treasurer: Access) -> None:
    titles = [str(section["title"]) for section in navigation_for(treasurer, "/")]
    assert titles[:4] == ["วันนี้", "วางบิลและรับเงิน", "จ่ายเกษตรกร", "ธนาคารและบัญชี"]


def test_a_kitchen_finds_its_own_pages_first_and_on_the_bar_of_its_phone() -> None:
    requester = Access.of(user("requester", (buyer(), "requester")))
    sections = navigation_for(requester, "/")
    items = [item for section in sections for item in section["items"]]
    assert items[0]["url"] == reverse("orders:home")
    bar = [item["url"] for item in items if item["tab"]]
    assert reverse("orders:grid") in bar


def test_a_receivers_bar_begins_with_what_arrives_and_holds_the_rest_of_her_pages() -> None:
    receiver = Access.of(user("receiver", (buyer(), "receiver")))
    bar = [item["url"] for item in navigation_for(receiver, "/")[0]["items"]][:4]
    assert bar[0] == reverse("fulfilment:arrivals")
    assert reverse("orders:list") in bar
