"""What is told once, sent once, tried again and read."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from marketplace.common.dates import BANGKOK
from marketplace.notifications.models import Message
from marketplace.notifications.services import MOST_ATTEMPTS, Telling, send_waiting, tell
from tests.support import people

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

MORNING = datetime(2026, 12, 9, 8, 0, tzinfo=BANGKOK)


class DeadServer(EmailBackend):
    """A mail server that is not there."""

    def send_messages(self, messages: object) -> int:
        raise ConnectionRefusedError("no server")


def one(key: str = "a", **values: str) -> Telling:
    return Telling(key=key, recipient="user:1", kind="test", title="เรื่อง", **values)  # type: ignore[arg-type]


def test_the_same_thing_is_told_once():
    assert tell(tellings=[one(email="a@example.test")]) == 2
    assert tell(tellings=[one(email="a@example.test")]) == 0


def test_a_mail_is_sent_once_with_an_address_that_can_be_pressed():
    tell(tellings=[one(email="a@example.test", url="/cycles/")])
    assert send_waiting() == 1
    assert send_waiting() == 0
    assert mail.outbox[0].body.endswith("/cycles/")
    assert "http" in mail.outbox[0].body


def test_a_mail_that_fails_is_tried_again_later_and_not_for_ever(stop_clock, settings):
    stop_clock(MORNING)
    tell(tellings=[one(email="a@example.test")])
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.DeadServer"
    assert send_waiting() == 0
    message = Message.objects.get(channel="email")
    assert (message.attempts, "no server" in message.failure) == (1, True)
    assert send_waiting() == 0
    message.refresh_from_db()
    assert message.attempts == 1  # not before the pause is over
    settings.EMAIL_BACKEND = working
    stop_clock(MORNING + timedelta(minutes=3))
    assert send_waiting() == 1
    settings.EMAIL_BACKEND = f"{__name__}.DeadServer"
    tell(tellings=[one("b", email="a@example.test")])
    for day in range(10):
        stop_clock(MORNING + timedelta(days=2 * day + 1))
        send_waiting()
    assert Message.objects.get(key="email:b").attempts == MOST_ATTEMPTS


def test_the_bell_counts_and_reading_leads_on(client):
    buyer = people.buyer()
    user = people.user("chef", (buyer, "requester"))
    client.force_login(user)
    tell(
        tellings=[
            Telling(f"k{n}", f"party:{buyer.pk}", "test", f"เรื่อง {n}", url="/parties/account/")
            for n in range(2)
        ]
    )
    assert "ข้อความใหม่ 3 เรื่อง" in client.get("/messages/").content.decode()
    first = Message.objects.get(key="screen:k0")
    answer = client.post(f"/messages/{first.pk}/read/")
    assert answer.headers["Location"] == "/parties/account/"
    assert "ข้อความใหม่ 2 เรื่อง" in client.get("/messages/").content.decode()
    client.post("/messages/read/")
    assert "อ่านข้อความครบแล้ว" in client.get("/messages/").content.decode()


def test_a_message_never_leads_off_the_site(client):
    user = people.user("chef")
    client.force_login(user)
    tell(tellings=[Telling("k", f"user:{user.pk}", "test", "เรื่อง", url="//evil.example/")])
    answer = client.post(f"/messages/{Message.objects.get().pk}/read/")
    assert answer.headers["Location"] == "/messages/"


def test_somebody_elses_message_is_not_there(client):
    client.force_login(people.user("chef"))
    tell(tellings=[Telling("k", "user:999", "test", "เรื่อง")])
    assert client.post(f"/messages/{Message.objects.get().pk}/read/").status_code == 404
