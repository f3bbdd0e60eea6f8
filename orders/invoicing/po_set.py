"""The papers of one purchase order, in the order in which an office files them."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from marketplace.common.clock import today
from marketplace.common.dates import bangkok_date, format_date
from marketplace.common.money import from_decimal
from orders.fulfilment.models import DeliveryNote
from orders.invoicing.models import (
    DeliverySale,
    Document,
    DocumentDelivery,
    DocumentKind,
    DocumentLink,
    DocumentSale,
    Paper,
)
from orders.invoicing.services.documents import unreceipted
from orders.invoicing.terms import Sheets, Terms, terms_of
from orders.models import Delivery, Order, PurchaseOrder
from orders.states import DeliveryState, OrderState

_BY_KIND = {
    DocumentKind.QUOTATION: Paper.QUOTATION,
    DocumentKind.ACCEPTANCE: Paper.ACCEPTANCE,
    DocumentKind.TAX_INVOICE: Paper.TAX_INVOICE,
    DocumentKind.BILL: Paper.BILL,
    DocumentKind.BILLING_NOTE: Paper.BILLING_NOTE,
    DocumentKind.RECEIPT: Paper.RECEIPT,
}


@dataclass(frozen=True, slots=True)
class Item:
    """One paper of the set: a document, a delivery note, or the purchase order itself."""

    paper: Paper
    code: str
    day: dt.date
    satang: int | None = None
    document: Document | None = None
    note: DeliveryNote | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Two papers of which the second must not carry an earlier date than the first."""

    first: Item
    second: Item

    @property
    def is_backwards(self) -> bool:
        return self.second.day < self.first.day


def backwards(steps: Iterable[Step]) -> list[str]:
    """What an office would remark: each paper that is dated before the one it follows."""
    return [
        _("%(second)s %(code)s ลงวันที่ %(day)s ก่อน%(first)s %(before)s ที่ลงวันที่ %(earlier)s")
        % {
            "second": step.second.paper.label,
            "code": step.second.code,
            "day": format_date(step.second.day),
            "first": step.first.paper.label,
            "before": step.first.code,
            "earlier": format_date(step.first.day),
        }
        for step in steps
        if step.is_backwards
    ]


@dataclass
class Group:
    """The papers of one kind in the set, and how many sheets the buyer asks for."""

    paper: Paper
    sheets: Sheets
    asked: bool
    items: list[Item] = field(default_factory=list)
    missing: str = ""


@dataclass
class PoSet:
    """A purchase order's set of papers."""

    row: PurchaseOrder
    terms: Terms
    groups: list[Group]
    warnings: list[str]
    ordered_satang: int
    accepted_satang: int
    billed_satang: int
    paid_satang: int
    changes: Sequence[Document] = ()

    @property
    def left_satang(self) -> int | None:
        """Of the ceiling, after what is ordered; None without a ceiling."""
        ceiling = self.row.ceiling_satang
        return None if ceiling is None else ceiling - self.ordered_satang

    @property
    def missing(self) -> list[str]:
        return [group.missing for group in self.groups if group.missing]


