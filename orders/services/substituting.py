"""A buyer takes other goods in place of what is short, on a day that is allocated already."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from catalogue.partner.models import StockRecord
from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from orders import hooks
from orders.basket.pricing import CellTerms
from orders.models import Delivery, Line, LineRevision, Order
from orders.rules import require_orderable, tranches
from orders.services.amending import new_lines, price_lines, settle_order
from orders.services.inputs import CellInput
from orders.services.locking import lock
from orders.services.supplying import cell_terms, terms_of_lines, write_revisions
from orders.states import DeliveryState


@unit_of_work
def substitute(
    *, by: User | None, line: Line, listing: StockRecord, qty: int, reason: str = ""
) -> Line:
    """Order another listing for the same day in place of as much of a line's wanted part.

    What it costs is what the listing costs on that day. What the delivery itself costs stays: the
    shortage was not the buyer's. The caller has the day planned again in the same transaction.

    Args:
        by: who accepted; None for the buyer's own rule.
        line: with its product.
        listing: with partner, party and product; counted in the same base unit.
        qty: base units, whole order steps of the listing.
        reason: shown in the history of both lines.

    Returns:
        The line of the other listing, new or grown, with its firm quantity.

    Raises:
        Refusal: the day is not allocated or weighed in ("intake"), more than the line still wants
            ("too-much"), another base unit ("unit"), off the step, no price ("no-price"), or the
            buyer's credit does not bear what it costs more.
    """
    product = listing.product
    if product.base_unit != line.base_unit:
        raise Refusal(_("นับเป็นคนละหน่วยกัน ใช้แทนกันไม่ได้"), code="unit")
    require_orderable(qty, step=product.step_qty, unit=product.base_unit)
    order = (
        Order.objects.filter(pk__in=lock(Order.objects.filter(pk=line.order_id)))
        .select_related("buyer__buyer_class", "site", "basket")
        .get()
    )
    deliveries = {
        row.cycle_id: row
        for row in Delivery.objects.filter(pk__in=lock(Delivery.objects.filter(order=order)))
        .select_related("cycle")
        .order_by("pk")
    }
    delivery = deliveries[line.cycle_id]
    if delivery.state != DeliveryState.ALLOCATED:
        raise Refusal(_("รอบส่งนี้เริ่มชั่งรับแล้วหรือยังไม่จัดสรร จึงรับของทดแทนไม่ได้"), code="intake")
    line = Line.objects.select_for_update().get(pk=line.pk)
    if not 0 < qty <= line.wanted_qty:
        raise Refusal(_("รายการนี้ได้ของครบแล้ว หรือขาดน้อยกว่าที่เสนอ"), code="too-much")
    cycle = delivery.cycle
    terms = cell_terms(buyer=order.buyer, cells=[(listing, cycle)])
    price = terms.get((listing.pk, cycle.pk))
    if price is None:
        raise Refusal(_("ของทดแทนยังไม่มีประกาศราคาของวันนั้น"), code="no-price")
    standing = Line.objects.filter(order=order, stockrecord=listing, cycle=cycle).first()
    if standing is None:
        (other,) = new_lines(
            order,
            [CellInput(listing.pk, cycle.pk, qty)],
            {listing.pk: listing},
            terms,
            deliveries,
            {cycle.pk: cycle},
        )
    else:
        other = standing
        other.firm_qty += qty
    known = tranches(terms_of_lines([line.pk]).get(line.pk, []))
    line.wanted_qty -= qty
    paid = CellTerms(known[-1].price_satang if known else line.price_satang)
    write_revisions(
        by=by,
        kind=LineRevision.Kind.SUBSTITUTED,
        changes=[(line, 0, -qty, paid), (other, qty, 0, price)],
        reason=reason,
    )
    price_lines([line, other])
    settle_order(order=order, deliveries=list(deliveries.values()), fees=False)
    other.refresh_from_db(fields=["status"])
    if price.price_satang > paid.price_satang:
        for told in hooks.ordered:
            told(order.buyer, by)
    record(
        by=by,
        action="orders.line.substituted",
        subject=other,
        party=f"party:{order.buyer_id}",
        data={"instead_of": line.pk, "qty": qty, "price_satang": price.price_satang},
    )
    return other
