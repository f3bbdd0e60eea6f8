"""A cycle's way from open to accepted."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record, record_many
from marketplace.common.clock import now
from marketplace.common.dates import format_date
from marketplace.common.transactions import unit_of_work
from marketplace.cycles import hooks
from marketplace.cycles.exceptions import NotThisState
from marketplace.cycles.models import CycleState, OrderCycle
from marketplace.cycles.rules import may_follow

log = logging.getLogger(__name__)


def close_due_cycles(*, at: datetime | None = None) -> list[OrderCycle]:
    """Close every open cycle whose last class's cut-off has passed, then tell `cutoff_reached`.

    Works by state: however long nobody called it, each cycle is closed once. The hook is called for
    each closed cycle by itself, in the order of days, after the closing is saved; also for
    those closed earlier whose allocation did not come to an end.

    Args:
        at: the moment to judge by (UTC); now when left out.

    Returns:
        The cycles closed by this call.

    Raises:
        ExceptionGroup: what the hooks raised, after all cycles had their turn (a single error
            is raised as it is).
    """
    moment = at or now()
    closed = _close(moment)
    errors: list[Exception] = []
    waiting = OrderCycle.objects.filter(state=CycleState.CLOSED).order_by("delivery_day", "pk")
    for cycle in list(waiting.select_related("hub")):
        for hook in hooks.cutoff_reached:
            try:
                hook([cycle])
            except Exception as error:
                log.exception("cut-off of cycle %s was not worked through", cycle.pk)
                errors.append(error)
                break
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise ExceptionGroup("cut-offs were not worked through", errors)
    for cycle in closed:
        cycle.refresh_from_db()
    return closed


@unit_of_work
def _close(moment: datetime) -> list[OrderCycle]:
    due = (
        OrderCycle.objects.filter(state=CycleState.OPEN)
        .annotate(last=Max("cutoffs__at"))
        .filter(Q(last__lte=moment) | Q(last__isnull=True, delivery_day__lte=moment))
        .values_list("pk", flat=True)
    )
    locked = list(
        OrderCycle.objects.select_for_update()
        .filter(pk__in=list(due), state=CycleState.OPEN)
        .order_by("pk")
    )
    for cycle in locked:
        cycle.state, cycle.closed_at = CycleState.CLOSED, moment
    OrderCycle.objects.bulk_update(locked, ["state", "closed_at"])
    record_many([("cycles.cycle.closed", cycle, {}) for cycle in locked], by=None)
    return sorted(locked, key=lambda cycle: (cycle.delivery_day, cycle.pk))


@unit_of_work
def transition(cycle: OrderCycle, to: str, *, by: User | None = None) -> OrderCycle:
    """Move a cycle to its next state and return it; one that is there already stays as it is.

    Order: open → closed → allocated → intake → dispatched → accepted; cancelled up to allocated.
    The cycle passed in is brought up to date too.

    Raises:
        NotThisState: the state does not follow on the present one.
    """
    locked = OrderCycle.objects.select_for_update().get(pk=cycle.pk)
    if locked.state != to:
        if not may_follow(locked.state, to):
            raise NotThisState(
                _("รอบส่ง %(day)s อยู่ขั้น “%(now)s” ยังไปขั้น “%(to)s” ไม่ได้ ทำขั้นก่อนหน้าให้เสร็จก่อน")
                % {
                    "day": format_date(locked.delivery_day, "day"),
                    "now": locked.get_state_display(),
                    "to": CycleState(to).label,
                },
                code="state",
                where=locked.pk,
            )
        before, locked.state = locked.state, to
        locked.save(update_fields=["state"])
        record(
            by=by,
            action="cycles.cycle.moved_on",
            subject=locked,
            data={"from": before, "to": str(to)},
        )
    cycle.state = locked.state
    return locked
