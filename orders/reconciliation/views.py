"""Pages of the bank: the queue, one row, files, the passbook, accounts, certificates.

The treasurer's alone: nobody else ever sees a bank row.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Max, Q, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.common.clock import today
from marketplace.common.codes import read_payment_reference
from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht
from marketplace.ledger.models import Account
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import RoleName
from marketplace.web.messages import undoable
from orders.invoicing.models import Document
from orders.reconciliation import hooks
from orders.reconciliation.exceptions import StatementError
from orders.reconciliation.forms import (
    AccountForm,
    ApplyForm,
    CertificateForm,
    PassbookFormSet,
    UploadForm,
)
from orders.reconciliation.models import Application, BankAccount, BankRow
from orders.reconciliation.rules import Match, Suggestion, SuggestionKind
from orders.reconciliation.services import (
    ApplicationInput,
    add_passbook_rows,
    apply_row,
    import_statement,
    known_balance,
    match_automatically,
    note_certificate,
    open_bank_account,
    preview_statement,
    undo_application,
)
from orders.reconciliation.services.applying import decide, journal_preview

TREASURER = RoleName.TREASURER
PASSBOOK_ROWS = 8
PREVIEW_BYTES = 1_500_000


def _account(request: AccessedRequest) -> BankAccount | None:
    chosen = request.GET.get("account") or request.POST.get("account") or ""
    accounts = BankAccount.objects.filter(archived_at__isnull=True)
    if chosen.isdigit():
        return get_object_or_404(accounts, pk=int(chosen))
    return accounts.first()


def _expected() -> list[hooks.Expected]:
    return [one for targets in hooks.payout_targets for one in targets.expected()]


@requires(TREASURER)
def queue(request: AccessedRequest) -> HttpResponse:
    """Rows that wait for a person, with what each may be; the chosen one beside them."""
    account = _account(request)
    if account is None:
        return redirect("reconciliation:accounts")
    waiting = BankRow.objects.for_access(request.access).filter(account=account).open()
    page = Paginator(
        waiting.annotate(seen=Count("applications")).order_by("day", "place", "pk"), 50
    ).get_page(request.GET.get("page"))
    rows = list(page)
    decided = decide(rows)
    expected = _expected()
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
def row(request: AccessedRequest, pk: int) -> HttpResponse:
    """One row: apply it to bills in part, with tax withheld, or to something else; undo."""
    found = get_object_or_404(
        BankRow.objects.for_access(request.access).select_related("account"), pk=pk
    )
    documents: list[Document] = []
    if found.in_satang:
        named: list[int] = []
        decision = decide([found]).get(found.pk, ())
        suggested = (decision.document,) if isinstance(decision, Match) else ()
        for one in suggested or [
            document
            for suggestion in decision  # type: ignore[union-attr]
            for document in suggestion.documents
        ]:
            named.append(int(one.id))
        posted = [
            int(name.removeprefix("pay_"))
            for name, value in request.POST.items()
            if name.startswith("pay_") and value and name.removeprefix("pay_").isdigit()
        ]
        some = Document.objects.open().select_related("buyer")
        chosen = request.GET.get("buyer", "")
        if chosen.isdigit():
            some = some.filter(buyer_id=int(chosen))
        order = {pk: place for place, pk in enumerate([*posted, *named])}
        pool = {document.pk: document for document in some.order_by("due_day", "pk")[:40]}
        for document in Document.objects.open().filter(pk__in=order).select_related("buyer"):
            pool[document.pk] = document
        documents = sorted(
            pool.values(), key=lambda one: (order.get(one.pk, len(order)), one.due_day, one.pk)
        )
    form = ApplyForm(
        request.POST or None,
        row=found,
        documents=documents,
        expected=_expected() if found.out_satang else (),
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = apply_row(
                by=request.user,
                row=found,
                applications=form.applications(),
                seen=form.cleaned_data["seen"],
            )
        except Refusal as refusal:
            if refusal.code == "changed":
                messages.warning(request, str(refusal))
                return redirect("reconciliation:row", pk=found.pk)
            form.add_error(None, str(refusal))
        else:
            text = _("ตัดแล้ว %(satang)s บาท") % {
                "satang": format_baht(sum(one.satang for one in made))
            }
            if len(made) == 1:
                undoable(request, text, reverse("reconciliation:undo", args=[made[0].pk]))
            else:
                messages.success(request, text)
            found.refresh_from_db()
            if found.open_satang:
                return redirect("reconciliation:row", pk=found.pk)
            return redirect(f"{reverse('reconciliation:queue')}?account={found.account_id}")
    return render(
        request,
        "reconciliation/row.html",
        {
            "row": found,
            "form": form,
            "applications": found.applications.select_related("document", "buyer", "by"),
            "buyers": {document.buyer for document in documents},
        },
    )


@requires(TREASURER)
@require_POST
def undo(request: AccessedRequest, pk: int) -> HttpResponse:
    """Undo an application."""
    found = get_object_or_404(Application.objects.for_access(request.access), pk=pk)
    undo_application(by=request.user, application=found, reason=request.POST.get("reason", ""))
    messages.success(request, _("ยกเลิกการตัดแล้ว รายการกลับมาอยู่ในคิว"))
    return redirect("reconciliation:row", pk=found.row_id)


@requires(TREASURER)
@require_POST
def match(request: AccessedRequest) -> HttpResponse:
    """Let exact rows post themselves now."""
    account = _account(request)
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


@requires(TREASURER)
def upload(request: AccessedRequest) -> HttpResponse:
    """Read a statement file: look first, then import."""
    if not BankAccount.objects.exists():
        return redirect("reconciliation:accounts")
    preview = errors = None
    kept = ""
    data = _kept_file(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    form.fields["file"].required = data is None
    if request.method == "POST" and form.is_valid():
        account: BankAccount = form.cleaned_data["account"]
        uploaded = form.cleaned_data.get("file")
        name = uploaded.name if uploaded else request.POST.get("kept_name", "")
        data = uploaded.read() if uploaded else data
        assert data is not None
        try:
            if "look" in request.POST:
                preview = preview_statement(account=account, file_bytes=data)
                if len(data) <= PREVIEW_BYTES:
                    kept = base64.b64encode(data).decode()
            else:
                last = account.files.aggregate(last=Max("pk"))["last"] or 0
                file = import_statement(
                    by=request.user, account=account, file_bytes=data, filename=name
                )
                made = match_automatically(by=request.user, account=account)
                messages.success(
                    request,
                    _("นำเข้าแล้ว ใหม่ %(new)s จาก %(rows)s แถว ตัดเอง %(matched)s แถว")
                    % {
                        # A file that was read before brings nothing, whatever it brought then.
                        "new": file.new_count if file.pk > last else 0,
                        "rows": file.row_count,
                        "matched": len(made),
                    },
                )
                return redirect(f"{reverse('reconciliation:queue')}?account={account.pk}")
        except StatementError as refusal:
            errors = refusal.errors
        return render(
            request,
            "reconciliation/upload.html",
            {
                "form": form,
                "preview": preview,
                "errors": errors,
                "kept": kept,
                "kept_name": name,
                "account": account,
            },
        )
    return render(request, "reconciliation/upload.html", {"form": form})


def _kept_file(request: AccessedRequest) -> bytes | None:
    """The file of a preview, sent along by the page so that it need not be chosen again."""
    kept = request.POST.get("kept", "")
    if not kept:
        return None
    try:
        return base64.b64decode(kept, validate=True)
    except (binascii.Error, ValueError):
        return None


@requires(TREASURER)
def passbook(request: AccessedRequest) -> HttpResponse:
    """Type rows from the passbook; each is checked against the balance before it."""
    account = _account(request)
    if account is None:
        return redirect("reconciliation:accounts")
    last = account.rows.order_by("-day", "-place", "-pk").first()
    formset = PassbookFormSet(
        request.POST or None, initial=[{} for _row in range(PASSBOOK_ROWS)], prefix="r"
    )
    if request.method == "POST" and formset.is_valid():
        rows, places = formset.rows(last.day if last else account.opened_on)
        try:
            if not rows:
                messages.info(request, _("ยังไม่ได้พิมพ์แถวใด"))
            else:
                made = add_passbook_rows(by=request.user, account=account, rows=rows)
                matched = match_automatically(by=request.user, account=account)
                messages.success(
                    request,
                    _("บันทึก %(count)s แถว ตัดเอง %(matched)s แถว")
                    % {"count": len(made), "matched": len(matched)},
                )
            return redirect(f"{reverse('reconciliation:passbook')}?account={account.pk}")
        except StatementError as refusal:
            for error in refusal.errors:
                form = formset.forms[places[error.row_number - 1]]
                form.add_error("balance", str(error.message))
    return render(
        request,
        "reconciliation/passbook.html",
        {
            "account": account,
            "accounts": BankAccount.objects.filter(archived_at__isnull=True),
            "formset": formset,
            "last": last,
            "balance_satang": known_balance(account),
            "recent": account.rows.order_by("-day", "-place", "-pk")[:5],
        },
    )


@requires(TREASURER)
def accounts(request: AccessedRequest) -> HttpResponse:
    """The cooperative's bank accounts; open one."""
    form = AccountForm(request.POST or None, initial={"opened_on": today()})
    if request.method == "POST" and form.is_valid():
        try:
            account = open_bank_account(
                by=request.user,
                bank=form.cleaned_data["bank"],
                number=form.cleaned_data["number"],
                name=form.cleaned_data["name"],
                opened_on=form.cleaned_data["opened_on"],
                opening_satang=form.cleaned_data["opening"],
            )
        except Refusal as refusal:
            form.add_error("number", str(refusal))
        else:
            messages.success(request, _("เปิด %(account)s แล้ว") % {"account": account})
            return redirect("reconciliation:accounts")
    listed = [
        {
            "account": account,
            "balance_satang": known_balance(account),
            "files": account.files.all()[:5],
        }
        for account in BankAccount.objects.all()
    ]
    return render(request, "reconciliation/accounts.html", {"rows": listed, "form": form})


@requires(TREASURER)
def certificates(request: AccessedRequest) -> HttpResponse:
    """Tax that buyers withheld and whose certificate (50 ทวิ) has not come."""
    awaited = (
        Application.objects.for_access(request.access)
        .awaiting_certificate()
        .select_related("document", "buyer", "row")
        .order_by("row__day", "pk")
    )
    form = CertificateForm(request.POST or None)
    if request.method == "POST":
        found = get_object_or_404(awaited, pk=request.POST.get("application") or 0)
        if form.is_valid():
            note_certificate(
                by=request.user,
                application=found,
                number=form.cleaned_data["number"],
                day=form.cleaned_data["day"],
            )
            messages.success(request, _("รับหนังสือรับรองแล้ว"))
            return redirect("reconciliation:certificates")
    return render(
        request,
        "reconciliation/certificates.html",
        {
            "rows": awaited,
            "form": form,
            "total_satang": awaited.aggregate(total=Sum("withheld_satang"))["total"] or 0,
            "ledger": Account.objects.filter(pk="wht:receivable").first(),
        },
    )
