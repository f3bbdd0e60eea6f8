"""What growers agreed to have taken from their payments: advances, inputs, loans, savings."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.common.exceptions import Refusal
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import Cooperative, RoleName
from orders.settlement.forms import DeductionForm, TermsForm
from orders.settlement.models import Deduction
from orders.settlement.services import (
    DeductionInput,
    agree_deduction,
    approve_advance,
    end_deduction,
    present_terms,
    set_terms,
)
from orders.settlement.services.deductions import advanced_satang


def _state(row: Deduction, left: int | None) -> tuple[str, str]:
    """Badge status and word."""
    if row.ended_at is not None:
        return "", _("หยุดแล้ว") if not row.undone else _("ยกเลิก")
    if row.approved_at is None and row.given_at is None:
        return "warn", _("รออนุมัติ")
    if row.given_at is None:
        return "info", _("รอจ่ายเงินสด")
    return ("ok", _("หักครบแล้ว")) if left == 0 else ("info", _("กำลังหัก"))


@requires(RoleName.TREASURER)
def deductions(request: AccessedRequest) -> HttpResponse:
    """Every agreement by grower with what is left of it, and the terms."""
    rows: list[dict[str, Any]] = []
    for row in (
        Deduction.objects.for_access(request.access)
        .with_taken()
        .select_related("person", "group", "voucher")
        .order_by(F("ended_at").asc(nulls_first=True), "person__name", "pk")
    ):
        left = None if row.satang is None else row.satang - row.gone_satang
        rows.append(
            {
                "deduction": row,
                "left_satang": left,
                "state": _state(row, left),
                "may_approve": row.approved_at is None
                and row.given_at is None
                and row.ended_at is None
                and request.user.pk != row.made_by_id,
                "may_undo": not row.voucher_id and not row.taken_satang,
            }
        )
    lent = [row for row in rows if row["deduction"].given_at and not row["deduction"].undone]
    cooperative = Cooperative.objects.get()
    return render(
        request,
        "settlement/deductions.html",
        {
            "rows": rows,
            "terms": present_terms(),
            "open_satang": sum(
                row["left_satang"] or 0 for row in lent if row["deduction"].kind != "saving"
            ),
            "saved_satang": sum(
                row["deduction"].gone_satang for row in lent if row["deduction"].kind == "saving"
            ),
            "advanced_satang": advanced_satang(),
            "limit_satang": cooperative.working_capital_limit_satang,
        },
    )


@requires(RoleName.TREASURER)
def new_deduction(request: AccessedRequest) -> HttpResponse:
    """Write down what a grower agreed to."""
    form = DeductionForm(request.POST or None, initial={"key": uuid4().hex})
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        try:
            agree_deduction(
                by=request.user,
                wanted=DeductionInput(
                    key=wanted["key"],
                    kind=wanted["kind"],
                    person=wanted["member"].person,
                    group=wanted["member"].group,
                    what=wanted["what"],
                    satang=wanted["satang"],
                    paper=wanted["paper"],
                    signed_on=wanted["signed_on"],
                    instalment_satang=wanted["instalment"] or 0,
                    in_cash=wanted["in_cash"],
                ),
            )
        except Refusal as refusal:
            form.add_error(refusal.where if refusal.where in form.fields else None, str(refusal))
        else:
            messages.success(request, _("บันทึกแล้ว จะหักจากการจ่ายครั้งต่อไป"))
            return redirect("settlement:deductions")
    return render(
        request,
        "settlement/deduction_form.html",
        {"form": form, "terms": present_terms()},
        status=422 if form.is_bound and form.errors else 200,
    )


@requires(RoleName.TREASURER)
def terms(request: AccessedRequest) -> HttpResponse:
    """Say how much of a payment may be taken and what is taken first."""
    present = present_terms()
    form = TermsForm(
        request.POST or None,
        initial={
            "ceiling": present.percent,
            **dict(zip(TermsForm.PLACES, present.order, strict=True)),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            set_terms(
                by=request.user, ceiling_bp=form.cleaned_data["ceiling"] * 100, order=form.order
            )
        except Refusal as refusal:
            form.add_error(refusal.where if refusal.where in form.fields else None, str(refusal))
        else:
            messages.success(request, _("ใช้กับการจ่ายครั้งต่อไป เกษตรกรเห็นในหน้าค่าผลผลิตของตน"))
            return redirect("settlement:deductions")
    return render(
        request,
        "settlement/terms_form.html",
        {"form": form},
        status=422 if form.is_bound and form.errors else 200,
    )


@requires(RoleName.TREASURER)
@require_POST
def move_deduction(request: AccessedRequest, pk: int, step: str) -> HttpResponse:
    """Approve an advance, stop a deduction, or take back one written down by mistake."""
    found = get_object_or_404(Deduction.objects.for_access(request.access), pk=pk)
    if step == "approve":
        approve_advance(by=request.user, deduction=found)
        messages.success(request, _("อนุมัติแล้ว จ่ายได้ที่หน้าจ่ายเงินสด"))
    elif step in ("end", "undo"):
        end_deduction(
            by=request.user,
            deduction=found,
            reason=request.POST.get("reason", ""),
            undo=step == "undo",
        )
        messages.success(request, _("หยุดหักแล้ว") if step == "end" else _("ยกเลิกรายการแล้ว"))
    else:
        raise Http404
    return redirect("settlement:deductions")
