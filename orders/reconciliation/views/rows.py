"""One bank row: applied to bills and other things, and undone."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht
from marketplace.parties.access import AccessedRequest, requires
from marketplace.web.messages import undoable
from orders.invoicing.models import Document
from orders.reconciliation.awaiting import awaited_now
from orders.reconciliation.forms import ApplyForm, NoteForm
from orders.reconciliation.models import Application, BankRow
from orders.reconciliation.rules import Match
from orders.reconciliation.services import (
    apply_row,
    note_row,
    set_owner,
    take_back,
    undo_application,
)
from orders.reconciliation.services.deciding import decide
from orders.reconciliation.views.common import TREASURER, expected_on_bank, queue_after


@requires(TREASURER)
def row(request: AccessedRequest, pk: int) -> HttpResponse:
    """One row: apply it to bills in part, with tax withheld, or to something else; undo."""
    found = get_object_or_404(
        BankRow.objects.for_access(request.access).select_related("account"), pk=pk
    )
    documents: list[Document] = []
    if found.in_satang:
        named: list[int] = []
        decision = decide([found]).get(found.pk, ())
        suggested = (decision.document,) if isinstance(decision, Match) else ()
        for one in suggested or [
            document
            for suggestion in decision  # type: ignore[union-attr]
            for document in suggestion.documents
        ]:
            named.append(int(one.id))
        posted = [
            int(name.removeprefix("pay_"))
            for name, value in request.POST.items()
            if name.startswith("pay_") and value and name.removeprefix("pay_").isdigit()
        ]
        some = Document.objects.open().select_related("buyer")
        chosen = request.GET.get("buyer", "")
        if chosen.isdigit():
            some = some.filter(buyer_id=int(chosen))
        order = {pk: place for place, pk in enumerate([*posted, *named])}
        pool = {document.pk: document for document in some.order_by("due_day", "pk")[:40]}
        for document in Document.objects.open().filter(pk__in=order).select_related("buyer"):
            pool[document.pk] = document
        documents = sorted(
            pool.values(), key=lambda one: (order.get(one.pk, len(order)), one.due_day, one.pk)
        )
    form = ApplyForm(
        request.POST or None,
        row=found,
        documents=documents,
        expected=expected_on_bank() if found.out_satang else (),
        waiting=awaited_now(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = apply_row(
                by=request.user,
                row=found,
                applications=form.applications(),
                seen=form.cleaned_data["seen"],
            )
        except Refusal as refusal:
            if refusal.code == "changed":
                messages.warning(request, str(refusal))
                return redirect("reconciliation:row", pk=found.pk)
            form.add_error(None, str(refusal))
        else:
            text = _("ตัดแล้ว %(satang)s บาท") % {
                "satang": format_baht(sum(one.satang for one in made))
            }
            if len(made) == 1:
                undoable(request, text, reverse("reconciliation:undo", args=[made[0].pk]))
            else:
                messages.success(request, text)
            found.refresh_from_db()
            if found.open_satang and request.POST.get("from") != "queue":
                return redirect("reconciliation:row", pk=found.pk)
            return redirect(queue_after(found))
    return render(
        request,
        "reconciliation/row.html",
        {
            "row": found,
            "form": form,
            "applications": found.applications.select_related("document", "buyer", "by", "owner"),
            "notes": found.notes.select_related("by"),
            "note_form": NoteForm(),
            "buyers": {document.buyer for document in documents},
        },
    )


@requires(TREASURER)
@require_POST
def returned(request: AccessedRequest, pk: int) -> HttpResponse:
    """Let a row take an earlier one back."""
    rows = BankRow.objects.for_access(request.access)
    found = get_object_or_404(rows, pk=pk)
    asked, seen = request.POST.get("earlier", ""), request.POST.get("seen", "")
    earlier = get_object_or_404(rows, pk=int(asked) if asked.isdigit() else 0)
    try:
        take_back(
            by=request.user,
            row=found,
            earlier=earlier,
            seen=int(seen) if seen.isdigit() else None,
        )
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return redirect("reconciliation:row", pk=found.pk)
    kept = found.applications.standing().first()  # type: ignore[attr-defined]
    undoable(
        request,
        _("จับคู่รายการที่กลับคืนแล้ว ยอดที่แถวก่อนหน้าเคยตัดกลับมาค้าง"),
        reverse("reconciliation:undo", args=[kept.pk]),
    )
    return redirect(queue_after(found))


@requires(TREASURER)
@require_POST
def undo(request: AccessedRequest, pk: int) -> HttpResponse:
    """Undo an application."""
    found = get_object_or_404(Application.objects.for_access(request.access), pk=pk)
    undo_application(by=request.user, application=found, reason=request.POST.get("reason", ""))
    messages.success(request, _("ยกเลิกการตัดแล้ว รายการกลับมาอยู่ในคิว"))
    return redirect("reconciliation:row", pk=found.row_id)


@requires(TREASURER)
@require_POST
def note(request: AccessedRequest, pk: int) -> HttpResponse:
    """Keep a note on a row."""
    found = get_object_or_404(BankRow.objects.for_access(request.access), pk=pk)
    try:
        note_row(by=request.user, row=found, text=request.POST.get("text", ""))
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("บันทึกแล้ว"))
    if request.POST.get("from") == "queue":
        return redirect(
            f"{reverse('reconciliation:queue')}?account={found.account_id}&row={found.pk}"
        )
    return redirect("reconciliation:row", pk=found.pk)


@requires(TREASURER)
@require_POST
def own(request: AccessedRequest, pk: int) -> HttpResponse:
    """Take on money in suspense: the one who asks looks into it."""
    found = get_object_or_404(Application.objects.for_access(request.access), pk=pk)
    try:
        set_owner(by=request.user, application=found, owner=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("รับไปตามเรื่องเงินก้อนนี้แล้ว"))
    return redirect("reconciliation:suspense")
