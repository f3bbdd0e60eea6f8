"""Every address of the site, read from the resolver."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from marketplace.parties.access import OUR_PACKAGES


@dataclass(frozen=True, slots=True)
class Address:
    """One URL pattern: its whole route, its name with namespaces, its view."""

    route: str
    name: str
    view: Callable[..., Any]
    arguments: bool

    @property
    def module(self) -> str:
        """Where the view is defined."""
        return str(getattr(getattr(self.view, "view_class", self.view), "__module__", ""))

    @property
    def ours(self) -> bool:
        """Say whether one of our packages wrote the view."""
        return (self.module + ".").startswith(OUR_PACKAGES)


def every_address() -> list[Address]:
    """All addresses, in the order in which they are tried."""
    return list(_walk(get_resolver(), (), "", False))


def our_addresses() -> dict[str, Address]:
    """Our own addresses by name; the first of a name counts, as it does for requests."""
    found: dict[str, Address] = {}
    for address in every_address():
        if address.ours:
            found.setdefault(address.name, address)
    return found


def _walk(
    resolver: URLResolver, names: tuple[str, ...], route: str, arguments: bool
) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        here = route + str(pattern.pattern)
        takes = (
            arguments
            or bool(getattr(pattern.pattern, "converters", None))
            or bool(pattern.pattern.regex.groups)
        )
        if isinstance(pattern, URLPattern):
            name = ":".join([*names, pattern.name or here])
            yield Address(here, name, pattern.callback, takes)
        else:
            inner = (*names, pattern.namespace) if pattern.namespace else names
            yield from _walk(pattern, inner, here, takes)
