"""Who may open cheques: the treasurer acts, the office and the buyer's people look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marketplace.common.clock import today
from orders.cheques.models import Cheque
from orders.cheques.services import deposit_cheques, receive_cheque
from orders.reconciliation.services import open_bank_account

LOOK = ("approver", "finance", "requester", "staff", "treasurer")
TABLE: dict[str, tuple[str, ...] | str] = {
    "cheques:list": LOOK,
    "cheques:cheque": LOOK,
    "cheques:receive": ("treasurer",),
    "cheques:deposit": ("treasurer",),
    "cheques:return": ("treasurer",),
    "cheques:give-back": ("treasurer",),
    "cheques:certificate": ("treasurer",),
    "cheques:slip": ("treasurer",),
}


def _made(world: Any) -> Cheque:
    return receive_cheque(
        by=None,
        buyer=world.its_buyer,
        number="10045678",
        bank="ธนาคารตัวอย่าง",
        dated=today(),
        satang=10_000,
    )


def _cheque(world: Any) -> dict[str, Any] | None:
    return {"pk": _made(world).pk}


def _slip(world: Any) -> dict[str, Any] | None:
    if world.foreign:
        return None
    account = open_bank_account(
        by=None,
        bank="ธนาคารตัวอย่าง",
        number="012-9-99999-9",
        name="สหกรณ์ตัวอย่าง",
        opened_on=today(),
        opening_satang=0,
    )
    return {"pk": deposit_cheques(by=None, cheques=[_made(world)], account=account).pk}


EXAMPLES: dict[str, Callable[[Any], dict[str, Any] | None]] = {
    "cheques:cheque": _cheque,
    "cheques:return": _cheque,
    "cheques:give-back": _cheque,
    "cheques:certificate": _cheque,
    "cheques:slip": _slip,
}
