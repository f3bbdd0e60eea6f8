"""Quotations (ใบเสนอราคา): of an advance order before the buyer's own purchase order, or of a draft
that is not ordered yet and becomes an order at the quoted prices while they hold.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalogue.models import Product
from catalogue.partner.hooks import ListingPrice, PriceQuestion
from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import now, today
from marketplace.common.dates import format_date
from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht, value_of
from marketplace.common.quantities import BaseUnit, price_divides, price_grid
from marketplace.common.transactions import unit_of_work
from marketplace.parties.models import Buyer, DeliverySite
from orders.invoicing.exceptions import NothingToIssue
from orders.invoicing.models import (
    Document,
    DocumentKind,
    DocumentState,
    Quotation,
    QuotationCell,
)
from orders.invoicing.rules import TaxedLine, vat_of_lines
from orders.invoicing.services.documents import Draft, issue_documents, void_documents
from orders.invoicing.services.sales import Taxes
from orders.models import DeliveryFee, DraftCell, Line, Order, OrderDraft
from orders.rules import fees_of_drop
from orders.services import (
    CellInput,
    change_site,
    place_draft,
    restore_draft,
    save_cells,
)
from orders.services.drafts import lock_open_draft
from orders.services.fees import zone_fees
from orders.services.placing import require_prices
from orders.services.supplying import cell_terms
from orders.states import DeliveryState


@unit_of_work
def issue_quotation(
    *,
    by: User | None,
    order: Order,
    valid_until: dt.date,
    day: dt.date | None = None,
) -> Document:
    """Offer what an advance order asks for at its prices, until a day.

    Args:
        by: who issues.
        order: with lines that are not cancelled.
        valid_until: the last day the offer holds.
        day: the quotation's date, today when left out.

    Raises:
        NothingToIssue: the order has no line left.
        Refusal: it would end before it begins (code "valid-until").
    """
    issued = day or today()
    _require_day(issued, valid_until)
    lines = [
        line
        for line in Line.objects.filter(order=order)
        .exclude(delivery__state=DeliveryState.CANCELLED)
        .select_related("product", "cycle")
        .order_by("cycle__delivery_day", "product__title", "pk")
        if line.ordered_qty
    ]
    if not lines:
        raise NothingToIssue(DocumentKind.QUOTATION.label, _("ใบจองนี้ไม่มีรายการเหลือ"))
    fee = sum(
        DeliveryFee.objects.filter(delivery__order=order)
        .exclude(delivery__state=DeliveryState.CANCELLED)
        .values_list("satang", flat=True)
    )
    draft = _paper(
        buyer=order.buyer,
        site=order.site,
        valid_until=valid_until,
        fee_satang=fee,
        lines=[
            QuotedLine(
                line.product,
                line.min_grade,
                line.cycle.delivery_day,
                line.ordered_qty,
                line.price_satang,
            )
            for line in lines
        ],
        content={"order": order.number, "payment_days": order.payment_days},
    )
    draft.order = order
    return issue_documents(by=by, drafts=[draft], day=issued)[0]


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """A quantity of a product on a delivery day at a price, base units and satang per 1,000 g or piece."""

    product: Product
    grade: str
    day: dt.date
    qty: int
    price_satang: int


def _require_day(issued: dt.date, valid_until: dt.date) -> None:
    if valid_until < issued:
        raise Refusal(
            _("วันที่ยืนราคาต้องไม่ก่อนวันที่ออกใบเสนอราคา"), code="valid-until", where="valid_until"
        )


def _paper(
    *,
    buyer: Buyer,
    site: DeliverySite,
    valid_until: dt.date,
    fee_satang: int,
    lines: Sequence[QuotedLine],
    content: dict[str, object],
) -> Draft:
    """A quotation's paper: a row per product, grade, price and VAT rate over all delivery days."""
    taxes = Taxes.of({line.product.pk for line in lines})
    values = [
        value_of(line.qty, line.price_satang, per=BaseUnit(line.product.base_unit).per)
        for line in lines
    ]
    rates = [taxes.rate_bp(line.product.pk, line.day) for line in lines]
    # VAT is charged per delivery, so the quotation rounds it so too and the bills will agree.
    days = sorted({line.day for line in lines})
    vat = sum(
        sum(
            vat_of_lines(
                [
                    TaxedLine(value, rate)
                    for line, value, rate in zip(lines, values, rates, strict=True)
                    if line.day == one
                ]
            )
        )
        for one in days
    )
    rows: dict[tuple[str, str, int, int], dict[str, object]] = {}
    for line, value, rate in zip(lines, values, rates, strict=True):
        row = rows.setdefault(
            (line.product.title, line.grade, line.price_satang, rate),
            {
                "product": line.product.title,
                "grade": line.grade,
                "unit": line.product.base_unit,
                "unit_label": line.product.unit_label_th,
                "price_satang": line.price_satang,
                "vat_bp": rate,
                "qty": 0,
                "value_satang": 0,
            },
        )
        row["qty"] += line.qty  # type: ignore[operator]
        row["value_satang"] += value  # type: ignore[operator]
    return Draft(
        kind=DocumentKind.QUOTATION,
        buyer=buyer,
        content={
            **content,
            "site": site.name,
            "address": site.address,
            "first_day": days[0].isoformat(),
            "last_day": days[-1].isoformat(),
            "deliveries": len(days),
            "lines": [rows[key] for key in sorted(rows)],
        },
        total_satang=sum(values) + fee_satang + vat,
        fee_satang=fee_satang,
        vat_satang=vat,
        due_day=valid_until,
        first_day=days[0],
        last_day=days[-1],
    )


