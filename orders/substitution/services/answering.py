"""Answering proposals: whoever accepts first gets the goods, and the day's plan follows at once.

Locks are taken as planning again takes them: the cycle, then the proposal, the order and its
deliveries, the offers. Accepting stands whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Sum
from django.utils.translation import gettext as _

from catalogue.supply import services as supply
from marketplace.accounts.models import User
from marketplace.audit.services import record, record_many
from marketplace.common.clock import now
from marketplace.common.dates import format_date
from marketplace.common.exceptions import Refusal
from marketplace.common.quantities import BaseUnit, format_quantity
from marketplace.common.transactions import unit_of_work
from marketplace.cycles.models import CycleState, OrderCycle
from marketplace.notifications.services import Telling, tell
from orders.allocation.models import Allocation, LineOutcome
from orders.allocation.services import replan_lines
from orders.models import Line
from orders.rules import steps_down
from orders.services import cell_terms, substitute
from orders.substitution.finding import Fit, fits_for
from orders.substitution.models import Option, Proposal


@unit_of_work
def accept(*, by: User | None, option: Option) -> Proposal:
    """Take the goods of an option in place of what is short; the day is planned again around it.

    Accepting the same option twice accepts it once.

    Args:
        by: who accepts; None for the buyer's own rule, which knows no deadline.
        option: of an open proposal.

    Raises:
        Refusal: answered already (code "answered"), too late ("late"), the day is being weighed in
            ("intake"), nothing is short any more ("covered"), another price by now ("price"), or
            somebody else has taken the goods ("gone").
    """
    line = option.proposal.line
    cycle = OrderCycle.objects.select_for_update().get(pk=line.cycle_id)
    proposal = Proposal.objects.select_for_update().get(pk=option.proposal_id)
    if proposal.state == Proposal.State.ACCEPTED and proposal.taken_id == option.pk:
        return proposal
    _require_open(proposal, in_time=by is not None)
    if cycle.state != CycleState.ALLOCATED:
        raise Refusal(_("รอบส่งนี้เริ่มชั่งรับแล้ว จึงเปลี่ยนไม่ได้ กรุณาติดต่อศูนย์"), code="intake")
    line = Line.objects.select_related("product", "order__buyer", "cycle").get(pk=line.pk)
    listing = option.listing
    qty = steps_down(min(option.qty, short_now(line), line.wanted_qty), listing.product.step_qty)
    if not qty:
        raise Refusal(_("ได้ของครบแล้ว ไม่ต้องรับของทดแทน"), code="covered")
    terms = cell_terms(buyer=line.order.buyer, cells=[(listing, cycle)])
    price = terms.get((listing.pk, cycle.pk))
    if price is None or price.price_satang != option.price_satang:
        raise Refusal(_("ราคาเปลี่ยนไปแล้ว ดูราคาใหม่แล้วเลือกอีกครั้ง"), code="price")
    had = (
        Allocation.objects.planned(cycle.pk)
        .filter(line__order=line.order_id, line__stockrecord=listing)
        .aggregate(total=Sum("qty"))["total"]
        or 0
    )
    words = {"product": line.product.title, "other": listing.product.title}
    other = substitute(
        by=by,
        line=line,
        listing=listing,
        qty=qty,
        reason=_("รับ %(other)s แทน %(product)s") % words,
    )
    supply.settle_quantity(
        holder=line.holder,
        cycle_id=cycle.pk,
        qty=qty,
        how=_("รับ %(other)s แทน") % words,
        by=by,
    )
    replan_lines(
        cycle=cycle,
        whole={other.pk: had + qty},
        cause=_("ผู้ซื้อรับ %(other)s แทน %(product)s") % words,
        key=f"substitute:{option.pk}",
        by=by,
    )
    proposal.state, proposal.answered_at, proposal.answered_by = (
        Proposal.State.ACCEPTED,
        now(),
        by,
    )
    proposal.taken, proposal.taken_qty, proposal.became = option, qty, other
    proposal.save()
    record(
        by=by,
        action="substitution.accepted",
        subject=proposal,
        party=f"party:{line.order.buyer_id}",
        data={"line": line.pk, "became": other.pk, "qty": qty},
    )
    if by is None:
        _tell_taken(proposal, line, listing.product.title, qty)
    return proposal


def accept_unasked(option: Option) -> bool:
    """Take an option by the buyer's own rule; say whether the goods were still there."""
    try:
        accept(by=None, option=option)
    except Refusal:
        return False
    return True


