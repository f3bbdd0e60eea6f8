"""Which shell a page stands in, and the navigation of each role.

Rooms register their entries in `AppConfig.ready()` through `register_navigation`; this module
knows no room.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Addresses whose language is in the address itself (`/en/`), not the reader's preference.
PUBLIC_PREFIXES = ("/catalogue/", "/search/", "/ask/", "/en/")

SECTIONS: dict[str, str | Promise] = {
    "today": _("วันนี้"),
    "group": _("กลุ่ม"),
    "market": _("ตลาด"),
    "billing": _("วางบิลและรับเงิน"),
    "paying": _("จ่ายเกษตรกร"),
    "books": _("ธนาคารและบัญชี"),
    "registry": _("ทะเบียน"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a menu: shown to holders of `roles`, in a section, in order."""

    section: str
    label: str | Promise
    url_name: str
    roles: frozenset[str]
    icon: str = ""
    order: int = 100
    tab: bool = False
    badge: Callable[[Any], int] | None = field(default=None)
    also: tuple[str, ...] = ()
    """Addresses beginning so belong to this entry too."""


_entries: list[Entry] = []


def register_navigation(*entries: Entry) -> None:
    """Add entries to the menus."""
    for entry in entries:
        if entry not in _entries:
            _entries.append(entry)


def is_public_page(request: HttpRequest) -> bool:
    """Say whether the page's language is decided by its address; middleware may ask before the view is
    known.
    """
    if request.path_info.startswith(PUBLIC_PREFIXES) or request.path_info == "/":
        return True
    try:
        match = request.resolver_match or resolve(request.path_info)
    except Resolver404:
        return False
    return match.url_name == "wagtail_serve"


# Whose work is mostly in some sections finds them right after today's.
_SECTIONS_FIRST = {"treasurer": ("billing", "paying", "books"), "coordinator": ("group",)}

_SHELL_OF_ROLE = {
    "grower": "shells/farmer.html",
    "requester": "shells/buyer.html",
    "approver": "shells/buyer.html",
    "receiver": "shells/buyer.html",
    "finance": "shells/buyer.html",
}


def shell_for(access: Any) -> str:
    """Return the shell of the acting role, for pages that people of every role open.

    `access`: marketplace.parties.access.Access.
    """
    if access is None or access.user is None:
        return "shells/public.html"
    acting = access.acting
    if acting is None:
        return "shells/office.html" if access.is_superuser else "shells/public.html"
    return _SHELL_OF_ROLE.get(acting.name, "shells/office.html")


def navigation_for(access: Any, path: str) -> list[dict[str, Any]]:
    """Return the menu of the acting role: sections with their entries.

    `access`: marketplace.parties.access.Access. `path`: the current address, to mark where the
    reader is.
    """
    acting = access.acting
    names = {acting.name} if acting else set()
    first = _SECTIONS_FIRST.get(acting.name if acting else "", ())
    order = ["today", "buyer", *first, *SECTIONS]
    sections: dict[str, list[dict[str, Any]]] = {key: [] for key in order}
    for entry in sorted(_entries, key=lambda e: e.order):
        if not (entry.roles & names or (access.is_superuser and "staff" in entry.roles)):
            continue
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        sections.setdefault(entry.section, []).append(
            {
                "label": entry.label,
                "url": url,
                "icon": entry.icon,
                "tab": entry.tab,
                "current": "",
                "above": (url, *entry.also),
                "badge": entry.badge(access) if entry.badge else 0,
            }
        )
    _mark_current([item for items in sections.values() for item in items], path)
    return [
        {"title": SECTIONS.get(key, ""), "items": items} for key, items in sections.items() if items
    ]


def _mark_current(items: list[dict[str, Any]], path: str) -> None:
    """Mark the entry of this address, else the closest one above it: a bill stands under "bills"."""
    above = [
        (len(prefix), item)
        for item in items
        for prefix in item["above"]
        if path.startswith(prefix) and prefix != "/"
    ]
    if above:
        closest = max(above, key=lambda pair: pair[0])[1]
        closest["current"] = "page" if closest["url"] == path else "true"
