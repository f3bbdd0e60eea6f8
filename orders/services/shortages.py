"""A guarantee that could not be kept: the line says so, and its buyer is told."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from catalogue.supply.models import Shortage
from marketplace.common.dates import format_date
from marketplace.common.quantities import BaseUnit, format_quantity
from marketplace.common.transactions import unit_of_work
from marketplace.notifications.services import Telling, tell
from orders.basket.pricing import CellTerms
from orders.models import Line, LineRevision
from orders.services.locking import lock
from orders.services.supplying import write_revisions

HOLDER = "line:"


@unit_of_work
def follow_shortages(shortages: Sequence[Shortage]) -> None:
    """Lower the firm part of lines by what supply could not keep: it becomes wanted more.

    Called by supply, inside the transaction that wrote the shortages, with the offers locked.
    """
    lost: dict[int, int] = {}
    causes: dict[int, str] = {}
    for shortage in shortages:
        if shortage.holder.startswith(HOLDER):
            key = int(shortage.holder.removeprefix(HOLDER))
            lost[key] = lost.get(key, 0) + shortage.qty
            causes[key] = shortage.cause
    lines = list(
        Line.objects.filter(pk__in=lock(Line.objects.filter(pk__in=lost), no_key=True))
        .select_related("order", "cycle")
        .order_by("pk")
    )
    changes = []
    for line in lines:
        qty = min(lost[line.pk], line.firm_qty)
        line.firm_qty -= qty
        line.wanted_qty += qty
        changes.append((line, -qty, qty, CellTerms(line.price_satang), causes[line.pk]))
    for cause in set(causes.values()):
        write_revisions(
            by=None,
            kind=LineRevision.Kind.SHORT,
            changes=[change[:4] for change in changes if change[4] == cause],
            reason=cause,
        )
    Line.objects.bulk_update(lines, ["firm_qty", "wanted_qty"], batch_size=200)
    tell(
        tellings=[
            Telling(
                key=f"line:{line.pk}:short:{shortages[0].pk}",
                recipient=f"party:{line.order.buyer_id}",
                kind="orders.short",
                title=_("%(product)s %(day)s ยืนยันได้น้อยลง %(lost)s")
                % {
                    "product": line.title,
                    "day": format_date(line.cycle.delivery_day, "day"),
                    "lost": format_quantity(lost[line.pk], BaseUnit(line.base_unit)),
                },
                body=cause,
                url=f"/orders/{line.order.number}/",
            )
            for line, _firm, _wanted, _terms, cause in changes
        ]
    )


@unit_of_work
def follow_covered(covered: Sequence[tuple[Shortage, int]]) -> None:
    """Raise the firm part of lines by what is covered again; it was counted as wanted more.

    Called by supply, inside the transaction that found it.
    """
    back: dict[int, int] = {}
    for shortage, qty in covered:
        if shortage.holder.startswith(HOLDER):
            key = int(shortage.holder.removeprefix(HOLDER))
            back[key] = back.get(key, 0) + qty
    lines = list(
        Line.objects.filter(pk__in=lock(Line.objects.filter(pk__in=back), no_key=True)).order_by(
            "pk"
        )
    )
    changes = []
    for line in lines:
        qty = min(back[line.pk], line.wanted_qty)
        line.firm_qty += qty
        line.wanted_qty -= qty
        changes.append((line, qty, -qty, CellTerms(line.price_satang)))
    write_revisions(
        by=None, kind=LineRevision.Kind.SHORT, changes=changes, reason=_("มีของมาครบแล้ว")
    )
    Line.objects.bulk_update(lines, ["firm_qty", "wanted_qty"], batch_size=200)
