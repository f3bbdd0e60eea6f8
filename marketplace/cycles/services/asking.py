"""A cycle on a holiday is a question to staff."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from marketplace.common.clock import now, today
from marketplace.common.dates import format_date
from marketplace.common.transactions import unit_of_work
from marketplace.cycles.models import DayQuestion, Holiday, OrderCycle
from marketplace.cycles.rules import MOVABLE, is_same_feast
from marketplace.notifications.services import Telling, tell
from marketplace.parties.models import Cooperative


@unit_of_work
def ask_about_holidays() -> list[DayQuestion]:
    """Ask about every cycle to come that falls on a holiday and was not asked about; tell staff.

    Works by state, so it may run at every tick: each holiday on each cycle is asked about once.
    """
    cycles = {
        (cycle.pk, cycle.delivery_day): cycle
        for cycle in OrderCycle.objects.filter(delivery_day__gte=today(), state__in=MOVABLE)
    }
    on_day: dict[object, list[Holiday]] = {}
    for holiday in Holiday.objects.filter(day__in={day for _pk, day in cycles}):
        on_day.setdefault(holiday.day, []).append(holiday)
    if not on_day:
        return []
    made = _ask(cycles, on_day)
    _pair_feasts()
    return made


def _ask(
    cycles: dict[tuple[int, date], OrderCycle], on_day: dict[object, list[Holiday]]
) -> list[DayQuestion]:
    asked = set(
        DayQuestion.objects.filter(
            cycle_id__in=[pk for pk, _day in cycles], holiday__isnull=False
        ).values_list("cycle_id", "holiday_id")
    )
    fresh = [
        DayQuestion(cycle=cycle, holiday=holiday, asked_at=now())
        for (pk, day), cycle in cycles.items()
        for holiday in on_day.get(day, [])
        if (pk, holiday.pk) not in asked
    ]
    if not fresh:
        return []
    made: list[DayQuestion] = DayQuestion.objects.bulk_create(fresh)
    cooperative = Cooperative.objects.first()
    if cooperative is not None:
        days = sorted({question.cycle.delivery_day for question in made})
        shown = ", ".join(format_date(day, "day") for day in days[:6])
        tell(
            tellings=[
                Telling(
                    key=f"holidays:{made[0].pk}",
                    recipient=f"party:{cooperative.pk}",
                    kind="cycles.holiday",
                    title=_("รอบส่งตรงวันหยุด %(count)s วัน ส่งตามเดิม ย้าย รวม หรืองด")
                    % {"count": len(days)},
                    body=shown + (" …" if len(days) > 6 else ""),
                    url="/cycles/questions/",
                )
            ]
        )
    return made


def _pair_feasts() -> None:
    """Put the second day that a feast may fall on under the question of the first."""
    waiting = list(
        DayQuestion.objects.open()
        .filter(holiday__estimated=True)
        .select_related("cycle", "holiday")
        .order_by("cycle__hub_id", "holiday__name_th", "holiday__day", "pk")
    )
    paired = []
    for one, next_day in pairwise(waiting):
        if (
            one.cycle.hub_id == next_day.cycle.hub_id
            and one.same_as_id is None
            and next_day.same_as_id is None
            and one.holiday is not None
            and next_day.holiday is not None
            and is_same_feast(one.holiday, next_day.holiday)
        ):
            next_day.same_as = one
            paired.append(next_day)
    DayQuestion.objects.bulk_update(paired, ["same_as"])
