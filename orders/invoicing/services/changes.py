"""Credit and debit notes: what a bill is changed by, line by line, after it was issued."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht, split_by_largest_remainder
from marketplace.common.transactions import unit_of_work
from marketplace.ledger.services import open_accounts, post
from orders.invoicing import accounts, posting
from orders.invoicing.exceptions import MoreThanTheLine, NothingToIssue
from orders.invoicing.models import Document, DocumentKind, DocumentLink, LineSale
from orders.invoicing.rules import TaxedLine, vat_of_lines, vat_taken_off
from orders.invoicing.services.documents import Draft, issue_documents, settle_documents
from orders.invoicing.terms import terms_of


@dataclass
class ChangeableLine:
    """A line of a bill and what credit notes took off it so far, satang without VAT."""

    row: LineSale
    credited_satang: int = 0
    credited_vat_satang: int = 0

    @property
    def left_satang(self) -> int:
        return self.row.value_satang - self.credited_satang

    @property
    def left_vat_satang(self) -> int:
        return self.row.vat_satang - self.credited_vat_satang


def changeable_lines(bill: Document) -> list[ChangeableLine]:
    """The lines of a bill's deliveries, by day and product, with what was taken off before."""
    found = {
        row.pk: ChangeableLine(row)
        for row in LineSale.objects.filter(
            sale__documents__document=bill, sale__documents__stands=True, value_satang__gt=0
        )
        .select_related("line__product", "sale")
        .order_by("sale__day", "line__product__title", "pk")
    }
    for note in Document.objects.standing().filter(
        kind=DocumentKind.CREDIT_NOTE, links__of=bill, links__stands=True
    ):
        for line in note.content["lines"]:
            if (known := found.get(line["line_sale"])) is not None:
                known.credited_satang += line["value_satang"]
                known.credited_vat_satang += line["vat_satang"]
    return list(found.values())


@unit_of_work
def issue_credit_note(
    *,
    by: User | None,
    bill: Document,
    values: Mapping[int, int],
    reason: str,
    day: dt.date | None = None,
) -> Document:
    """Take something off a bill. What the bill can no longer bear is kept for the buyer.

    Args:
        by: who issues.
        bill: a standing bill, paid or not.
        values: line sale's primary key → satang without VAT taken off.
        reason: printed on the note (Revenue Code s. 86/10).
        day: the note's date, today when left out.

    Raises:
        NothingToIssue: nothing is taken off, no reason is given, or the bill is void.
        MoreThanTheLine: more than a line still carries.
    """
    issued = day or today()
    bill, lines = _chosen(bill, values, reason, DocumentKind.CREDIT_NOTE)
    for line, satang in lines:
        if satang > line.left_satang:
            raise MoreThanTheLine(_words(line.row), format_baht(line.left_satang))
    taxes = _vat_off(bill, lines)
    vat = sum(taxes)
    total = sum(satang for _line, satang in lines) + vat
    applied = min(total, bill.open_satang)
    content = _content(bill, lines, taxes, reason) | {
        "applied_satang": applied,
        "deposit_satang": total - applied,
    }
    note = issue_documents(
        by=by,
        drafts=[_draft(DocumentKind.CREDIT_NOTE, bill, content, total, vat, issued, applied)],
        day=issued,
    )[0]
    buyer = bill.buyer
    open_accounts(accounts=[accounts.CLAIMS, accounts.receivable(buyer), accounts.deposit(buyer)])
    post(
        by=by,
        journals=[
            posting.credit_note_issued(
                pk=note.pk,
                code=note.code,
                day=issued,
                buyer_name=buyer.name_th,
                lines=[(line.row.line_id, satang) for line, satang in lines],
                vat=accounts.VAT,
                claims=accounts.CLAIMS.code,
                vat_satang=vat,
                bill=bill.pk,
                receivable=accounts.receivable(buyer).code,
                applied_satang=applied,
                deposit=accounts.deposit(buyer).code,
                rest_satang=total - applied,
            )
        ],
    )
    if applied:
        settle_documents(by=by, amounts={bill.pk: applied}, day=issued)
    return note


@unit_of_work
def issue_debit_note(
    *,
    by: User | None,
    bill: Document,
    values: Mapping[int, int],
    reason: str,
    day: dt.date | None = None,
) -> Document:
    """Ask for more than a bill did; the note is open and paid like a bill.

    Args:
        by: who issues.
        bill: a standing bill, paid or not.
        values: line sale's primary key → satang without VAT added.
        reason: printed on the note (Revenue Code s. 86/9).
        day: the note's date, today when left out.

    Raises:
        NothingToIssue: nothing is added, no reason is given, or the bill is void.
    """
    issued = day or today()
    bill, lines = _chosen(bill, values, reason, DocumentKind.DEBIT_NOTE)
    taxes = vat_of_lines([TaxedLine(satang, line.row.vat_bp) for line, satang in lines])
    vat = sum(taxes)
    total = sum(satang for _line, satang in lines) + vat
    note = issue_documents(
        by=by,
        drafts=[
            _draft(
                DocumentKind.DEBIT_NOTE,
                bill,
                _content(bill, lines, taxes, reason),
                total,
                vat,
                issued,
                total,
            )
        ],
        day=issued,
    )[0]
    buyer = bill.buyer
    open_accounts(accounts=[accounts.CLAIMS, accounts.receivable(buyer)])
    post(
        by=by,
        journals=[
            posting.debit_note_issued(
                pk=note.pk,
                code=note.code,
                day=issued,
                buyer_name=buyer.name_th,
                lines=[(line.row.line_id, satang) for line, satang in lines],
                vat=accounts.VAT,
                claims=accounts.CLAIMS.code,
                vat_satang=vat,
                receivable=accounts.receivable(buyer).code,
            )
        ],
    )
    return note


