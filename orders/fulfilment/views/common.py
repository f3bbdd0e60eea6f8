"""What the pages of this room share."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.shortcuts import get_object_or_404

from marketplace.common.exceptions import Refusal, Refusals
from marketplace.cycles.models import OrderCycle
from marketplace.parties.access import AccessedRequest
from marketplace.parties.models import RoleName

STAFF = (RoleName.STAFF.value,)
OFFICE = (RoleName.STAFF.value, RoleName.TREASURER.value)
COORDINATORS = (RoleName.COORDINATOR.value, RoleName.STAFF.value)
BUYERS = (
    RoleName.REQUESTER.value,
    RoleName.APPROVER.value,
    RoleName.RECEIVER.value,
    RoleName.FINANCE.value,
)


def form_key() -> str:
    """Draw the key of a form, so that posting it twice is harmless."""
    return uuid4().hex


def the_cycle(pk: int) -> OrderCycle:
    """Return a cycle with its hub, or answer 404."""
    return get_object_or_404(OrderCycle.objects.select_related("hub"), pk=pk)


def tell_refusal(request: AccessedRequest, refusal: Refusal) -> None:
    """Show a refusal above the next page, each of several by itself."""
    for one in refusal.items if isinstance(refusal, Refusals) else [refusal]:
        messages.error(request, str(one.message))
