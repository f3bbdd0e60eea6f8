"""Paying a group before its buyers pay: asked, approved by another, within the limit."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import Cooperative, FarmerGroup, RoleName
from orders.settlement.forms import EarlyForm
from orders.settlement.models import EarlyPayment, Owed
from orders.settlement.services import approve_early, ask_early, cancel_early
from orders.settlement.services.deductions import advanced_satang


@requires(RoleName.TREASURER)
def early(request: AccessedRequest) -> HttpResponse:
    """What groups wait for, what was paid ahead of buyers, and what waits for approval."""
    waiting = list(
        Owed.objects.unassigned()
        .waiting_for_buyers()
        .values("group_id")
        .annotate(total=Sum("satang"), count=Count("pk"))
        .order_by("group__name_th")
    )
    groups = FarmerGroup.objects.filter(pk__in=[row["group_id"] for row in waiting])
    form = EarlyForm(request.POST or None, groups=groups.order_by("name_th"))
    if request.method == "POST" and form.is_valid():
        try:
            made = ask_early(
                by=request.user,
                group=form.cleaned_data["group"],
                reason=form.cleaned_data["reason"],
                at_most_satang=form.cleaned_data["at_most"],
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("ขอจ่ายก่อน %(total)s บาทแล้ว ให้อีกคนอนุมัติ") % {"total": format_baht(made.satang)},
            )
            return redirect("settlement:early")
    by_pk = {group.pk: group for group in groups}
    out = advanced_satang()
    limit = Cooperative.objects.get().working_capital_limit_satang
    return render(
        request,
        "settlement/early.html",
        {
            "form": form,
            "waiting": [{**row, "group": by_pk[row["group_id"]]} for row in waiting],
            "rows": EarlyPayment.objects.for_access(request.access).select_related(
                "group", "made_by", "approved_by"
            )[:50],
            "out_satang": out,
            "limit_satang": limit,
            "left_satang": max(limit - out, 0),
            "me": request.user.pk,
        },
    )


@requires(RoleName.TREASURER)
@require_POST
def move_early(request: AccessedRequest, pk: int, step: str) -> HttpResponse:
    """Approve it or call it off."""
    found = get_object_or_404(EarlyPayment.objects.for_access(request.access), pk=pk)
    if step == "approve":
        approve_early(by=request.user, early=found)
        messages.success(request, _("อนุมัติแล้ว ยอดนี้อยู่ในรอบจ่ายครั้งต่อไป"))
    elif step == "cancel":
        cancel_early(by=request.user, early=found)
        messages.success(request, _("ยกเลิกแล้ว ยอดนี้รอผู้ซื้อจ่ายตามเดิม"))
    else:
        raise Http404
    return redirect("settlement:early")
