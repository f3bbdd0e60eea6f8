"""The queue of bank rows that wait, each with the answers that could be right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Q, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from marketplace.common.codes import read_payment_reference
from marketplace.common.dates import format_date
from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht, parse_baht
from marketplace.parties.access import AccessedRequest, requires
from orders.invoicing.models import Document
from orders.reconciliation import hooks
from orders.reconciliation.awaiting import Waiting, awaited_now, fitting
from orders.reconciliation.models import Application, ApplicationKind, BankAccount, BankRow
from orders.reconciliation.querysets import BankRowQuerySet
from orders.reconciliation.rules import Match, Suggestion, SuggestionKind, TakenBack, Tie
from orders.reconciliation.services import (
    ApplicationInput,
    known_balance,
    match_automatically,
)
from orders.reconciliation.services.applying import journal_preview
from orders.reconciliation.services.deciding import decide
from orders.reconciliation.services.returns import returns_of, undone_preview
from orders.reconciliation.views.common import PAGE, TREASURER, chosen_account, expected_on_bank

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SHOWN = 6
"""Suggestions of a row that the page offers."""

REASONS: dict[SuggestionKind, StrOrPromise] = {
    SuggestionKind.REFERENCE_AND_AMOUNT: gettext_lazy("เลขอ้างอิงและยอดตรงกับบิล"),
    SuggestionKind.REFERENCES_SUM: gettext_lazy("เลขอ้างอิงหลายใบ รวมกันได้ยอดนี้พอดี"),
    SuggestionKind.PAID_TWICE: gettext_lazy("เลขอ้างอิงของบิลที่จ่ายแล้ว อาจจ่ายซ้ำ"),
    SuggestionKind.FEE_NETTED: gettext_lazy("เลขอ้างอิงตรง ขาดไปเท่าค่าธรรมเนียมที่ยอมให้หัก"),
    SuggestionKind.REFERENCE: gettext_lazy("เลขอ้างอิงตรงแต่ยอดไม่เท่า จ่ายบางส่วนหรือจ่ายเกิน"),
    SuggestionKind.PAYER_AND_AMOUNT: gettext_lazy("ชื่อผู้โอนและยอดตรงกับบิลเดียว"),
    SuggestionKind.PAYER_SUM: gettext_lazy("ชื่อผู้โอนตรง และบิลเหล่านี้รวมกันได้ยอดนี้พอดี"),
    SuggestionKind.AMOUNT: gettext_lazy("ยอดตรงอย่างเดียว ชื่อผู้โอนไม่ตรง โปรดตรวจ"),
}
"""Why each suggestion is made, in the words of the queue."""


@requires(TREASURER)
def queue(request: AccessedRequest) -> HttpResponse:
    """Rows that wait for a person, with what each may be; the chosen one beside them."""
    account = chosen_account(request)
    if account is None:
        return redirect("reconciliation:accounts")
    waiting = BankRow.objects.for_access(request.access).filter(account=account).open()
    asked = _asked(request)
    page = Paginator(
        _filtered(waiting, asked)
        .annotate(seen=Count("applications", distinct=True), noted=Count("notes", distinct=True))
        .order_by("day", "place", "pk"),
        PAGE,
    ).get_page(request.GET.get("page"))
    rows = list(page)
    decided = decide(rows)
    returns = returns_of(rows)
    earlier = BankRow.objects.in_bulk({one.earlier.id for some in returns.values() for one in some})
    expected = expected_on_bank()
    waits = awaited_now()
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
    documents = _documents(decided.values())
    listed = [
        _with_returns(
            _listed(row, decided.get(row.pk, ()), expected, paid, waits, documents),
            returns.get(row.pk, ()),
            earlier,
        )
        for row in rows
    ]
    wanted = request.GET.get("row", "")
    chosen = next((one for one in listed if str(one["row"].pk) == wanted), None)
    chosen = chosen or (listed[0] if listed else None)
    if chosen is not None:
        for answer in chosen["answers"]:
            answer["journal"] = (
                undone_preview(answer["earlier"])
                if "earlier" in answer
                else journal_preview(chosen["row"], answer["applications"])
            )
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
            "asked": asked,
            "kept": urlencode({key: value for key, value in asked.items() if value}),
            "filtered": any(asked.values()),
            "notes": chosen["row"].notes.select_related("by") if chosen else (),
            "suspense": Application.objects.standing()
            .filter(kind=ApplicationKind.SUSPENSE, row__account=account)
            .count(),
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
    waits: list[Waiting],
    documents: dict[str, Document],
) -> dict[str, Any]:
    """A row with its status word and the answers one tap away."""
    if row.out_satang:
        leaving = [one for one in expected if one.satang == row.open_satang]
        others = fitting_awaited(row, waits)
        return {
            "row": row,
            "status": "warn" if leaving or others else "wait",
            "word": _("เสนอ") if leaving or others else _("เลือกเอง"),
            "note": ", ".join(one.label for one in leaving) or _("เงินออก"),
            "answers": [
                {
                    "words": _("โอนจ่าย %(label)s") % {"label": one.label},
                    "fields": [("target", one.target)],
                    "exact": True,
                    "lines": [(one.label, one.satang)],
                    "total": one.satang,
                    "applications": [
                        ApplicationInput(one.satang, kind="payout", target=one.target)
                    ],
                }
                for one in leaving[:3]
            ]
            + [_awaited(row, kind, one) for kind, one in others[:2]],
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
    answers = [_awaited(row, kind, one) for kind, one in fitting_awaited(row, waits)[:2]]
    answers += [
        answer
        for answer in (_answer(row, one, documents) for one in suggestions[:SHOWN])
        if answer is not None
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


TIES: dict[Tie, StrOrPromise] = {
    Tie.REFERENCE: gettext_lazy("ธนาคารกลับรายการก่อนหน้า เลขอ้างอิงและยอดเท่ากัน"),
    Tie.PAYER: gettext_lazy("ธนาคารกลับรายการก่อนหน้า ชื่อและยอดเท่ากัน"),
    Tie.AMOUNT: gettext_lazy("อาจเป็นการกลับรายการก่อนหน้า ยอดเท่ากันอย่างเดียว โปรดตรวจ"),
}
"""Why a row may take an earlier one back, in the words of the queue."""


def _with_returns(
    listed: dict[str, Any], found: tuple[TakenBack, ...], earlier: dict[int, BankRow]
) -> dict[str, Any]:
    """A row with the earlier ones that it may take back: first where the bank's words or its
    reference say so, last where only the amount does.
    """
    if not found:
        return listed
    answers = [_returned(one, earlier[one.earlier.id]) for one in found[:3]]
    sure = found[0].chosen
    listed["answers"] = answers + listed["answers"] if sure else listed["answers"] + answers
    count = len(listed["answers"])
    listed["status"], listed["word"] = "warn", _("เสนอ") if sure or count == 1 else _("เลือกเอง")
    listed["note"] = (
        listed["answers"][0]["words"]
        if sure or count == 1
        else _("%(count)s ทางที่เป็นไปได้") % {"count": count}
    )
    return listed


def _returned(found: TakenBack, earlier: BankRow) -> dict[str, Any]:
    """The answer that a row takes an earlier one back."""
    words = _("กลับรายการวันที่ %(day)s") % {"day": format_date(earlier.day)}
    return {
        "words": words,
        "why": TIES[found.tie],
        "fields": [("earlier", str(earlier.pk))],
        "exact": True,
        "left": 0,
        "lines": [(earlier.description or words, earlier.amount_satang)],
        "total": earlier.amount_satang,
        "applications": [],
        "earlier": earlier,
    }


def _asked(request: AccessedRequest) -> dict[str, str]:
    """What the queue is narrowed to: words or an amount, and which way the money went."""
    way = request.GET.get("way", "")
    return {
        "q": " ".join(request.GET.get("q", "").split())[:60],
        "way": way if way in ("in", "out", "noted") else "",
    }


def _filtered(waiting: BankRowQuerySet, asked: dict[str, str]) -> BankRowQuerySet:
    found = waiting
    if asked["way"] == "noted":
        found = found.filter(notes__isnull=False)
    elif asked["way"]:
        found = found.filter(**{f"{asked['way']}_satang__gt": 0})
    for word in asked["q"].split():
        amount = Q()
        try:
            satang = parse_baht(word)
        except Refusal:
            pass
        else:
            amount = Q(in_satang=satang) | Q(out_satang=satang)
        found = found.filter(Q(description__icontains=word) | Q(reference__icontains=word) | amount)
    return found


def fitting_awaited(row: BankRow, waits: list[Waiting]) -> list[Waiting]:
    """What waits for exactly what is open on a row."""
    return fitting(row, row.open_satang, waits)


def _awaited(row: BankRow, kind: hooks.Awaited, one: hooks.Expected) -> dict[str, Any]:
    """The answer for something in the books that waits for exactly this row."""
    words = f"{kind.label} {one.label}"
    return {
        "words": words,
        "why": _("ยอดในบัญชีที่รอเข้าธนาคารเท่ากับแถวนี้พอดี"),
        "fields": [("awaited", one.target)],
        "exact": True,
        "left": 0,
        "lines": [(words, one.satang)],
        "total": one.satang,
        "applications": [ApplicationInput(one.satang, kind="awaited", target=one.target)],
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
        "applications": [ApplicationInput(satang, kind="deposit", buyer=bill.buyer)],
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
        "applications": [ApplicationInput(satang, kind="interest")],
    }


def _documents(
    decisions: Iterable[Match | tuple[Suggestion, ...]],
) -> dict[str, Document]:
    """The open bills that suggestions name, in one reading."""
    wanted = {
        one.id
        for decision in decisions
        for one in (
            [decision.document]
            if isinstance(decision, Match)
            else [one for suggestion in decision[:SHOWN] for one in suggestion.documents]
        )
    }
    return {
        str(document.pk): document
        for document in Document.objects.open().filter(pk__in=wanted).select_related("buyer")
    }


def _answer(
    row: BankRow, suggestion: Suggestion, documents: dict[str, Document]
) -> dict[str, Any] | None:
    """One suggestion as a form: amounts per bill, oldest first, never above what came in."""
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
        pay = min(left, document.open_satang - tax - suggestion.fee_satang)
        if pay <= 0:
            continue
        left -= pay
        fields.append((f"pay_{document.pk}", format_baht(pay)))
        lines.append((f"{document.code} {document.buyer.name}", document.open_satang))
        if tax:
            fields.append((f"tax_{document.pk}", format_baht(tax)))
            lines.append((_("หัก ณ ที่จ่าย รอหนังสือรับรอง"), -tax))
        fee = suggestion.fee_satang
        if fee:
            fields.append((f"fee_{document.pk}", format_baht(fee)))
            lines.append((_("ค่าธรรมเนียมธนาคารที่ถูกหัก"), -fee))
        applications.append(
            ApplicationInput(pay, document=document, withheld_satang=tax, fee_satang=fee)
        )
    if not applications:
        return None
    words = ", ".join(
        document.document.code for document in applications if document.document is not None
    )
    return {
        "words": words + (" " + _("หัก ณ ที่จ่าย") if withheld else ""),
        "why": REASONS[suggestion.kind],
        "fields": fields,
        "exact": left == 0,
        "left": left,
        "lines": lines,
        "total": row.open_satang - left,
        "applications": applications,
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
