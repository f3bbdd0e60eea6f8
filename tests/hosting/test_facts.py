"""Asking again and confirming: once per half-year, in every language, by whose page it is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from cms.hosting.facts import ask_again, confirm_facts
from cms.hosting.services import add_hosts
from cms.models import CommunityPage
from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from marketplace.notifications.models import Message
from marketplace.parties.access import Access
from tests.support.people import cooperative, user
from tests.support.public import a_community, read

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


def at(day: date) -> Any:
    return clock.at(datetime(day.year, day.month, day.day, 3, tzinfo=UTC))


def checked(day: date = date(2026, 1, 15)) -> CommunityPage:
    page = a_community()
    CommunityPage.objects.filter(pk=page.pk).update(checked_on=day)
    page.refresh_from_db()
    return page


def test_hosts_and_the_office_are_asked_once_for_each_half_year() -> None:
    office, host = cooperative(), user("host")
    add_hosts(by=None, community=checked(), users=[host])
    with at(date(2026, 7, 14)):
        assert ask_again() == 0
    with at(date(2026, 7, 15)):
        assert ask_again() == 3  # two on the screen, one by mail
        assert ask_again() == 0
    told = Message.objects.filter(kind="hosting.facts", channel="screen")
    assert set(told.values_list("recipient", flat=True)) == {
        f"user:{host.pk}",
        f"party:{office.pk}",
    }
    with at(date(2027, 3, 1)):  # a job that slept for months asks once
        assert (ask_again(), ask_again()) == (3, 0)


def test_one_tap_records_the_check_in_every_language_and_in_a_waiting_draft() -> None:
    host, page = user("host"), checked()
    add_hosts(by=None, community=page, users=[host])
    page.summary = "ร่างที่ยังไม่เผยแพร่"
    draft = page.save_revision()
    with at(date(2026, 8, 1)):
        assert confirm_facts(by=host, access=Access.of(host), pages=[page.pk]) == 1
        assert confirm_facts(by=host, access=Access.of(host), pages=[page.pk]) == 0
        assert ask_again() == 0
    live = CommunityPage.objects.get(pk=page.pk)
    assert (live.checked_on, live.summary) == (date(2026, 8, 1), "ชุมชนตัวอย่าง")
    draft.refresh_from_db()
    restored = draft.as_object()
    assert (restored.checked_on, restored.summary) == (date(2026, 8, 1), "ร่างที่ยังไม่เผยแพร่")


def test_nobody_confirms_another_communitys_facts() -> None:
    other, page = user("other"), checked()
    add_hosts(by=None, community=a_community("ban-uen", "บ้านอื่นตัวอย่าง"), users=[other])
    with pytest.raises(Refusal, match="ไม่ใช่ของชุมชน"):
        confirm_facts(by=other, access=Access.of(other), pages=[page.pk])
    page.refresh_from_db()
    assert page.checked_on == date(2026, 1, 15)


def test_the_page_offers_the_tap_and_says_the_day(client: Client) -> None:
    host, page = user("host"), checked()
    add_hosts(by=None, community=page, users=[host])
    client.force_login(host)
    with at(date(2026, 8, 1)):
        html = read(client, "/hosting/facts/")
        assert "15 มกราคม 2569" in html
        assert "ถึงเวลาตรวจ 1 หน้า" in html
        done = client.post("/hosting/facts/", {"page": page.pk}, follow=True)
        assert "ตรวจครบแล้ว" in done.content.decode()
        refused = client.post("/hosting/facts/", {"page": 999999}, follow=True)
        assert "ไม่ใช่ของชุมชน" in refused.content.decode()
