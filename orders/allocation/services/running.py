"""Running the allocation and keeping what it decided."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from catalogue.models import Product
from catalogue.partner.prices import farm_gate_prices
from catalogue.supply import services as supply
from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.dates import format_date
from marketplace.common.quantities import BaseUnit, format_quantity
from marketplace.common.transactions import unit_of_work
from marketplace.cycles.models import CycleState, OrderCycle
from marketplace.cycles.services import transition
from marketplace.notifications.services import Telling, tell
from orders.allocation import engine, hooks
from orders.allocation.instances import ProductInstance, build_instances, lines_to_allocate
from orders.allocation.models import (
    Allocation,
    Credit,
    FarmerOutcome,
    LineOutcome,
    Run,
    RunProduct,
)
from orders.allocation.services.promising import keep_promises
from orders.models import Delivery, Line
from orders.services import mark_deliveries
from orders.states import DeliveryState


@dataclass(frozen=True, slots=True)
class Solved:
    """An instance and its checked answer."""

    built: ProductInstance
    result: engine.Result


def run_cutoff(*, cycles: Iterable[OrderCycle], by: User | None = None) -> list[Run]:
    """Allocate closed cycles, each in a transaction of its own, in the order of their days.

    Firm quantities come first, then each contract tier; what is stored was replayed row by row
    before. Works by state: a cycle that has its run keeps it, so calling twice changes nothing.

    Args:
        cycles: cycles whose cut-off has passed.
        by: who asked for it; None at the tick.

    Returns:
        The run of each cycle, new or standing; an open or cancelled cycle has none.
    """
    found = (
        _run_cycle(cycle, by) for cycle in sorted(cycles, key=lambda c: (c.delivery_day, c.pk))
    )
    return [run for run in found if run is not None]


def allocate_closed(cycles: list[OrderCycle]) -> None:
    """Allocate cycles whose cut-off was reached; cycles' hook."""
    run_cutoff(cycles=cycles)


@unit_of_work
def _run_cycle(cycle: OrderCycle, by: User | None) -> Run | None:
    locked = OrderCycle.objects.select_for_update().get(pk=cycle.pk)
    if locked.state in (CycleState.OPEN, CycleState.CANCELLED):
        return None
    standing = Run.objects.filter(
        cycle=locked, kind__in=(Run.Kind.CUTOFF, Run.Kind.REPLAN), is_current=True
    ).first()
    if standing is not None or locked.state != CycleState.CLOSED:
        return standing
    started = perf_counter()
    lines = lines_to_allocate(locked)
    solved = _solve(locked, lines)
    outcomes = [out for one in solved for out in outcomes_of(one)]
    run = store_run(
        cycle=locked,
        kind=Run.Kind.CUTOFF,
        solved=solved,
        outcomes=outcomes,
        by=by,
        milliseconds=since(started),
    )
    store_plan(run, solved)
    store_credits(run, solved)
    supply.consume(cycle_id=locked.pk, taken=taken_of(solved))
    keep_promises(
        run=run,
        lines=lines,
        got={out.line.pk: out.allocated_qty for out in outcomes},
        by=by,
    )
    mark_deliveries(
        deliveries=Delivery.objects.filter(cycle=locked, state=DeliveryState.PLACED),
        to=DeliveryState.ALLOCATED,
        by=by,
    )
    transition(locked, CycleState.ALLOCATED, by=by)
    cycle.state = locked.state
    record(
        by=by,
        action="allocation.run",
        subject=run,
        data={"cycle": locked.pk, "asked_g": run.asked_g, "allocated_g": run.allocated_g},
    )
    tell_short(run, outcomes)
    for told in hooks.run_stored:
        told([run], by)
    return run


def since(started: float) -> int:
    """Return milliseconds since a reading of `perf_counter`."""
    return round((perf_counter() - started) * 1000)


def farm_gate_of(cycle: OrderCycle, lines: Iterable[Line]) -> dict[tuple[int, str], int]:
    """Return the farm-gate price on a cycle by (product, grade), satang per 1,000 g or piece."""
    day = cycle.delivery_day
    prices = farm_gate_prices(days=[day], product_ids={line.product_id for line in lines})
    return {(product, grade): satang for (product, grade, _day), satang in prices.items()}