@unit_of_work
def decline(*, by: User | None, proposal: Proposal) -> Proposal:
    """Leave a line short; the buyer finds the goods elsewhere. Twice is once.

    Raises:
        Refusal: accepted or closed already ("answered"), or too late ("late").
    """
    locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if locked.state == Proposal.State.DECLINED:
        return locked
    _require_open(locked, in_time=True)
    close([locked], Proposal.State.DECLINED, by=by)
    return locked


@unit_of_work
def reopen(*, by: User | None, proposal: Proposal) -> Proposal:
    """Take a "no" back while there is still time to answer.

    Raises:
        Refusal: it was not declined ("answered"), the time is over ("late"), or nothing fits any
            more ("gone").
    """
    locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if locked.state == Proposal.State.OPEN:
        return locked
    if locked.state != Proposal.State.DECLINED:
        raise Refusal(_("ตอบไปแล้ว เปลี่ยนไม่ได้ กรุณาติดต่อศูนย์"), code="answered")
    _require_time(locked)
    locked.state, locked.answered_at, locked.answered_by = Proposal.State.OPEN, None, None
    locked.save(update_fields=["state", "answered_at", "answered_by"])
    record(by=by, action="substitution.reopened", subject=locked, data={})
    if not refresh(proposal=locked):
        raise Refusal(_("ไม่มีของทดแทนเหลือแล้ว"), code="gone")
    return locked


@unit_of_work
def refresh(*, proposal: Proposal) -> list[Option]:
    """Look again what an open proposal may offer; without anything left it is void.

    Returns:
        Its options as they now stand.
    """
    locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if locked.state != Proposal.State.OPEN:
        return list(locked.options.all())
    line = Line.objects.select_related("product", "order__buyer", "cycle").get(pk=locked.line_id)
    short = min(short_now(line), line.wanted_qty)
    fits = fits_for({line: short}).get(line.pk, []) if short else []
    locked.options.all().delete()
    if not fits:
        close([locked], Proposal.State.VOID)
    return write_options(locked, fits)


def write_options(proposal: Proposal, fits: Sequence[Fit]) -> list[Option]:
    """Write what a proposal offers, best first; call it inside a unit of work."""
    return Option.objects.bulk_create(
        [
            Option(
                proposal=proposal,
                listing=fit.listing,
                place=place,
                qty=fit.qty,
                price_satang=fit.price_satang,
            )
            for place, fit in enumerate(fits)
        ]
    )


@unit_of_work
def close(proposals: Iterable[Proposal], state: str, by: User | None = None) -> None:
    """End open proposals without taking anything; those answered meanwhile stay as they are."""
    rows = list(
        Proposal.objects.select_for_update()
        .filter(pk__in=[one.pk for one in proposals], state=Proposal.State.OPEN)
        .order_by("pk")
    )
    moment = now()
    for row in rows:
        row.state, row.answered_at, row.answered_by = state, moment, by
    Proposal.objects.bulk_update(rows, ["state", "answered_at", "answered_by"])
    record_many([(f"substitution.{state}", row, {"line": row.line_id}) for row in rows], by=by)


def _require_open(proposal: Proposal, *, in_time: bool) -> None:
    if proposal.state != Proposal.State.OPEN:
        raise Refusal(_("รายการนี้ตอบไปแล้ว"), code="answered")
    if in_time:
        _require_time(proposal)


def _require_time(proposal: Proposal) -> None:
    if proposal.answer_by <= now():
        raise Refusal(_("หมดเวลาตอบแล้ว กรุณาติดต่อศูนย์"), code="late")


def short_now(line: Line) -> int:
    """Return what the plan that stands leaves a line short of, base units."""
    row = (
        LineOutcome.objects.filter(line=line, run__is_current=True)
        .exclude(run__kind="intake")
        .first()
    )
    return row.short_qty if row else 0


def _tell_taken(proposal: Proposal, line: Line, other: str, qty: int) -> None:
    tell(
        tellings=[
            Telling(
                key=f"substitution:{proposal.pk}:taken",
                recipient=f"party:{line.order.buyer_id}",
                kind="substitution.taken",
                title=_("ส่ง %(day)s รับ %(other)s %(qty)s แทน %(product)s ตามที่ตั้งไว้")
                % {
                    "day": format_date(line.cycle.delivery_day, "day"),
                    "other": other,
                    "qty": format_quantity(qty, BaseUnit(line.base_unit)),
                    "product": line.product.title,
                },
                url=f"/orders/{line.order.number}/",
                email=line.order.buyer.email,
            )
        ]
    )
