"""What a run cannot keep of what lines were promised goes to supply's list of shortages."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from catalogue.supply import services as supply
from catalogue.supply.models import Shortage
from marketplace.accounts.models import User
from orders.allocation.models import Run
from orders.models import Delivery, Line


def promised_of(cycle_id: int, lines: Iterable[Line]) -> dict[int, int]:
    """Return what each line was promised, base units by line: firm, and what was taken off it."""
    short = supply.open_shortages(cycle_id=cycle_id)
    return {line.pk: line.firm_qty + short.get(line.holder, 0) for line in lines}


def keep_promises(
    *, run: Run, lines: Iterable[Line], got: dict[int, int], by: User | None
) -> list[Shortage]:
    """Compare what lines were promised with what a run gives them; call it with the offers locked.

    Args:
        lines: the lines that the run decided on.
        got: base units by line.
    """
    known = list(lines)
    promised = promised_of(run.cycle_id, known)
    cause = run.cause or (
        _("ชั่งรับจริงได้ไม่ถึงที่ยืนยัน") if run.kind == Run.Kind.INTAKE else _("จัดสรรแล้วได้ไม่ถึงที่ยืนยัน")
    )
    return supply.follow_promises(
        cycle=run.cycle,
        promises={
            line.holder: supply.Promise(line.product_id, promised[line.pk], got.get(line.pk, 0))
            for line in known
        },
        cause=cause,
        by=by,
    )


def forget_promises(deliveries: Iterable[Delivery], by: User | None) -> None:
    """Settle the shortages of deliveries that nobody waits for any more."""
    holders = [line.holder for line in Line.objects.filter(delivery__in=list(deliveries))]
    rows = list(Shortage.objects.filter(holder__in=holders, settled_at__isnull=True))
    if rows:
        supply.settle_shortages(by=by, shortages=rows, how=_("ยกเลิกการส่งแล้ว"))
