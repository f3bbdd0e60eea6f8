"""Payers the bank's words mean, and money whose payer nobody knows yet."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal
from marketplace.parties.access import AccessedRequest, requires
from orders.reconciliation.closing import SUSPENSE_DAYS
from orders.reconciliation.forms import PayerForm
from orders.reconciliation.models import Application, ApplicationKind, PayerRule, RowNote
from orders.reconciliation.services import end_payer, set_payer
from orders.reconciliation.views.common import TREASURER


@requires(TREASURER)
def payers(request: AccessedRequest) -> HttpResponse:
    """Rules from words to buyers: seen, changed, ended, added."""
    standing = PayerRule.objects.filter(ended_at__isnull=True).select_related(
        "buyer", "learned_from", "by"
    )
    asked = request.POST.get("rule") or request.GET.get("edit") or ""
    editing = get_object_or_404(standing, pk=int(asked)) if asked.isdigit() else None
    ended = request.POST.get("end", "")
    if request.method == "POST" and ended.isdigit():
        end_payer(by=request.user, rule=get_object_or_404(standing, pk=int(ended)))
        messages.success(request, _("เลิกใช้แล้ว"))
        return redirect("reconciliation:payers")
    form = PayerForm(
        request.POST or None,
        initial={"words": editing.words, "buyer": editing.buyer_id} if editing else None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            set_payer(
                by=request.user,
                words=form.cleaned_data["words"],
                buyer=form.cleaned_data["buyer"],
                rule=editing,
            )
        except Refusal as refusal:
            form.add_error("words", str(refusal))
        else:
            messages.success(request, _("บันทึกแล้ว"))
            return redirect("reconciliation:payers")
    return render(
        request,
        "reconciliation/payers.html",
        {"rows": standing, "form": form, "editing": editing},
    )


@requires(TREASURER)
def suspense(request: AccessedRequest) -> HttpResponse:
    """Money nobody knows yet, oldest first, with its age and who looks into it."""
    last = RowNote.objects.filter(row=OuterRef("row")).order_by("-pk").values("text")[:1]
    rows = list(
        Application.objects.for_access(request.access)
        .standing()
        .filter(kind=ApplicationKind.SUSPENSE)
        .select_related("row", "owner")
        .annotate(last_note=Subquery(last))
        .order_by("row__day", "pk")
    )
    for one in rows:
        days = (today() - one.row.day) // dt.timedelta(days=1)
        one.days, one.old = days, days > SUSPENSE_DAYS  # type: ignore[attr-defined]
    total = sum(one.satang if one.row.in_satang else -one.satang for one in rows)
    return render(request, "reconciliation/suspense.html", {"rows": rows, "total_satang": total})
