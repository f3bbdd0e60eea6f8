"""Bank accounts, and certificates of tax withheld that are awaited."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal
from marketplace.ledger.models import Account
from marketplace.parties.access import AccessedRequest, requires
from orders.reconciliation.forms import (
    AccountForm,
    AccountSettingsForm,
    CertificateForm,
)
from orders.reconciliation.models import Application, BankAccount
from orders.reconciliation.services import (
    known_balance,
    note_certificate,
    open_bank_account,
    set_bank_account,
)
from orders.reconciliation.views.common import TREASURER


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
def account(request: AccessedRequest, pk: int) -> HttpResponse:
    """How one account's files are read, and the fee a payer's bank may keep."""
    found = get_object_or_404(BankAccount, pk=pk)
    form = AccountSettingsForm(
        request.POST or None,
        initial={"profile": found.profile_id, "fee_tolerance": found.fee_tolerance_satang},
    )
    if request.method == "POST" and form.is_valid():
        set_bank_account(
            by=request.user,
            account=found,
            profile=form.cleaned_data["profile"],
            fee_tolerance_satang=form.cleaned_data["fee_tolerance"],
        )
        messages.success(request, _("บันทึกแล้ว"))
        return redirect("reconciliation:accounts")
    return render(request, "reconciliation/account.html", {"account": found, "form": form})


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
