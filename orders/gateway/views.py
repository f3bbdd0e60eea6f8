"""Pages of online payment: paying a bill, its QR, refunds, and Stripe's figures beside ours."""

from __future__ import annotations

import stripe
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.common.exceptions import Refusal
from marketplace.ledger.services import balances
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import RoleName
from orders.gateway import client
from orders.gateway.exceptions import GatewayOff
from orders.gateway.forms import PayForm, RefundForm
from orders.gateway.models import Payment, Payout
from orders.gateway.services import pull_payment, start_payment, start_refund
from orders.gateway.services.refunds import refundable_satang
from orders.invoicing import accounts
from orders.invoicing.models import Document
from orders.invoicing.paper import qr_svg


@requires(RoleName.FINANCE)
def pay(request: AccessedRequest, pk: int) -> HttpResponse:
    """Choose how to pay an open bill."""
    bill = get_object_or_404(
        Document.objects.for_access(request.access).open().select_related("buyer"), pk=pk
    )
    form = PayForm(request.POST or None, initial={"email": request.user.email or ""})
    if request.method == "POST" and form.is_valid():
        try:
            made = start_payment(
                by=request.user,
                document=bill,
                method=form.cleaned_data["method"],
                email=form.cleaned_data["email"],
                return_url=request.build_absolute_uri(reverse("invoicing:bill", args=[bill.pk])),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("gateway:payment", made.pk)
    return render(request, "gateway/pay.html", {"bill": bill, "form": form, "on": client.is_on()})


@requires(RoleName.FINANCE)
def payment(request: AccessedRequest, pk: int) -> HttpResponse:
    """A payment as it stands: the QR to scan, the way to the card page, or that it is paid."""
    found = get_object_or_404(
        Payment.objects.for_access(request.access).select_related("document", "buyer"), pk=pk
    )
    if request.method == "POST":
        try:
            pull_payment(payment=found)
        except (stripe.StripeError, GatewayOff):
            messages.warning(request, _("ยังติดต่อ Stripe ไม่ได้ กรุณาลองใหม่อีกครั้ง เงินที่จ่ายแล้วไม่หาย"))
        return redirect("gateway:payment", found.pk)
    return render(
        request,
        "gateway/payment.html",
        {"payment": found, "qr": qr_svg(found.qr_data) if found.qr_data else ""},
    )


@requires(RoleName.TREASURER)
def overview(request: AccessedRequest) -> HttpResponse:
    """Stripe's figures beside the ledger's, the payments and the payouts."""
    try:
        pending, available = client.read_balance()
    except (stripe.StripeError, GatewayOff):
        rows = []
    else:
        books = balances([accounts.STRIPE_PENDING, accounts.STRIPE_AVAILABLE])
        rows = [
            (label, theirs, ours, theirs - ours)
            for label, theirs, ours in (
                (_("รอปล่อยเงิน"), pending, books[accounts.STRIPE_PENDING]),
                (_("พร้อมโอน"), available, books[accounts.STRIPE_AVAILABLE]),
                (_("รวม"), pending + available, sum(books.values())),
            )
        ]
    payments = Payment.objects.for_access(request.access).select_related("buyer", "document")
    return render(
        request,
        "gateway/overview.html",
        {
            "rows": rows,
            "on": client.is_on(),
            "page_obj": Paginator(payments, 50).get_page(request.GET.get("page")),
            "payouts": Payout.objects.all()[:20],
        },
    )


@requires(RoleName.TREASURER)
def refund(request: AccessedRequest, pk: int) -> HttpResponse:
    """Give back a payment or a part of it."""
    found = get_object_or_404(
        Payment.objects.for_access(request.access).select_related("document", "buyer"), pk=pk
    )
    left = refundable_satang(found)
    form = RefundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            start_refund(by=request.user, payment=found, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.where if refusal.where in form.fields else None, str(refusal))
        else:
            messages.success(request, _("ส่งคำขอคืนเงินแล้ว"))
            return redirect("gateway:refund", found.pk)
    return render(
        request,
        "gateway/refund.html",
        {
            "payment": found,
            "left_satang": left,
            "form": form if left and client.is_on() else None,
            "refunds": found.refunds.all(),
        },
    )
