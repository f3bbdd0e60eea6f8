"""What was allocated to deliveries that are taken off goes back to its shares."""

from __future__ import annotations

from collections import defaultdict

from catalogue.supply import services as supply
from marketplace.accounts.models import User
from orders.allocation import hooks
from orders.allocation.models import Allocation
from orders.allocation.services.promising import forget_promises
from orders.models import Delivery


def free_cancelled(deliveries: list[Delivery], by: User | None) -> None:
    """Give shares back what cancelled deliveries had of them; orders' hook.

    The rows stay as history: what stands (`Allocation.objects.standing`) leaves them out.
    """
    forget_promises(deliveries, by)
    freed: dict[int, int] = defaultdict(int)
    cycles: set[int] = set()
    for share, qty, cycle in (
        Allocation.objects.filter(run__is_current=True, line__delivery__in=deliveries)
        .exclude(run__kind="intake")
        .values_list("share_id", "qty", "line__cycle_id")
    ):
        freed[share] -= qty
        cycles.add(cycle)
    if not freed:
        return
    supply.take(deltas=dict(sorted(freed.items())))
    for told in hooks.plan_shrunk:
        told(sorted(cycles), by)