def po_set(row: PurchaseOrder) -> PoSet:
    """Read a purchase order's set; the queries do not grow with its deliveries."""
    terms = terms_of(row.buyer, today())
    orders = list(
        Order.objects.filter(purchase_order=row).exclude(status=OrderState.CANCELLED).order_by("pk")
    )
    deliveries = list(
        Delivery.objects.filter(order__in=orders)
        .exclude(state=DeliveryState.CANCELLED)
        .select_related("cycle")
        .order_by("cycle__delivery_day", "pk")
    )
    po = Item(Paper.PURCHASE_ORDER, row.number, row.dated, row.ceiling_satang)
    quotations = [
        _item(one)
        for one in Document.objects.standing()
        .filter(Q(order__in=orders) | Q(quotation__order__in=orders), kind=DocumentKind.QUOTATION)
        .order_by("day", "pk")
    ]
    notes = {
        note.delivery_id: Item(
            Paper.DELIVERY_NOTE, note.code, bangkok_date(note.issued_at), note=note
        )
        for note in DeliveryNote.objects.filter(delivery__in=deliveries)
    }
    of_delivery: dict[tuple[str, int], Item] = {
        (link.kind, link.delivery_id): _item(link.document)
        for link in DocumentDelivery.objects.filter(
            delivery__in=deliveries, stands=True
        ).select_related("document")
    }
    bill_of: dict[int, Document] = {
        link.sale.delivery_id: link.document
        for link in DocumentSale.objects.filter(
            sale__delivery__in=deliveries, stands=True
        ).select_related("document", "sale")
    }
    bills = {bill.pk: bill for bill in bill_of.values()}
    links = list(
        DocumentLink.objects.filter(of__in=bills, stands=True)
        .select_related("document")
        .order_by("document__day", "pk")
    )
    sales = {
        sale.delivery_id: sale for sale in DeliverySale.objects.filter(delivery__in=deliveries)
    }
    steps = [Step(quotation, po) for quotation in quotations]
    for delivery in deliveries:
        chain = [
            po,
            notes.get(delivery.pk),
            of_delivery.get((DocumentKind.ACCEPTANCE, delivery.pk)),
            _item(bill_of[delivery.pk]) if delivery.pk in bill_of else None,
        ]
        known = [one for one in chain if one is not None]
        steps += [Step(first, second) for first, second in itertools.pairwise(known)]
    steps += [
        Step(_item(bills[link.of_id]), _item(link.document))
        for link in links
        if link.kind in (DocumentKind.BILLING_NOTE, DocumentKind.RECEIPT)
    ]
    by_paper: dict[Paper, list[Item]] = {
        Paper.QUOTATION: quotations,
        Paper.PURCHASE_ORDER: [po],
        Paper.DELIVERY_NOTE: [notes[one.pk] for one in deliveries if one.pk in notes],
        Paper.ACCEPTANCE: _in_order(of_delivery, DocumentKind.ACCEPTANCE, deliveries),
        Paper.TAX_INVOICE: _in_order(of_delivery, DocumentKind.TAX_INVOICE, deliveries),
        Paper.BILL: [_item(bills[pk]) for pk in sorted(bills)],
        Paper.BILLING_NOTE: _linked(links, DocumentKind.BILLING_NOTE),
        Paper.RECEIPT: _linked(links, DocumentKind.RECEIPT),
    }
    missing = _missing(deliveries, by_paper, of_delivery, bill_of, sales, links, bills)
    return PoSet(
        row=row,
        terms=terms,
        groups=[
            Group(
                paper=paper,
                sheets=terms.sheets_of(paper),
                asked=terms.asks_for(paper),
                items=by_paper[paper],
                missing=missing.get(paper, "") if terms.asks_for(paper) else "",
            )
            for paper in Paper
            if by_paper[paper] or terms.asks_for(paper)
        ],
        warnings=list(dict.fromkeys(backwards(steps))),
        ordered_satang=sum(from_decimal(order.total_excl_tax) for order in orders),
        accepted_satang=sum(sale.total_satang for sale in sales.values()),
        billed_satang=sum(sales[pk].total_satang for pk in bill_of if pk in sales),
        paid_satang=sum(bill.settled_satang for bill in bills.values()),
        changes=list(
            {
                link.document_id: link.document
                for link in links
                if link.kind in (DocumentKind.CREDIT_NOTE, DocumentKind.DEBIT_NOTE)
            }.values()
        ),
    )


def _item(document: Document) -> Item:
    return Item(
        _BY_KIND[DocumentKind(document.kind)],
        document.code,
        document.day,
        document.total_satang,
        document=document,
    )


def _in_order(
    found: dict[tuple[str, int], Item], kind: DocumentKind, deliveries: Sequence[Delivery]
) -> list[Item]:
    return [found[kind, one.pk] for one in deliveries if (kind, one.pk) in found]


def _linked(links: Sequence[DocumentLink], kind: DocumentKind) -> list[Item]:
    seen = {link.document_id: link.document for link in links if link.kind == kind}
    return [_item(document) for document in seen.values()]


def _missing(
    deliveries: Sequence[Delivery],
    by_paper: dict[Paper, list[Item]],
    of_delivery: dict[tuple[str, int], Item],
    bill_of: dict[int, Document],
    sales: dict[int, DeliverySale],
    links: Sequence[DocumentLink],
    bills: dict[int, Document],
) -> dict[Paper, str]:
    """What each kind still lacks, in words."""
    accepted = [one for one in deliveries if one.state == DeliveryState.ACCEPTED]
    carried = {link.of_id for link in links if link.kind == DocumentKind.BILLING_NOTE}
    left = unreceipted(list(bills.values())) if bills else {}
    counts = {
        Paper.QUOTATION: 0 if by_paper[Paper.QUOTATION] else 1,
        Paper.ACCEPTANCE: sum(
            1 for one in accepted if (DocumentKind.ACCEPTANCE, one.pk) not in of_delivery
        ),
        Paper.TAX_INVOICE: sum(
            1
            for pk, sale in sales.items()
            if sale.vat_satang and (DocumentKind.TAX_INVOICE, pk) not in of_delivery
        ),
        Paper.BILL: sum(1 for pk, sale in sales.items() if sale.total_satang and pk not in bill_of),
        Paper.BILLING_NOTE: sum(
            1 for pk, bill in bills.items() if bill.open_satang and pk not in carried
        ),
        Paper.RECEIPT: sum(1 for satang in left.values() if satang > 0),
    }
    words = {
        Paper.QUOTATION: _("ยังไม่มีใบเสนอราคา"),
        Paper.ACCEPTANCE: _("ขาดใบตรวจรับ %(n)s การส่ง"),
        Paper.TAX_INVOICE: _("ขาดใบกำกับภาษี %(n)s การส่ง"),
        Paper.BILL: _("ยังไม่ออกใบแจ้งหนี้ %(n)s การส่ง"),
        Paper.BILLING_NOTE: _("ยังไม่วางบิล %(n)s ใบ"),
        Paper.RECEIPT: _("รับเงินแล้วยังไม่ออกใบเสร็จ %(n)s ใบ"),
    }
    return {paper: words[paper] % {"n": n} for paper, n in counts.items() if n}
