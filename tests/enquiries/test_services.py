"""Sending and answering enquiries, and what the jobs do by state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cms.enquiries.exceptions import DayNotPossible, NotFromHere
from cms.enquiries.models import Enquiry
from cms.enquiries.services import (
    Asked,
    blank_old,
    chase_unanswered,
    expire_past,
    move_enquiries,
    send_enquiry,
)
from cms.hosting.services import add_hosts, end_hosts
from marketplace.audit.models import AuditEntry
from marketplace.common import clock
from marketplace.common.clock import today
from marketplace.notifications.models import Message
from marketplace.parties.access import Access
from tests.support.people import cooperative, user
from tests.support.public import a_community

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]
START = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with clock.at(START):
        yield


def ask(nonce: str = "a", *, seconds: float | None = 30, trap: str = "", **values: Any) -> Any:
    page = a_community()
    address = values.pop("address", "198.51.100.7")
    asked = {
        "name": "Siti Contoh",
        "reach": "email",
        "contact": "siti@example.test",
        "wanted_day": today() + timedelta(days=12),
        "group_size": 8,
        "message": "two children",
        "language": "en",
        **values,
    }
    return send_enquiry(
        page=page.pk,
        community=page,
        asked=Asked(**asked),
        nonce=nonce,
        address=address,
        trap=trap,
        seconds=seconds,
    )


def test_an_enquiry_reaches_the_hosts_and_the_office_without_the_visitors_name() -> None:
    office = cooperative()
    host = user("host")
    add_hosts(by=None, community=a_community(), users=[host])
    made = ask()
    told = Message.objects.filter(kind="enquiry.new")
    assert {m.recipient for m in told} == {f"user:{host.pk}", f"party:{office.pk}"}
    assert all("Siti" not in m.title + m.body and "siti@" not in m.body for m in told)
    mailed = Message.objects.get(kind="enquiry.visitor.received")
    assert mailed.address == "siti@example.test"
    assert "/en/ask/" in mailed.url
    assert made.state == "new"


def test_the_same_form_twice_is_one_enquiry() -> None:
    assert ask() == ask()
    assert Enquiry.objects.count() == 1


@pytest.mark.parametrize("how", [{"trap": "x"}, {"seconds": None}, {"seconds": 1}])
def test_spam_leaves_nothing(how: dict[str, Any]) -> None:
    assert ask(**how) is None
    assert not Enquiry.objects.exists()
    assert not Message.objects.filter(kind__startswith="enquiry").exists()


def test_an_address_sends_five_an_hour_and_may_again_later() -> None:
    for number in range(5):
        assert ask(f"n{number}", contact=f"a{number}@example.test")
    assert ask("more", contact="b@example.test") is None
    assert ask("elsewhere", contact="c@example.test", address="198.51.100.8")
    with clock.at(START + timedelta(minutes=61)):
        assert ask("later", contact="d@example.test")


def test_a_contact_is_written_to_three_times_a_day_from_whatever_address() -> None:
    for number in range(3):
        assert ask(f"n{number}", address=f"198.51.100.{number}")
    assert ask("more", contact="SITI@example.test", address="198.51.100.99") is None
    with clock.at(START + timedelta(days=1, seconds=1)):
        assert ask("next day", address="198.51.100.99")


def test_a_day_gone_by_or_too_far_is_refused() -> None:
    assert ask("today", wanted_day=today())
    for days in (-1, 401):
        with pytest.raises(DayNotPossible) as caught:
            ask(f"d{days}", wanted_day=today() + timedelta(days=days))
        assert caught.value.where == "wanted_day"


def test_hosts_see_their_own_community_until_they_are_ended() -> None:
    host, stranger = user("host"), user("stranger")
    hosts = add_hosts(by=None, community=a_community(), users=[host])
    add_hosts(by=None, community=a_community("ban-uen", "บ้านอื่นตัวอย่าง"), users=[stranger])
    made = ask()
    assert list(Enquiry.objects.for_access(Access.of(host))) == [made]
    assert not Enquiry.objects.for_access(Access.of(stranger)).exists()
    assert list(Enquiry.objects.for_access(Access.of(user("s", (cooperative(), "staff"))))) == [
        made
    ]
    assert end_hosts(by=None, hosts=hosts) == 1
    assert end_hosts(by=None, hosts=hosts) == 0
    assert not Enquiry.objects.for_access(Access.of(host)).exists()


def test_answering_twice_from_two_phones_is_refused_and_says_where_it_stands() -> None:
    host, made = user("host"), ask()
    move_enquiries(by=host, enquiries=[made], to="answered", reply="มาได้ครับ")
    with pytest.raises(NotFromHere, match="ตอบแล้ว"):
        move_enquiries(by=host, enquiries=[made], to="answered")
    made.refresh_from_db()
    assert (made.state, made.reply, made.acted_by) == ("answered", "มาได้ครับ", host)
    assert Message.objects.get(kind="enquiry.visitor.answered").body == "มาได้ครับ"


def test_one_that_may_not_move_holds_back_the_others() -> None:
    first, second = ask("a"), ask("b")
    move_enquiries(by=None, enquiries=[first], to="declined")
    with pytest.raises(NotFromHere):
        move_enquiries(by=None, enquiries=[first, second], to="agreed")
    second.refresh_from_db()
    assert second.state == "new"


def test_three_days_of_silence_are_told_exactly_once() -> None:
    add_hosts(by=None, community=a_community(), users=[user("host")])
    ask()
    with clock.at(START + timedelta(days=3, seconds=-1)):
        assert chase_unanswered() == 0
    with clock.at(START + timedelta(days=10)):
        assert (chase_unanswered(), chase_unanswered()) == (1, 0)
    told = Message.objects.filter(kind="enquiry.visitor.late")
    assert ["074 000 000" in m.body for m in told] == [True]
    assert Message.objects.filter(kind="enquiry.late", channel="screen").count() == 1


def test_what_nobody_agreed_on_ends_after_its_day() -> None:
    agreed, asked = ask("a"), ask("b")
    move_enquiries(by=None, enquiries=[agreed], to="agreed")
    with clock.at(START + timedelta(days=12)):
        assert expire_past() == 0
    with clock.at(START + timedelta(days=13)):
        assert (expire_past(), expire_past()) == (1, 0)
    agreed.refresh_from_db()
    asked.refresh_from_db()
    assert (agreed.state, asked.state) == ("agreed", "expired")


def test_personal_data_goes_after_its_time_and_figures_stay(settings: Any) -> None:
    settings.ENQUIRY_KEEP_DAYS = 30
    declined, waiting = ask("a"), ask("b")
    move_enquiries(by=None, enquiries=[declined], to="declined", reply="ขอโทษครับ คุณ Siti")
    with clock.at(START + timedelta(days=29)):
        assert blank_old() == 0
    with clock.at(START + timedelta(days=30)):
        assert (blank_old(), blank_old()) == (1, 0)
        declined.refresh_from_db()
        waiting.refresh_from_db()
        assert (declined.name, declined.contact, declined.message, declined.reply) == ("",) * 4
        assert (declined.group_size, declined.state) == (8, "declined")
        assert waiting.name == "Siti Contoh"
    with clock.at(START + timedelta(days=42)):
        assert blank_old() == 1  # thirty days after the visit, though nobody closed it
    left = Message.objects.filter(recipient__startswith="enquiry:")
    assert left
    assert not left.exclude(address="", body="", url="").exists()
    assert "Siti" not in str(list(AuditEntry.objects.values()))


def test_a_blanked_enquiry_takes_no_answer(settings: Any) -> None:
    made = ask()
    with clock.at(START + timedelta(days=200)):
        blank_old()
        with pytest.raises(NotFromHere):
            move_enquiries(by=None, enquiries=[made], to="agreed")


@pytest.mark.parametrize(
    "values",
    [{"group_size": 0}, {"state": "done"}, {"name": ""}, {"state": "lost"}],
)
def test_the_database_refuses_what_cannot_be(values: dict[str, Any]) -> None:
    made = ask()
    with pytest.raises(IntegrityError), transaction.atomic():
        Enquiry.objects.filter(pk=made.pk).update(**values)
