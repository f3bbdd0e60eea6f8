"""Who may open what growers are owed: treasurers all; a grower and a coordinator their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.support.money import (
    advance_for,
    batch_for,
    early_for,
    hand_on_for,
    note_for,
    outside_for,
    owed_to,
    payment_voucher_for,
    voucher_for,
)

OFFICE = ("staff", "treasurer")
TREASURER = ("treasurer",)

TABLE: dict[str, tuple[str, ...] | str] = {
    "settlement:home": TREASURER,
    "settlement:ahead": TREASURER,
    "settlement:taxes": TREASURER,
    "settlement:members-year": TREASURER,
    "settlement:growers": OFFICE,
    "settlement:group": ("coordinator", "staff", "treasurer"),
    "settlement:person": ("grower", "coordinator", "staff", "treasurer"),
    "settlement:mine": ("grower", "coordinator"),
    "settlement:payees": TREASURER,
    "settlement:person-payee": TREASURER,
    "settlement:group-payee": TREASURER,
    "settlement:deductions": TREASURER,
    "settlement:new-deduction": TREASURER,
    "settlement:deduction-terms": TREASURER,
    "settlement:move-deduction": TREASURER,
    "settlement:hand-ons": TREASURER,
    "settlement:new-hand-on": TREASURER,
    "settlement:hand-on": TREASURER,
    "settlement:decide-hand-on": TREASURER,
    "settlement:early": TREASURER,
    "settlement:move-early": TREASURER,
    "settlement:notes": TREASURER,
    "settlement:answer-note": TREASURER,
    "settlement:question": ("grower", "coordinator"),
    "settlement:payouts": TREASURER,
    "settlement:batch": TREASURER,
    "settlement:payout-file": TREASURER,
    "settlement:payout-limits": TREASURER,
    "settlement:move-batch": TREASURER,
    "settlement:fail": TREASURER,
    "settlement:came-back": TREASURER,
    "settlement:cash": TREASURER,
    "settlement:payment-vouchers": TREASURER,
    "settlement:new-payment-voucher": TREASURER,
    "settlement:payment-voucher": TREASURER,
    "settlement:payment-voucher-pdf": TREASURER,
    "settlement:decide-payment-voucher": TREASURER,
    "settlement:void-payment-voucher": TREASURER,
    "settlement:voucher": ("grower", "coordinator", "treasurer"),
}


def _batch(world: Any) -> dict[str, Any] | None:
    return None if world.foreign else {"pk": batch_for(world.person, world.group, world.cycle).pk}


def _payment_voucher(world: Any) -> dict[str, Any] | None:
    return None if world.foreign else {"pk": payment_voucher_for(world.cycle).pk}


def _hand_on(world: Any) -> dict[str, Any] | None:
    return None if world.foreign else {"pk": hand_on_for().pk}


EXAMPLES: dict[str, Callable[[Any], dict[str, Any] | None]] = {
    "settlement:group": lambda world: {"pk": world.its_group.pk},
    "settlement:person": lambda world: {"pk": world.its_person.pk},
    "settlement:person-payee": lambda world: {"pk": world.its_person.pk},
    "settlement:group-payee": lambda world: {"pk": world.its_group.pk},
    "settlement:move-deduction": lambda world: (
        None
        if world.foreign
        else {"pk": advance_for(world.person, world.group).pk, "step": "approve"}
    ),
    "settlement:new-hand-on": lambda world: {"kind": "saving"},
    "settlement:hand-on": _hand_on,
    "settlement:decide-hand-on": lambda world: (
        None if world.foreign else {**(_hand_on(world) or {}), "step": "agree"}
    ),
    "settlement:move-early": lambda world: (
        None
        if world.foreign
        else {"pk": early_for(world.person, world.group, world.cycle).pk, "step": "approve"}
    ),
    "settlement:answer-note": lambda world: (
        None if world.foreign else {"pk": note_for(world.person, world.group, world.cycle).pk}
    ),
    "settlement:question": lambda world: {
        "pk": owed_to(world.its_person, world.its_group, world.cycle).pk
    },
    "settlement:batch": _batch,
    "settlement:payout-file": lambda world: (
        None if world.foreign else {**(_batch(world) or {}), "profile": "list"}
    ),
    "settlement:move-batch": lambda world: (
        None if world.foreign else {**(_batch(world) or {}), "step": "approve"}
    ),
    "settlement:fail": lambda world: (
        None
        if world.foreign
        else {"pk": batch_for(world.person, world.group, world.cycle).items.get().pk}
    ),
    "settlement:came-back": lambda world: (
        None
        if world.foreign
        else {"pk": batch_for(world.person, world.group, world.cycle).items.get().pk}
    ),
    "settlement:new-payment-voucher": lambda world: (
        None if world.foreign else {"kind": "lot", "pk": outside_for(world.cycle).pk}
    ),
    "settlement:payment-voucher": _payment_voucher,
    "settlement:payment-voucher-pdf": _payment_voucher,
    "settlement:decide-payment-voucher": _payment_voucher,
    "settlement:void-payment-voucher": _payment_voucher,
    "settlement:voucher": lambda world: {
        "pk": voucher_for(world.its_person, world.its_group, world.cycle).pk
    },
}
