"""The price board that groups read: what growers get, the fees, and what the price pool takes."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from catalogue import asked
from catalogue.partner import sheets
from catalogue.partner.models import PriceNotice
from catalogue.partner.prices import notices_by_day
from catalogue.supply.models import HarvestOffer
from marketplace.common import clock
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import RoleName


@requires(
    RoleName.GROWER, RoleName.COORDINATOR, RoleName.STAFF, RoleName.TREASURER, RoleName.AGENCY
)
def board(request: AccessedRequest) -> HttpResponse:
    """The notice of today or of a coming day; a group's own products first."""
    today = clock.today()
    coming = list(
        PriceNotice.objects.published().filter(valid_from__gt=today).order_by("valid_from")[:6]
    )
    current = PriceNotice.objects.filter(pk__in=notices_by_day([today]).values()).first()
    offered = [notice for notice in (current, *coming) if notice is not None]
    chosen = next(
        (n for n in offered if str(n.pk) == request.GET.get("notice")),
        offered[0] if offered else None,
    )
    across = sheets.columns()
    lines = sheets.lines_of(chosen, across, only_priced=True) if chosen else []
    query = asked.words(request.GET)
    if query:
        lines = [line for line in lines if query.lower() in line.words]
    own: set[int] = set()
    if request.access.group_ids:
        own = set(
            HarvestOffer.objects.filter(
                group_id__in=request.access.group_ids, last_day__gte=today
            ).values_list("product_id", flat=True)
        )
        lines.sort(key=lambda line: line.product.pk not in own)
    acting = request.access.acting
    farmer = acting is not None and acting.name == RoleName.GROWER
    return render(
        request,
        "prices/board.html",
        {
            "shell": "shells/farmer.html" if farmer else "shells/office.html",
            "notices": offered,
            "notice": chosen,
            "current": current,
            "columns": across,
            "lines": lines,
            "own": own,
            "query": query,
            "farmer": farmer,
        },
    )
