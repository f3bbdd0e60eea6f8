"""Pages of the secretary (her short form, what waits) and of the editor (what waits for her)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from wagtail.models import WorkflowState

from cms.hosting.changes import differences
from cms.hosting.drafts import (
    WAITS,
    base_of,
    copy_to_edit,
    decide,
    of_community,
    pages_of,
    propose,
    waiting,
    withdraw,
)
from cms.hosting.forms import PageForm
from cms.hosting.people import hosted
from cms.models import CommunityPage
from marketplace.common.exceptions import Refusal
from marketplace.parties.access import AccessedRequest, requires
from marketplace.web.shells import shell_for


def _last(page: Any) -> dict[str, Any]:
    """A page with what became of what was last sent of it."""
    state = (
        WorkflowState.objects.for_instance(page)
        .select_related("current_task_state")
        .order_by("-created_at", "-pk")
        .first()
    )
    word = state.status if state is not None else ""
    back = word == WorkflowState.STATUS_NEEDS_CHANGES
    why = state.current_task_state.comment if back and state.current_task_state else ""
    return {
        "page": page,
        "word": word,
        "why": why,
        "changes": (
            differences(page, page.get_latest_revision_as_object())
            if page.has_unpublished_changes
            else []
        ),
    }


def _waiting(request: AccessedRequest) -> list[dict[str, Any]]:
    rows = []
    for state in waiting(request.access):
        page = state.revision.content_object
        rows.append(
            {
                "state": state,
                "page": page,
                "from": state.workflow_state.requested_by,
                "changes": differences(page, state.revision.as_object()),
            }
        )
    return rows


def _or_404(refusal: Refusal) -> None:
    """Another community's page is not there for this reader."""
    if refusal.code == "not-yours":
        raise Http404 from refusal


@requires()
def pages(request: AccessedRequest) -> HttpResponse:
    """A secretary's pages with what waits and what was decided; an editor's list of what waits."""
    own = CommunityPage.objects.live().filter(
        locale__language_code="th", translation_key__in=hosted(request.access)
    )
    return render(
        request,
        "hosting/pages.html",
        {
            "shell": shell_for(request.access),
            "communities": [
                {"page": one, "rows": [_last(page) for page in pages_of(one)]} for one in own
            ],
            "waiting": _waiting(request),
        },
    )


@requires()
def page(request: AccessedRequest, pk: int) -> HttpResponse:
    """The short form of one community; what it saves goes to the editors, not onto the page."""
    try:
        community = of_community(request.user, pk)
        shown = pages_of(community)
        if any(one.workflow_in_progress for one in shown):
            raise Refusal(WAITS, code="waiting")
        drafts = [copy_to_edit(one) for one in shown]
    except Refusal as refusal:
        _or_404(refusal)
        messages.error(request, str(refusal))
        return redirect("hosting:pages")
    form = PageForm(
        request.POST or None,
        request.FILES or None,
        community=drafts[0],
        programmes=drafts[1:],
        bases={one.pk: base_of(one) for one in shown},
    )
    if request.method == "POST" and form.is_valid():
        try:
            sent = propose(by=request.user, community=pk, proposal=form.proposal())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                ngettext(
                    "ส่งให้บรรณาธิการแล้ว %(n)s หน้า หน้าเว็บยังไม่เปลี่ยนจนกว่าจะอนุมัติ",
                    "ส่งให้บรรณาธิการแล้ว %(n)s หน้า หน้าเว็บยังไม่เปลี่ยนจนกว่าจะอนุมัติ",
                    len(sent),
                )
                % {"n": len(sent)},
            )
            return redirect("hosting:pages")
    return render(
        request,
        "hosting/page.html",
        {"shell": shell_for(request.access), "page": community, "form": form},
    )


@requires()
@require_POST
def take_back(request: AccessedRequest, pk: int) -> HttpResponse:
    """Take back what waits of one page."""
    try:
        withdraw(by=request.user, page=pk)
    except Refusal as refusal:
        _or_404(refusal)
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("ถอนคืนแล้ว แก้ต่อแล้วส่งใหม่ได้"))
    return redirect("hosting:pages")


@requires()
@require_POST
def decision(request: AccessedRequest) -> HttpResponse:
    """Approve what waits, or send it back with the reason."""
    try:
        done = decide(
            by=request.user,
            waiting=[int(pk) for pk in request.POST.getlist("waiting") if pk.isdecimal()],
            approve=request.POST.get("decision") == "approve",
            why=request.POST.get("why", "")[:500],
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        if request.POST.get("decision") == "approve":
            messages.success(request, _("อนุมัติแล้ว ขึ้นหน้าเว็บแล้ว") if done else _("ไม่มีเรื่องที่รอ"))
        else:
            messages.success(request, _("ส่งกลับพร้อมเหตุผลแล้ว"))
    return redirect("hosting:pages")
