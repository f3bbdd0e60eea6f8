"""A grower's own harvest: what is told, changing it, taking it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalogue.supply import services
from catalogue.supply.forms import ShareForm, show_refusal
from catalogue.supply.models import OfferShare, ShareChange
from catalogue.supply.reading import amount_of, consequences_of, days_of, state_of
from catalogue.supply.services import ShareChangeInput
from catalogue.supply.views.telling import TELLERS
from marketplace.common.clock import now, today
from marketplace.common.exceptions import Refusal
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import RoleName
from marketplace.web.messages import undoable

CHANGERS = (*TELLERS, RoleName.STAFF, RoleName.TREASURER)
PER_PAGE = 30


@requires(*TELLERS)
def mine(request: AccessedRequest) -> HttpResponse:
    """Show what this person has told, the soonest first."""
    found = (
        OfferShare.objects.filter(
            person_id=request.access.person_id or 0,
            harvest_offer__last_day__gte=today(),
            qty__gt=0,
        )
        .select_related("harvest_offer__product")
        .order_by("harvest_offer__first_day", "pk")
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows: list[dict[str, Any]] = [
        {
            "share": share,
            "offer": share.harvest_offer,
            "amount": amount_of(share.harvest_offer.product, share.qty),
            "days": days_of(share.harvest_offer),
            "state": state_of(share.harvest_offer),
            "taken": amount_of(share.harvest_offer.product, share.taken_qty)
            if share.taken_qty
            else "",
        }
        for share in page
    ]
    lines = [f"{row['offer'].product.name} {row['amount']} {row['days']}" for row in rows]
    return render(
        request, "supply/mine.html", {"rows": rows, "page_obj": page, "text": "\n".join(lines)}
    )


@requires(*CHANGERS)
def share(request: AccessedRequest, pk: int) -> HttpResponse:
    """Change one share; what a cut would do is shown before it is done."""
    found = get_object_or_404(
        OfferShare.objects.for_access(request.access).select_related(
            "harvest_offer__product", "person"
        ),
        pk=pk,
    )
    offer, product = found.harvest_offer, found.harvest_offer.product
    form = ShareForm(request.POST or None, product=product, initial={"qty": found.qty})
    consequences = None
    if form.is_bound and form.is_valid():
        qty = form.cleaned_data["qty"]
        foreseen = services.foresee_cut(wanted={found.pk: qty})
        if foreseen and not _agreed(request, qty):
            consequences = consequences_of(foreseen)
        else:
            try:
                changes = services.change_shares(
                    by=request.user, changes=[ShareChangeInput(found.pk, qty)]
                )
            except Refusal as refusal:
                show_refusal(form, refusal)
            else:
                if changes:
                    undoable(
                        request,
                        _("%(product)s เป็น %(qty)s แล้ว")
                        % {"product": product.name, "qty": amount_of(product, qty)},
                        reverse("supply:undo", args=[changes[0].pk]),
                    )
                own = found.person_id == request.access.person_id
                return redirect("supply:mine") if own else redirect("supply:offer", offer.pk)
    history = list(found.changes.select_related("acted_by", "undoes")[:20])
    return render(
        request,
        "supply/share.html",
        {
            "share": found,
            "offer": offer,
            "product": product,
            "days": days_of(offer),
            "form": form,
            "consequences": consequences,
            "agreed": form.cleaned_data["qty"] if consequences else "",
            "history": history_rows(history),
            "own": found.person_id == request.access.person_id,
        },
        status=422 if form.errors else 200,
    )


def _agreed(request: AccessedRequest, qty: int) -> bool:
    """Say whether the consequences of exactly this quantity were shown and agreed to."""
    return request.POST.get("agreed") == str(qty)


def history_rows(changes: list[ShareChange]) -> list[dict[str, object]]:
    """Return changes with whether they still can be taken back; read with `acted_by`."""
    undone = set(
        ShareChange.objects.filter(undoes__in=[c.pk for c in changes]).values_list(
            "undoes_id", flat=True
        )
    )
    return [
        {
            "change": c,
            "undone": c.pk in undone,
            "can_undo": c.pk not in undone
            and c.undoes_id is None
            and now() - c.at <= services.UNDO_WITHIN,
        }
        for c in changes
    ]


@requires(*CHANGERS)
@require_POST
def undo(request: AccessedRequest, pk: int) -> HttpResponse:
    """Take one change back."""
    change = get_object_or_404(
        ShareChange.objects.for_access(request.access).select_related(
            "share__harvest_offer__product"
        ),
        pk=pk,
    )
    product = change.share.harvest_offer.product
    try:
        made = services.undo_share_change(by=request.user, change=change)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        text = (
            _("เลิกทำแล้ว %(product)s กลับเป็น %(qty)s")
            if made.after_qty == change.before_qty
            else _("เลิกทำได้บางส่วน %(product)s เหลือ %(qty)s เพราะที่เหลือมีคนจองแล้ว")
        )
        messages.success(
            request, text % {"product": product.name, "qty": amount_of(product, made.after_qty)}
        )
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return redirect(back)
    if change.share.person_id == request.access.person_id:
        return redirect("supply:mine")
    return redirect("supply:offer", change.share.harvest_offer_id)