def credited_on_bills() -> dict[int, int]:
    """Document's primary key → satang that standing credit notes took off it."""
    found: dict[int, int] = defaultdict(int)
    for of, satang in DocumentLink.objects.filter(
        kind=DocumentKind.CREDIT_NOTE, stands=True
    ).values_list("of_id", "satang"):
        found[of] += satang
    return dict(found)


def credited_to_deposits() -> dict[str, int]:
    """Code of a deposit account → satang that standing credit notes left there."""
    found: dict[str, int] = defaultdict(int)
    for note in (
        Document.objects.standing().filter(kind=DocumentKind.CREDIT_NOTE).select_related("buyer")
    ):
        if rest := note.content["deposit_satang"]:
            found[accounts.deposit(note.buyer).code] += rest
    return dict(found)


def _chosen(
    bill: Document, values: Mapping[int, int], reason: str, kind: DocumentKind
) -> tuple[Document, list[tuple[ChangeableLine, int]]]:
    locked = (
        Document.objects.billed()
        .standing()
        .select_for_update(of=("self",))
        .select_related("buyer")
        .filter(pk=bill.pk)
        .first()
    )
    if locked is None:
        raise NothingToIssue(kind.label, _("ใบแจ้งหนี้ถูกยกเลิกไปแล้ว"))
    if not reason.strip():
        raise Refusal(_("กรุณาบอกเหตุผล จะพิมพ์อยู่บนเอกสาร"), code="no-reason", where="reason")
    if any(satang < 0 for satang in values.values()):
        raise ValueError("amounts are above zero")
    lines = [
        (line, values[line.row.pk])
        for line in changeable_lines(locked)
        if values.get(line.row.pk, 0)
    ]
    if not lines:
        raise NothingToIssue(kind.label, _("กรุณาใส่ยอดอย่างน้อยหนึ่งรายการ"))
    return locked, lines


def _vat_off(bill: Document, lines: list[tuple[ChangeableLine, int]]) -> list[int]:
    """VAT that goes with what is taken off, per line: once per category, by largest remainder."""
    everything = changeable_lines(bill)
    found = [0] * len(lines)
    for rate in {line.row.vat_bp for line, _satang in lines if line.row.vat_bp}:
        places = [place for place, (line, _satang) in enumerate(lines) if line.row.vat_bp == rate]
        values = [lines[place][1] for place in places]
        same = [line for line in everything if line.row.vat_bp == rate]
        vat = vat_taken_off(
            sum(values),
            rate,
            sum(line.left_satang for line in same),
            sum(line.left_vat_satang for line in same),
        )
        parts = split_by_largest_remainder(vat, values)
        for place, satang in zip(places, parts, strict=True):
            found[place] = satang
    return found


def _words(row: LineSale) -> str:
    return f"{row.line.product.title}"


def _content(
    bill: Document, lines: list[tuple[ChangeableLine, int]], taxes: list[int], reason: str
) -> dict[str, Any]:
    return {
        "reason": reason.strip()[:200],
        "bill": {
            "code": bill.code,
            "day": bill.day.isoformat(),
            "total_satang": bill.total_satang,
        },
        "lines": [
            {
                "line_sale": line.row.pk,
                "line": line.row.line_id,
                "day": line.row.sale.day.isoformat(),
                "product": line.row.line.product.title,
                "grade": line.row.line.min_grade,
                "unit": line.row.line.base_unit,
                "unit_label": line.row.line.product.unit_label_th,
                "qty": line.row.taken_qty,
                "was_satang": line.row.value_satang,
                "value_satang": satang,
                "vat_bp": line.row.vat_bp,
                "vat_satang": vat,
            }
            for (line, satang), vat in zip(lines, taxes, strict=True)
        ],
    }


def _draft(
    kind: DocumentKind,
    bill: Document,
    content: dict[str, Any],
    total: int,
    vat: int,
    issued: dt.date,
    linked: int,
) -> Draft:
    return Draft(
        kind=kind,
        buyer=bill.buyer,
        content=content,
        total_satang=total,
        vat_satang=vat,
        due_day=terms_of(bill.buyer, issued).due_day(issued)
        if kind == DocumentKind.DEBIT_NOTE
        else issued,
        first_day=bill.first_day,
        last_day=bill.last_day,
        links=[(bill, linked)],
    )
