"""The tax reports of a month: output VAT from deliveries and notes, and withheld tax from the books.

VAT is read from what was accepted and from the notes that changed it, never from the ledger: that
the two agree is a check (`vat_report_check`). The tax point of a delivery is its day, of a credit or
debit note the day it was issued (Revenue Code s. 78, 82/9, 82/10; to be confirmed by the
cooperative's accountant). Tax withheld is read entry by entry, each with the document behind it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.common.dates import bangkok_date
from marketplace.common.money import format_baht
from marketplace.ledger.hooks import Check, CloseLine, SourceLink, source_links
from marketplace.ledger.models import Account, Entry
from orders.invoicing import accounts
from orders.invoicing.checks import differing, named, two_sides
from orders.invoicing.models import (
    DeliverySale,
    Document,
    DocumentDelivery,
    DocumentKind,
    DocumentSale,
)

WITHHELD_ACCOUNTS = (accounts.WITHHELD, accounts.CERTIFIED.code, "wht:payable")
_ALWAYS_READ = ("document:0",)
"""Sources of these accounts' entries: read whether or not a month has them, so that a page asks the
same questions for none, ten and a thousand rows."""
_NOTES = (DocumentKind.CREDIT_NOTE, DocumentKind.DEBIT_NOTE)
_TAX_EVENTS = Q(journal__source__startswith="delivery:") | Q(
    journal__source__startswith="document:"
)


@dataclass(frozen=True, slots=True)
class VatRow:
    """A line of รายงานภาษีขาย, satang; below zero for what a credit note took off.

    Attributes:
        day: the tax point.
        code: of the tax invoice or note; empty while none was issued.
        url: where its document, or the delivery, can be looked at.
        other_satang: value without VAT: exempt goods, the delivery fee, or not registered.
        lacks_paper: VAT was charged and its tax invoice is not issued yet.
    """

    day: dt.date
    code: str
    url: str
    what: str | Promise
    buyer: str
    tax_id: str
    branch: str
    taxed_satang: int
    vat_satang: int
    other_satang: int
    lacks_paper: bool = False


@dataclass
class VatReport:
    """A month's rows in the order of their days, and their sums."""

    rows: list[VatRow] = field(default_factory=list)

    @property
    def taxed_satang(self) -> int:
        return sum(row.taxed_satang for row in self.rows)

    @property
    def vat_satang(self) -> int:
        return sum(row.vat_satang for row in self.rows)

    @property
    def other_satang(self) -> int:
        return sum(row.other_satang for row in self.rows)

    @property
    def lacking(self) -> int:
        """How many tax invoices are still to be issued."""
        return sum(row.lacks_paper for row in self.rows)


def vat_report(first: dt.date, last: dt.date) -> VatReport:
    """Every sale and note whose tax point lies in a stretch of days, each with its document.

    Args:
        first: day to begin with.
        last: day to end with.
    """
    rows = [*_deliveries(first, last), *_notes(first, last)]
    return VatReport(sorted(rows, key=lambda row: (row.day, row.code, row.url)))


def _deliveries(first: dt.date, last: dt.date) -> Iterable[VatRow]:
    sales = list(
        DeliverySale.objects.filter(day__range=(first, last))
        .select_related("buyer", "delivery__order")
        .annotate(taxed_satang=Sum("lines__value_satang", filter=Q(lines__vat_bp__gt=0)))
    )
    invoices = {
        row.delivery_id: row.document
        for row in DocumentDelivery.objects.filter(
            kind=DocumentKind.TAX_INVOICE, stands=True, delivery__sale__in=sales
        ).select_related("document")
    }
    bills = {
        row.sale_id: row.document
        for row in DocumentSale.objects.filter(stands=True, sale__in=sales).select_related(
            "document"
        )
    }
    for sale in sales:
        paper = invoices.get(sale.delivery_id) or (None if sale.vat_satang else bills.get(sale.pk))
        taxed = sale.taxed_satang or 0
        yield VatRow(
            sale.day,
            paper.code if paper else "",
            reverse("invoicing:bill", args=[paper.pk])
            if paper
            else reverse("invoicing:delivery", args=[sale.delivery_id]),
            _("ขายผลผลิต"),
            sale.buyer.name,
            sale.buyer.tax_id,
            sale.buyer.branch,
            taxed,
            sale.vat_satang,
            sale.goods_satang + sale.fee_satang - taxed,
            lacks_paper=bool(sale.vat_satang) and paper is None,
        )


def _notes(first: dt.date, last: dt.date) -> Iterable[VatRow]:
    listed = Document.objects.filter(kind__in=_NOTES).select_related("buyer")
    for note in listed.filter(day__range=(first, last)):
        yield _note(note, note.day, 1)
    for note in listed.filter(voided_at__isnull=False):
        day = bangkok_date(note.voided_at)
        if first <= day <= last:
            yield _note(note, day, -1)


def _note(note: Document, day: dt.date, sign: int) -> VatRow:
    sign = -sign if note.kind == DocumentKind.CREDIT_NOTE else sign
    taxed = sum(line["value_satang"] for line in note.content["lines"] if line["vat_bp"])
    value = note.total_satang - note.vat_satang
    what = DocumentKind(note.kind).label
    return VatRow(
        day,
        note.code,
        reverse("invoicing:bill", args=[note.pk]),
        what if day == note.day and not _is_undoing(note, sign) else _("ยกเลิก %s") % what,
        note.buyer.name,
        note.buyer.tax_id,
        note.buyer.branch,
        sign * taxed,
        sign * note.vat_satang,
        sign * (value - taxed),
    )


def _is_undoing(note: Document, sign: int) -> bool:
    return (sign > 0) == (note.kind == DocumentKind.CREDIT_NOTE)


