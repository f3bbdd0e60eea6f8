"""What upper rooms register with the ledger: checks that books and facts agree, and where the
sources of entries can be looked at.

A check reads the database and says, by name, whether a rule holds; when it does not, `detail` names
the row. They run on the page "ยอดตรงกันไหม" and in `manage.py rehearse`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

Term = tuple[str, str, "str | Promise"]
"""Sign ("", "+", "−", "="), figure, and its word."""


@dataclass(frozen=True, slots=True)
class Check:
    """One rule and whether it holds.

    Attributes:
        name: short stable name for programs ("journals-balance").
        ok: whether it holds.
        detail: when it does not, the row and the difference; else what was counted.
        title: what a person reads; lazy.
        terms: the equation behind it, (sign, figure, word) each, the last with "=".
    """

    name: str
    ok: bool
    detail: str
    title: str | Promise = ""
    terms: tuple[Term, ...] = ()


checks: list[Callable[[], Iterable[Check]]] = []
"""Called in the order registered; each may read as much as it needs but writes nothing."""


def register_checks(*functions: Callable[[], Iterable[Check]]) -> None:
    """Add checks, each once."""
    checks.extend(function for function in functions if function not in checks)


@dataclass(frozen=True, slots=True)
class SourceLink:
    """What an entry's source is called, and its page (empty where it has none)."""

    label: str
    url: str = ""


SourceReader = Callable[[list[int]], dict[int, SourceLink]]

_sources: dict[str, SourceReader] = {}


def register_source(prefix: str, reader: SourceReader) -> None:
    """Say how sources such as `line:<pk>` are read: primary keys in, their links out."""
    _sources[prefix] = reader


def source_links(sources: Iterable[str]) -> dict[str, SourceLink]:
    """The links of many sources; one reading per kind, and the bare key where nobody reads it."""
    wanted: dict[str, list[int]] = {}
    found: dict[str, SourceLink] = {}
    for source in set(sources):
        prefix, _, pk = source.partition(":")
        found[source] = SourceLink(source)
        if prefix in _sources and pk.isdigit():
            wanted.setdefault(prefix, []).append(int(pk))
    for kind, pks in wanted.items():
        for number, link in _sources[kind](pks).items():
            found[f"{kind}:{number}"] = link
    return found


# ---- what must hold before a month closes ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CloseLine:
    """One line of the month's checklist.

    Attributes:
        name: short stable name for programs ("bank-to-the-last-day").
        ok: whether it holds.
        title: what a person reads; lazy.
        detail: what is missing, in words or figures.
        url: the page where it is put right.
        must: the month does not close while it does not hold.
    """

    name: str
    ok: bool
    title: str | Promise
    detail: str | Promise = ""
    url: str = ""
    must: bool = True


close_lines: list[Callable[[dt.date, dt.date], Iterable[CloseLine]]] = []
"""Called with the first and the last day of a month, in the order registered; write nothing."""


def register_close_lines(*functions: Callable[[dt.date, dt.date], Iterable[CloseLine]]) -> None:
    """Add lines to the month's checklist, each function once."""
    close_lines.extend(function for function in functions if function not in close_lines)
