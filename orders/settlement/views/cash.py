"""Cash from a counted float, and the receipt vouchers payees sign."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.common.clock import today
from marketplace.common.dates import format_date
from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht
from marketplace.ledger.services import balances
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import FarmerGroup, PayoutAccount, Person, RoleName
from orders.fulfilment.models import HarvestLot
from orders.invoicing import accounts
from orders.settlement.forms import (
    CashForm,
    CloseFloatForm,
    OpenFloatForm,
)
from orders.settlement.models import CashFloat, Deduction, Voucher
from orders.settlement.payables import without_voucher
from orders.settlement.services import (
    close_float,
    due_of,
    hand_out_advance,
    open_float,
    pay_cash,
    pay_outside,
)
from orders.settlement.services.payees import Due, live_accounts


@requires(RoleName.TREASURER)
def cash(request: AccessedRequest) -> HttpResponse:
    """The cash float: open it, pay from it, close it by somebody else's count."""
    opened = CashFloat.objects.for_access(request.access).filter(is_open=True).first()
    action = request.POST.get("action", "")
    open_form = OpenFloatForm(request.POST if action == "open" else None)
    close_form = CloseFloatForm(request.POST if action == "close" else None)
    pay_form = CashForm(
        request.POST if action == "pay" else None, request.FILES if action == "pay" else None
    )
    try:
        if action == "open" and open_form.is_valid():
            open_float(
                by=request.user,
                counted_satang=open_form.cleaned_data["counted"],
                withdrawn_satang=open_form.cleaned_data["withdrawn"] or 0,
            )
            messages.success(request, _("เปิดเงินสดย่อยแล้ว"))
            return redirect("settlement:cash")
        if action == "close" and close_form.is_valid() and opened is not None:
            closed = close_float(
                by=request.user,
                cash_float=opened,
                counted_satang=close_form.cleaned_data["counted"],
                note=close_form.cleaned_data["note"],
            )
            messages.success(
                request,
                _("ปิดเงินสดย่อยแล้ว ตรงกัน")
                if not closed.difference_satang
                else _("ปิดเงินสดย่อยแล้ว ต่างไป %(difference)s บาท")
                % {"difference": format_baht(closed.difference_satang)},
            )
            return redirect("settlement:cash")
        if action == "pay" and pay_form.is_valid():
            return redirect("settlement:voucher", pk=_pay(request, pay_form).pk)
    except Refusal as refusal:
        {"open": open_form, "close": close_form, "pay": pay_form}[action].add_error(
            None, str(refusal)
        )
    dues = due_of(until=today())
    where = live_accounts(dues)
    rows = []
    total = 0
    for due in dues:
        account = where.get((due.group.pk, due.person.pk if due.person else 0))
        if account is None or account.method == PayoutAccount.Method.CASH:
            total += due.satang
            rows.append(
                {
                    "due": due,
                    "name": due.payee.name,
                    "satang": due.satang,
                    "payee": _payee_key(due),
                    "key": uuid4().hex,
                }
            )
    for advance in Deduction.objects.to_hand_out().select_related("person", "group"):
        total += advance.satang or 0
        rows.append(
            {
                "advance": advance,
                "name": advance.person.name,
                "satang": advance.satang,
                "payee": f"advance:{advance.pk}",
                "key": uuid4().hex,
            }
        )
    unpaid_outside = without_voucher(
        HarvestLot.objects.filter(
            kind=HarvestLot.Kind.OUTSIDE,
            cost_satang__gt=0,
            value__isnull=False,
            vouchers__isnull=True,
        ),
        "lot",
    ).select_related("product", "cycle")
    return render(
        request,
        "settlement/cash.html",
        {
            "float": opened,
            "left_satang": balances([accounts.FLOAT])[accounts.FLOAT],
            "safe_satang": balances([accounts.SAFE])[accounts.SAFE],
            "open_form": open_form,
            "close_form": close_form,
            "pay_form": pay_form,
            "posted_payee": request.POST.get("payee", ""),
            "rows": rows,
            "total_satang": total,
            "outside": [{"lot": lot, "key": uuid4().hex} for lot in unpaid_outside.order_by("pk")],
            "vouchers": opened.vouchers.select_related("group", "person") if opened else [],
            "past": CashFloat.objects.filter(is_open=False).select_related(
                "opened_by", "closed_by"
            )[:10],
            "may_close": opened is not None and request.user.pk != opened.opened_by_id,
        },
    )


def _payee_key(due: Due) -> str:
    return f"{due.group.pk}:{due.person.pk if due.person else 0}"


def _pay(request: AccessedRequest, form: CashForm) -> Voucher:
    cleaned = form.cleaned_data
    kind, __, rest = cleaned["payee"].partition(":")
    if kind == "advance":
        advance = get_object_or_404(Deduction, pk=int(rest) if rest.isdigit() else 0)
        return hand_out_advance(
            by=request.user,
            deduction=advance,
            key=cleaned["key"],
            signed_by=cleaned["signed_by"],
            signed_how=cleaned["signed_how"],
            witnesses=cleaned["witnesses"],
            photo=cleaned["photo"],
        )
    if kind == "lot":
        lot = get_object_or_404(HarvestLot, pk=int(rest) if rest.isdigit() else 0)
        return pay_outside(
            by=request.user, lot=lot, key=cleaned["key"], signed_by=cleaned["signed_by"]
        )
    group = get_object_or_404(FarmerGroup, pk=int(kind) if kind.isdigit() else 0)
    person = Person.objects.filter(pk=int(rest) if rest.isdigit() else 0).first()
    return pay_cash(
        by=request.user,
        payee=person or group,
        group=group,
        key=cleaned["key"],
        signed_by=cleaned["signed_by"],
        signed_how=cleaned["signed_how"],
        witnesses=cleaned["witnesses"],
        photo=cleaned["photo"],
    )


@requires(RoleName.TREASURER, RoleName.COORDINATOR, RoleName.GROWER)
def voucher(request: AccessedRequest, pk: int) -> HttpResponse:
    """The paper of a receipt voucher."""
    if not request.access.is_treasurer and request.access.is_cooperative:
        raise PermissionDenied
    found = get_object_or_404(
        Voucher.objects.for_access(request.access).select_related("by", "group", "person"), pk=pk
    )
    return render(
        request,
        "settlement/voucher.html",
        {
            "voucher": found,
            "content": found.content,
            "rows": [
                {**row, "day": dt.date.fromisoformat(row["day"])} for row in found.content["rows"]
            ],
            "back_url": reverse("settlement:cash")
            if request.access.is_treasurer
            else reverse("settlement:mine"),
            "back_label": _("เงินสด") if request.access.is_treasurer else _("ค่าผลผลิต"),
            "share": _("จ่ายเงินสด %(code)s %(payee)s %(total)s บาท วันที่ %(day)s")
            % {
                "code": found.code,
                "payee": found.content["payee"],
                "total": format_baht(found.satang),
                "day": format_date(found.day),
            },
        },
    )
