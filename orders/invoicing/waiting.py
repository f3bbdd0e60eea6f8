"""Which documents should be issued now: by kind, and by buyer within it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from marketplace.common.dates import format_date
from marketplace.common.money import from_decimal
from marketplace.parties.models import Buyer
from orders.invoicing.models import (
    DeliverySale,
    Document,
    DocumentDelivery,
    DocumentKind,
    Paper,
)
from orders.invoicing.services.documents import unreceipted
from orders.invoicing.terms import Terms, terms_on
from orders.models import Delivery, Order
from orders.states import DeliveryState, OrderState

T = TypeVar("T")

SEARCHED_DAYS = 180
"""How far back papers are looked for that nobody issued."""


@dataclass
class Row:
    """What one buyer waits for."""

    buyer: Buyer
    words: str
    satang: int
    order: Order | None = None
    until: str = ""


@dataclass
class Section:
    """One kind of document and who waits for it.

    `office`: whether the staff may issue it, not the treasurer alone.
    """

    kind: DocumentKind
    title: str | Promise
    hint: str | Promise
    button: str | Promise
    rows: list[Row] = field(default_factory=list)
    office: bool = False


def sections(day: dt.date) -> list[Section]:
    """Everything that should be issued, kinds in the order of an office's file; empty ones left out."""
    buyers = {buyer.pk: buyer for buyer in Buyer.objects.order_by("name_th")}
    terms = terms_on(buyers.values(), day)
    found = [
        Section(
            DocumentKind.QUOTATION,
            gettext_lazy("ใบเสนอราคา"),
            gettext_lazy("ใบจองที่ยังไม่มีใบสั่งซื้อ ของผู้ซื้อที่ต้องใช้ใบเสนอราคา"),
            gettext_lazy("ออกใบเสนอราคา"),
            _quotations(buyers, terms, day),
            office=True,
        ),
        Section(
            DocumentKind.ACCEPTANCE,
            gettext_lazy("ใบตรวจรับพัสดุ"),
            gettext_lazy("ตรวจรับแล้ว รอพิมพ์ใบตรวจรับให้กรรมการลงชื่อ"),
            gettext_lazy("ออกใบตรวจรับ"),
            _deliveries(buyers, unreported(day, terms), DocumentKind.ACCEPTANCE),
            office=True,
        ),
        Section(
            DocumentKind.TAX_INVOICE,
            gettext_lazy("ใบกำกับภาษี"),
            gettext_lazy("การส่งที่มีสินค้าเสียภาษี"),
            gettext_lazy("ออกใบกำกับภาษี"),
            _deliveries(buyers, untaxed(day), DocumentKind.TAX_INVOICE),
        ),
        Section(
            DocumentKind.BILLING_NOTE,
            gettext_lazy("ใบวางบิล"),
            gettext_lazy("บิลที่ยังค้างและยังไม่อยู่ในใบวางบิล ของผู้ซื้อที่ต้องใช้ใบวางบิล"),
            gettext_lazy("ออกใบวางบิล"),
            _bills(
                buyers,
                [one for one in uncarried() if terms[one.buyer_id].asks_for(Paper.BILLING_NOTE)],
            ),
        ),
        Section(
            DocumentKind.RECEIPT,
            gettext_lazy("ใบเสร็จรับเงิน"),
            gettext_lazy("เงินเข้าแล้ว ยังไม่ได้ออกใบเสร็จ"),
            gettext_lazy("ออกใบเสร็จ"),
            _receipts(buyers),
        ),
    ]
    return [section for section in found if section.rows]


def unquoted(day: dt.date, terms: dict[int, Terms]) -> list[Order]:
    """Live orders still to be delivered, of buyers that ask for a quotation, with neither quotation
    nor purchase order.
    """
    wanting = [pk for pk, own in terms.items() if own.asks_for(Paper.QUOTATION)]
    quoted = Document.objects.standing().filter(
        Q(order=OuterRef("pk")) | Q(quotation__order=OuterRef("pk")), kind=DocumentKind.QUOTATION
    )
    coming = Delivery.objects.filter(order=OuterRef("pk"), cycle__delivery_day__gte=day)
    return list(
        Order.objects.filter(buyer__in=wanting, purchase_order=None)
        .exclude(status=OrderState.CANCELLED)
        .filter(Exists(coming), ~Exists(quoted))
        .select_related("buyer", "site")
        .order_by("date_placed")[:50]
    )


