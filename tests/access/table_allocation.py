"""Who opens the allocation's pages."""

from __future__ import annotations

from typing import Any

from orders.allocation.models import Override, Run
from orders.models import Line
from tests.access.table_orders import _order
from tests.access.table_supply import _offer
from tests.access.world import World

OFFICE = ("staff", "treasurer")

TABLE: dict[str, tuple[str, ...] | str] = {
    "allocation:runs": OFFICE,
    "allocation:run": OFFICE,
    "allocation:check": OFFICE,
    "allocation:export": OFFICE,
    "allocation:compare": OFFICE,
    "allocation:replan": OFFICE,
    "allocation:decide": OFFICE,
    "allocation:undo-override": OFFICE,
    "allocation:method": "public",
    "allocation:season": ("coordinator", *OFFICE),
}


def _run(world: World) -> dict[str, Any] | None:
    if world.foreign:
        return None
    run = Run.objects.create(
        cycle=world.cycle, kind="cutoff", engine="x", input_sha256="0", output_sha256="0"
    )
    return {"pk": run.pk}


def _line(world: World) -> dict[str, Any] | None:
    if world.foreign:
        return None
    return {"pk": Line.objects.get(order__number=_order(world)["number"]).pk}


def _override(world: World) -> dict[str, Any] | None:
    if world.foreign:
        return None
    made = _run(world)
    assert made is not None
    line = Line.objects.get(**(_line(world) or {}))
    row = Override.objects.create(
        line=line,
        share=_offer(world).shares.get(),
        run_id=made["pk"],
        before_qty=0,
        qty=1,
        reason="x",
        fill_cost_qty=0,
        gini_without="0",
        gini_with="0",
    )
    return {"pk": row.pk}


EXAMPLES = {
    "allocation:run": _run,
    "allocation:decide": _line,
    "allocation:undo-override": _override,
    "allocation:check": _run,
    "allocation:export": _run,
    "allocation:compare": _run,
}
