"""What changed from one run to another: the figures, the lines, and each grower's part."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.db.models import Q

from catalogue.models import Product
from marketplace.parties.models import Person
from orders.allocation import engine
from orders.allocation.instances import distances
from orders.allocation.models import Allocation, FarmerOutcome, LineOutcome, Run
from orders.allocation.services.running import amount
from orders.models import Line

EARLIER_DAYS = 8
LISTED = 100


@dataclass(frozen=True, slots=True)
class Figures:
    """A run in a few figures.

    Attributes:
        run: the run.
        short_lines: how many lines it left short.
        gini: how unevenly growers with demand fared, 0.000 to 1; None where the run kept no grower's
            part.
        unordered: growers whose goods fitted no line; they are not in `gini`.
        km: kilometres by road that a kilogram of the plan travels; None without a plan.
    """

    run: Run
    short_lines: int
    gini: Decimal | None
    unordered: int
    km: Decimal | None


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A line that got more or less, with the quantities as text."""

    line: Line
    before: str
    after: str
    more: bool


@dataclass(frozen=True, slots=True)
class ChangedPart:
    """A grower whose sold part of a product changed, whole percent of what she offered."""

    person: Person
    product: Product
    before: int | None
    after: int | None

    @property
    def more(self) -> bool:
        return (self.after or 0) > (self.before or 0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs beside each other; lines only where both are of one cycle."""

    before: Figures
    after: Figures
    same_cycle: bool
    lines: list[ChangedLine]
    line_count: int
    both_shared: bool
    parts: list[ChangedPart]
    part_count: int


def choices_for(run: Run) -> list[Run]:
    """Return the runs worth comparing with: of the same cycle first, then of the same kind on the
    days before, newest first.
    """
    same = Run.objects.filter(cycle=run.cycle).exclude(pk=run.pk).order_by("-at", "-pk")
    earlier = Run.objects.filter(
        kind=run.kind, is_current=True, cycle__delivery_day__lt=run.cycle.delivery_day
    ).order_by("-cycle__delivery_day", "-at", "-pk")[:EARLIER_DAYS]
    return [*same.select_related("cycle"), *earlier.select_related("cycle")]


def compare_runs(before: Run, after: Run) -> Comparison:
    """Return what changed between two runs."""
    same_cycle = before.cycle_id == after.cycle_id
    lines = _lines(before, after) if same_cycle else []
    first, second = _parts(before), _parts(after)
    both = bool(first) and bool(second)
    parts = _changed(first, second) if both else []
    return Comparison(
        before=_figures(before, first),
        after=_figures(after, second),
        same_cycle=same_cycle,
        lines=lines[:LISTED],
        line_count=len(lines),
        both_shared=both,
        parts=parts[:LISTED],
        part_count=len(parts),
    )


def _lines(before: Run, after: Run) -> list[ChangedLine]:
    rows: dict[int, dict[int, LineOutcome]] = defaultdict(dict)
    for outcome in LineOutcome.objects.filter(run__in=(before, after)).select_related(
        "line__product", "line__order__buyer"
    ):
        rows[outcome.line_id][outcome.run_id] = outcome
    changed = []
    for pair in rows.values():
        line = next(iter(pair.values())).line
        first = pair[before.pk].allocated_qty if before.pk in pair else 0
        second = pair[after.pk].allocated_qty if after.pk in pair else 0
        if first != second:
            grams = line.product.grams_of(abs(first - second))
            changed.append((grams, line, first, second))
    changed.sort(key=lambda row: (-row[0], row[1].pk))
    return [
        ChangedLine(
            line=line,
            before=amount(first, line.product),
            after=amount(second, line.product),
            more=second > first,
        )
        for _grams, line, first, second in changed
    ]


def _parts(run: Run) -> dict[tuple[int, int], FarmerOutcome]:
    return {
        (row.person_id, row.product_id): row
        for row in run.farmers.filter(offered_qty__gt=0).select_related("person", "product")
    }


def _changed(
    first: dict[tuple[int, int], FarmerOutcome], second: dict[tuple[int, int], FarmerOutcome]
) -> list[ChangedPart]:
    found = []
    for key in first.keys() | second.keys():
        row = second.get(key) or first[key]
        part = ChangedPart(
            person=row.person,
            product=row.product,
            before=_percent(first.get(key)),
            after=_percent(second.get(key)),
        )
        if part.before != part.after:
            found.append(part)
    found.sort(
        key=lambda one: (
            -abs((one.after or 0) - (one.before or 0)), one.person.name, one.person.pk,
            one.product.pk,
        )
    )  # fmt: skip
    return found


def _percent(row: FarmerOutcome | None) -> int | None:
    return None if row is None else row.sold_qty * 100 // row.offered_qty


def _figures(run: Run, parts: dict[tuple[int, int], FarmerOutcome]) -> Figures:
    found = engine.fairness(
        engine.Part(
            grower=str(row.person_id),
            offered_g=row.product.grams_of(row.offered_qty),
            sold_g=row.product.grams_of(row.sold_qty),
            wanted=engine.was_wanted(_reason(row)),
        )
        for row in parts.values()
    )
    return Figures(
        run=run,
        short_lines=run.lines.filter(Q(short_qty__gt=0)).count(),
        gini=_rounded(found.gini, "0.001") if found.gini is not None else None,
        unordered=found.unordered,
        km=_km(run),
    )


def _reason(row: FarmerOutcome) -> engine.Reason | None:
    if not row.reason_code:
        return None
    return engine.Reason(engine.ReasonCode(row.reason_code), row.reason)


def _km(run: Run) -> Decimal | None:
    """Return kilometres per kilogram over the pairs of districts whose road is known."""
    roads = distances()
    grams = far = 0
    rows = Allocation.objects.filter(run=run).select_related(
        "share__plot", "person", "product", "line__order__site"
    )
    for row in rows:
        plot = row.share.plot
        origin = plot.district_id if plot else row.person.district_id
        road = roads.get((origin, row.line.order.site.district_id))
        if road is not None:
            weight = row.product.grams_of(row.qty)
            grams += weight
            far += weight * road
    return _rounded(Fraction(far, grams), "0.1") if grams else None


def _rounded(value: Fraction, step: str) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(
        Decimal(step), ROUND_HALF_UP
    )
