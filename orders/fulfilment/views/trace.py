"""The public story of a pack: no name of a person stands here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from marketplace.parties.access import public
from orders.allocation.services.running import amount
from orders.fulfilment.tracing import story_of


@public
def story(request: HttpRequest, code: str) -> HttpResponse:
    """Tell where a pack's produce grew, by which standard, and which way it came."""
    found = story_of(code)
    if found is None:
        return render(request, "fulfilment/no_pack.html", {"code": code[:20]}, status=404)
    context = {
        "story": found,
        "qty": amount(found.pack.qty, found.product),
        "lots": [{"lot": lot, "qty": amount(lot.qty, found.product)} for lot in found.lots],
        "day": found.delivery.cycle.delivery_day,
    }
    return render(request, "fulfilment/trace.html", context)
