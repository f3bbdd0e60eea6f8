"""What every page's shell needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from marketplace.notifications.services import unread_count
from marketplace.web.shells import navigation_for


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the access, the acting role and its menu; nothing is read until a template asks."""
    access = getattr(request, "access", None)
    if access is None:
        return {"access": None, "navigation": []}
    return {
        "access": access,
        "navigation": SimpleLazyObject(lambda: navigation_for(access, request.path)),
        "unread_count": SimpleLazyObject(lambda: unread_count(access.recipients)),
    }
