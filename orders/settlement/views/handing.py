"""Handing on what payments were charged for: what is held, batches, and the list of each."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal
from marketplace.common.money import to_decimal
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.exports import xlsx
from marketplace.parties.models import Cooperative, RoleName
from orders.reconciliation.models import Application
from orders.settlement.forms import HandOnForm
from orders.settlement.models import DeductionKind, HandOn, PaymentVoucher
from orders.settlement.services import (
    HandOnInput,
    agree_hand_on,
    drop_hand_on,
    make_hand_on,
)
from orders.settlement.services.handing import held_satang, to_hand_on

_TREASURER = RoleName.TREASURER
_KINDS = (
    DeductionKind.SAVING,
    DeductionKind.LOAN,
    DeductionKind.INPUTS,
    DeductionKind.ADVANCE,
)


@requires(_TREASURER)
def hand_ons(request: AccessedRequest) -> HttpResponse:
    """What is held for members' savings and lenders, and every batch that was handed on."""
    mine = HandOn.objects.for_access(request.access).select_related("made_by", "decided_by")
    page = Paginator(mine, 50).get_page(request.GET.get("page"))
    held = [(kind, held_satang(kind, today())) for kind in _KINDS]
    return render(
        request,
        "settlement/hand_ons.html",
        {
            "held": [(kind, satang) for kind, satang in held if satang],
            "held_satang": sum(satang for _kind, satang in held if satang > 0),
            "page_obj": page,
            "paid": _paid(list(page)),
        },
    )


def _paid(batches: list[HandOn]) -> set[int]:
    """Batches whose voucher a bank row has paid."""
    vouchers = {
        f"payment_voucher:{pk}": target
        for pk, target in PaymentVoucher.objects.filter(
            state="issued", target__in=[one.target for one in batches]
        ).values_list("pk", "target")
    }
    paid = {
        vouchers[target]
        for target in Application.objects.standing()
        .filter(target__in=vouchers)
        .values_list("target", flat=True)
    }
    return {one.pk for one in batches if one.target in paid}


@requires(_TREASURER)
def new_hand_on(request: AccessedRequest, kind: str) -> HttpResponse:
    """The list of a kind per person, and where it is to go."""
    if kind not in DeductionKind.values:
        raise Http404
    before = HandOn.objects.filter(kind=kind).order_by("-pk").first()
    initial = {
        "until": today(),
        "payee": before.payee if before else "",
        "pay_to": before.pay_to if before else "",
    }
    form = HandOnForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        key = data.pop("key")
        try:
            made = make_hand_on(by=request.user, wanted=HandOnInput(kind=kind, **data), key=key)
        except Refusal as refusal:
            where = refusal.where if isinstance(refusal.where, str) else ""
            form.add_error(where if where in form.fields else None, str(refusal))
        else:
            messages.success(request, _("ทำรอบนำส่งแล้ว รออีกคนตรวจ"))
            return redirect("settlement:hand-on", made.pk)
    rows = to_hand_on(kind, today())
    return render(
        request,
        "settlement/hand_on_form.html",
        {
            "kind": DeductionKind(kind),
            "form": form,
            "rows": rows,
            "total_satang": sum(satang for _one, satang in rows),
        },
    )


@requires(_TREASURER)
def hand_on(request: AccessedRequest, pk: int) -> HttpResponse:
    """A batch with its list per person; it prints, and goes along as xlsx."""
    found = get_object_or_404(
        HandOn.objects.for_access(request.access).select_related("made_by", "decided_by"), pk=pk
    )
    rows = list(
        found.rows.select_related(
            "taken__deduction__person",
            "taken__deduction__group",
            "taken__item__batch",
            "taken__item__voucher",
        ).order_by("taken__deduction__person__name", "pk")
    )
    if request.GET.get("format") == "xlsx":

        def lines() -> Iterator[list[object]]:
            for place, row in enumerate(rows, start=1):
                deduction = row.taken.deduction
                yield [
                    place,
                    deduction.person.code,
                    deduction.person.name,
                    deduction.group.name_th,
                    deduction.what,
                    deduction.paper,
                    row.taken.item.paid_day or "",
                    to_decimal(row.satang),
                ]

        return xlsx(
            name=f"hand-on-{found.pk}",
            title=_("นำส่งเงินที่หัก"),
            heads=[
                _("ลำดับ"),
                _("รหัสสมาชิก"),
                _("ชื่อ"),
                _("กลุ่ม"),
                _("รายการ"),
                _("หนังสือ"),
                _("วันที่จ่าย"),
                _("บาท"),
            ],
            rows=lines(),
        )
    voucher = PaymentVoucher.objects.alive().filter(target=found.target).first()
    return render(
        request,
        "settlement/hand_on.html",
        {
            "batch": found,
            "rows": rows,
            "voucher": voucher,
            "paid": bool(_paid([found])),
            "mine": found.made_by_id == request.user.pk,
            "cooperative": Cooperative.objects.get(),
        },
    )


@requires(_TREASURER)
@require_POST
def decide_hand_on(request: AccessedRequest, pk: int, step: str) -> HttpResponse:
    """A second person approves a batch, or somebody drops it."""
    found = get_object_or_404(HandOn.objects.for_access(request.access), pk=pk)
    try:
        if step == "agree":
            agree_hand_on(by=request.user, batch=found)
            messages.success(request, _("อนุมัติรอบนำส่งและออกใบสำคัญจ่ายแล้ว โอนแล้วตัดกับแถวธนาคาร"))
        elif step == "drop":
            drop_hand_on(by=request.user, batch=found, reason=request.POST.get("reason", ""))
            messages.success(request, _("ยกเลิกรอบนำส่งแล้ว"))
        else:
            raise Http404
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("settlement:hand-on", pk)
