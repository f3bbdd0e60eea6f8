"""The outbox: what the market tells whom.

A message is written in the transaction that caused it and sent afterwards, once, by channel. It
points at users and parties by string keys.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.common.clock import now
from marketplace.notifications.querysets import MessageQuerySet


class Channel(models.TextChoices):
    SCREEN = "screen", _("หน้าจอ")
    EMAIL = "email", _("อีเมล")


class Message(models.Model):
    """One message to one recipient. `key` makes telling the same thing twice impossible."""

    key = models.CharField(max_length=160, unique=True)
    recipient = models.CharField(max_length=64, db_index=True, help_text="user:<pk> or party:<pk>")
    kind = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=300, blank=True)
    channel = models.CharField(max_length=16, choices=Channel, default=Channel.SCREEN)
    address = models.CharField(max_length=254, blank=True)
    created_at = models.DateTimeField(default=now)
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=200, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["channel", "created_at"],
                condition=models.Q(sent_at__isnull=True),
                name="message_unsent",
            )
        ]