# ---- of a draft --------------------------------------------------------------------------------


@unit_of_work
def quote_draft(
    *,
    by: User | None,
    draft: OrderDraft,
    valid_until: dt.date,
    prices: Mapping[tuple[int, int], int] | None = None,
    day: dt.date | None = None,
) -> Quotation:
    """Offer what a draft holds at today's prices, or at others, until a day; nothing is reserved.

    An earlier quotation of the draft that nobody accepted is voided: one offer stands at a time.

    Args:
        by: who issues.
        draft: open, with at least one cell.
        valid_until: the last day the offer holds.
        prices: satang per 1,000 g or piece by (listing, cycle), where they differ from the notice.
        day: the quotation's date, today when left out.

    Raises:
        NothingToIssue: the draft is empty.
        Refusal: the draft is placed or discarded; code "valid-until", it would end before it begins;
            code "price", a price does not divide by the order step.
        Refusals: cells that no price notice covers.
    """
    issued = day or today()
    _require_day(issued, valid_until)
    draft = lock_open_draft(draft)
    cells = list(
        DraftCell.objects.filter(draft=draft)
        .select_related("cycle", "listing__product__product_class")
        .order_by("cycle__delivery_day", "cycle_id", "listing__product__title", "listing_id")
    )
    if not cells:
        raise NothingToIssue(DocumentKind.QUOTATION.label, _("ร่างนี้ยังไม่มีรายการ"))
    terms = cell_terms(buyer=draft.buyer, cells=[(cell.listing, cell.cycle) for cell in cells])
    require_prices(cells, terms)
    asked = prices or {}
    priced = [
        (
            cell,
            asked.get(
                (cell.listing_id, cell.cycle_id),
                terms[cell.listing_id, cell.cycle_id].price_satang,
            ),
        )
        for cell in cells
    ]
    for cell, price in priced:
        _require_price(cell, price)
    before = [
        one.document
        for one in draft.quotations.filter(order__isnull=True, document__state="issued")
        .select_related("document")
        .order_by("pk")
    ]
    if before:
        void_documents(by=by, documents=before, reason="ออกใบเสนอราคาใหม่แทน")
    paper = _paper(
        buyer=draft.buyer,
        site=draft.site,
        valid_until=valid_until,
        fee_satang=_fees_of(draft, priced),
        lines=[
            QuotedLine(
                cell.listing.product,
                cell.listing.min_grade,
                cell.cycle.delivery_day,
                cell.qty,
                price,
            )
            for cell, price in priced
        ],
        content={"order": "", "draft": draft.pk, "payment_days": draft.buyer.payment_days},
    )
    (document,) = issue_documents(by=by, drafts=[paper], day=issued)
    made = Quotation.objects.create(
        document=document, draft=draft, draft_version=draft.version, site=draft.site
    )
    QuotationCell.objects.bulk_create(
        [
            QuotationCell(
                quotation=made,
                listing=cell.listing,
                cycle=cell.cycle,
                qty=cell.qty,
                price_satang=price,
            )
            for cell, price in priced
        ]
    )
    return made


def _require_price(cell: DraftCell, price: int) -> None:
    product = cell.listing.product
    unit = BaseUnit(product.base_unit)
    if price <= 0 or not price_divides(price, product.step_qty, unit):
        raise Refusal(
            _("ราคา %(price)s บาทของ%(product)s ลงกับขั้นสั่งไม่ได้ ใช้ราคาที่เป็นทีละ %(grid)s บาท")
            % {
                "price": format_baht(price),
                "product": product.name,
                "grid": format_baht(price_grid(product.step_qty, unit)),
            },
            code="price",
            where={"listing": cell.listing_id, "cycle": cell.cycle_id},
        )


