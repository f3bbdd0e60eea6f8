"""What a bill's paper shows, made from its frozen content alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from io import BytesIO

import segno
from django.utils.safestring import SafeString, mark_safe

from marketplace.common.exceptions import Refusal
from orders.invoicing.models import Document
from orders.payment.promptpay import encode_bill_payment


@dataclass
class PaperLine:
    """One line of the paper: a product, grade and price over all its deliveries."""

    product: str
    grade: str
    unit: str
    unit_label: str
    price_satang: int
    qty: int = 0
    satang: int = 0
    vat_bp: int = 0

    @property
    def is_reduction(self) -> bool:
        """A lower price for goods taken at a lower grade."""
        return self.qty == 0 and self.satang < 0


@dataclass(frozen=True, slots=True)
class PaperDelivery:
    """One delivery on the paper."""

    day: dt.date
    order: str
    site: str
    po: str
    total_satang: int


def paper_lines(document: Document) -> list[PaperLine]:
    """Lines by product, grade and price, in order of product; they add up to the goods' value."""
    found: dict[tuple[str, str, int, bool], PaperLine] = {}
    for delivery in document.content["deliveries"]:
        for line in delivery["lines"]:
            for qty, price, satang in line["prices"]:
                key = (line["product"], line["grade"], price, qty == 0)
                row = found.setdefault(
                    key,
                    PaperLine(
                        product=line["product"],
                        grade=line["grade"],
                        unit=line["unit"],
                        unit_label=line["unit_label"],
                        price_satang=price,
                        vat_bp=line["vat_bp"],
                    ),
                )
                row.qty += qty
                row.satang += satang
    return [found[key] for key in sorted(found)]


def paper_deliveries(document: Document) -> list[PaperDelivery]:
    """The deliveries, by day."""
    return [
        PaperDelivery(
            day=dt.date.fromisoformat(delivery["day"]),
            order=delivery["order"],
            site=delivery["site"],
            po=delivery["po"],
            total_satang=delivery["total_satang"],
        )
        for delivery in document.content["deliveries"]
    ]


def taxed_satang(lines: list[PaperLine]) -> int:
    """Value of the lines that carry VAT."""
    return sum(line.satang for line in lines if line.vat_bp)


def qr_payload(document: Document) -> str:
    """The Thai QR text that asks for what is open on a bill; empty without a biller id.

    The amount is what is still open, or that less the tax the buyer may withhold.
    """
    biller = document.content["seller"].get("biller_id", "")
    open_satang = document.open_satang
    if not biller or open_satang <= 0:
        return ""
    if not document.settled_satang:
        open_satang -= document.withholding_satang
    try:
        return encode_bill_payment(biller, document.reference, amount_satang=open_satang)
    except Refusal:
        return ""


def qr_svg(payload: str) -> SafeString:
    """A QR as inline SVG, without a size of its own."""
    out = BytesIO()
    segno.make(payload, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2
    )
    return mark_safe(out.getvalue().decode())  # drawn from digits and capitals by segno


def names(document: Document, key: str) -> str:
    """What the deliveries say under a key (order, po), each once."""
    seen: dict[str, None] = {}
    for delivery in document.content["deliveries"]:
        if delivery[key]:
            seen[delivery[key]] = None
    return ", ".join(seen)
