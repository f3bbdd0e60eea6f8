"""The first page of each role; rooms register theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse

if TYPE_CHECKING:
    from marketplace.parties.access import Access

_homes: dict[str, str] = {}


def register_home(role: str, url_name: str) -> None:
    """Say which page a role sees first."""
    _homes[role] = url_name


def home_url_for(access: Access) -> str:
    """Return the address of the first page for the acting role; `/` where there is none."""
    acting = access.acting
    name = _homes.get(acting.name if acting else ("staff" if access.is_superuser else ""), "")
    if name:
        try:
            return reverse(name)
        except NoReverseMatch:
            pass
    return "/"
