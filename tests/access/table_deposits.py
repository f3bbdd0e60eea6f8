"""Who may open deposits: the treasurer acts, office and the buyer's money people look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from marketplace.common.clock import today
from orders.deposits.models import CreditAllowance, DepositUse, UseKind, UseState
from tests.support.money import bill_for

LOOK = ("approver", "finance", "staff", "treasurer")
TABLE: dict[str, tuple[str, ...] | str] = {
    "deposits:list": LOOK,
    "deposits:buyer": LOOK,
    "deposits:apply": ("treasurer",),
    "deposits:give": ("treasurer",),
    "deposits:reclaim": ("treasurer",),
    "deposits:terms": ("treasurer",),
    "deposits:allow": ("staff", "treasurer"),
    "deposits:decide": ("treasurer",),
    "deposits:undo": ("treasurer",),
    "deposits:decide-credit": ("treasurer",),
}


def _buyer(world: Any) -> dict[str, Any] | None:
    return {"pk": world.its_buyer.pk}


def _bill(world: Any) -> dict[str, Any] | None:
    return {"pk": world.its_buyer.pk, "bill": bill_for(world.its_site, world.cycle).pk}


def _use(world: Any) -> dict[str, Any] | None:
    use = DepositUse.objects.create(
        key=uuid4(),
        buyer=world.its_buyer,
        kind=UseKind.RETURNED,
        satang=100,
        day=today(),
        reason="ตัวอย่าง",
        state=UseState.ASKED,
    )
    return {"pk": use.pk}


def _allowance(world: Any) -> dict[str, Any] | None:
    made = CreditAllowance.objects.create(
        key=uuid4(), buyer=world.its_buyer, satang=100, until=today(), reason="ตัวอย่าง"
    )
    return {"pk": made.pk}


EXAMPLES: dict[str, Callable[[Any], dict[str, Any] | None]] = {
    "deposits:buyer": _buyer,
    "deposits:apply": _bill,
    "deposits:give": _buyer,
    "deposits:reclaim": _buyer,
    "deposits:terms": _buyer,
    "deposits:allow": _buyer,
    "deposits:decide": _use,
    "deposits:undo": _use,
    "deposits:decide-credit": _allowance,
}
