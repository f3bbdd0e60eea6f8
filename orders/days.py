"""Which delivery days a buyer may order for, until when, and why not.

A day is open to a buyer from `opens_at` until just before the cut-off of its class. What is decided
here is shown; placing and amending ask `cycles.services.require_open`, which also holds the day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.common.clock import now
from marketplace.common.dates import bangkok_date, format_date, format_time
from marketplace.common.exceptions import Refusal
from marketplace.cycles.models import CycleState, Holiday, OrderCycle
from marketplace.cycles.services import cutoffs_for


@dataclass(frozen=True, slots=True)
class DeliveryDay:
    """An order cycle as one buyer class sees it at a moment."""

    cycle: OrderCycle
    cutoff_at: dt.datetime
    asked_at: dt.datetime

    @property
    def cycle_id(self) -> int:
        return self.cycle.pk

    @property
    def day(self) -> dt.date:
        return self.cycle.delivery_day

    @property
    def is_open(self) -> bool:
        return not self.closed_because

    @property
    def closed_because(self) -> str | Promise:
        """Why nothing can be ordered or changed for this day; empty while it can."""
        if self.cycle.state == CycleState.CANCELLED:
            return _("งดส่ง")
        if self.asked_at < self.cycle.opens_at:
            return _("ยังไม่เปิดจอง")
        if self.cycle.state != CycleState.OPEN or self.asked_at >= self.cutoff_at:
            return _("ปิดรับแล้ว")
        return ""

    def require_open(self) -> None:
        """Refuse when nothing can be ordered or changed for this day any more (or yet).

        Raises:
            Refusal: code "closed", saying since when, and what can still be done.
        """
        if self.is_open:
            return
        name = format_date(self.day, "day")
        if self.cycle.state == CycleState.CANCELLED:
            message = _("%(day)s งดส่ง กรุณาย้ายไปวันอื่น") % {"day": name}
        elif self.asked_at < self.cycle.opens_at:
            message = _("%(day)s ยังไม่เปิดจอง เปิด %(opens)s") % {
                "day": name,
                "opens": format_date(bangkok_date(self.cycle.opens_at), "day"),
            }
        else:
            message = _("%(day)s ปิดรับแล้วเมื่อ %(closed)s %(time)s กรุณาเอาวันนี้ออกหรือย้ายไปวันอื่น") % {
                "day": name,
                "closed": format_date(bangkok_date(self.cutoff_at), "day"),
                "time": format_time(self.cutoff_at),
            }
        raise Refusal(message, code="closed", where={"cycle": self.cycle_id})


def delivery_days(
    *,
    buyer_class_id: str,
    cycle_ids: Iterable[int] | None = None,
    first_day: dt.date | None = None,
    last_day: dt.date | None = None,
) -> dict[int, DeliveryDay]:
    """Return days by cycle, earliest first: those asked for, or all between two days (inclusive)."""
    cycles: Any = OrderCycle.objects.all()
    if cycle_ids is not None:
        cycles = cycles.filter(pk__in=set(cycle_ids))
    if first_day is not None:
        cycles = cycles.filter(delivery_day__gte=first_day)
    if last_day is not None:
        cycles = cycles.filter(delivery_day__lte=last_day)
    found = list(cycles.order_by("delivery_day", "pk"))
    cutoffs, asked_at = cutoffs_for(found, buyer_class_id), now()
    return {
        cycle.pk: DeliveryDay(cycle=cycle, cutoff_at=cutoffs[cycle.pk], asked_at=asked_at)
        for cycle in found
    }


def holidays_of(days: Iterable[dt.date]) -> dict[dt.date, str]:
    """Return the names of holidays on these days."""
    names: dict[dt.date, list[str]] = {}
    for holiday in Holiday.objects.filter(day__in=set(days)):
        names.setdefault(holiday.day, []).append(str(holiday))
    return {day: ", ".join(found) for day, found in names.items()}
