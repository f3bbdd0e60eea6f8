"""Who may open the bank: treasurers, nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marketplace.common.clock import today
from orders.reconciliation.models import BankRow
from orders.reconciliation.services import (
    ApplicationInput,
    PassbookRow,
    ProfileInput,
    add_passbook_rows,
    apply_row,
    open_bank_account,
    save_profile,
)

TREASURER = ("treasurer",)

TABLE: dict[str, tuple[str, ...] | str] = {
    f"reconciliation:{name}": TREASURER
    for name in (
        "queue",
        "row",
        "undo",
        "match",
        "upload",
        "passbook",
        "accounts",
        "certificates",
        "profiles",
        "profile",
        "profile_new",
        "note",
        "own",
        "payers",
        "matching",
        "returned",
        "suspense",
        "account",
    )
}


def _typed() -> BankRow:
    account = open_bank_account(
        by=None, bank="ธนาคารตัวอย่าง", number="0123456789", name="ตัวอย่าง", opened_on=today()
    )
    return add_passbook_rows(
        by=None, account=account, rows=[PassbookRow(today(), 10_000, 0, 10_000)]
    )[0]


def _row(world: Any) -> dict[str, Any] | None:
    return None if world.foreign else {"pk": _typed().pk}


def _application(world: Any) -> dict[str, Any] | None:
    if world.foreign:
        return None
    made = apply_row(
        by=None, row=_typed(), applications=[ApplicationInput(10_000, kind="suspense")]
    )
    return {"pk": made[0].pk}


def _profile(world: Any) -> dict[str, Any] | None:
    if world.foreign:
        return None
    made = save_profile(
        by=None,
        values=ProfileInput(code="walk", name="ตัวอย่าง", kind="mt940"),
    )
    return {"pk": made.pk}


def _account(world: Any) -> dict[str, Any] | None:
    return None if world.foreign else {"pk": _typed().account_id}


EXAMPLES: dict[str, Callable[[Any], dict[str, Any] | None]] = {
    "reconciliation:profile": _profile,
    "reconciliation:row": _row,
    "reconciliation:note": _row,
    "reconciliation:returned": _row,
    "reconciliation:own": _application,
    "reconciliation:account": _account,
    "reconciliation:undo": _application,
}
