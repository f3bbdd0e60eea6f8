"""Proposing substitutes for what stays short, and closing proposals whose time is over.

Works by state: `follow_up` may run at any moment, twice, or late. A line is asked about once; only
when it becomes shorter than it was then is it asked about again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from marketplace.common.clock import now, today
from marketplace.common.dates import bangkok_date, format_date, format_time
from marketplace.common.money import format_baht
from marketplace.common.quantities import BaseUnit, format_quantity
from marketplace.common.transactions import unit_of_work
from marketplace.cycles.models import CycleState, OrderCycle
from marketplace.notifications.services import Telling, tell
from orders.allocation.models import LineOutcome, Run
from orders.models import Line
from orders.states import DeliveryState
from orders.substitution.finding import Fit, fits_for, rules_of
from orders.substitution.models import Proposal, SubstitutionRule
from orders.substitution.rules import Takes, answer_by, taken_unasked
from orders.substitution.services.answering import (
    accept_unasked,
    close,
    short_now,
    write_options,
)


def follow_up() -> dict[str, int]:
    """Propose what may be proposed, and close what is overdue or no longer needed; a tick's job.

    Returns:
        How many proposals were made and how many were closed.
    """
    made = 0
    for cycle in OrderCycle.objects.filter(
        state=CycleState.ALLOCATED, delivery_day__gte=today()
    ).order_by("delivery_day", "pk"):
        made += len(propose(cycle=cycle))
    return {"made": made, "closed": _close_over()}


@unit_of_work
def propose(*, cycle: OrderCycle) -> list[Proposal]:
    """Propose substitutes for the short lines of an allocated cycle and tell their buyers.

    Where it is too late to ask, only what the buyer's rule takes unasked is proposed, and overdue
    at once.

    Returns:
        The proposals that were made.
    """
    run = _plan_of(cycle)
    short = _unasked(_short_lines(run), cycle) if run else {}
    if not short:
        return []
    # The plan is taken again under lock: another tick may have been here.
    OrderCycle.objects.select_for_update().get(pk=cycle.pk)
    run = _plan_of(cycle)
    if run is None:
        return []
    short = _unasked(_short_lines(run), cycle)
    rules = rules_of({line.order.buyer_id for line in short})
    until = answer_by(cycle.delivery_day, now())
    found = fits_for(
        {line: qty for line, qty in short.items() if _is_asked(rules[line.order.buyer_id], until)}
    )
    lines = {line.pk: line for line in short}
    made = []
    for key, fits in sorted(found.items()):
        line = lines[key]
        if until is None and not _takes_unasked(rules[line.order.buyer_id], line, fits):
            continue
        made.append(
            Proposal.objects.create(
                line=line, run=run, short_qty=short[line], answer_by=until or now()
            )
        )
        write_options(made[-1], fits)
    if until is not None:
        _tell(made, lines, found)
    return made


def _is_asked(rule: SubstitutionRule, until: object) -> bool:
    if rule.takes == Takes.NEVER:
        return False
    return until is not None or rule.unanswered == "accept"


def _plan_of(cycle: OrderCycle) -> Run | None:
    return (
        Run.objects.filter(cycle=cycle, is_current=True, cycle__state=CycleState.ALLOCATED)
        .exclude(kind=Run.Kind.INTAKE)
        .first()
    )


def _short_lines(run: Run) -> dict[Line, int]:
    """Return what lines of a plan are short of now, base units."""
    rows = (
        LineOutcome.objects.filter(
            run=run, short_qty__gt=0, line__delivery__state=DeliveryState.ALLOCATED
        )
        .select_related("line__product", "line__cycle", "line__order__buyer")
        .order_by("line_id")
    )
    return {row.line: qty for row in rows if (qty := min(row.short_qty, row.line.wanted_qty)) > 0}


def _unasked(short: Mapping[Line, int], cycle: OrderCycle) -> dict[Line, int]:
    """Leave out lines that were asked about already and are not shorter since."""
    asked: dict[int, int] = {}
    by_pk = {line.pk: qty for line, qty in short.items()}
    for line, qty, state in (
        Proposal.objects.filter(line__cycle=cycle)
        .order_by("pk")
        .values_list("line_id", "short_qty", "state")
    ):
        if state == Proposal.State.OPEN:
            asked[line] = max(qty, by_pk.get(line, 0))
        elif state != Proposal.State.VOID:
            asked[line] = max(qty, asked.get(line, 0))
    return {line: qty for line, qty in short.items() if qty > asked.get(line.pk, 0)}


def _takes_unasked(rule: SubstitutionRule, line: Line, fits: list[Fit]) -> bool:
    options = [(fit.price_satang, fit.listing.min_grade) for fit in fits]
    place = taken_unasked(
        rule.unanswered, options, paid_satang=line.price_satang, min_grade=line.min_grade
    )
    return place is not None


def _close_over() -> int:
    """Close proposals that nobody needs any more or whose time is over."""
    closed = 0
    moment = now()
    for proposal in (
        Proposal.objects.waiting()
        .select_related("line__delivery", "line__cycle", "line__order")
        .order_by("answer_by", "pk")
    ):
        line = proposal.line
        gone = line.delivery.state != DeliveryState.ALLOCATED
        gone = gone or not min(short_now(line), line.wanted_qty)
        if gone or line.cycle.state != CycleState.ALLOCATED:
            close([proposal], Proposal.State.VOID)
        elif proposal.answer_by <= moment:
            _answer_for(proposal)
        else:
            continue
        closed += 1
    return closed


def _answer_for(proposal: Proposal) -> None:
    """Do what the buyer's rule says about silence."""
    line = proposal.line
    rule = rules_of({line.order.buyer_id})[line.order.buyer_id]
    options = list(proposal.options.select_related("listing__product", "proposal__line"))
    place = taken_unasked(
        rule.unanswered,
        [(one.price_satang, one.listing.min_grade) for one in options],
        paid_satang=line.price_satang,
        min_grade=line.min_grade,
    )
    if place is None or not accept_unasked(options[place]):
        close([proposal], Proposal.State.LEFT)


