"""Reading enquiries."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from marketplace.parties.access import Access

OPEN = ("new", "answered", "agreed")


class EnquiryQuerySet(models.QuerySet[Any]):
    """Enquiries."""

    def for_access(self, access: Access) -> EnquiryQuerySet:
        """What a reader may see: hosts their community's, the office and the editors all."""
        from cms.hosting.people import hosted, sees_all_communities

        if access.user is None:
            return self.none()
        if sees_all_communities(access):
            return self.all()
        return self.filter(community_key__in=hosted(access))

    def open(self) -> EnquiryQuerySet:
        """Those on which something may still happen."""
        return self.filter(state__in=OPEN)

    def sent_since(self, moment: datetime) -> EnquiryQuerySet:
        """Those sent at a moment (UTC) or later."""
        return self.filter(sent_at__gte=moment)
