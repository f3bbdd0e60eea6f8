"""Telling people: written with the act that caused it, sent after it is committed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from smtplib import SMTPException
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Q

from marketplace.common.clock import now
from marketplace.common.transactions import unit_of_work
from marketplace.notifications.models import Channel, Message

MOST_ATTEMPTS = 5
PAUSES = [timedelta(minutes=m) for m in (2, 10, 60, 360, 1440)]
"""How long to wait before the next attempt, by the number of attempts made."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What to tell one recipient (`user:<pk>` or `party:<pk>`); the same `key` is told only once.

    `on_screen`: False for what only the mail may hold, such as a one-time link.
    """

    key: str
    recipient: str
    kind: str
    title: str
    body: str = ""
    url: str = ""
    email: str = ""
    on_screen: bool = True


@unit_of_work
def tell(*, tellings: Iterable[Telling]) -> int:
    """Put messages into the outbox: on the screen, and by e-mail where an address is given.

    Returns how many were new. Telling the same key again changes nothing.
    """
    rows = []
    for telling in tellings:
        common = {
            "recipient": telling.recipient,
            "kind": telling.kind,
            "title": telling.title[:200],
            "body": telling.body,
            "url": telling.url,
        }
        if telling.on_screen:
            rows.append(Message(key=f"screen:{telling.key}", sent_at=now(), **common))
        if telling.email:
            rows.append(
                Message(
                    key=f"email:{telling.key}",
                    channel=Channel.EMAIL,
                    address=telling.email,
                    **common,
                )
            )
    known = set(Message.objects.filter(key__in=[r.key for r in rows]).values_list("key", flat=True))
    fresh = [row for row in rows if row.key not in known]
    Message.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def send_waiting(*, limit: int = 200) -> int:
    """Send what waits in the e-mail outbox, oldest first; a failure is tried again later.

    Each message is claimed before it is sent, so two workers never send one message, and tried at
    most `MOST_ATTEMPTS` times with a growing pause (`PAUSES`). One that was claimed by a
    process that died is tried again after the pause.

    Returns:
        How many were sent.
    """
    sent = 0
    waiting = (
        Message.objects.filter(
            channel=Channel.EMAIL, sent_at__isnull=True, attempts__lt=MOST_ATTEMPTS
        )
        .filter(Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=now()))
        .order_by("created_at", "pk")[:limit]
    )
    for message in list(waiting):
        if not _claim(message):
            continue
        try:
            send_mail(
                message.title,
                message.body + (f"\n\n{_absolute(message.url)}" if message.url else ""),
                settings.DEFAULT_FROM_EMAIL,
                [message.address],
            )
        except (OSError, SMTPException) as error:
            _note(message, failure=f"{type(error).__name__}: {error}"[:200])
            continue
        _note(message, sent_at=now(), failure="")
        sent += 1
    return sent


@unit_of_work
def _claim(message: Message) -> bool:
    pause = PAUSES[min(message.attempts, len(PAUSES) - 1)]
    return bool(
        Message.objects.filter(
            pk=message.pk, attempts=message.attempts, sent_at__isnull=True
        ).update(attempts=message.attempts + 1, next_attempt_at=now() + pause)
    )


@unit_of_work
def _note(message: Message, **fields: Any) -> None:
    Message.objects.filter(pk=message.pk).update(**fields)


def _absolute(url: str) -> str:
    return urljoin(settings.WAGTAILADMIN_BASE_URL, url)


@unit_of_work
def mark_read(*, recipients: Iterable[str], pk: int | None = None) -> int:
    """Mark the screen messages of these recipients as read (one, or all). Returns how many.

    A party's message is read once for all who act for it.
    """
    messages = Message.objects.filter(
        recipient__in=list(recipients), channel=Channel.SCREEN, read_at__isnull=True
    )
    if pk is not None:
        messages = messages.filter(pk=pk)
    return messages.update(read_at=now())


@unit_of_work
def forget_recipients(*, recipients: Iterable[str]) -> int:
    """Blank address, text and link of every message to these recipients, once personal data may no
    longer be kept; what still waits is not sent. Returns how many.
    """
    return Message.objects.filter(recipient__in=list(recipients)).update(
        title="", address="", body="", url="", attempts=MOST_ATTEMPTS
    )


def unread_count(recipients: Iterable[str]) -> int:
    """Return how many screen messages of these recipients nobody has read."""
    wanted = list(recipients)
    if not wanted:
        return 0
    return Message.objects.filter(
        recipient__in=wanted, channel=Channel.SCREEN, read_at__isnull=True
    ).count()
