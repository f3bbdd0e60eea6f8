"""Payout batches: made by one, approved by another, sent, and what the bank returned."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.money import format_baht
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import PayoutAccount, RoleName
from orders.reconciliation.models import BankRow
from orders.settlement.forms import (
    BatchForm,
    LimitsForm,
    ReasonForm,
)
from orders.settlement.models import FileProfile, PayoutBatch, PayoutItem
from orders.settlement.services import (
    approve_batch,
    cancel_batch,
    due_of,
    export_batch,
    fail_item,
    make_batch,
    pay_batch,
    present_limits,
    return_item,
    rows_for,
    set_limits,
)
from orders.settlement.services.payees import Due, live_accounts


@requires(RoleName.TREASURER)
def payouts(request: AccessedRequest) -> HttpResponse:
    """Batches, and what could be gathered into the next one."""
    form = BatchForm(request.POST or None, initial={"due_until": today()})
    if request.method == "POST" and form.is_valid():
        try:
            batch = make_batch(
                by=request.user,
                due_until=form.cleaned_data["due_until"],
                method=form.cleaned_data["method"],
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("ทำ %(code)s แล้ว %(total)s บาท ให้อีกคนอนุมัติ")
                % {"code": batch.code, "total": format_baht(batch.total_satang)},
            )
            return redirect("settlement:batch", pk=batch.pk)
    until = form.cleaned_data.get("due_until") if form.is_bound and form.is_valid() else today()
    dues = due_of(until=until or today())
    page = Paginator(
        PayoutBatch.objects.for_access(request.access)
        .annotate(count=Count("items"))
        .order_by("-pk"),
        30,
    ).get_page(request.GET.get("page"))
    return render(
        request,
        "settlement/payouts.html",
        {
            "form": form,
            "ways": _by_way(dues),
            "due_satang": sum(due.satang for due in dues),
            "due_count": len(dues),
            "page_obj": page,
        },
    )


def _by_way(dues: list[Due]) -> list[dict[str, Any]]:
    """What is due, by how it is paid; those without a way last."""
    where = live_accounts(dues)
    ways: dict[str, dict[str, Any]] = {}
    for due in dues:
        account = where.get((due.group.pk, due.person.pk if due.person else 0))
        key = account.method if account else ""
        way = ways.setdefault(
            key,
            {
                "key": key,
                "label": account.get_method_display() if account else _("ยังไม่บอกวิธีรับเงิน"),
                "dues": [],
                "satang": 0,
            },
        )
        way["dues"].append(due)
        way["satang"] += due.satang
    order = {"bank": 0, "promptpay": 1, "cash": 2, "": 3}
    return sorted(ways.values(), key=lambda way: order.get(way["key"], 9))


@requires(RoleName.TREASURER)
def batch(request: AccessedRequest, pk: int) -> HttpResponse:
    """One batch: who made it, who may approve it, where it stands."""
    found = get_object_or_404(
        PayoutBatch.objects.for_access(request.access).select_related(
            "made_by", "approved_by", "sent_by"
        ),
        pk=pk,
    )
    items = found.items.select_related("group", "person").prefetch_related(
        "owed__owed__lot__product", "taken__deduction"
    )
    back = rows_for(items)
    return render(
        request,
        "settlement/batch.html",
        {
            "batch": found,
            "items": [(item, back.get(item.pk, [])) for item in items],
            "may_approve": request.user.pk != found.made_by_id,
            "form": ReasonForm(),
            "files": found.files.select_related("by"),
            "profiles": [
                one
                for one in FileProfile
                if found.method == PayoutAccount.Method.BANK or one == FileProfile.LIST
            ],
            "share": "\n".join(
                [
                    _("โอนค่าผลผลิต %(code)s") % {"code": found.code},
                    *(f"{item.payee} {format_baht(item.satang)}" for item in items),
                ]
            ),
        },
    )


@requires(RoleName.TREASURER)
@require_POST
def move_batch(request: AccessedRequest, pk: int, step: str) -> HttpResponse:
    """Approve, send or cancel a batch."""
    found = get_object_or_404(PayoutBatch.objects.for_access(request.access), pk=pk)
    if step == "approve":
        approve_batch(by=request.user, batch=found)
        messages.success(request, _("อนุมัติ %(code)s แล้ว") % {"code": found.code})
    elif step == "send":
        pay_batch(by=request.user, batch=found)
        messages.success(request, _("บันทึกว่าส่งธนาคารแล้ว จะขึ้นว่าจ่ายแล้วเมื่อรายการเข้าสมุดบัญชี"))
    elif step == "cancel":
        cancel_batch(by=request.user, batch=found, reason=request.POST.get("reason", ""))
        messages.success(request, _("ยกเลิก %(code)s แล้ว") % {"code": found.code})
    else:
        raise Http404
    return redirect("settlement:batch", pk=pk)


@requires(RoleName.TREASURER)
@require_POST
def payout_file(request: AccessedRequest, pk: int, profile: str) -> HttpResponse:
    """Give a batch as a file, the same bytes each time."""
    found = get_object_or_404(PayoutBatch.objects.for_access(request.access), pk=pk)
    if profile not in FileProfile.values:
        raise Http404
    try:
        made = export_batch(by=request.user, batch=found, profile=profile)
    except Refusals as refusals:
        for refusal in refusals.items[:10]:
            messages.error(request, str(refusal))
        return redirect("settlement:batch", pk=pk)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("settlement:batch", pk=pk)
    answer = HttpResponse(bytes(made.content), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return answer


@requires(RoleName.TREASURER)
def limits(request: AccessedRequest) -> HttpResponse:
    """Say how much may go to one payee and in one batch."""
    present = present_limits()
    form = LimitsForm(
        request.POST or None, initial={"item": present.item_satang, "batch": present.batch_satang}
    )
    if request.method == "POST" and form.is_valid():
        set_limits(
            by=request.user,
            item_satang=form.cleaned_data["item"],
            batch_satang=form.cleaned_data["batch"],
        )
        messages.success(request, _("ใช้วงเงินนี้กับรอบโอนครั้งต่อไป"))
        return redirect("settlement:payouts")
    return render(
        request,
        "settlement/limits.html",
        {"form": form},
        status=422 if form.is_bound and form.errors else 200,
    )


@requires(RoleName.TREASURER)
@require_POST
def fail(request: AccessedRequest, pk: int) -> HttpResponse:
    """Note that the bank could not pay one payee."""
    item = get_object_or_404(PayoutItem.objects.filter(batch__isnull=False), pk=pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("กรุณาบอกเหตุผลที่ธนาคารแจ้ง"))
    else:
        fail_item(by=request.user, item=item, reason=form.cleaned_data["reason"])
        messages.success(request, _("ยอดของ %(payee)s กลับมาค้างจ่าย") % {"payee": item.payee})
    return redirect("settlement:batch", pk=item.batch_id)


@requires(RoleName.TREASURER)
@require_POST
def came_back(request: AccessedRequest, pk: int) -> HttpResponse:
    """A bank row is the return of a payment that was confirmed before."""
    item = get_object_or_404(PayoutItem.objects.filter(batch__isnull=False), pk=pk)
    chosen = request.POST.get("row", "")
    row = get_object_or_404(BankRow, pk=chosen if chosen.isdecimal() else 0)
    try:
        return_item(by=request.user, item=item, row=row, reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("ยอดของ %(payee)s กลับมาค้างจ่าย แก้บัญชีผู้รับเงินก่อนโอนใหม่") % {"payee": item.payee},
        )
    return redirect("settlement:batch", pk=item.batch_id)
