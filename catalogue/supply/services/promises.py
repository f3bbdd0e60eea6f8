"""Promises once the reservations are consumed: what a plan or the scale cannot keep.

After the run at cut-off nothing is reserved any more, so the room above says, by holder, what it
promised and what that promise is short of. This room keeps the list: who must act, by when, and
that a shortage is over as soon as something else covers it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Sum
from django.utils.translation import gettext as _

from catalogue.supply import hooks
from catalogue.supply.models import Shortage
from catalogue.supply.services.cuts import write_shortages
from marketplace.accounts.models import User
from marketplace.audit.services import record_many
from marketplace.common.clock import now
from marketplace.common.transactions import unit_of_work
from marketplace.cycles.models import OrderCycle


@dataclass(frozen=True, slots=True)
class Promise:
    """What a holder was promised on a cycle and what it gets now, base units."""

    product_id: int
    promised_qty: int
    kept_qty: int

    @property
    def short_qty(self) -> int:
        return max(0, self.promised_qty - self.kept_qty)


def open_shortages(*, cycle_id: int) -> dict[str, int]:
    """Return what is short and not yet dealt with on a cycle, base units by holder."""
    return dict(
        Shortage.objects.filter(cycle=cycle_id, settled_at__isnull=True)
        .order_by()
        .values_list("holder")
        .annotate(total=Sum("qty"))
    )


@unit_of_work
def follow_promises(
    *, cycle: OrderCycle, promises: Mapping[str, Promise], cause: str, by: User | None
) -> list[Shortage]:
    """Bring the list of shortages of a cycle to what these holders are short of now.

    More than the list says becomes a new shortage, with owner and deadline; what is covered again
    (a late lot, a move, goods bought outside, surplus) is taken off, the newest shortage first.
    Works by state: the same figures again change nothing.

    Args:
        promises: by holder; `promised_qty` counts what its open shortages took off the promise.
        cause: why it is short, for the list and for who is told.

    Returns:
        The shortages that were made.
    """
    standing: dict[str, list[Shortage]] = defaultdict(list)
    for row in (
        Shortage.objects.select_for_update()
        .filter(cycle=cycle, holder__in=list(promises), settled_at__isnull=True)
        .order_by("pk")
    ):
        standing[row.holder].append(row)
    fresh: list[tuple[str, int, int]] = []
    covered: list[tuple[Shortage, int]] = []
    for holder, promise in sorted(promises.items()):
        known = sum(row.qty for row in standing[holder])
        if promise.short_qty > known:
            fresh.append((holder, promise.product_id, promise.short_qty - known))
        over = known - promise.short_qty
        for row in reversed(standing[holder]):
            if over <= 0:
                break
            covered.append((row, min(over, row.qty)))
            over -= covered[-1][1]
    _cover(covered, by)
    return write_shortages(
        [
            Shortage(holder=holder, cycle=cycle, product_id=product, qty=qty, cause=cause[:200])
            for holder, product, qty in fresh
        ]
    )


def _cover(covered: list[tuple[Shortage, int]], by: User | None) -> None:
    """Take off what is covered: a shortage with nothing left is settled, its figure stays."""
    if not covered:
        return
    moment = now()
    for row, qty in covered:
        if qty == row.qty:
            row.settled_at, row.settled_by = moment, by
            row.settled_how = _("มีของมาครบแล้ว")
        else:
            row.qty -= qty
    Shortage.objects.bulk_update(
        [row for row, _qty in covered], ["qty", "settled_at", "settled_how", "settled_by"]
    )
    record_many(
        [("supply.shortage.covered", row, {"qty": qty}) for row, qty in covered],
        by=by,
    )
    hooks.tell_of_covered(covered)
