"""What upper rooms register with the ledger: checks that books and facts agree.

A check reads the database and says, by name, whether a rule holds; when it does not, `detail` names
the row. They run on the page "ยอดตรงกันไหม" and in `manage.py rehearse`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Check:
    """One rule and whether it holds.

    Attributes:
        name: short stable name for programs ("journals-balance").
        ok: whether it holds.
        detail: when it does not, the row and the difference; else what was counted.
        title: what a person reads; lazy.
    """

    name: str
    ok: bool
    detail: str
    title: str | Promise = ""


checks: list[Callable[[], Iterable[Check]]] = []
"""Called in the order registered; each may read as much as it needs but writes nothing."""


def register_checks(*functions: Callable[[], Iterable[Check]]) -> None:
    """Add checks, each once."""
    checks.extend(function for function in functions if function not in checks)
