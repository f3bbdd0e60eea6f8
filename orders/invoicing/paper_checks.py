"""Whether documents beside bills agree with what they speak of and with the ledger."""

from __future__ import annotations

from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from marketplace.ledger.hooks import Check
from marketplace.ledger.models import Journal
from marketplace.ledger.services import balances
from orders.invoicing import accounts
from orders.invoicing.checks import differing, named, two_sides
from orders.invoicing.models import (
    DeliverySale,
    Document,
    DocumentDelivery,
    DocumentKind,
    DocumentLink,
)
from orders.invoicing.services.documents import unreceipted

_POSTED = (DocumentKind.CREDIT_NOTE, DocumentKind.DEBIT_NOTE, DocumentKind.WITHHOLDING)
_WHOLE = (DocumentKind.BILLING_NOTE, DocumentKind.RECEIPT, DocumentKind.WITHHOLDING)


def paper_checks() -> list[Check]:
    """All documents but bills."""
    return [_parts(), _journals(), _received(), _certified(), _taxed()]


def _parts() -> Check:
    """A document's total is the sum of the bills or deliveries it speaks of; a void one stands on none."""
    sums: dict[int, int] = {}
    for model, among in ((DocumentLink, _WHOLE), (DocumentDelivery, None)):
        rows = model.objects.order_by()  # type: ignore[attr-defined]
        if among is not None:
            rows = rows.filter(kind__in=among)
        sums.update(
            rows.values("document_id")
            .annotate(total=Sum("satang"))
            .values_list("document_id", "total")
        )
    listed = Document.objects.filter(
        kind__in=[*_WHOLE, DocumentKind.ACCEPTANCE, DocumentKind.TAX_INVOICE]
    ).values_list("pk", "code", "total_satang")
    wrong = [code for pk, code, total in listed if sums.get(pk, 0) != total]
    void = Q(document__state="void", stands=True)
    wrong += DocumentLink.objects.filter(void).values_list("document__code", flat=True)
    wrong += DocumentDelivery.objects.filter(void).values_list("document__code", flat=True)
    return Check(
        "papers-add-up",
        not wrong,
        named(wrong) if wrong else str(len(listed)),
        _("ใบวางบิล ใบเสร็จ ใบตรวจรับ และใบกำกับภาษี ตรงกับบิลและการส่งที่อ้างถึง"),
    )


def _journals() -> Check:
    """Credit and debit notes and certificates stand in the ledger with their total, void ones reversed."""
    listed = {
        f"document:{pk}": (code, total, state)
        for pk, code, total, state in Document.objects.filter(kind__in=_POSTED).values_list(
            "pk", "code", "total_satang", "state"
        )
    }
    debits: dict[str, int] = dict(
        Journal.objects.filter(key__in=listed, entries__satang__gt=0)
        .order_by()
        .values("key")
        .annotate(total=Sum("entries__satang"))
        .values_list("key", "total")
    )
    undone = set(
        Journal.objects.filter(reverses__key__in=listed).values_list("reverses__key", flat=True)
    )
    wrong = [
        code
        for key, (code, total, state) in listed.items()
        if debits.get(key, 0) != total or (state == "void") != (key in undone)
    ]
    return Check(
        "papers-posted",
        not wrong,
        named(wrong) if wrong else str(len(listed)),
        _("ใบลดหนี้ ใบเพิ่มหนี้ และหนังสือรับรองหัก ณ ที่จ่าย ลงบัญชีครบและตรงยอด"),
    )


def _received() -> Check:
    """No receipt says more than came."""
    covered = list(
        Document.objects.asking()
        .filter(linked__kind=DocumentKind.RECEIPT, linked__stands=True)
        .distinct()
        .order_by("pk")
    )
    left = unreceipted(covered)
    wrong = [bill.code for bill in covered if left[bill.pk] < 0]
    return Check(
        "receipts-true",
        not wrong,
        named(wrong) if wrong else str(len(covered)),
        _("ใบเสร็จรับเงินไม่เกินเงินที่รับจริงของแต่ละบิล"),
    )


def _certified() -> Check:
    facts = {
        accounts.CERTIFIED.code: sum(
            Document.objects.standing()
            .filter(kind=DocumentKind.WITHHOLDING)
            .values_list("total_satang", flat=True)
        ),
        accounts.CLAIMS.code: sum(
            (total - vat) * (1 if kind == DocumentKind.CREDIT_NOTE else -1)
            for kind, total, vat in Document.objects.standing()
            .filter(kind__in=[DocumentKind.CREDIT_NOTE, DocumentKind.DEBIT_NOTE])
            .values_list("kind", "total_satang", "vat_satang")
        ),
    }
    books = balances(facts)
    wrong = differing(books, facts)
    return Check(
        "certificates-and-claims-true",
        not wrong,
        named(wrong),
        _("ภาษีที่มีหนังสือรับรอง และยอดลดหนี้เพิ่มหนี้ ตรงกับเอกสาร"),
        two_sides(sum(books.values()), sum(facts.values()), _("บัญชี"), _("เอกสาร")),
    )


def _taxed() -> Check:
    """A delivery's tax invoice carries exactly the VAT of its goods."""
    vat: dict[int, int] = dict(DeliverySale.objects.values_list("delivery_id", "vat_satang"))
    listed = list(
        DocumentDelivery.objects.filter(kind=DocumentKind.TAX_INVOICE, stands=True).values_list(
            "document__code", "delivery_id", "document__vat_satang"
        )
    )
    wrong = [code for code, delivery, satang in listed if vat.get(delivery, 0) != satang]
    return Check(
        "tax-invoices-true",
        not wrong,
        named(wrong) if wrong else str(len(listed)),
        _("ภาษีในใบกำกับภาษี = ภาษีขายของการส่งนั้น"),
    )
