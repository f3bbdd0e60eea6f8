"""Telling people: written with the act that caused it, sent after it is committed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import send_mail

from marketplace.common.clock import now
from marketplace.common.transactions import unit_of_work
from marketplace.notifications.models import Channel, Message

MOST_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Telling:
    """What to tell one recipient (`user:<pk>` or `party:<pk>`); the same `key` is told only once."""

    key: str
    recipient: str
    kind: str
    title: str
    body: str = ""
    url: str = ""
    email: str = ""


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
    """Send what waits in the e-mail outbox, oldest first; a failure is tried again next time.

    Returns how many were sent.
    """
    sent = 0
    waiting = Message.objects.filter(
        channel=Channel.EMAIL, sent_at__isnull=True, attempts__lt=MOST_ATTEMPTS
    ).order_by("created_at")[:limit]
    for message in list(waiting):
        Message.objects.filter(pk=message.pk).update(attempts=message.attempts + 1)
        try:
            send_mail(
                message.title,
                message.body + (f"\n\n{message.url}" if message.url else ""),
                settings.DEFAULT_FROM_EMAIL,
                [message.address],
            )
        except OSError:
            continue
        Message.objects.filter(pk=message.pk).update(sent_at=now())
        sent += 1
    return sent


def mark_read(*, recipients: Iterable[str], pk: int | None = None) -> int:
    """Mark the screen messages of these recipients as read (one, or all). Returns how many."""
    messages = Message.objects.filter(recipient__in=list(recipients), read_at__isnull=True)
    if pk is not None:
        messages = messages.filter(pk=pk)
    return messages.update(read_at=now())