# ---- tax withheld ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WithheldRow:
    """A movement of tax withheld, satang, debit positive, with the document it stands on."""

    day: dt.date
    words: str
    buyer: str
    satang: int
    link: SourceLink
    journal: object


@dataclass
class Withheld:
    """One account of withheld tax over a stretch of days."""

    account: Account
    opening_satang: int
    rows: list[WithheldRow]

    @property
    def moved_satang(self) -> int:
        return sum(row.satang for row in self.rows)

    @property
    def closing_satang(self) -> int:
        return self.opening_satang + self.moved_satang


def withheld_report(first: dt.date, last: dt.date) -> list[Withheld]:
    """Tax that buyers withheld (awaited, then certified), and what the cooperative withholds.

    An account that never moved is left out.
    """
    entries = Entry.objects.filter(account__in=WITHHELD_ACCOUNTS)
    opening = dict(
        entries.filter(journal__day__lt=first)
        .order_by()
        .values_list("account")
        .annotate(total=Sum("satang"))
    )
    moved = list(
        entries.filter(journal__day__range=(first, last))
        .select_related("journal")
        .order_by("journal__day", "pk")
    )
    links = source_links([*(entry.source for entry in moved), *_ALWAYS_READ])
    buyers = _buyers(moved)
    rows: dict[str, list[WithheldRow]] = {}
    for entry in moved:
        rows.setdefault(entry.account_id, []).append(
            WithheldRow(
                entry.journal.day,
                entry.journal.description,
                buyers.get(entry.source, ""),
                entry.satang,
                links[entry.source],
                entry.journal,
            )
        )
    known = Account.objects.in_bulk(WITHHELD_ACCOUNTS)
    return [
        Withheld(known[code], opening.get(code, 0), rows.get(code, []))
        for code in WITHHELD_ACCOUNTS
        if code in known and (opening.get(code) or rows.get(code))
    ]


def _buyers(entries: Iterable[Entry]) -> dict[str, str]:
    pks = [
        int(pk)
        for kind, _colon, pk in (entry.source.partition(":") for entry in entries)
        if kind == "document" and pk.isdigit()
    ]
    return {
        f"document:{document.pk}": document.buyer.name
        for document in Document.objects.filter(pk__in=[0, *pks]).select_related("buyer")
    }


def _sum(entries: QuerySet[Entry]) -> int:
    return entries.aggregate(total=Sum("satang"))["total"] or 0


# ---- whether it agrees with the books ----------------------------------------------------------


def booked_vat() -> dict[str, int]:
    """Output VAT that deliveries and notes posted, per month ("2027-01"), satang."""
    return {
        f"{month:%Y-%m}": -total
        for month, total in Entry.objects.filter(_TAX_EVENTS, account=accounts.VAT)
        .annotate(month=TruncMonth("journal__day"))
        .order_by()
        .values_list("month")
        .annotate(total=Sum("satang"))
        if total
    }


def reported_vat() -> dict[str, int]:
    """Output VAT that the reports of all months show, per month, satang; none of zero."""
    found: dict[str, int] = {}

    def add(day: dt.date, satang: int) -> None:
        found[f"{day:%Y-%m}"] = found.get(f"{day:%Y-%m}", 0) + satang

    for day, satang in (
        DeliverySale.objects.filter(vat_satang__gt=0)
        .order_by()
        .values_list("day")
        .annotate(total=Sum("vat_satang"))
    ):
        add(day, satang)
    for kind, day, voided, satang in Document.objects.filter(
        kind__in=_NOTES, vat_satang__gt=0
    ).values_list("kind", "day", "voided_at", "vat_satang"):
        sign = -1 if kind == DocumentKind.CREDIT_NOTE else 1
        add(day, sign * satang)
        if voided is not None:
            add(bangkok_date(voided), -sign * satang)
    return {month: satang for month, satang in found.items() if satang}


def vat_report_check() -> list[Check]:
    """Month by month, the VAT of the report is the VAT of the books (invariant 13)."""
    books, facts = booked_vat(), reported_vat()
    wrong = differing(books, facts)
    return [
        Check(
            "vat-report-true",
            not wrong,
            named(wrong) if wrong else str(len(books)),
            _("รายงานภาษีขายทุกเดือน = บัญชีภาษีขาย"),
            two_sides(sum(books.values()), sum(facts.values()), _("บัญชี"), _("รายงาน")),
        )
    ]


def tax_close_lines(first: dt.date, last: dt.date) -> list[CloseLine]:
    """Both reports of the month: VAT as in the books with every tax invoice issued; certificates."""
    month = f"{first:%Y-%m}"
    url = reverse("settlement:taxes") + f"?month={month}"
    booked, reported = booked_vat().get(month, 0), reported_vat().get(month, 0)
    lacking = vat_report(first, last).lacking
    awaited = _sum(Entry.objects.filter(account=accounts.WITHHELD, journal__day__lte=last))
    words: str | Promise = ""
    if booked != reported:
        words = _("บัญชี %(books)s รายงาน %(report)s") % {
            "books": format_baht(booked),
            "report": format_baht(reported),
        }
    elif lacking:
        words = _("ยังไม่ออกใบกำกับภาษี %(count)d การส่ง") % {"count": lacking}
    return [
        CloseLine(
            "vat-reported",
            booked == reported and not lacking,
            _("รายงานภาษีขายครบและตรงบัญชี"),
            words,
            url,
        ),
        CloseLine(
            "withholding-certified",
            not awaited,
            _("ได้หนังสือรับรองภาษีถูกหัก ณ ที่จ่ายครบ"),
            _("รอหนังสือรับรอง %(baht)s บาท") % {"baht": format_baht(awaited)} if awaited else "",
            url,
            must=False,
        ),
    ]