def _solve(cycle: OrderCycle, lines: list[Line]) -> list[Solved]:
    solved = []
    for built in build_instances(cycle, lines, farm_gate_of(cycle, lines)):
        result = engine.solve(built.instance)
        engine.verify(built.instance, result)
        solved.append(Solved(built, result))
    return solved


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one order line got, base units, and the engine's reason where it is short."""

    line: Line
    firm_qty: int
    asked_qty: int
    allocated_qty: int
    reason_code: str = ""
    reason: Mapping[str, Any] = field(default_factory=dict)

    @property
    def short_qty(self) -> int:
        return self.asked_qty - self.allocated_qty


def outcomes_of(one: Solved) -> list[Outcome]:
    """Return the outcome of each order line of a product.

    An order line may stand for several of the engine's (its plan and what it still wants); the
    reason is that of the first of them that is short.
    """
    asked = {line.id: line for line in one.built.instance.lines}
    parts: dict[int, list[engine.LineOutcome]] = defaultdict(list)
    for out in one.result.lines:
        parts[one.built.lines[out.id].pk].append(out)
    found = []
    for outs in parts.values():
        reason = next((out.reason for out in outs if out.reason), None)
        found.append(
            Outcome(
                line=one.built.lines[outs[0].id],
                firm_qty=sum(asked[out.id].firm_g for out in outs),
                asked_qty=sum(asked[out.id].quantity_g for out in outs),
                allocated_qty=sum(out.allocated_g for out in outs),
                reason_code=str(reason.code) if reason else "",
                reason=dict(reason.data) if reason else {},
            )
        )
    return found


def store_run(
    *,
    cycle: OrderCycle,
    kind: str,
    solved: Sequence[Solved],
    outcomes: Sequence[Outcome],
    by: User | None,
    milliseconds: int,
    before: Run | None = None,
    cause: str = "",
    key: str = "",
) -> Run:
    """Write a run with its products and the outcome of every line; earlier runs of its kind, and
    `before`, give way. Call it inside a unit of work.
    """
    earlier = Q(kind=kind) if before is None else Q(kind=kind) | Q(pk=before.pk)
    Run.objects.filter(earlier, cycle=cycle, is_current=True).update(is_current=False)
    totals: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    grams = [0, 0, 0]
    for out in outcomes:
        for place, qty in enumerate((out.asked_qty, out.firm_qty, out.allocated_qty)):
            totals[out.line.product_id][place] += qty
            grams[place] += out.line.product.grams_of(qty)
    run = Run.objects.create(
        cycle=cycle,
        kind=kind,
        by=by,
        before=before,
        cause=cause[:200],
        key=key,
        engine=solved[0].result.engine if solved else engine.ENGINE,
        input_sha256=_together(one.result.input_sha256 for one in solved),
        output_sha256=_together(one.result.output_sha256 for one in solved),
        milliseconds=milliseconds,
        asked_g=grams[0],
        firm_g=grams[1],
        allocated_g=grams[2],
    )
    RunProduct.objects.bulk_create(
        [
            RunProduct(
                run=run,
                product=one.built.product,
                pack_qty=one.built.instance.pack_g,
                asked_qty=totals[one.built.product.pk][0],
                firm_qty=totals[one.built.product.pk][1],
                allocated_qty=totals[one.built.product.pk][2],
                offered_qty=sum(lot.quantity_g for lot in one.built.instance.lots),
                input_sha256=one.result.input_sha256,
                output_sha256=one.result.output_sha256,
                document=engine.instance_document(one.built.instance),
            )
            for one in solved
        ]
    )
    LineOutcome.objects.bulk_create(
        [
            LineOutcome(
                run=run,
                line=out.line,
                firm_qty=out.firm_qty,
                asked_qty=out.asked_qty,
                allocated_qty=out.allocated_qty,
                short_qty=out.short_qty,
                reason_code=out.reason_code,
                reason=dict(out.reason),
            )
            for out in outcomes
        ],
        batch_size=500,
    )
    return run


def _together(hashes: Iterable[str]) -> str:
    """Return one hash for a run: of its products' hashes in the order of products."""
    return hashlib.sha256("".join(hashes).encode()).hexdigest()


def store_plan(run: Run, solved: Sequence[Solved]) -> None:
    """Write what each share gives to each line and what each grower sells in a run."""
    rows = []
    farmers = []
    for one in solved:
        for row in one.result.allocations:
            share = one.built.shares[row.lot]
            rows.append(
                Allocation(
                    run=run,
                    line=one.built.lines[row.line],
                    share=share,
                    person_id=share.person_id,
                    group_id=share.harvest_offer.group_id,
                    product=one.built.product,
                    grade=share.harvest_offer.grade,
                    qty=row.quantity_g,
                )
            )
        offered: dict[str, int] = defaultdict(int)
        for lot in one.built.instance.lots:
            offered[lot.farmer] += lot.quantity_g
        farmers += [
            FarmerOutcome(
                run=run,
                person_id=int(out.id),
                product=one.built.product,
                offered_qty=offered[out.id],
                sold_qty=out.sold_g,
                credit_qty=out.credit_g,
                reason_code=str(out.reason.code) if out.reason else "",
                reason=dict(out.reason.data) if out.reason else {},
            )
            for out in one.result.farmers
        ]
    Allocation.objects.bulk_create(rows, batch_size=500)
    FarmerOutcome.objects.bulk_create(farmers, batch_size=500)


