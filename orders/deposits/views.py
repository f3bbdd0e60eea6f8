"""Pages of deposits and credit: what is held for whom, what it paid, who let it go."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.common.exceptions import Refusal
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import Buyer, RoleName
from marketplace.web.forms import KitForm
from orders.deposits.forms import (
    AllowanceForm,
    ApplyForm,
    DecideForm,
    GiveForm,
    KeyedForm,
    TermsForm,
    UndoForm,
)
from orders.deposits.models import CreditAllowance, DepositTerms, DepositUse, UseKind, UseState
from orders.deposits.reading import credit_of, held_by, owed_back
from orders.deposits.services import (
    apply_deposit,
    ask_allowance,
    ask_to_give,
    decide_allowance,
    decide_given,
    set_deposit_terms,
    settle_reclaim,
    undo_applied,
)
from orders.deposits.services.using import returned_paid
from orders.invoicing.models import Document
from orders.invoicing.views.common import shell_for

TREASURER = RoleName.TREASURER
LOOK = (RoleName.STAFF, TREASURER, RoleName.FINANCE, RoleName.APPROVER)


def _buyers(request: AccessedRequest) -> Any:
    every = Buyer.objects.all()
    access = request.access
    return every if access.is_cooperative else every.filter(pk__in=access.buyer_ids)


def _tell_wrong(request: AccessedRequest, form: KitForm) -> None:
    """Say on the next page what is wrong with a small form."""
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        for error in errors:
            messages.error(request, f"{label} {error}".strip())


@requires(*LOOK)
def deposits(request: AccessedRequest) -> HttpResponse:
    """What is held for each buyer, and what waits for a second person."""
    rows = held_by(_buyers(request))
    if len(rows) == 1 and not request.access.is_cooperative:
        return redirect("deposits:buyer", rows[0].buyer.pk)
    asked = DepositUse.objects.for_access(request.access).asked()
    return render(
        request,
        "deposits/list.html",
        {
            "shell": shell_for(request),
            "page_obj": Paginator(rows, 50).get_page(request.GET.get("page")),
            "total_satang": sum(row.satang for row in rows),
            "asked": asked.select_related("buyer", "made_by"),
            "allowances": CreditAllowance.objects.filter(state=UseState.ASKED).select_related(
                "buyer", "made_by"
            )
            if request.access.is_cooperative
            else [],
        },
    )


@requires(*LOOK)
def buyer(request: AccessedRequest, pk: int) -> HttpResponse:
    """What is held for one buyer and why, what it may owe, and what can be done."""
    found = get_object_or_404(_buyers(request), pk=pk)
    (held,) = held_by(Buyer.objects.filter(pk=found.pk))
    uses = (
        DepositUse.objects.for_access(request.access)
        .filter(buyer=found)
        .select_related("document", "made_by", "decided_by")
    )
    page = Paginator(uses, 30).get_page(request.GET.get("page"))
    paid = returned_paid([use.pk for use in page if use.kind == UseKind.RETURNED])
    treasurer, free = request.access.is_treasurer, held.satang - held.asked_satang
    bills = (
        [
            (bill, ApplyForm(initial={"satang": min(bill.open_satang, free)}))
            for bill in Document.objects.open().filter(buyer=found).order_by("due_day", "pk")[:50]
        ]
        if treasurer and free > 0
        else []
    )
    office = request.access.is_cooperative
    return render(
        request,
        "deposits/buyer.html",
        {
            "shell": shell_for(request),
            "buyer": found,
            "held": held,
            "free_satang": free,
            "account": f"deposit:{found.code}",
            "reclaim_satang": owed_back(found),
            "reclaim": KeyedForm() if treasurer and free > 0 else None,
            "credit": credit_of(found),
            "terms": DepositTerms.objects.filter(buyer=found),
            "bills": bills,
            "page_obj": page,
            "paid": paid,
            "give": GiveForm(initial={"satang": free}) if treasurer and free > 0 else None,
            "undo": UndoForm(auto_id=False) if treasurer else None,
            "allowances": found.credit_allowances.select_related("made_by")[:10] if office else [],
            "allow": AllowanceForm() if office else None,
        },
    )


@requires(TREASURER)
@require_POST
def apply(request: AccessedRequest, pk: int, bill: int) -> HttpResponse:
    """Pay a bill with what is held."""
    document = get_object_or_404(Document.objects.open(), pk=bill, buyer=pk)
    form = ApplyForm(request.POST)
    if form.is_valid():
        try:
            apply_deposit(by=request.user, bill=document, **form.cleaned_data)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("ตัดเงินรับล่วงหน้าชำระ %(code)s แล้ว") % {"code": document.code})
    else:
        _tell_wrong(request, form)
    return redirect("deposits:buyer", pk)


@requires(TREASURER)
@require_POST
def give(request: AccessedRequest, pk: int) -> HttpResponse:
    """Ask to return what is held, or to keep it."""
    found = get_object_or_404(Buyer, pk=pk)
    form = GiveForm(request.POST)
    if form.is_valid():
        try:
            ask_to_give(by=request.user, buyer=found, **form.cleaned_data)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("บันทึกคำขอแล้ว รออีกคนอนุมัติ"))
    else:
        _tell_wrong(request, form)
    return redirect("deposits:buyer", pk)


@requires(TREASURER)
@require_POST
def decide(request: AccessedRequest, pk: int) -> HttpResponse:
    """A second person agrees or refuses."""
    found = get_object_or_404(DepositUse.objects.for_access(request.access), pk=pk)
    form = DecideForm(request.POST)
    if form.is_valid():
        agreed = form.cleaned_data["agreed"] == "yes"
        try:
            decide_given(
                by=request.user, use=found, agreed=agreed, reason=form.cleaned_data["reason"]
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("อนุมัติและลงบัญชีแล้ว") if agreed else _("บันทึกว่าไม่อนุมัติแล้ว"))
    else:
        _tell_wrong(request, form)
    return redirect("deposits:buyer", found.buyer_id)


@requires(TREASURER)
@require_POST
def undo(request: AccessedRequest, pk: int) -> HttpResponse:
    """Take a deposit off a bill again."""
    found = get_object_or_404(DepositUse.objects.for_access(request.access), pk=pk)
    form = UndoForm(request.POST)
    if form.is_valid():
        try:
            undo_applied(by=request.user, use=found, reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("ยกเลิกการตัดแล้ว บิลกลับมาค้าง เงินกลับมาเป็นเงินรับล่วงหน้า"))
    else:
        _tell_wrong(request, form)
    return redirect("deposits:buyer", found.buyer_id)


@requires(TREASURER)
@require_POST
def reclaim(request: AccessedRequest, pk: int) -> HttpResponse:
    """Let what is held pay what the buyer owes back."""
    found = get_object_or_404(Buyer, pk=pk)
    form = KeyedForm(request.POST)
    if form.is_valid():
        try:
            settle_reclaim(by=request.user, buyer=found, key=form.cleaned_data["key"])
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("หักเงินรับล่วงหน้าชดใช้แล้ว"))
    else:
        _tell_wrong(request, form)
    return redirect("deposits:buyer", pk)


@requires(TREASURER)
def terms(request: AccessedRequest, pk: int) -> HttpResponse:
    """Write down what was agreed from a day on."""
    found = get_object_or_404(Buyer, pk=pk)
    form = TermsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            set_deposit_terms(
                by=request.user,
                buyer=found,
                valid_from=data["valid_from"],
                credit_satang=data["credit"],
                keep_bp=data["keep_percent"] * 100,
                paper=data["paper"],
            )
        except Refusal as refusal:
            where = refusal.where if isinstance(refusal.where, str) else None
            form.add_error(where if where in form.fields else None, str(refusal))
        else:
            messages.success(request, _("บันทึกเงื่อนไขแล้ว"))
            return redirect("deposits:buyer", pk)
    return render(request, "deposits/terms.html", {"buyer": found, "form": form})


@requires(RoleName.STAFF, TREASURER)
@require_POST
def allow(request: AccessedRequest, pk: int) -> HttpResponse:
    """Ask that a buyer may order beyond its limit."""
    found = get_object_or_404(Buyer, pk=pk)
    form = AllowanceForm(request.POST)
    if form.is_valid():
        try:
            ask_allowance(by=request.user, buyer=found, **form.cleaned_data)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("บันทึกคำขอแล้ว รออีกคนอนุมัติ"))
    else:
        _tell_wrong(request, form)
    return redirect("deposits:buyer", pk)


@requires(TREASURER)
@require_POST
def decide_credit(request: AccessedRequest, pk: int) -> HttpResponse:
    """A second person lets a buyer order beyond its limit, or does not."""
    found = get_object_or_404(CreditAllowance, pk=pk)
    agreed = request.POST.get("agreed") == "yes"
    try:
        decide_allowance(by=request.user, allowance=found, agreed=agreed)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("อนุมัติเกินวงเงินแล้ว") if agreed else _("บันทึกว่าไม่อนุมัติแล้ว"))
    return redirect("deposits:buyer", found.buyer_id)
