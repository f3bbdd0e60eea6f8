"""Reading scenarios, scoped to who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models

if TYPE_CHECKING:
    from marketplace.parties.access import Access


class ScenarioQuerySet(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """The cooperative all, an agency what has a result, nobody else any."""
        if access.is_cooperative:
            return self
        return self.filter(state="done") if access.is_agency else self.none()
