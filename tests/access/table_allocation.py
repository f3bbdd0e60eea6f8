"""Who opens the allocation's pages."""

from __future__ import annotations

from typing import Any

from orders.allocation.models import Run
from tests.access.world import World

OFFICE = ("staff", "treasurer")

TABLE: dict[str, tuple[str, ...] | str] = {
    "allocation:runs": OFFICE,
    "allocation:run": OFFICE,
    "allocation:check": OFFICE,
    "allocation:export": OFFICE,
    "allocation:compare": OFFICE,
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


EXAMPLES = {
    "allocation:run": _run,
    "allocation:check": _run,
    "allocation:export": _run,
    "allocation:compare": _run,
}
