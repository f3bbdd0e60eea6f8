"""Reading messages, scoped to who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models

if TYPE_CHECKING:
    from marketplace.parties.access import Access


class MessageQuerySet(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """Messages to the asker and to the parties she acts for; nobody reads another's."""
        return self.filter(recipient__in=access.recipients)

    def on_screen(self) -> Self:
        """What stands in the inbox; mail has its own rows."""
        return self.filter(channel="screen")
