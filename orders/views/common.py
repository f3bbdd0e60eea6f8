"""What the pages of this room share."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from marketplace.parties.access import AccessedRequest
from marketplace.parties.models import RoleName
from orders.grid import Grid
from orders.rules import Fee


def page(
    request: AccessedRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Draw a page in the shell of whoever reads it: the buyer's, or the hub's back office."""
    acting = request.access.acting
    office = request.access.is_cooperative and (
        acting is None or acting.name in (RoleName.STAFF, RoleName.TREASURER)
    )
    shell = "shells/office.html" if office else "shells/buyer.html"
    return render(request, template, {"shell": shell, "office": office, **context}, status=status)


def zones_of(drawn: Grid) -> list[Fee]:
    """Return the different zone fees of a grid's days, in the order of days."""
    return list(dict.fromkeys(day.zone for day in drawn.days if day.zone is not None))
