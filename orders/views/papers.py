"""The buyer's purchase orders: used and left, and which orders each covers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from marketplace.common.exceptions import Refusal
from marketplace.common.money import from_decimal
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import Buyer, RoleName
from orders import services
from orders.access import BUYING, READERS, acting_buyer, may_file_papers_for
from orders.forms import AttachForm, PurchaseOrderForm
from orders.models import Order, PurchaseOrder
from orders.states import STATUS_LOOK, OrderState
from orders.views.common import page

FILING = (*BUYING, RoleName.FINANCE, RoleName.STAFF)


def used_of(purchase_orders: Any) -> Any:
    """Add what the orders under each document come to (`used`, baht) and how many they are."""
    live = ~Q(orders__status=OrderState.CANCELLED)
    return purchase_orders.annotate(
        used=Sum("orders__total_excl_tax", filter=live, default=0),
        covers=Count("orders", filter=live),
    )


def figures_of(row: PurchaseOrder) -> dict[str, Any]:
    """Return a purchase order's figures in satang: used, left (None without a ceiling)."""
    used = from_decimal(row.used)  # type: ignore[attr-defined]
    left = None if row.ceiling_satang is None else row.ceiling_satang - used
    return {"row": row, "used": used, "left": left, "over": left is not None and left < 0}


@requires(*READERS)
@require_GET
def purchase_orders(request: AccessedRequest) -> HttpResponse:
    """List purchase orders, newest first."""
    rows = used_of(
        PurchaseOrder.objects.for_access(request.access).select_related("buyer")
    ).order_by("-dated", "-pk")
    found = Paginator(rows, 30).get_page(request.GET.get("page"))
    waiting = (
        Order.objects.for_access(request.access)
        .filter(purchase_order=None)
        .filter(Q(buyer__requires_po=True) | Q(buyer__is_government=True))
        .exclude(status=OrderState.CANCELLED)
        .select_related("buyer", "site")
        .order_by("date_placed")[:50]
    )
    return page(
        request,
        "orders/purchase_orders.html",
        {
            "page_obj": found,
            "rows": [figures_of(row) for row in found],
            "waiting": waiting,
            "may_file": request.access.is_superuser or request.access.has(*FILING),
        },
    )


@requires(*READERS)
@require_GET
def purchase_order(request: AccessedRequest, pk: int) -> HttpResponse:
    """Show one purchase order with the orders under it."""
    row = get_object_or_404(
        used_of(PurchaseOrder.objects.for_access(request.access).select_related("buyer")), pk=pk
    )
    orders = row.orders.select_related("site").order_by("-date_placed")
    return page(
        request,
        "orders/purchase_order.html",
        figures_of(row)
        | {
            "orders": [
                {
                    "order": order,
                    "look": STATUS_LOOK[order.status],
                    "worth": from_decimal(order.total_excl_tax),
                }
                for order in orders
            ],
            "before": [order for order in orders if order.date_placed.date() < row.dated],
            "may_see_set": request.access.is_cooperative
            or request.access.has(RoleName.REQUESTER, RoleName.APPROVER, RoleName.FINANCE),
        },
    )


@requires(*FILING)
def purchase_order_new(request: AccessedRequest) -> HttpResponse:
    """Record a purchase order of the acting buyer, or of the buyer named in the address (staff)."""
    buyer = acting_buyer(request.access)
    if buyer is None:
        chosen = request.GET.get("buyer", "")
        if not chosen:
            messages.info(request, _("เลือกใบจองของผู้ซื้อก่อน แล้วใส่เลขใบสั่งซื้อที่ใบจองนั้น"))
            return redirect("orders:purchase-orders")
        buyer = get_object_or_404(
            Buyer.objects.for_access(request.access), pk=int(chosen) if chosen.isdigit() else 0
        )
    if not may_file_papers_for(request.access, buyer.pk):
        raise PermissionDenied
    form = PurchaseOrderForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = _recorded(request, buyer, form)
        except Refusal as refusal:
            form.add_error(refusal.where if refusal.where in form.fields else None, str(refusal))
        else:
            messages.success(request, _("บันทึกใบสั่งซื้อ %(number)s แล้ว") % {"number": row.number})
            return redirect("orders:purchase-order", row.pk)
    return page(request, "orders/purchase_order_new.html", {"form": form, "buyer": buyer})


def _recorded(request: AccessedRequest, buyer: Buyer, form: PurchaseOrderForm) -> PurchaseOrder:
    data = form.cleaned_data
    return services.record_purchase_order(
        by=request.user,
        buyer=buyer,
        number=data["number"],
        dated=data["dated"],
        ceiling_satang=data["ceiling"],
        file=data["file"],
    )


@requires(*FILING)
def attach(request: AccessedRequest, number: str) -> HttpResponse:
    """Say which purchase order covers an order: a known one, or a new one typed here."""
    order = get_object_or_404(
        Order.objects.for_access(request.access).select_related("buyer", "purchase_order"),
        number=number,
    )
    if not may_file_papers_for(request.access, order.buyer_id):
        raise PermissionDenied
    known = AttachForm(
        request.POST if request.POST.get("which") == "known" else None,
        order=order,
        initial={"purchase_order": order.purchase_order},
        prefix="known",
    )
    fresh = PurchaseOrderForm(
        request.POST if request.POST.get("which") == "fresh" else None,
        request.FILES or None,
        prefix="fresh",
    )
    if request.method == "POST":
        form = known if request.POST.get("which") == "known" else fresh
        if form.is_valid():
            try:
                row = (
                    known.cleaned_data["purchase_order"]
                    if form is known
                    else _recorded(request, order.buyer, fresh)
                )
                services.attach_purchase_order(by=request.user, orders=[order], purchase_order=row)
            except Refusal as refusal:
                form.add_error(
                    refusal.where if refusal.where in form.fields else None, str(refusal)
                )
            else:
                messages.success(request, _("บันทึกเลขใบสั่งซื้อแล้ว"))
                return redirect("orders:order", order.number)
    rows = [
        figures_of(row)
        for row in used_of(PurchaseOrder.objects.filter(buyer=order.buyer_id)).order_by("-dated")
    ]
    return page(
        request,
        "orders/attach.html",
        {"order": order, "known": known, "fresh": fresh, "rows": rows},
    )
