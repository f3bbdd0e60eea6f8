"""Pages on which a buyer answers what may take the place of short goods."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marketplace.common.exceptions import Refusal
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import Buyer
from orders.access import READERS, WRITERS, acting_buyer, may_order_for
from orders.substitution.finding import rules_of
from orders.substitution.forms import RuleForm
from orders.substitution.models import TAKES, UNANSWERED, Option, Proposal
from orders.substitution.reading import STATUS, cards_of
from orders.substitution.services import accept, decline, refresh, reopen, set_rule
from orders.views.common import page


@requires(*READERS)
@require_GET
def proposals(request: AccessedRequest) -> HttpResponse:
    """Show what waits for an answer first, then what was answered."""
    access = request.access
    buyer = None if access.is_cooperative else acting_buyer(access)
    found = Proposal.objects.for_access(access).for_display()
    if buyer is not None:
        found = found.filter(line__order__buyer=buyer)
    state = request.GET.get("state", "")
    past = found.exclude(state=Proposal.State.OPEN)
    if state in Proposal.State.values:
        past = past.filter(state=state)
    page_obj = Paginator(past, 30).get_page(request.GET.get("page"))
    rule = rules_of({buyer.pk})[buyer.pk] if buyer else None
    waiting = cards_of(found.waiting().order_by("answer_by", "line__order__buyer", "pk"))
    return page(
        request,
        "substitution/list.html",
        {
            "waiting": waiting,
            "may": {
                card.proposal.pk
                for card in waiting
                if may_order_for(access, card.proposal.line.order.buyer_id)
            },
            "page_obj": page_obj,
            "past": [(card, STATUS[card.proposal.state]) for card in cards_of(page_obj)],
            "states": [one for one in Proposal.State.choices if one[0] != Proposal.State.OPEN],
            "state": state,
            "buyer": buyer,
            "may_set": buyer is not None and may_order_for(access, buyer.pk),
            "takes": TAKES[rule.takes] if rule else "",  # type: ignore[index]
            "unanswered": UNANSWERED[rule.unanswered] if rule else "",  # type: ignore[index]
            "asked": rule is not None and rule.takes != "never",
        },
    )


def _to_answer(request: AccessedRequest, pk: int) -> Proposal:
    proposal: Proposal = get_object_or_404(
        Proposal.objects.for_access(request.access).for_display(), pk=pk
    )
    if not may_order_for(request.access, proposal.line.order.buyer_id):
        raise PermissionDenied
    return proposal


@requires(*WRITERS)
@require_POST
def accept_one(request: AccessedRequest, pk: int) -> HttpResponse:
    """Take one option; what has gone meanwhile is told, with what is left."""
    proposal = _to_answer(request, pk)
    wanted = request.POST.get("option", "")
    option = Option.objects.filter(
        proposal=proposal, pk=int(wanted) if wanted.isdecimal() else 0
    ).select_related("proposal__line", "listing__product", "listing__partner__party")
    found = option.first()
    if found is None:
        messages.error(request, _("ตัวเลือกเปลี่ยนไปแล้ว ดูรายการด้านล่างแล้วเลือกอีกครั้ง"))
        return redirect("substitution:list")
    try:
        done = accept(by=request.user, option=found)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        if refusal.code in ("gone", "price", "covered", "too-much", "no-price"):
            refresh(proposal=proposal)
        return redirect("substitution:list")
    messages.success(
        request,
        _("รับ %(other)s แทน %(product)s แล้ว ใบจองแก้ให้แล้ว")
        % {"other": found.listing.product.name, "product": done.line.product.name},
    )
    return redirect("substitution:list")


def _answer(
    request: AccessedRequest, pk: int, act: Callable[..., Any], said: Callable[[Proposal], str]
) -> HttpResponse:
    proposal = _to_answer(request, pk)
    try:
        act(by=request.user, proposal=proposal)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said(proposal))
    return redirect("substitution:list")


@requires(*WRITERS)
@require_POST
def decline_one(request: AccessedRequest, pk: int) -> HttpResponse:
    """Leave the line short."""
    return _answer(
        request,
        pk,
        decline,
        lambda one: (
            _("ไม่รับของทดแทน %(product)s แล้ว เปลี่ยนใจได้จนหมดเวลาตอบ")
            % {"product": one.line.product.name}
        ),
    )


@requires(*WRITERS)
@require_POST
def reopen_one(request: AccessedRequest, pk: int) -> HttpResponse:
    """Take a "no" back."""
    return _answer(request, pk, reopen, lambda _one: _("เลือกใหม่ได้แล้ว"))


@requires(*WRITERS)
@require_http_methods(["GET", "POST"])
def rule(request: AccessedRequest, pk: int) -> HttpResponse:
    """See and set what a buyer wants when something is short."""
    buyers = Buyer.objects.all()
    if not request.access.is_cooperative:
        buyers = buyers.filter(pk__in=request.access.buyer_ids)
    buyer = get_object_or_404(buyers, pk=pk)
    if not may_order_for(request.access, buyer.pk):
        raise PermissionDenied
    known = rules_of({buyer.pk})[buyer.pk]
    form = RuleForm(
        request.POST or None, initial={"takes": known.takes, "unanswered": known.unanswered}
    )
    if request.method == "POST" and form.is_valid():
        set_rule(by=request.user, buyer=buyer, **form.cleaned_data)
        messages.success(request, _("บันทึกแล้ว ใช้กับของที่ขาดตั้งแต่นี้"))
        return redirect("substitution:list")
    return page(
        request,
        "substitution/rule.html",
        {"form": form, "buyer": buyer},
        status=422 if form.is_bound else 200,
    )
