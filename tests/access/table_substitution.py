"""Who may see and answer proposals of substitutes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marketplace.common.clock import now
from orders.allocation.models import Run
from orders.substitution.models import Proposal
from tests.access.table_orders import READERS, WRITERS, _order

TABLE: dict[str, tuple[str, ...] | str] = {
    "substitution:list": READERS,
    "substitution:accept": WRITERS,
    "substitution:decline": WRITERS,
    "substitution:reopen": WRITERS,
    "substitution:rule": WRITERS,
}


def _proposal(world: Any) -> dict[str, Any]:
    from orders.models import Order

    order = Order.objects.get(number=_order(world)["number"])
    run = Run.objects.create(
        cycle=world.cycle,
        kind="cutoff",
        engine="x",
        input_sha256="0",
        output_sha256="0",
        is_current=False,
    )
    made = Proposal.objects.create(
        line=order.lines.first(), run=run, short_qty=500, answer_by=now()
    )
    return {"pk": made.pk}


def _buyer(world: Any) -> dict[str, Any]:
    return {"pk": world.its_buyer.pk}


EXAMPLES: dict[str, Callable[[Any], dict[str, Any] | None]] = {
    "substitution:accept": _proposal,
    "substitution:decline": _proposal,
    "substitution:reopen": _proposal,
    "substitution:rule": _buyer,
}
