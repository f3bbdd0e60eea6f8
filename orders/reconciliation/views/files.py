"""What the bank says comes in: a statement file, or rows typed from the passbook."""

from __future__ import annotations

import base64
import binascii

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.parties.access import AccessedRequest, requires
from orders.reconciliation.exceptions import StatementError
from orders.reconciliation.forms import (
    PassbookFormSet,
    UploadForm,
)
from orders.reconciliation.models import BankAccount
from orders.reconciliation.profiles import as_layout, layout_for
from orders.reconciliation.services import (
    add_passbook_rows,
    import_and_match,
    known_balance,
    match_automatically,
    preview_statement,
)
from orders.reconciliation.views.common import TREASURER, chosen_account

PASSBOOK_ROWS = 8


PREVIEW_BYTES = 1_500_000


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
        chosen = form.cleaned_data["profile"]
        profile = as_layout(chosen) if chosen else layout_for(account)
        try:
            if "look" in request.POST:
                preview = preview_statement(account=account, file_bytes=data, profile=profile)
                if len(data) <= PREVIEW_BYTES:
                    kept = base64.b64encode(data).decode()
            else:
                came = import_and_match(
                    by=request.user,
                    account=account,
                    file_bytes=data,
                    filename=name,
                    profile=profile,
                )
                messages.success(
                    request,
                    _("นำเข้าแล้ว ใหม่ %(new)s จาก %(rows)s แถว ตัดเอง %(matched)s แถว")
                    % {"new": came.new, "rows": came.rows, "matched": came.matched},
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
                "profile": chosen,
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
    account = chosen_account(request)
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