def _fees_of(draft: OrderDraft, priced: Sequence[tuple[DraftCell, int]]) -> int:
    """What the deliveries of a draft cost beyond their goods, as placing it would count them."""
    rule = draft.buyer.buyer_class
    values: dict[dt.date, int] = {}
    for cell, price in priced:
        day = cell.cycle.delivery_day
        per = BaseUnit(cell.listing.product.base_unit).per
        values[day] = values.get(day, 0) + value_of(cell.qty, price, per=per)
    zones = zone_fees(district_id=draft.site.district_id, days=values)
    return sum(
        fee.satang
        for day, value in values.items()
        for fee in fees_of_drop(
            value,
            minimum_satang=rule.minimum_drop_satang,
            small_drop_satang=rule.small_drop_fee_satang,
            zone=zones.get(day),
        )
    )


_QUOTED: ContextVar[Mapping[tuple[int, dt.date], ListingPrice] | None] = ContextVar(
    "quoted_prices", default=None
)


def quoted_prices(question: PriceQuestion) -> Mapping[tuple[int, dt.date], ListingPrice]:
    """The price source of quotations: it answers only while one is being accepted."""
    return _QUOTED.get() or {}


@contextmanager
def _at(prices: Mapping[tuple[int, dt.date], ListingPrice]) -> Iterator[None]:
    token = _QUOTED.set(prices)
    try:
        yield
    finally:
        _QUOTED.reset(token)


@unit_of_work
def accept_quotation(*, by: User | None, quotation: Quotation, note: str = "") -> Order:
    """Place what a quotation offers, at its prices: growers are paid by the notice as ever, the price
    pool takes the difference. Accepted again, the same order comes back.

    The draft gets back the quantities that were quoted, if somebody changed them since. What supply
    cannot promise becomes wanted more, as with any order.

    Raises:
        Refusal: code "void" or "expired"; "draft-placed": the draft was ordered without it.
        Refusals: cells past their cut-off, or no longer sold.
    """
    # The draft first, as `quote_draft` does: an offer that is being replaced is not accepted.
    OrderDraft.objects.select_for_update(of=("self",)).get(pk=quotation.draft_id)
    found = (
        Quotation.objects.select_for_update(of=("self",))
        .select_related("document__buyer", "draft", "site", "order")
        .get(pk=quotation.pk)
    )
    if found.order is not None:
        return found.order
    document = found.document
    if document.state == DocumentState.VOID:
        raise Refusal(_("%(code)s ยกเลิกแล้ว กรุณาใช้ใบใหม่") % {"code": document.code}, code="void")
    if today() > document.due_day:
        raise Refusal(
            _("%(code)s ยืนราคาถึง %(day)s เท่านั้น กรุณาขอใบเสนอราคาใหม่")
            % {"code": document.code, "day": format_date(document.due_day)},
            code="expired",
        )
    draft = lock_open_draft(restore_draft(by=by, draft=found.draft))
    cells = list(found.cells.select_related("cycle", "listing__product"))
    if draft.site_id != found.site_id:
        draft = change_site(by=by, draft=draft, site=found.site)
    quoted = {(cell.listing_id, cell.cycle_id) for cell in cells}
    draft = save_cells(
        by=by,
        draft=draft,
        cells=[
            *(
                CellInput(listing, cycle, 0)
                for listing, cycle in draft.cells.values_list("listing_id", "cycle_id")
                if (listing, cycle) not in quoted
            ),
            *(CellInput(cell.listing_id, cell.cycle_id, cell.qty) for cell in cells),
        ],
    )
    base = cell_terms(buyer=document.buyer, cells=[(cell.listing, cell.cycle) for cell in cells])
    prices = {
        (cell.listing_id, cell.cycle.delivery_day): ListingPrice(
            cell.price_satang, terms.farm_gate_satang or 0, dict(terms.fees)
        )
        for cell in cells
        if (terms := base.get((cell.listing_id, cell.cycle_id))) is not None
    }
    with _at(prices):
        order = place_draft(by=by, draft=draft, note=note)
    found.order, found.accepted_at, found.accepted_by = order, now(), by
    found.save(update_fields=["order", "accepted_at", "accepted_by"])
    record(
        by=by,
        action="invoicing.quotation.accepted",
        subject=document,
        party=document.buyer,
        data={"code": document.code, "order": order.number},
    )
    return order
