"""Whose money posts by itself: seen, switched with a reason, and since when."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from marketplace.common.exceptions import Refusal
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import Buyer
from orders.reconciliation.forms import MatchingForm
from orders.reconciliation.models import MatchingChoice
from orders.reconciliation.services import set_matching
from orders.reconciliation.services.deciding import waiting_buyers
from orders.reconciliation.views.common import TREASURER


@requires(TREASURER)
def matching(request: AccessedRequest) -> HttpResponse:
    """Buyers whose money waits for a person, and every choice made so far."""
    asked = request.GET.get("buyer", "")
    form = MatchingForm(request.POST or None, initial={"buyer": asked} if asked.isdigit() else None)
    if request.method == "POST" and form.is_valid():
        automatic = form.cleaned_data["automatic"] == "on"
        try:
            set_matching(
                by=request.user,
                buyer=form.cleaned_data["buyer"],
                automatic=automatic,
                reason=form.cleaned_data["reason"],
            )
        except Refusal as refusal:
            form.add_error("reason", str(refusal))
        else:
            messages.success(
                request,
                _("%(buyer)s ตัดเองเมื่อเลขและยอดตรง") % {"buyer": form.cleaned_data["buyer"].name}
                if automatic
                else _("%(buyer)s ให้คนตัดสินทุกแถว") % {"buyer": form.cleaned_data["buyer"].name},
            )
            return redirect("reconciliation:matching")
    return render(
        request,
        "reconciliation/matching.html",
        {
            "form": form,
            "waiting": Buyer.objects.filter(pk__in=waiting_buyers()).order_by("pk"),
            "choices": MatchingChoice.objects.select_related("buyer", "by")[:50],
        },
    )
