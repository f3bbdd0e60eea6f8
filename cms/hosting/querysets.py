"""Reading hosts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import models


class HostQuerySet(models.QuerySet[Any]):
    """Hosts of communities."""

    def open(self) -> HostQuerySet:
        """Those who speak for their community now, with a user who may sign in."""
        return self.filter(ended_at__isnull=True, user__is_active=True)

    def of(self, community_key: UUID) -> HostQuerySet:
        """The present hosts of one community with their users; one query."""
        return self.open().filter(community_key=community_key).select_related("user")
