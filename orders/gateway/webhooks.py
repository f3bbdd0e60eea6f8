"""Stripe's events as they come in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from marketplace.parties.access import public
from orders.gateway.exceptions import BadSignature, GatewayOff
from orders.gateway.services import receive_event


@public
@csrf_exempt
@require_POST
def stripe_events(request: HttpRequest) -> HttpResponse:
    """Keep a signed event; 400 to anything else, 404 without keys."""
    try:
        receive_event(body=request.body, signature=request.headers.get("Stripe-Signature", ""))
    except GatewayOff:
        return HttpResponse(status=404)
    except BadSignature:
        return HttpResponse(status=400)
    return HttpResponse(status=200)
