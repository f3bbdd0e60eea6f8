"""Payment vouchers: what waits for one, what waits for its checker, and the paper."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST

from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import RoleName
from orders.invoicing.pdf import chromium, pdf_of_sheets
from orders.invoicing.sheets import Sheet, dated
from orders.reconciliation.models import Application
from orders.settlement.forms import PaymentVoucherForm
from orders.settlement.models import PaymentVoucher
from orders.settlement.payables import payable_of, waiting
from orders.settlement.services import (
    PaymentVoucherInput,
    ask_payment_voucher,
    decide_payment_voucher,
    void_payment_voucher,
)

TREASURER = RoleName.TREASURER


def _on_bank(vouchers: list[PaymentVoucher]) -> dict[str, int]:
    """What bank rows paid of vouchers: target → satang."""
    return dict(
        Application.objects.standing()
        .filter(target__in=[f"payment_voucher:{one.pk}" for one in vouchers])
        .order_by()
        .values_list("target")
        .annotate(total=Sum("satang"))
    )


@requires(TREASURER)
def payment_vouchers(request: AccessedRequest) -> HttpResponse:
    """What needs a voucher, what waits for a second person, and all that were issued."""
    mine = PaymentVoucher.objects.for_access(request.access)
    found = Paginator(mine.exclude(state="asked").select_related("made_by", "decided_by"), 50)
    page = found.get_page(request.GET.get("page"))
    paid = _on_bank(list(page))
    needed = [(one, one.target.split(":")) for one in waiting()]
    return render(
        request,
        "settlement/payment_vouchers.html",
        {
            "needed": needed[:50],
            "more": max(0, len(needed) - 50),
            "needed_satang": sum(one.satang for one, _target in needed if one.account),
            "asked": mine.asked().select_related("made_by"),
            "page_obj": page,
            "paid": {one.pk for one in page if f"payment_voucher:{one.pk}" in paid},
        },
    )


@requires(TREASURER)
def new_payment_voucher(request: AccessedRequest, kind: str, pk: int) -> HttpResponse:
    """Make the voucher of one payment."""
    target = f"{kind}:{pk}"
    payable = payable_of(target)
    if payable is None:
        raise Http404
    form = PaymentVoucherForm(
        request.POST or None, booked=not payable.account, initial={"payee": payable.payee}
    )
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        key = data.pop("key")
        try:
            made = ask_payment_voucher(
                by=request.user, wanted=PaymentVoucherInput(target=target, **data), key=key
            )
        except Refusal as refusal:
            where = refusal.where if isinstance(refusal.where, str) else ""
            form.add_error(where if where in form.fields else None, str(refusal))
        else:
            if made.state == PaymentVoucher.State.ISSUED:
                messages.success(request, _("ออกใบสำคัญจ่าย %(code)s แล้ว") % {"code": made.code})
            else:
                messages.success(request, _("ทำใบสำคัญจ่ายแล้ว รออีกคนตรวจ"))
            return redirect("settlement:payment-voucher", made.pk)
    return render(
        request, "settlement/payment_voucher_form.html", {"payable": payable, "form": form}
    )


@requires(TREASURER)
def payment_voucher(request: AccessedRequest, pk: int) -> HttpResponse:
    """The paper of a voucher; before it is issued, what the second person decides about."""
    found = get_object_or_404(
        PaymentVoucher.objects.for_access(request.access).select_related("made_by", "decided_by"),
        pk=pk,
    )
    return render(
        request,
        "settlement/payment_voucher.html",
        {
            "voucher": found,
            "content": dated(found.content),
            "mine": found.made_by_id == request.user.pk,
            "paid": bool(_on_bank([found])),
            "has_pdf": bool(chromium()) and found.state == PaymentVoucher.State.ISSUED,
            "back_url": reverse("settlement:payment-vouchers"),
            "back_label": _("ใบสำคัญจ่าย"),
            "share": _("ใบสำคัญจ่าย %(code)s %(payee)s %(total)s บาท")
            % {
                "code": found.code or "",
                "payee": found.payee,
                "total": format_baht(found.satang),
            },
        },
    )


@requires(TREASURER)
def payment_voucher_pdf(request: AccessedRequest, pk: int) -> HttpResponse:
    """The paper as PDF, always in Thai."""
    found = get_object_or_404(PaymentVoucher.objects.for_access(request.access), pk=pk)
    if found.state != PaymentVoucher.State.ISSUED:
        messages.error(request, _("มี PDF เฉพาะใบที่ออกแล้วและไม่ได้ยกเลิก"))
        return redirect("settlement:payment-voucher", pk)
    try:
        with override("th"):
            sheet = Sheet(
                title=_("ใบสำคัญจ่าย"),
                mark=_("ต้นฉบับ"),
                code=found.code or "",
                seller=found.content["seller"],
                body=render_to_string(
                    "settlement/_payment_voucher.html",
                    {"voucher": found, "content": dated(found.content)},
                ),
            )
            made = pdf_of_sheets([sheet])
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("settlement:payment-voucher", pk)
    return HttpResponse(
        made,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{found.code}.pdf"'},
    )


@requires(TREASURER)
@require_POST
def decide_voucher(request: AccessedRequest, pk: int) -> HttpResponse:
    """A second person issues a voucher, or refuses it."""
    found = get_object_or_404(PaymentVoucher.objects.for_access(request.access), pk=pk)
    agreed = request.POST.get("agreed") == "yes"
    try:
        decide_payment_voucher(
            by=request.user,
            voucher=found,
            agreed=agreed,
            reason=request.POST.get("reason", ""),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("อนุมัติและออกใบสำคัญจ่ายแล้ว") if agreed else _("บันทึกว่าไม่อนุมัติแล้ว"))
    return redirect("settlement:payment-voucher", pk)


@requires(TREASURER)
@require_POST
def void_voucher(request: AccessedRequest, pk: int) -> HttpResponse:
    """Void an issued voucher."""
    found = get_object_or_404(PaymentVoucher.objects.for_access(request.access), pk=pk)
    try:
        void_payment_voucher(by=request.user, voucher=found, reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("ยกเลิกใบสำคัญจ่ายแล้ว เลขที่เก็บไว้ ไม่ใช้ซ้ำ"))
    return redirect("settlement:payment-voucher", pk)