def taken_of(solved: Sequence[Solved]) -> dict[int, int]:
    """Return what the plan takes of each share."""
    taken: dict[int, int] = defaultdict(int)
    for one in solved:
        for row in one.result.allocations:
            taken[int(row.lot)] += row.quantity_g
    return dict(taken)


def store_credits(run: Run, solved: Sequence[Solved]) -> None:
    """Write what growers carry into the next run."""
    known = {
        (credit.person_id, credit.product_id): credit
        for credit in Credit.objects.select_for_update()
        .filter(product__in=[one.built.product for one in solved])
        .order_by("pk")
    }
    fresh, changed = [], []
    for one in solved:
        for out in one.result.farmers:
            credit = known.get((int(out.id), one.built.product.pk))
            if credit is None and out.credit_g:
                fresh.append(
                    Credit(
                        person_id=int(out.id),
                        product=one.built.product,
                        qty=out.credit_g,
                        run=run,
                    )
                )
            elif credit is not None and credit.qty != out.credit_g:
                credit.qty, credit.run = out.credit_g, run
                changed.append(credit)
    Credit.objects.bulk_create(fresh)
    Credit.objects.bulk_update(changed, ["qty", "run"])


def tell_short(run: Run, outcomes: Iterable[Outcome]) -> None:
    """Tell each buyer once a run what its lines are short of."""
    short: dict[int, list[Outcome]] = defaultdict(list)
    for out in outcomes:
        if out.short_qty:
            short[out.line.delivery_id].append(out)
    day = format_date(run.cycle.delivery_day, "day")
    tellings = []
    for delivery, outs in sorted(short.items()):
        buyer = outs[0].line.order.buyer
        rows = [
            _("%(product)s ได้ %(given)s จาก %(asked)s")
            % {
                "product": out.line.product.title,
                "given": amount(out.allocated_qty, out.line.product),
                "asked": amount(out.asked_qty, out.line.product),
            }
            for out in outs
        ]
        tellings.append(
            Telling(
                key=f"run:{run.pk}:delivery:{delivery}",
                recipient=f"party:{buyer.pk}",
                kind="allocation.short",
                title=_("ส่ง %(day)s ขาด %(count)s รายการ") % {"day": day, "count": len(rows)},
                body="\n".join(rows),
                email=buyer.email,
            )
        )
    tell(tellings=tellings)


def amount(qty: int, product: Product) -> str:
    """Return a quantity with the product's own unit word."""
    return format_quantity(
        qty,
        BaseUnit(product.base_unit),
        unit_label=None if product.base_unit == BaseUnit.GRAM else product.unit_label,
    )


@dataclass(frozen=True, slots=True)
class SolvedAgain:
    """What came of solving a stored run again.

    Attributes:
        kept: what the run was computed from is still what was hashed then.
        same: every product came out byte by byte as it was stored.
        other_engine: the run was made by another version of the engine; then only `fills` is told.
        fills: every product got as much in all as the run gave it.
    """

    kept: bool
    same: bool
    other_engine: str = ""
    fills: bool = True

    def __bool__(self) -> bool:
        """Whether nothing speaks against the run."""
        return self.kept and (self.fills if self.other_engine else self.same)


def solve_again(run: Run) -> SolvedAgain:
    """Solve every product of a run again from what was kept and compare it with the run.

    A newer engine may choose another plan that is as full; it is told apart from a run that was
    changed, and the fill is compared instead.
    """
    kept = same = fills = True
    for product in run.products.all():
        instance = engine.instance_from_document(product.document)
        result = engine.solve(instance)
        engine.verify(instance, result)
        kept &= result.input_sha256 == product.input_sha256
        same &= result.output_sha256 == product.output_sha256
        fills &= result.filled_g == product.allocated_qty
    return SolvedAgain(
        kept=kept,
        same=same,
        other_engine=run.engine if run.engine != engine.ENGINE else "",
        fills=fills,
    )