def unreported(day: dt.date, terms: dict[int, Terms]) -> list[DeliverySale]:
    """Accepted deliveries without a report, of buyers that ask for one."""
    wanting = [pk for pk, own in terms.items() if own.asks_for(Paper.ACCEPTANCE)]
    return _without(
        DeliverySale.objects.filter(buyer__in=wanting, delivery__state=DeliveryState.ACCEPTED),
        DocumentKind.ACCEPTANCE,
        day,
    )


def untaxed(day: dt.date) -> list[DeliverySale]:
    """Deliveries with VAT and without tax invoice."""
    return _without(DeliverySale.objects.filter(vat_satang__gt=0), DocumentKind.TAX_INVOICE, day)


def uncarried() -> list[Document]:
    """Open bills on no billing note."""
    return list(Document.objects.uncarried().order_by("day", "pk"))


def unreceived() -> dict[Document, int]:
    """Bills with money that no receipt covers, and how much."""
    paid = list(Document.objects.asking().standing().filter(settled_satang__gt=0).order_by("pk"))
    left = unreceipted(paid)
    return {bill: left[bill.pk] for bill in paid if left[bill.pk] > 0}


def _without(sales: object, kind: DocumentKind, day: dt.date) -> list[DeliverySale]:
    done = DocumentDelivery.objects.filter(delivery=OuterRef("delivery"), kind=kind, stands=True)
    rows = (
        sales.filter(day__gte=day - dt.timedelta(days=SEARCHED_DAYS))  # type: ignore[attr-defined]
        .filter(~Exists(done))
        .select_related("delivery")
        .order_by("day", "pk")
    )
    return list(rows)


def _quotations(buyers: dict[int, Buyer], terms: dict[int, Terms], day: dt.date) -> list[Row]:
    until = day + dt.timedelta(days=30)
    return [
        Row(
            buyers[order.buyer_id],
            _("ใบจอง %(number)s %(site)s") % {"number": order.number, "site": order.site},
            from_decimal(order.total_excl_tax),
            order=order,
            until=f"{until.day:02d}/{until.month:02d}/{until.year + 543}",
        )
        for order in unquoted(day, terms)
    ]


def _deliveries(
    buyers: dict[int, Buyer], sales: Iterable[DeliverySale], kind: DocumentKind
) -> list[Row]:
    grouped: dict[int, list[DeliverySale]] = defaultdict(list)
    for sale in sales:
        grouped[sale.buyer_id].append(sale)
    return [
        Row(
            buyers[pk],
            ngettext("%(n)s การส่ง ตั้งแต่ %(day)s", "%(n)s การส่ง ตั้งแต่ %(day)s", len(own))
            % {"n": len(own), "day": format_date(own[0].day)},
            sum(one.total_satang for one in own),
        )
        for pk, own in _by_name(grouped, buyers)
    ]


def _bills(buyers: dict[int, Buyer], bills: Iterable[Document]) -> list[Row]:
    grouped: dict[int, list[Document]] = defaultdict(list)
    for bill in bills:
        grouped[bill.buyer_id].append(bill)
    return [
        Row(buyers[pk], ", ".join(one.code for one in own), sum(one.open_satang for one in own))
        for pk, own in _by_name(grouped, buyers)
    ]


def _receipts(buyers: dict[int, Buyer]) -> list[Row]:
    grouped: dict[int, list[tuple[Document, int]]] = defaultdict(list)
    for bill, satang in unreceived().items():
        grouped[bill.buyer_id].append((bill, satang))
    return [
        Row(
            buyers[pk],
            ", ".join(bill.code for bill, _satang in own),
            sum(satang for _bill, satang in own),
        )
        for pk, own in _by_name(grouped, buyers)
    ]


def _by_name(grouped: dict[int, T], buyers: dict[int, Buyer]) -> list[tuple[int, T]]:
    return sorted(grouped.items(), key=lambda one: buyers[one[0]].name_th)
