"""Questions about lines of statements: asked by growers and coordinators, answered here."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.common.exceptions import Refusal
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import RoleName
from orders.settlement.models import Owed, StatementNote
from orders.settlement.services import answer_note, question_line


@requires(RoleName.GROWER, RoleName.COORDINATOR)
@require_POST
def question(request: AccessedRequest, pk: int) -> HttpResponse:
    """Say what is not right about one line; then back to the statement it stands on."""
    owed = get_object_or_404(Owed.objects.for_access(request.access), pk=pk)
    try:
        question_line(by=request.user, owed=owed, text=request.POST.get("text", ""))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("ส่งให้เหรัญญิกแล้ว คำตอบจะขึ้นที่รายการนี้"))
    group = request.POST.get("on") == "group"
    page = (
        reverse("settlement:group", args=[owed.group_id])
        if group or owed.person_id is None
        else reverse("settlement:person", args=[owed.person_id])
    )
    return redirect(f"{page}?month={owed.day:%Y-%m}")


@requires(RoleName.TREASURER)
def notes(request: AccessedRequest) -> HttpResponse:
    """Questions, the open ones first."""
    rows = (
        StatementNote.objects.for_access(request.access)
        .select_related("owed__lot__product", "owed__person", "owed__group", "by", "answered_by")
        .order_by(F("answered_at").desc(nulls_first=True), "pk")
    )
    return render(
        request,
        "settlement/notes.html",
        {"rows": rows[:100], "open_count": rows.filter(answered_at__isnull=True).count()},
    )


@requires(RoleName.TREASURER)
@require_POST
def answer(request: AccessedRequest, pk: int) -> HttpResponse:
    """Answer one question."""
    note = get_object_or_404(StatementNote.objects.for_access(request.access), pk=pk)
    try:
        answer_note(by=request.user, note=note, answer=request.POST.get("answer", ""))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("ตอบแล้ว เกษตรกรเห็นในใบสรุป"))
    return redirect("settlement:notes")
