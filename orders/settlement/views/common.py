"""What several pages of this room share."""

from __future__ import annotations

from marketplace.parties.models import RoleName

OFFICE = (RoleName.STAFF, RoleName.TREASURER)
