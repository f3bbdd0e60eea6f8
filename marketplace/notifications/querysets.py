"""Reading messages, scoped to who asks."""

from __future__ import annotations

from typing import Any, Protocol, Self

from django.db import models


class Reader(Protocol):
    """Who asks, as far as this room knows: `marketplace.parties.access.Access`."""

    @property
    def recipients(self) -> list[str]:
        """Whose messages the reader may see (`user:<pk>`, `party:<pk>`)."""
        ...


class MessageQuerySet(models.QuerySet[Any]):
    def for_access(self, access: Reader) -> Self:
        """Messages to the asker and to the parties she acts for; nobody reads another's."""
        return self.filter(recipient__in=access.recipients)

    def on_screen(self) -> Self:
        """What stands in the inbox; mail has its own rows."""
        return self.filter(channel="screen")
