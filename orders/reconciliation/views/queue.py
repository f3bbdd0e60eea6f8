"""The queue of bank rows that wait, each with the answers that could be right."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Q, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.common.codes import read_payment_reference
from marketplace.common.money import format_baht
from marketplace.parties.access import AccessedRequest, requires
from orders.invoicing.models import Document
from orders.reconciliation import hooks
from orders.reconciliation.models import Application, BankAccount, BankRow
from orders.reconciliation.rules import Match, Suggestion, SuggestionKind
from orders.reconciliation.services import (
    ApplicationInput,
    known_balance,
    match_automatically,
)
from orders.reconciliation.services.applying import decide, journal_preview
from orders.reconciliation.views.common import TREASURER, chosen_account, expected_on_bank


@requires(TREASURER)
def queue(request: AccessedRequest) -> HttpResponse:
    """Rows that wait for a person, with what each may be; the chosen one beside them."""
    account = chosen_account(request)
    if account is None:
        return redirect("reconciliation:accounts")
    waiting = BankRow.objects.for_access(request.access).filter(account=account).open()
    page = Paginator(
        waiting.annotate(seen=Count("applications")).order_by("day", "place", "pk"), 50
    ).get_page(request.GET.get("page"))
    rows = list(page)
    decided = decide(rows)
    expected = expected_on_bank()
    named = {
        reference
        for row in rows
        for reference in read_payment_reference(f"{row.description} {row.reference}")
    }
    paid = set(
        Document.objects.filter(reference__in=named, settled_satang=F("total_satang")).values_list(
            "reference", flat=True
        )
    )
    listed = [_listed(row, decided.get(row.pk, ()), expected, paid) for row in rows]
    wanted = request.GET.get("row", "")
    chosen = next((one for one in listed if str(one["row"].pk) == wanted), None)
    chosen = chosen or (listed[0] if listed else None)
    counts = account.rows.aggregate(
        total=Count("pk", distinct=True),
        automatic=Count(
            "pk",
            distinct=True,
            filter=Q(applications__automatic=True, applications__undone_at__isnull=True),
        ),
    )
    sums = waiting.aggregate(
        count=Count("pk"), came=Sum("in_satang"), went=Sum("out_satang"), done=Sum("applied_satang")
    )
    total, left = counts["total"], sums["count"]
    return render(
        request,
        "reconciliation/queue.html",
        {
            "account": account,
            "accounts": BankAccount.objects.filter(archived_at__isnull=True),
            "page_obj": page,
            "rows": listed,
            "chosen": chosen,
            "total": total,
            "left": left,
            "done": total - left,
            "automatic": counts["automatic"],
            "by_hand": total - left - counts["automatic"],
            "balance_satang": known_balance(account),
            "last": account.rows.order_by("-day", "-place").first(),
            "left_satang": (sums["came"] or 0) + (sums["went"] or 0) - (sums["done"] or 0),
            "awaited": Application.objects.awaiting_certificate().count(),
        },
    )


def _listed(
    row: BankRow,
    decision: Match | tuple[Suggestion, ...],
    expected: list[hooks.Expected],
    paid: set[str],
) -> dict[str, Any]:
    """A row with its status word and the answers one tap away."""
    if row.out_satang:
        fitting = [one for one in expected if one.satang == row.open_satang]
        return {
            "row": row,
            "status": "warn" if fitting else "wait",
            "word": _("เสนอ") if fitting else _("เลือกเอง"),
            "note": ", ".join(one.label for one in fitting) or _("เงินออก"),
            "answers": [
                {
                    "words": _("โอนจ่าย %(label)s") % {"label": one.label},
                    "fields": [("target", one.target)],
                    "exact": True,
                    "lines": [(one.label, one.satang)],
                    "total": one.satang,
                    "journal": journal_preview(
                        row, [ApplicationInput(one.satang, kind="payout", target=one.target)]
                    ),
                }
                for one in fitting[:3]
            ],
        }
    if isinstance(decision, Match):
        suggestions: tuple[Suggestion, ...] = (
            Suggestion(
                SuggestionKind.REFERENCE_AND_AMOUNT,
                (decision.document,),
                decision.received_satang,
                decision.withholding_satang,
                0,
                True,
            ),
        )
    else:
        suggestions = decision
    answers = [
        answer for answer in (_answer(row, one) for one in suggestions[:6]) if answer is not None
    ]
    twice = paid.intersection(read_payment_reference(f"{row.description} {row.reference}"))
    if twice and not answers:
        answers = [_deposit(row, bill) for bill in Document.objects.filter(reference__in=twice)]
    if not answers and not twice and "ดอกเบี้ย" in row.description:
        answers = [_interest(row)]
    if twice:
        status, word = "bad", _("ซ้ำ")
    elif len(answers) == 1:
        status, word = ("ok", _("ตรง")) if isinstance(decision, Match) else ("warn", _("เสนอ"))
    else:
        status, word = ("warn", _("เลือกเอง")) if answers else ("wait", _("ไม่พบ"))
    return {
        "row": row,
        "status": status,
        "word": word,
        "note": (
            _("จ่ายซ้ำบิลที่จ่ายแล้ว")
            if twice
            else answers[0]["words"]
            if len(answers) == 1
            else _("%(count)s ทางที่เป็นไปได้") % {"count": len(answers)}
            if answers
            else _("ไม่พบบิลที่ตรง")
        ),
        "answers": answers,
    }


def _deposit(row: BankRow, bill: Document) -> dict[str, Any]:
    """The answer for a bill that was paid again: the buyer's money, for its next bills."""
    satang = row.open_satang
    words = _("เงินรับล่วงหน้า %(buyer)s") % {"buyer": bill.buyer.name}
    return {
        "words": words,
        "fields": [("other", "deposit"), ("buyer", str(bill.buyer_id))],
        "exact": True,
        "left": 0,
        "lines": [(words, satang)],
        "total": satang,
        "journal": journal_preview(
            row, [ApplicationInput(satang, kind="deposit", buyer=bill.buyer)]
        ),
    }


