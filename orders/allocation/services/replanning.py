"""Planning allocated days again after something happened, and around what staff decide.

Always true afterwards: what an offer gives is really there; who gets another quantity than before
is told, and nobody else; each broken promise stands on supply's list with owner and deadline.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from time import perf_counter

from django.utils.translation import gettext as _

from catalogue.supply import services as supply
from catalogue.supply.models import Shortage
from marketplace.accounts.models import User
from marketplace.audit.services import record, record_many
from marketplace.common.clock import now
from marketplace.common.dates import format_date
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from marketplace.cycles.models import CycleState, OrderCycle
from marketplace.notifications.services import Telling, tell
from orders.allocation import hooks
from orders.allocation.models import Override, Run
from orders.allocation.replanning import (
    DayPlan,
    Decided,
    Event,
    Plan,
    gini_of,
    plan_again,
    plan_decided,
    plan_for,
)
from orders.allocation.services.promising import keep_promises
from orders.allocation.services.running import (
    Solved,
    amount,
    outcomes_of,
    since,
    store_credits,
    store_plan,
    store_run,
)
from orders.models import Line


@unit_of_work
def replan(*, event: Event, seen: str, key: str, by: User | None) -> list[Run]:
    """Apply what `plan_for` showed: cut the shares that were hit and plan the days again.

    Days still open for orders follow by supply's own rule (other offers take over, else a
    shortage). Growers and buyers whose figures change are told.

    Args:
        event: what happened.
        seen: fingerprint of the plan that was looked at.
        key: the form's, so that posting twice plans once.

    Returns:
        The new run of each day, or those of an earlier call with the same key.

    Raises:
        Refusal: the cause is missing (code "empty"), the market has changed since the plan was
            looked at ("changed"), or as `plan_for`.
    """
    known = list(Run.objects.filter(key=key).order_by("cycle__delivery_day", "pk"))
    if known:
        return known
    if not event.cause.strip():
        raise Refusal(_("เขียนสั้น ๆ ว่าเกิดอะไรขึ้น ผู้ซื้อและเกษตรกรจะเห็น"), code="empty", where="cause")
    started = perf_counter()
    plan = _locked(lambda: plan_for(event))
    _require_seen(plan, seen)
    return _apply(plan, cause=event.cause.strip(), key=key, by=by, started=started)


@unit_of_work
def override(
    *, decided: Decided, reason: str, seen: str, key: str, by: User | None
) -> tuple[Override, Run]:
    """Keep a decision of staff and plan its day again around it.

    Args:
        decided: which share gives how much to which line.
        reason: in words; it stands with the decision.
        seen: fingerprint of the plan that was looked at.
        key: the form's, so that posting twice decides once.

    Returns:
        The decision, with what it costs in fill and fairness, and the run made around it.

    Raises:
        Refusal: the reason is missing ("empty"), the market has changed ("changed"), or as
            `plan_decided`.
    """
    known = Run.objects.filter(key=key).first()
    if known is not None:
        return known.overrides.get(), known
    reason = reason.strip()
    if not reason:
        raise Refusal(_("เขียนเหตุผล ผู้อื่นจะอ่านในภายหลัง"), code="empty", where="reason")
    started = perf_counter()
    plan = _locked(lambda: plan_decided(decided))
    _require_seen(plan, seen)
    (run,) = _apply(plan, cause=reason, key=key, by=by, started=started)
    (day,), without = plan.days, plan.without
    assert without is not None
    Override.objects.standing(run.cycle_id).filter(
        line=decided.line_id, share=decided.share_id
    ).update(undone_at=now(), undone_by=by)
    made = Override.objects.create(
        line_id=decided.line_id,
        share_id=decided.share_id,
        run=run,
        before_qty=day.before.get((decided.line_id, decided.share_id), 0),
        qty=decided.qty,
        reason=reason[:200],
        fill_cost_qty=sum(one.result.filled_g for one in without.solved)
        - sum(one.result.filled_g for one in day.solved),
        gini_without=f"{float(gini_of(without)):.4f}",
        gini_with=f"{float(gini_of(day)):.4f}",
        by=by,
    )
    record(
        by=by,
        action="allocation.overridden",
        subject=made,
        data={"before_qty": made.before_qty, "qty": made.qty, "reason": made.reason},
    )
    made.refresh_from_db()
    return made, run


@unit_of_work
def undo_override(*, row: Override, key: str, by: User | None) -> Run:
    """Take a decision of staff back and plan its day again without it.

    Raises:
        Refusal: undone already ("undone"), or the day is being weighed in ("intake").
    """
    known = Run.objects.filter(key=key).first()
    if known is not None:
        return known
    locked = Override.objects.select_for_update().get(pk=row.pk)
    if locked.undone_at is not None:
        raise Refusal(_("ยกเลิกไปแล้ว"), code="undone")
    cycle = OrderCycle.objects.get(pk=Line.objects.get(pk=locked.line_id).cycle_id)
    if cycle.state != CycleState.ALLOCATED:
        raise Refusal(_("รอบส่งนี้เริ่มชั่งรับแล้ว จึงแก้แผนไม่ได้"), code="intake")
    locked.undone_at, locked.undone_by = now(), by
    locked.save(update_fields=["undone_at", "undone_by"])
    record(by=by, action="allocation.override.undone", subject=locked, data={})
    started = perf_counter()
    again = Event(cycle.delivery_day, cycle.delivery_day, "")
    plan = _locked(lambda: plan_for(again))
    cause = _("ยกเลิกที่เจ้าหน้าที่กำหนดเอง: %(reason)s") % {"reason": locked.reason}
    runs = _apply(plan, cause=cause, key=key, by=by, started=started)
    return next(run for run in runs if run.cycle_id == cycle.pk)


@unit_of_work
def replan_lines(
    *, cycle: OrderCycle, whole: Mapping[int, int], cause: str, key: str, by: User | None
) -> Run:
    """Plan an allocated day again after lines of it changed, at nobody else's cost.

    Args:
        cycle: allocated and not yet weighed in.
        whole: base units that lines (primary keys) must get, no less.
        cause: in words.
        key: the form's, so that posting twice plans once.

    Raises:
        Refusal: a line of `whole` gets less, or another would get less than it has ("gone").
    """
    started = perf_counter()
    plan = _locked(lambda: plan_again(cycle))
    (day,) = plan.days
    got: dict[int, int] = defaultdict(int)
    for (line, _share), qty in day.after().items():
        got[line] += qty
    fewer = any(
        gets < min(had, line.ordered_qty)
        for line, had, gets in changed_lines(day)
        if line.pk not in whole
    )
    if fewer or any(got[line] < qty for line, qty in whole.items()):
        raise Refusal(_("ของที่เลือกมีคนรับไปก่อนแล้ว เลือกอย่างอื่นได้ด้านล่าง"), code="gone")
    (run,) = _apply(plan, cause=cause, key=key, by=by, started=started)
    return run


def _locked(make: Callable[[], Plan]) -> Plan:
    """Make a plan with its cycles and all offers of its products locked, in that order."""
    plan = make()
    cycles = [day.cycle.pk for day in plan.days]
    list(OrderCycle.objects.select_for_update().filter(pk__in=cycles).order_by("pk"))
    shares = {share for day in plan.days for share in day.deltas()} | set(plan.still)
    products = {line.product_id for day in plan.days for line in day.lines}
    supply.lock_supply(products=products, shares=shares)
    return make()


def _require_seen(plan: Plan, seen: str) -> None:
    if plan.fingerprint != seen:
        raise Refusal(_("มีคนสั่งหรือแก้ของระหว่างที่ดูแผน ด้านล่างคือแผนใหม่ ตรวจแล้วกดอีกครั้ง"), code="changed")


def _apply(plan: Plan, *, cause: str, key: str, by: User | None, started: float) -> list[Run]:
    runs = []
    deltas: dict[int, int] = defaultdict(int)
    for day in plan.days:
        for share, qty in day.deltas().items():
            deltas[share] += qty
    made = [_store(day, cause=cause, key=key, by=by, started=started) for day in plan.days]
    supply.take(deltas={share: qty for share, qty in sorted(deltas.items()) if qty})
    if plan.still:
        supply.change_shares(
            by=by,
            changes=[
                supply.ShareChangeInput(share_id=share, qty=qty)
                for share, qty in sorted(plan.still.items())
            ],
        )
    for day, run in zip(plan.days, made, strict=True):
        got = {out.line.pk: out.allocated_qty for one in day.solved for out in outcomes_of(one)}
        short = keep_promises(run=run, lines=day.lines, got=got, by=by)
        _tell_buyers(run, day, short)
        runs.append(run)
    record_many(
        [
            (
                "allocation.replanned",
                run,
                {"cycle": run.cycle_id, "cause": cause, "allocated_g": run.allocated_g},
            )
            for run in runs
        ],
        by=by,
    )
    for told in hooks.run_stored:
        told(runs, by)
    return runs


def _store(day: DayPlan, *, cause: str, key: str, by: User | None, started: float) -> Run:
    solved = _with_credit(day)
    run = store_run(
        cycle=day.cycle,
        kind=Run.Kind.REPLAN,
        solved=solved,
        outcomes=[out for one in day.solved for out in outcomes_of(one)],
        by=by,
        milliseconds=since(started),
        before=day.standing,
        cause=cause,
        key=key,
    )
    store_plan(run, solved)
    store_credits(run, solved)
    return run


def _with_credit(day: DayPlan) -> list[Solved]:
    """Keep the credit of growers whom the plan before passed over and this one serves no better.

    The engine kept the earlier plan, so it passed over nobody itself.
    """
    before = {
        (row.person_id, row.product_id): row
        for row in day.standing.farmers.filter(credit_qty__gt=0)
    }
    found = []
    for one in day.solved:
        farmers = []
        for out in one.result.farmers:
            row = before.get((int(out.id), one.built.product.pk))
            if row is not None:
                owed = max(0, row.credit_qty - max(0, out.sold_g - row.sold_qty))
                out = replace(out, credit_g=max(out.credit_g, owed))
            farmers.append(out)
        found.append(Solved(one.built, replace(one.result, farmers=tuple(farmers))))
    return found


def changed_lines(day: DayPlan) -> list[tuple[Line, int, int]]:
    """Return the lines that get another quantity: (line, base units before, after)."""
    before: dict[int, int] = defaultdict(int)
    after: dict[int, int] = defaultdict(int)
    for rows, into in ((day.before, before), (day.after(), after)):
        for (line, _share), qty in rows.items():
            into[line] += qty
    return [
        (line, before[line.pk], after[line.pk])
        for line in day.lines
        if before[line.pk] != after[line.pk]
    ]


def _tell_buyers(run: Run, day: DayPlan, short: list[Shortage]) -> None:
    """Tell each buyer once what its lines get now; of a broken promise supply has told it."""
    known = {row.holder for row in short}
    rows: dict[int, list[tuple[Line, int, int]]] = defaultdict(list)
    for line, before, after in changed_lines(day):
        if line.holder not in known:
            rows[line.delivery_id].append((line, before, after))
    tell(
        tellings=[
            Telling(
                key=f"run:{run.pk}:changed:{delivery}",
                recipient=f"party:{found[0][0].order.buyer_id}",
                kind="allocation.changed",
                title=_("แผนส่ง %(day)s เปลี่ยน %(count)s รายการ")
                % {"day": format_date(day.cycle.delivery_day, "day"), "count": len(found)},
                body="\n".join([run.cause, *(_changed(*one) for one in found)]),
                url=f"/orders/{found[0][0].order.number}/",
            )
            for delivery, found in sorted(rows.items())
        ]
    )


def _changed(line: Line, before: int, after: int) -> str:
    words: Mapping[str, str] = {
        "product": line.product.title,
        "before": amount(before, line.product),
        "after": amount(after, line.product),
    }
    return _("%(product)s เดิม %(before)s เป็น %(after)s") % words
