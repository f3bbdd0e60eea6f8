"""What a reader asked in an address, made harmless: no control characters, no endless texts."""

from __future__ import annotations

import re
from typing import Final

from django.http import QueryDict

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_CODE: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")


def words(query: QueryDict, name: str = "q") -> str:
    """The words of a search box, at most 80 characters; PostgreSQL refuses NUL in a text."""
    return _CONTROL.sub(" ", query.get(name, "")).strip()[:80]


def code(query: QueryDict, name: str) -> str:
    """A code such as a slug; anything else is taken as not asked."""
    value = query.get(name, "")
    return value if _CODE.fullmatch(value) else ""


def number(query: QueryDict, name: str) -> int | None:
    """A primary key; anything else is taken as not asked."""
    value = query.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None