def _interest(row: BankRow) -> dict[str, Any]:
    """The answer for a row that the bank calls interest."""
    satang = row.open_satang
    return {
        "words": _("ดอกเบี้ยรับ"),
        "fields": [("other", "interest")],
        "exact": True,
        "left": 0,
        "lines": [(_("ดอกเบี้ยรับ"), satang)],
        "total": satang,
        "journal": journal_preview(row, [ApplicationInput(satang, kind="interest")]),
    }


def _answer(row: BankRow, suggestion: Suggestion) -> dict[str, Any] | None:
    """One suggestion as a form: amounts per bill, oldest first, never above what came in."""
    documents = {
        str(document.pk): document
        for document in Document.objects.open()
        .filter(pk__in=[one.id for one in suggestion.documents])
        .select_related("buyer")
    }
    left = row.open_satang
    fields: list[tuple[str, str]] = []
    lines: list[tuple[str, int]] = []
    applications: list[ApplicationInput] = []
    withheld = suggestion.withholding_satang
    for one in suggestion.documents:
        document = documents.get(one.id)
        if document is None:
            return None
        tax = one.withholding_satang if withheld else 0
        pay = min(left, document.open_satang - tax)
        if pay <= 0:
            continue
        left -= pay
        fields.append((f"pay_{document.pk}", format_baht(pay)))
        lines.append((f"{document.code} {document.buyer.name}", document.open_satang))
        if tax:
            fields.append((f"tax_{document.pk}", format_baht(tax)))
            lines.append((_("หัก ณ ที่จ่าย รอหนังสือรับรอง"), -tax))
        applications.append(ApplicationInput(pay, document=document, withheld_satang=tax))
    if not applications:
        return None
    words = ", ".join(
        document.document.code for document in applications if document.document is not None
    )
    return {
        "words": words + (" " + _("หัก ณ ที่จ่าย") if withheld else ""),
        "fields": fields,
        "exact": left == 0,
        "left": left,
        "lines": lines,
        "total": row.open_satang - left,
        "journal": journal_preview(row, applications),
    }


@requires(TREASURER)
@require_POST
def match(request: AccessedRequest) -> HttpResponse:
    """Let exact rows post themselves now."""
    account = chosen_account(request)
    if account is None:
        return redirect("reconciliation:accounts")
    made = match_automatically(by=request.user, account=account)
    messages.success(
        request,
        _("ตัดเองโดยเลขและยอดตรง %(count)s แถว") % {"count": len(made)}
        if made
        else _("ไม่มีแถวที่เลขและยอดตรงกัน ที่เหลือให้คนตัดสิน"),
    )
    return redirect(f"{reverse('reconciliation:queue')}?account={account.pk}")
