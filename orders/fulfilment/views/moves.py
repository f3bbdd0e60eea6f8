"""Moving quantity between the members of a group until intake."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue.supply.models import OfferShare
from marketplace.common.exceptions import Refusal
from marketplace.cycles.models import CycleState, OrderCycle
from marketplace.parties.access import AccessedRequest, requires
from orders.allocation.models import Allocation, AllocationMove
from orders.allocation.services import MoveInput, move_allocations
from orders.allocation.services.running import amount
from orders.fulfilment.forms import MoveForm, show_refusal
from orders.fulfilment.views.common import COORDINATORS, form_key, the_cycle


@requires(*COORDINATORS)
def moves(request: AccessedRequest, pk: int) -> HttpResponse:
    """Show what each member supplies, and move some of it to another member until intake."""
    cycle = the_cycle(pk)
    rows = list(
        Allocation.objects.planned(cycle.pk)
        .for_access(request.access)
        .values_list("share_id")
        .annotate(total=Sum("qty"))
        .order_by("share__harvest_offer__product__title", "share__person__called", "share_id")
    )
    shares = OfferShare.objects.select_related(
        "person", "harvest_offer__product", "harvest_offer__group"
    ).in_bulk([share for share, _qty in rows])
    chosen = request.POST.get("share") or request.GET.get("share", "")
    form = None
    picked = None
    if chosen.isdecimal():
        picked = get_object_or_404(
            OfferShare.objects.for_access(request.access).select_related(
                "person", "harvest_offer__product"
            ),
            pk=int(chosen),
            pk__in=shares,
        )
        held = dict(rows)[picked.pk]
        form = _move_form(request, cycle, picked, held)
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            try:
                move_allocations(
                    by=request.user,
                    moves=[
                        MoveInput(
                            cycle_id=cycle.pk,
                            from_share_id=picked.pk,
                            to_share_id=int(data["to_share"]),
                            qty=data["qty"],
                            key=data["key"],
                            reason=data["reason"],
                        )
                    ],
                )
            except Refusal as refusal:
                show_refusal(form, refusal)
            else:
                messages.success(request, _("ย้ายแล้ว ทั้งสองคนเห็นในหน้าของตัวเอง"))
                return redirect("fulfilment:moves", pk=pk)
    context = {
        "cycle": cycle,
        "rows": [
            {"share": shares[share], "qty": amount(qty, shares[share].harvest_offer.product)}
            for share, qty in rows
        ],
        "form": form,
        "picked": picked,
        "may_move": cycle.state == CycleState.ALLOCATED,
        "done": AllocationMove.objects.filter(
            run__cycle=cycle,
            **(
                {}
                if request.access.is_cooperative
                else {"group__in": request.access.coordinated_group_ids}
            ),
        ).select_related("product", "from_share__person", "to_share__person", "by"),
        "back": reverse("fulfilment:coordinator-home")
        if not request.access.is_cooperative
        else reverse("fulfilment:cycle", args=[cycle.pk]),
    }
    return render(request, "fulfilment/moves.html", context)


def _move_form(
    request: AccessedRequest, cycle: OrderCycle, share: OfferShare, held: int
) -> MoveForm:
    offer = share.harvest_offer
    members = (
        OfferShare.objects.filter(
            harvest_offer__group=offer.group_id,
            harvest_offer__product=offer.product_id,
            harvest_offer__grade=offer.grade,
            harvest_offer__first_day__lte=cycle.delivery_day,
            harvest_offer__last_day__gte=cycle.delivery_day,
        )
        .exclude(person=share.person_id)
        .select_related("person")
        .order_by("person__called", "person__name", "pk")
    )
    return MoveForm(
        request.POST or None,
        unit=offer.product.base_unit,
        members=[(str(one.pk), str(one.person)) for one in members],
        initial={"key": form_key(), "qty": held},
    )
