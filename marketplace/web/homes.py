"""The first page of each role; rooms register theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse

if TYPE_CHECKING:
    from marketplace.parties.access import Access

_homes: dict[str, str] = {}

homes_without_role: list[Callable[[Access], str]] = []
"""Asked in turn for whoever acts in no role of the market: the name of her first page, or empty."""


def register_home(role: str, url_name: str) -> None:
    """Say which page a role sees first."""
    _homes[role] = url_name


def home_url_for(access: Access) -> str:
    """Return the address of the first page for the acting role; `/` where there is none."""
    acting = access.acting
    name = _homes.get(acting.name if acting else ("staff" if access.is_superuser else ""), "")
    if not name and acting is None:
        name = next(filter(None, (home(access) for home in homes_without_role)), "")
    if name:
        try:
            return reverse(name)
        except NoReverseMatch:
            pass
    return "/"
