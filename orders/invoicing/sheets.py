"""The sheet of any document, made from its frozen content alone: A4, Thai, the same every time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from marketplace.common.money import baht_in_words
from marketplace.parties.models import Cooperative
from orders.fulfilment.models import DeliveryNote
from orders.invoicing import hooks
from orders.invoicing.models import Document, DocumentKind, Paper
from orders.invoicing.paper import (
    names,
    paper_deliveries,
    paper_lines,
    qr_payload,
    qr_svg,
    taxed_satang,
)
from orders.invoicing.po_set import PoSet
from orders.invoicing.services.documents import seller_of

_TEMPLATES: Final = {
    DocumentKind.BILL: "bill",
    DocumentKind.QUOTATION: "quotation",
    DocumentKind.ACCEPTANCE: "acceptance",
    DocumentKind.TAX_INVOICE: "tax_invoice",
    DocumentKind.BILLING_NOTE: "billing_note",
    DocumentKind.RECEIPT: "receipt",
    DocumentKind.CREDIT_NOTE: "change",
    DocumentKind.DEBIT_NOTE: "change",
    DocumentKind.WITHHOLDING: "withholding",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet to print: what stands in its head, and its body."""

    title: str
    mark: str
    code: str
    seller: dict[str, Any]
    body: SafeString
    is_void: bool = False
    void_reason: str = ""


def dated(content: Any) -> Any:
    """Frozen content with its ISO days as dates."""
    if isinstance(content, dict):
        return {
            key: dt.date.fromisoformat(value)
            if isinstance(value, str) and value and (key.endswith("day") or key == "certified_on")
            else dated(value)
            for key, value in content.items()
        }
    if isinstance(content, list):
        return [dated(one) for one in content]
    return content


def title_of(document: Document) -> str:
    """What the sheet is called in its head."""
    if document.kind == DocumentKind.WITHHOLDING:
        return _("ใบรับหนังสือรับรองหัก ณ ที่จ่าย")
    return str(document.get_kind_display())


def context_of(document: Document) -> dict[str, Any]:
    """What the body's template is given."""
    common = {
        "bill": document,
        "content": dated(document.content),
        "words": baht_in_words(document.total_satang),
    }
    if document.kind not in (DocumentKind.BILL, DocumentKind.DEBIT_NOTE):
        return common
    payload = qr_payload(document)
    common |= {
        "qr": qr_svg(payload) if payload else "",
        "pay_to": [line for told in hooks.pay_to for line in told()],
        "net_satang": document.open_satang
        - (0 if document.settled_satang else document.withholding_satang),
    }
    if document.kind == DocumentKind.DEBIT_NOTE:
        return common
    lines = paper_lines(document)
    taxed = taxed_satang(lines)
    return common | {
        "lines": lines,
        "deliveries": paper_deliveries(document),
        "orders": names(document, "order"),
        "pos": names(document, "po"),
        "taxed_satang": taxed,
        "exempt_satang": document.goods_satang + document.fee_satang - taxed,
    }


def body_of(document: Document) -> SafeString:
    """The body of a document's sheet."""
    return render_to_string(
        f"invoicing/sheets/{_TEMPLATES[DocumentKind(document.kind)]}.html", context_of(document)
    )


def sheet_of(document: Document, *, copy: bool = False) -> Sheet:
    """A document's sheet as original or copy; a copy of a tax invoice says so by its full name."""
    mark = _("ต้นฉบับ")
    if copy:
        mark = _("สำเนา")
        if document.kind == DocumentKind.TAX_INVOICE:
            mark = _("สำเนาใบกำกับภาษี")
    return Sheet(
        title=title_of(document),
        mark=mark,
        code=document.code,
        seller=document.content["seller"],
        body=body_of(document),
        is_void=document.state == "void",
        void_reason=document.void_reason,
    )


def note_sheet(note: DeliveryNote, *, copy: bool = False) -> Sheet:
    """A delivery note as it was issued, as a sheet of the bundle."""
    return Sheet(
        title=_("ใบส่งของ"),
        mark=_("สำเนา") if copy else _("ต้นฉบับ"),
        code=note.code,
        seller=seller_of(Cooperative.objects.get()),
        body=render_to_string(
            "invoicing/sheets/note.html", {"note": note, "content": dated(note.content)}
        ),
    )


def bundle_of(found: PoSet) -> list[Sheet]:
    """All sheets of a purchase order's set, kind by kind, each paper's originals before its copies.

    The purchase order itself is the buyer's own paper: it is named on the index, not printed.
    """
    sheets: list[Sheet] = []
    for group in found.groups:
        if group.paper == Paper.PURCHASE_ORDER:
            continue
        for item in group.items:
            for number in range(group.sheets.originals + group.sheets.copies):
                copy = number >= group.sheets.originals
                if item.document is not None:
                    sheets.append(sheet_of(item.document, copy=copy))
                elif item.note is not None:
                    sheets.append(note_sheet(item.note, copy=copy))
    return sheets
