"""Opening cycles, and until when who may order."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record, record_many
from marketplace.common.clock import now, today
from marketplace.common.dates import format_date, format_time
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.transactions import unit_of_work
from marketplace.cycles import hooks
from marketplace.cycles.exceptions import AfterCutoff, DayNotPossible, NotThisState
from marketplace.cycles.models import Cutoff, CycleState, Holiday, OrderCycle
from marketplace.cycles.reference import load_holidays
from marketplace.cycles.rules import LONGEST_SEASON_DAYS, cutoff_at, days_of_season
from marketplace.cycles.services.asking import ask_about_holidays
from marketplace.parties.models import BuyerClass, Hub


@unit_of_work
def open_cycles(
    *, by: User | None, hub: Hub, days: Iterable[date], opens_at: datetime | None = None
) -> list[OrderCycle]:
    """Open a cycle on each day, with a cut-off for every buyer class from its own rule.

    Days that have a cycle already keep it as it is, so a season may be opened again with more days.
    A cancelled day gets a new cycle.

    Args:
        days: delivery days in any order.
        opens_at: from when buyers may order; now when left out.

    Returns:
        The cycles of all the days asked for, in the order of days.

    Raises:
        Refusals: days that are past, or whose last cut-off is.
    """
    wanted = sorted(set(days))
    Hub.objects.select_for_update().get(pk=hub.pk)
    present = {
        cycle.delivery_day: cycle
        for cycle in OrderCycle.objects.filter(hub=hub, delivery_day__in=wanted).exclude(
            state=CycleState.CANCELLED
        )
    }
    classes = list(BuyerClass.objects.all())
    moment, this_day = now(), today()
    fresh = [day for day in wanted if day not in present]
    refusals: list[Refusal] = []
    for day in fresh:
        last = max(
            (cutoff_at(day, c.cutoff_days_before, c.cutoff_time) for c in classes), default=None
        )
        if day < this_day or (last is not None and last <= moment):
            refusals.append(
                DayNotPossible(
                    _("%(day)s เลยเวลาปิดรับของผู้ซื้อทุกประเภทแล้ว เลือกวันที่ไกลกว่านี้")
                    % {"day": format_date(day, "day")},
                    code="too-late",
                    where=day,
                )
            )
    Refusals.raise_if_any(refusals)
    made = OrderCycle.objects.bulk_create(
        [OrderCycle(hub=hub, delivery_day=day, opens_at=opens_at or moment) for day in fresh]
    )
    Cutoff.objects.bulk_create(
        [
            Cutoff(
                cycle=cycle,
                buyer_class=c,
                at=cutoff_at(cycle.delivery_day, c.cutoff_days_before, c.cutoff_time),
            )
            for cycle in made
            for c in classes
        ]
    )
    record_many(
        [("cycles.cycle.opened", c, {"day": c.delivery_day.isoformat()}) for c in made], by=by
    )
    load_holidays(years={day.year for day in fresh})
    ask_about_holidays()
    return sorted([*present.values(), *made], key=lambda cycle: cycle.delivery_day)


@dataclass(frozen=True, slots=True)
class SeasonDay:
    """A day that a season would open. `why_not`: "" or "open" (is open already) or "late"."""

    day: date
    why_not: str
    holidays: list[Holiday]


def preview_season(
    *, hub: Hub, first: date, last: date, weekdays: Iterable[int]
) -> list[SeasonDay]:
    """Return the days of a season with what speaks against each; writes nothing but holidays.

    Args:
        first: first delivery day; with `last` the season, both included.
        weekdays: Monday is 0.

    Raises:
        Refusal: the season ends before it begins, is longer than `LONGEST_SEASON_DAYS`, or no
            weekday is chosen.
    """
    chosen = sorted(set(weekdays))
    if not chosen:
        raise Refusal(_("เลือกวันในสัปดาห์อย่างน้อยหนึ่งวัน"), code="no-weekday", where="weekdays")
    if last < first:
        raise Refusal(_("วันสุดท้ายอยู่ก่อนวันแรก ตรวจวันที่อีกครั้ง"), code="ends-first", where="last")
    if (last - first).days > LONGEST_SEASON_DAYS:
        raise Refusal(_("เปิดได้ครั้งละไม่เกินหนึ่งปี ตรวจปีที่พิมพ์"), code="too-long", where="last")
    days = days_of_season(first, last, chosen)
    load_holidays(years={day.year for day in days})
    named: dict[date, list[Holiday]] = {}
    for holiday in Holiday.objects.filter(day__in=days):
        named.setdefault(holiday.day, []).append(holiday)
    present = set(
        OrderCycle.objects.standing()
        .filter(hub=hub, delivery_day__in=days)
        .values_list("delivery_day", flat=True)
    )
    classes = list(BuyerClass.objects.all())
    moment = now()

    def why_not(day: date) -> str:
        if day in present:
            return "open"
        last_one = max(
            (cutoff_at(day, c.cutoff_days_before, c.cutoff_time) for c in classes), default=moment
        )
        return "late" if day < today() or last_one <= moment else ""

    return [SeasonDay(day, why_not(day), named.get(day, [])) for day in days]


def cutoff_for(cycle: OrderCycle, buyer_class: BuyerClass | str) -> datetime:
    """Return the moment (UTC) from which a buyer class can no longer order for a cycle."""
    return cutoffs_for([cycle], buyer_class)[cycle.pk]


def cutoffs_for(
    cycles: Collection[OrderCycle], buyer_class: BuyerClass | str
) -> dict[int, datetime]:
    """Return the cut-off (UTC) of a buyer class for each cycle, by the cycle's primary key.

    A class made after a cycle was opened follows its own rule.
    """
    code = buyer_class if isinstance(buyer_class, str) else buyer_class.pk
    found = dict(
        Cutoff.objects.filter(cycle__in=cycles, buyer_class_id=code).values_list("cycle_id", "at")
    )
    missing = [cycle for cycle in cycles if cycle.pk not in found]
    if missing:
        rule = BuyerClass.objects.get(pk=code)
        for cycle in missing:
            found[cycle.pk] = cutoff_at(
                cycle.delivery_day, rule.cutoff_days_before, rule.cutoff_time
            )
    return found


def require_open(
    *, cycle_ids: Iterable[int], buyer_class: BuyerClass | str, at: datetime | None = None
) -> list[OrderCycle]:
    """Return the cycles, in ascending key, or refuse when one takes no orders of this class now.

    Call it inside the unit of work that writes the order: the cycles then cannot be closed, moved
    or cancelled before that work is saved (a shared row lock on PostgreSQL, the write queue on
    SQLite), while other orders go on.

    Raises:
        Refusals: cycles that are not open yet, past the class's cut-off, closed or cancelled;
            `where` is the cycle's key.
    """
    moment = at or now()
    wanted = sorted(set(cycle_ids))
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM cycles_ordercycle WHERE id = ANY(%s) ORDER BY id FOR SHARE",
                [wanted],
            )
    cycles = list(OrderCycle.objects.filter(pk__in=wanted).order_by("pk"))
    cutoffs = cutoffs_for(cycles, buyer_class)
    refusals: list[Refusal] = []
    for cycle in cycles:
        words = {"day": format_date(cycle.delivery_day, "day")}
        if cycle.state == CycleState.CANCELLED:
            text = _("%(day)s งดส่งแล้ว เลือกวันส่งอื่น") % words
        elif moment < cycle.opens_at:
            text = _("%(day)s ยังไม่เปิดจอง กลับมาดูอีกครั้งเมื่อเปิด") % words
        elif cycle.state != CycleState.OPEN or moment >= cutoffs[cycle.pk]:
            closed = cutoffs[cycle.pk]
            text = _("%(day)s ปิดรับแล้วเมื่อ %(closed)s %(time)s เลือกวันส่งที่ยังเปิดอยู่ หรือโทรหาศูนย์รับ") % {
                **words,
                "closed": format_date(closed, "day"),
                "time": format_time(closed),
            }
        else:
            continue
        refusals.append(AfterCutoff(text, code="after-cutoff", where=cycle.pk))
    Refusals.raise_if_any(refusals)
    return cycles


@unit_of_work
def set_cutoff(
    *, by: User | None, cycle: OrderCycle, buyer_class: BuyerClass, at: datetime
) -> Cutoff:
    """Change one class's cut-off of an open cycle.

    Raises:
        NotThisState: the cycle is closed.
        Refusal: the new moment is past, or after the day began.
    """
    locked = OrderCycle.objects.select_for_update().get(pk=cycle.pk)
    if locked.state != CycleState.OPEN:
        raise NotThisState(_("รอบนี้ปิดรับแล้ว เปลี่ยนเวลาปิดรับไม่ได้"), code="state", where="at")
    if at <= now():
        raise Refusal(_("เวลาปิดรับต้องอยู่ข้างหน้า"), code="past", where="at")
    if at > cutoff_at(locked.delivery_day, 0, locked.hub.intake_from):
        raise Refusal(_("เวลาปิดรับต้องก่อนเริ่มชั่งรับของวันส่ง"), code="after-intake", where="at")
    row, _made = Cutoff.objects.update_or_create(
        cycle=locked, buyer_class=buyer_class, defaults={"at": at}
    )
    for hook in hooks.cutoff_changed:
        hook(locked, buyer_class.pk, at)
    record(
        by=by,
        action="cycles.cutoff.changed",
        subject=locked,
        data={"class": buyer_class.pk, "at": at.isoformat()},
    )
    return row
