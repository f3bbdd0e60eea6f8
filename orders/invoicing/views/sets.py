"""A purchase order's set of papers: on screen, as one bundle to print, its budget line."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import RoleName
from orders.invoicing.forms import BudgetForm
from orders.invoicing.pdf import chromium, print_bundle
from orders.invoicing.po_set import po_set
from orders.invoicing.services import name_budget
from orders.invoicing.sheets import bundle_of
from orders.invoicing.views.common import BUYER, OFFICE, shell_for
from orders.models import PurchaseOrder


@requires(*OFFICE, *BUYER)
def sets(request: AccessedRequest) -> HttpResponse:
    """Purchase orders, newest first, each leading to its set of papers."""
    rows = (
        PurchaseOrder.objects.for_access(request.access)
        .select_related("buyer", "budget")
        .order_by("-dated", "-pk")
    )
    return render(
        request,
        "invoicing/sets.html",
        {
            "shell": shell_for(request),
            "page_obj": Paginator(rows, 50).get_page(request.GET.get("page")),
            "today": today(),
        },
    )


@requires(*OFFICE, *BUYER)
def po(request: AccessedRequest, pk: int) -> HttpResponse:
    """The set of one purchase order: what is there, what is missing, what is left of the ceiling."""
    row = get_object_or_404(
        PurchaseOrder.objects.for_access(request.access).select_related("buyer", "budget"), pk=pk
    )
    budget = getattr(row, "budget", None)
    return render(
        request,
        "invoicing/po.html",
        {
            "shell": shell_for(request),
            "set": po_set(row),
            "row": row,
            "budget": budget,
            "form": BudgetForm(initial={"name": budget.name if budget else ""})
            if request.access.is_treasurer
            else None,
        },
    )


@requires(*OFFICE, *BUYER)
def po_print(request: AccessedRequest, pk: int) -> HttpResponse:
    """The whole set as one bundle: originals and copies as the buyer's terms say."""
    row = get_object_or_404(
        PurchaseOrder.objects.for_access(request.access).select_related("buyer"), pk=pk
    )
    found = po_set(row)
    return render(
        request,
        "invoicing/bundle.html",
        {
            "set": found,
            "row": row,
            "sheets": bundle_of(found),
            "back_url": reverse("invoicing:po", args=[row.pk]),
            "back_label": _("ชุดเอกสาร"),
            "has_pdf": bool(chromium()),
        },
    )


@requires(*OFFICE, *BUYER)
def po_pdf(request: AccessedRequest, pk: int) -> HttpResponse:
    """The whole set as one PDF."""
    row = get_object_or_404(
        PurchaseOrder.objects.for_access(request.access).select_related("buyer"), pk=pk
    )
    try:
        made = print_bundle(row)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("invoicing:po", pk=pk)
    return HttpResponse(
        made,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="po-{row.pk}.pdf"'},
    )


@requires(RoleName.TREASURER)
@require_POST
def budget(request: AccessedRequest, pk: int) -> HttpResponse:
    """Say which budget line pays a purchase order."""
    row = get_object_or_404(PurchaseOrder.objects.for_access(request.access), pk=pk)
    form = BudgetForm(request.POST)
    if form.is_valid():
        name_budget(by=request.user, purchase_order=row, name=form.cleaned_data["name"])
        messages.success(request, _("บันทึกงบแล้ว ใบแจ้งหนี้ครั้งต่อไปแยกตามงบนี้"))
    else:
        messages.error(request, _("กรุณาใส่ชื่องบ เช่น เงินบำรุง ค่าอาหารผู้ป่วย"))
    return redirect("invoicing:po", pk=pk)
