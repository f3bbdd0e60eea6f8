"""Moving, joining and skipping delivery days, also after cut-off, for all buyers or for some."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import now, today
from marketplace.common.dates import format_date
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from marketplace.cycles import hooks
from marketplace.cycles.exceptions import DayNotPossible, DayTaken, NotThisState
from marketplace.cycles.hooks import DayMove
from marketplace.cycles.models import Cutoff, CycleState, OrderCycle
from marketplace.cycles.reference import load_holidays
from marketplace.cycles.rules import MOVABLE, cutoff_at, moved_cutoff
from marketplace.cycles.services.asking import ask_about_holidays
from marketplace.notifications.services import Telling, tell
from marketplace.parties.models import Buyer, Party


@unit_of_work
def move_cycle(
    *,
    by: User | None,
    cycle: OrderCycle,
    to: date,
    reason: str,
    buyers: Iterable[Buyer] | None = None,
) -> OrderCycle:
    """Move a delivery day, or these buyers' part of it, to a day without a cycle.

    Cut-offs to come follow the new day; those that have passed stay. Asked again, nothing changes.

    Returns:
        The cycle of the new day: the same one, or for some buyers a new one in the same state.

    Raises:
        DayTaken: the new day has a cycle already (join it instead).
        DayNotPossible: the new day is past.
        NotThisState: weighing in has begun, or the cycle is cancelled.
        Refusal: no reason, or what a hook of an upper room refuses.
    """
    chosen = _keys(buyers)
    locked = _lock([cycle.pk])[0]
    if chosen is None and locked.delivery_day == to:
        return locked
    _movable(locked)
    _reason(reason)
    if to < today():
        raise DayNotPossible(
            _("%(day)s ผ่านไปแล้ว เลือกวันข้างหน้า") % {"day": format_date(to, "day")},
            code="past",
            where="target_day",
        )
    if _present(locked, to) is not None:
        raise DayTaken(
            _("%(day)s มีรอบส่งอยู่แล้ว เลือกวันอื่น หรือใช้ “รวมกับอีกวัน”") % {"day": format_date(to, "day")},
            code="day-taken",
            where="target_day",
        )
    from_day = locked.delivery_day
    target = _move_all(locked, to) if chosen is None else _part(locked, to)
    _done(DayMove("move", locked, target, chosen, from_day, to, by, reason), cycle)
    load_holidays(years={to.year})
    ask_about_holidays()
    return target


@unit_of_work
def join_cycle(
    *,
    by: User | None,
    cycle: OrderCycle,
    to: date,
    reason: str,
    buyers: Iterable[Buyer] | None = None,
) -> OrderCycle:
    """Join a delivery day, or these buyers' part of it, with another day's cycle.

    When all join, the cycle left behind is cancelled with the reason. Asked again, nothing changes.

    Returns:
        The cycle joined.

    Raises:
        DayNotPossible: the other day has no cycle (move instead), or is the same.
        NotThisState: weighing in has begun on either day, or one is cancelled.
        Refusal: no reason, or what a hook of an upper room refuses.
    """
    chosen = _keys(buyers)
    other = _present(cycle, to)
    if other is None or other.pk == cycle.pk:
        raise DayNotPossible(
            _("%(day)s ไม่มีรอบส่งให้รวม เลือกวันที่มีรอบ หรือใช้ “ย้ายวัน”") % {"day": format_date(to, "day")},
            code="no-cycle-there",
            where="target_day",
        )
    rows = {row.pk: row for row in _lock([cycle.pk, other.pk])}
    locked, target = rows[cycle.pk], rows[other.pk]
    if locked.state == CycleState.CANCELLED and chosen is None:
        return target
    _movable(locked)
    _movable(target)
    _reason(reason)
    if chosen is None:
        locked.state, locked.note = CycleState.CANCELLED, reason.strip()
        locked.save(update_fields=["state", "note"])
    _done(DayMove("join", locked, target, chosen, locked.delivery_day, to, by, reason), cycle)
    return target


@unit_of_work
def cancel_cycle(
    *, by: User | None, cycle: OrderCycle, reason: str, buyers: Iterable[Buyer] | None = None
) -> OrderCycle:
    """Skip a delivery day, for all buyers or for these. Asked again, nothing changes.

    Raises:
        NotThisState: weighing in has begun.
        Refusal: no reason, or what a hook of an upper room refuses.
    """
    chosen = _keys(buyers)
    locked = _lock([cycle.pk])[0]
    if locked.state == CycleState.CANCELLED:
        return locked
    _movable(locked)
    _reason(reason)
    if chosen is None:
        locked.state, locked.note = CycleState.CANCELLED, reason.strip()
        locked.save(update_fields=["state", "note"])
    _done(DayMove("skip", locked, None, chosen, locked.delivery_day, None, by, reason), cycle)
    return locked


def _lock(keys: list[int]) -> list[OrderCycle]:
    return list(OrderCycle.objects.select_for_update().filter(pk__in=keys).order_by("pk"))


def _keys(buyers: Iterable[Buyer] | None) -> tuple[int, ...] | None:
    if buyers is None:
        return None
    keys = tuple(sorted({buyer.pk for buyer in buyers}))
    if not keys:
        raise Refusal(_("เลือกผู้ซื้ออย่างน้อยหนึ่งราย หรือเลือก “ทุกราย”"), code="nobody", where="buyers")
    return keys


def _movable(cycle: OrderCycle) -> None:
    if cycle.state not in MOVABLE:
        raise NotThisState(
            _("รอบส่ง %(day)s อยู่ขั้น “%(state)s” แล้ว จึงย้าย รวม หรืองดทั้งวันไม่ได้ จัดการทีละผู้ซื้อที่หน้ารอบส่ง")
            % {
                "day": format_date(cycle.delivery_day, "day"),
                "state": cycle.get_state_display(),
            },
            code="state",
            where=cycle.pk,
        )


def _reason(reason: str) -> None:
    if not reason.strip():
        raise Refusal(_("เขียนเหตุผลสั้น ๆ ก่อน ทุกคนที่เกี่ยวข้องจะได้อ่าน"), code="reason", where="reason")


def _present(cycle: OrderCycle, day: date) -> OrderCycle | None:
    return (
        OrderCycle.objects.filter(hub_id=cycle.hub_id, delivery_day=day)
        .exclude(state=CycleState.CANCELLED)
        .first()
    )


def _move_all(cycle: OrderCycle, to: date) -> OrderCycle:
    cycle.moved_from = cycle.moved_from or cycle.delivery_day
    cycle.delivery_day = to
    cycle.save(update_fields=["delivery_day", "moved_from"])
    if cycle.state == CycleState.OPEN:
        cutoffs = list(cycle.cutoffs.select_related("buyer_class"))
        for row in cutoffs:
            row.at = _follow(row, to)
        Cutoff.objects.bulk_update(cutoffs, ["at"])
    return cycle


def _part(cycle: OrderCycle, to: date) -> OrderCycle:
    target = OrderCycle.objects.create(
        hub_id=cycle.hub_id,
        delivery_day=to,
        opens_at=cycle.opens_at,
        state=cycle.state,
        closed_at=cycle.closed_at,
        moved_from=cycle.delivery_day,
    )
    Cutoff.objects.bulk_create(
        [
            Cutoff(cycle=target, buyer_class=row.buyer_class, at=_follow(row, to))
            for row in cycle.cutoffs.select_related("buyer_class")
        ]
    )
    return target


def _follow(row: Cutoff, to: date) -> datetime:
    rule = row.buyer_class
    return moved_cutoff(row.at, cutoff_at(to, rule.cutoff_days_before, rule.cutoff_time), now())


def _done(move: DayMove, passed_in: OrderCycle) -> None:
    """Write the trail, let upper rooms do their part, tell each touched party once."""
    entry = record(
        by=move.by,
        action=f"cycles.day.{move.kind}",
        subject=move.cycle,
        data={
            "from": move.from_day.isoformat(),
            "to": move.to_day.isoformat() if move.to_day else "",
            "buyers": list(move.buyers) if move.buyers is not None else "all",
            "reason": move.reason,
        },
    )
    touched: dict[int, list[str]] = {}
    for hook in hooks.day_moved:
        for party, lines in hook(move).items():
            touched.setdefault(party, []).extend(lines)
    addresses = dict(Party.objects.filter(pk__in=touched).values_list("pk", "email"))
    words = {"day": format_date(move.from_day, "day")}
    if move.to_day:
        words["to"] = format_date(move.to_day, "day")
    title = str(_TITLES[move.kind]) % words
    tell(
        tellings=[
            Telling(
                key=f"day:{entry.pk}:party:{party}",
                recipient=f"party:{party}",
                kind=f"cycles.{move.kind}",
                title=title,
                body="\n".join([move.reason.strip(), *lines]),
                email=addresses.get(party, ""),
            )
            for party, lines in sorted(touched.items())
        ]
    )
    passed_in.delivery_day, passed_in.state = move.cycle.delivery_day, move.cycle.state
    passed_in.moved_from, passed_in.note = move.cycle.moved_from, move.cycle.note


_TITLES = {
    "move": _("ส่ง %(day)s ย้ายเป็น %(to)s"),
    "join": _("ส่ง %(day)s รวมกับ %(to)s"),
    "skip": _("งดส่ง %(day)s"),
}
