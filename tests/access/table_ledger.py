"""Who may open the books: treasurers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marketplace.common.clock import today
from marketplace.ledger.models import Journal
from marketplace.ledger.rules import EntryInput, JournalInput
from marketplace.ledger.services import post

TREASURER = ("treasurer",)

TABLE: dict[str, tuple[str, ...] | str] = {
    "ledger:trial": TREASURER,
    "ledger:adds-up": TREASURER,
    "ledger:chart": TREASURER,
    "ledger:close": TREASURER,
    "ledger:close-now": TREASURER,
    "ledger:reopen": TREASURER,
    "ledger:account": TREASURER,
    "ledger:journal": TREASURER,
    "ledger:journals": TREASURER,
    "ledger:trail": TREASURER,
}


def _account(world: Any) -> dict[str, Any] | None:
    return None if world.foreign else {"code": "pool:price"}


def _journal(world: Any) -> dict[str, Any] | None:
    return None if world.foreign else {"pk": _posted().pk}


def _trail(world: Any) -> dict[str, Any] | None:
    _posted()
    return None if world.foreign else {"kind": "walk", "pk": 1}


def _posted() -> Journal:
    return post(
        by=None,
        journals=[
            JournalInput(
                key="walk",
                event="walk",
                day=today(),
                description="ตัวอย่าง",
                source="walk:1",
                entries=[EntryInput("rounding", 1, "walk"), EntryInput("pool:price", -1, "walk")],
            )
        ],
    )[0]


EXAMPLES: dict[str, Callable[[Any], dict[str, Any] | None]] = {
    "ledger:account": _account,
    "ledger:journal": _journal,
    "ledger:trail": _trail,
}