def _tell(made: list[Proposal], lines: Mapping[int, Line], found: Mapping[int, list[Fit]]) -> None:
    """Ask each buyer once for a day, with the moment until which an answer counts."""
    by_buyer: dict[int, list[Proposal]] = defaultdict(list)
    for proposal in made:
        by_buyer[lines[proposal.line_id].order.buyer_id].append(proposal)
    tellings = []
    for buyer, proposals in sorted(by_buyer.items()):
        first = lines[proposals[0].line_id]
        until = proposals[0].answer_by
        tellings.append(
            Telling(
                key=f"substitution:{proposals[0].pk}",
                recipient=f"party:{buyer}",
                kind="substitution.proposed",
                title=_("ส่ง %(day)s มีของทดแทนให้เลือก %(count)s รายการ")
                % {
                    "day": format_date(first.cycle.delivery_day, "day"),
                    "count": len(proposals),
                },
                body="\n".join(
                    [
                        *(_asking(lines[one.line_id], found[one.line_id]) for one in proposals),
                        _("ตอบก่อน %(day)s %(time)s")
                        % {
                            "day": format_date(bangkok_date(until), "day"),
                            "time": format_time(until),
                        },
                    ]
                ),
                url="/substitutes/",
                email=first.order.buyer.email,
            )
        )
    tell(tellings=tellings)


def _asking(line: Line, fits: Iterable[Fit]) -> str:
    return _("แทน %(product)s: %(options)s") % {
        "product": line.product.title,
        "options": ", ".join(
            _("%(name)s %(grade)s %(qty)s %(price)s")
            % {
                "name": fit.listing.product.title,
                "grade": fit.listing.min_grade,
                "qty": format_quantity(fit.qty, BaseUnit(fit.listing.product.base_unit)),
                "price": format_baht(fit.price_satang, sign=True),
            }
            for fit in fits
        ),
    }
