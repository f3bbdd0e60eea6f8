"""What the pages of this room share."""

from __future__ import annotations

import datetime as dt

from marketplace.common.clock import today
from marketplace.parties.access import AccessedRequest
from marketplace.parties.models import RoleName

OFFICE = (RoleName.STAFF, RoleName.TREASURER)
BUYER = (RoleName.REQUESTER, RoleName.APPROVER, RoleName.FINANCE)


def shell_for(request: AccessedRequest) -> str:
    """The shell of whoever reads: the office's, or the buyer's."""
    return "shells/office.html" if request.access.is_cooperative else "shells/buyer.html"


def month_asked(text: str | None) -> dt.date:
    """First day of the month asked for ("2027-01"); this month when none or nonsense."""
    try:
        return dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        return today().replace(day=1)
