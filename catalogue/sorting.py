"""The order of a Thai dictionary, for the short lists that are sorted in Python."""

from __future__ import annotations

import re
from typing import Final

_LEADING: Final = re.compile(r"([\u0e40-\u0e44])([\u0e01-\u0e2e])")
_MARKS: Final = re.compile(r"[\u0e47-\u0e4e]")


def thai_key(text: str) -> tuple[str, str]:
    """A sort key: a vowel written before its consonant follows it, tone marks count last.

    "เห็ด" stands among ห, as in the Royal Society's dictionary.
    """
    swapped = _LEADING.sub(r"\2\1", text.lower())
    return _MARKS.sub("", swapped), swapped
