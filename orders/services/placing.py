"""Placing a draft: the one step at which something is promised.

Always true: a draft is placed once, whoever presses how often; an order stands whole or not at all;
what a line guarantees is reserved in supply in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _
from oscar.apps.checkout.calculators import OrderTotalCalculator
from oscar.core.prices import Price

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.dates import format_date
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.money import to_decimal, value_of
from marketplace.common.quantities import BaseUnit
from marketplace.common.transactions import unit_of_work
from marketplace.cycles.services import require_open
from marketplace.notifications.services import Telling, tell
from orders import hooks
from orders.basket.building import build_frozen_basket
from orders.basket.pricing import CURRENCY, CellTerms
from orders.days import DeliveryDay
from orders.models import (
    DraftCell,
    Line,
    LineRevision,
    Order,
    OrderDraft,
    PurchaseOrder,
)
from orders.rules import by_budget_year, fees_of_drop
from orders.services.drafts import lock_draft, require_cells
from orders.services.fees import zone_fees
from orders.services.inputs import CellInput
from orders.services.supplying import cell_terms, guarantee, hold_offers, write_revisions
from orders.shipping.methods import HubDelivery
from orders.utils import OrderCreator, surcharge_deliveries


@unit_of_work
def place_draft(
    *,
    by: User | None,
    draft: OrderDraft,
    purchase_order: PurchaseOrder | None = None,
    note: str = "",
    accept_wanted: bool = True,
) -> Order:
    """Turn a draft into an advance order: lines priced by today's notice, the firm part reserved.

    Placing a draft that is placed already returns its order and changes nothing, so two tabs or a
    form posted twice make one order. A government buyer's draft that crosses 30 September becomes
    one order for each of the state's budget years; the first is returned, the others are its
    `parts`.

    Args:
        by: who places; staff may place on behalf of a buyer, which the audit trail shows.
        draft: with at least one cell.
        purchase_order: the buyer's own document; may come later.
        note: for the hub, at most 300 characters.
        accept_wanted: take what cannot be promised as wanted more; otherwise refuse.

    Raises:
        Refusal: the draft is empty or discarded, the purchase order is another buyer's, something
            is short and `accept_wanted` is false (code "short", `where` lists the cells), or an
            upper room refuses the order (the buyer's credit limit).
        Refusals: cells that cannot be ordered, past their cut-off, or have no price.
    """
    draft = lock_draft(draft)
    if draft.order is not None:
        return draft.order
    if draft.state == OrderDraft.State.DISCARDED:
        raise Refusal(_("ร่างนี้ทิ้งไปแล้ว กรุณาเปิดร่างใหม่"), code="draft-discarded")
    if purchase_order is not None and purchase_order.buyer_id != draft.buyer_id:
        raise Refusal(
            _("ใบสั่งซื้อนี้เป็นของผู้ซื้ออื่น กรุณาเลือกใหม่"), code="foreign-po", where="purchase_order"
        )
    cells = list(
        DraftCell.objects.filter(draft=draft)
        .select_related("cycle", "listing__partner__party", "listing__product__product_class")
        .order_by("cycle__delivery_day", "cycle_id", "listing__product__title", "listing_id")
    )
    if not cells:
        raise Refusal(_("ร่างนี้ยังไม่มีรายการ กรุณาใส่จำนวนก่อนส่ง"), code="empty")
    require_open(
        cycle_ids={cell.cycle_id for cell in cells}, buyer_class=draft.buyer.buyer_class_id
    )
    days = require_cells(
        draft, [CellInput(cell.listing_id, cell.cycle_id, cell.qty) for cell in cells]
    )
    terms = cell_terms(buyer=draft.buyer, cells=[(cell.listing, cell.cycle) for cell in cells])
    require_prices(cells, terms)

    parts = [cells]
    if draft.buyer.is_government:
        years = by_budget_year(cell.cycle.delivery_day for cell in cells)
        parts = [[cell for cell in cells if cell.cycle.delivery_day in set(year)] for year in years]
    if len(parts) > 1:  # supply is asked once an order: all its locks first, ascending
        hold_offers(cell.listing.product_id for cell in cells)
    orders: list[Order] = []
    for part in parts:
        orders.append(
            _place(
                by=by,
                draft=draft,
                cells=part,
                days=days,
                terms=terms,
                purchase_order=purchase_order,
                note=note[:300],
                accept_wanted=accept_wanted,
                split_from=orders[0] if orders else None,
            )
        )
    first = orders[0]
    draft.state, draft.order = OrderDraft.State.PLACED, first
    draft.save(update_fields=["state", "order"])
    for told in hooks.ordered:
        told(draft.buyer, by)
    for order in orders:
        record(
            by=by,
            action="orders.order.placed",
            subject=order,
            party=f"party:{draft.buyer_id}",
            data={"number": order.number, "draft": draft.pk, "lines": len(cells)},
        )
    tell(
        tellings=[
            Telling(
                key=f"order:{order.pk}:placed",
                recipient=f"party:{draft.buyer_id}",
                kind="orders.placed",
                title=str(_("ส่งใบจอง %(number)s แล้ว") % {"number": order.number}),
                url=f"/orders/{order.number}/",
            )
            for order in orders
        ]
    )
    return first


def require_prices(cells: Sequence[DraftCell], terms: dict[tuple[int, int], CellTerms]) -> None:
    """Refuse cells that no price notice covers."""
    Refusals.raise_if_any(
        Refusal(
            _("%(row)s %(column)s ยังไม่มีประกาศราคา กรุณาเอาออกหรือรอประกาศ")
            % {
                "row": cell.listing.product.name,
                "column": format_date(cell.cycle.delivery_day, "day"),
            },
            code="no-price",
            where={"listing": cell.listing_id, "cycle": cell.cycle_id},
        )
        for cell in cells
        if (cell.listing_id, cell.cycle_id) not in terms
    )


def _place(
    *,
    by: User | None,
    draft: OrderDraft,
    cells: Sequence[DraftCell],
    days: dict[int, DeliveryDay],
    terms: dict[tuple[int, int], CellTerms],
    purchase_order: PurchaseOrder | None,
    note: str,
    accept_wanted: bool,
    split_from: Order | None,
) -> Order:
    buyer_class = draft.buyer.buyer_class
    basket = build_frozen_basket(
        owner=by,
        cells=[(cell.listing, cell.cycle_id, cell.qty) for cell in cells],
        terms=terms,
    )
    values: dict[int, int] = {}
    for cell in cells:
        price = terms[cell.listing_id, cell.cycle_id].price_satang
        per = BaseUnit(cell.listing.product.base_unit).per
        values[cell.cycle_id] = values.get(cell.cycle_id, 0) + value_of(cell.qty, price, per=per)
    zones = zone_fees(
        district_id=draft.site.district_id, days={days[cycle].day for cycle in values}
    )
    fees = {
        cycle: fees_of_drop(
            value,
            minimum_satang=buyer_class.minimum_drop_satang,
            small_drop_satang=buyer_class.small_drop_fee_satang,
            zone=zones.get(days[cycle].day),
        )
        for cycle, value in values.items()
    }

    def reserve(order: Order, lines: list[Line]) -> None:
        _guarantee_new(by=by, lines=lines, terms=terms, accept_wanted=accept_wanted)

    method = HubDelivery()
    charge = method.calculate(basket)
    fee = to_decimal(sum(one.satang for found in fees.values() for one in found))
    total = OrderTotalCalculator().calculate(basket, charge) + Price(
        currency=CURRENCY, excl_tax=fee, incl_tax=fee
    )
    creator = OrderCreator(
        cutoffs={cycle: day.cutoff_at for cycle, day in days.items()}, fees=fees, reserve=reserve
    )
    order = creator.place_order(
        basket=basket,
        total=total,
        shipping_method=method,
        shipping_charge=charge,
        user=by,
        buyer=draft.buyer,
        site=draft.site,
        purchase_order=purchase_order,
        payment_days=draft.buyer.payment_days,
        note=note,
        split_from=split_from,
    )
    basket.submit()
    if any(fees.values()):
        surcharge_deliveries(order, order.deliveries.select_related("cycle"))
    return order


def _guarantee_new(
    *,
    by: User | None,
    lines: list[Line],
    terms: dict[tuple[int, int], CellTerms],
    accept_wanted: bool,
) -> None:
    """Reserve new lines; what is not granted becomes wanted more. Then write the first revisions."""
    granted = guarantee(asks=[(line, line.firm_qty) for line in lines], terms=terms)
    short = []
    for line in lines:
        firm = granted[line.pk]
        if firm < line.firm_qty:
            line.firm_qty, line.wanted_qty = firm, line.firm_qty - firm
            short.append(line)
    if short and not accept_wanted:
        raise Refusal(
            _("มี %(count)s ช่องที่ยืนยันได้ไม่ครบ กรุณาลดจำนวน หรือเลือกรับเป็นขอเพิ่ม") % {"count": len(short)},
            code="short",
            where=[
                {
                    "listing": line.stockrecord_id,
                    "cycle": line.cycle_id,
                    "firm": line.firm_qty,
                    "wanted": line.wanted_qty,
                }
                for line in short
            ],
        )
    Line.objects.bulk_update(short, ["firm_qty", "wanted_qty"])
    write_revisions(
        by=by,
        kind=LineRevision.Kind.PLACED,
        changes=[
            (line, line.firm_qty, line.wanted_qty, terms[line.stockrecord_id, line.cycle_id])
            for line in lines
        ],
    )
