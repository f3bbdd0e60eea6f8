"""Paper terms of buyers; the month's carrying; what a fiscal year still needs."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from marketplace.common.clock import today
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import Buyer, RoleName, Stage
from orders.invoicing import hooks
from orders.invoicing.billing_days import month_end
from orders.invoicing.carrying import carry_month, year_ends
from orders.invoicing.forms import TermsForm
from orders.invoicing.models import BuyerTerms
from orders.invoicing.services import set_terms
from orders.invoicing.terms import read_terms, terms_of, terms_on
from orders.invoicing.views.common import OFFICE, month_asked


@requires(*OFFICE)
def terms_list(request: AccessedRequest) -> HttpResponse:
    """Every buyer with the terms that hold today."""
    buyers = list(
        Buyer.objects.for_access(request.access).filter(stage=Stage.ACTIVE).order_by("name_th")
    )
    found = terms_on(buyers, today())
    rows = [{"buyer": buyer, "terms": found[buyer.pk]} for buyer in buyers]
    return render(
        request,
        "invoicing/terms_list.html",
        {"rows": rows, "unset": sum(1 for terms in found.values() if terms.valid_from is None)},
    )


@requires(RoleName.TREASURER)
def terms(request: AccessedRequest, pk: int) -> HttpResponse:
    """A buyer's paper terms: what holds today, a form for what holds from a day on, the past."""
    buyer = get_object_or_404(Buyer.objects.for_access(request.access), pk=pk)
    form = TermsForm(request.POST or None, buyer=buyer, terms=terms_of(buyer, today()))
    if request.method == "POST" and form.is_valid():
        set_terms(by=request.user, terms=[form.terms()])
        messages.success(request, _("บันทึกเงื่อนไขเอกสารของ %(buyer)s แล้ว") % {"buyer": buyer.name})
        return redirect("invoicing:terms-list")
    history = BuyerTerms.objects.filter(buyer=buyer).prefetch_related("papers", "committee")
    return render(
        request,
        "invoicing/terms.html",
        {
            "buyer": buyer,
            "form": form,
            "history": [
                {"row": row, "terms": read_terms(row), "coming": row.valid_from > today()}
                for row in history
            ],
        },
    )


@requires(*OFFICE)
def carrying(request: AccessedRequest) -> HttpResponse:
    """This month: what must be carried where on which day, and what money falls due."""
    first = month_asked(request.GET.get("month"))
    last = month_end(first)
    found = carry_month(first, last)
    return render(
        request,
        "invoicing/carrying.html",
        {
            "first": first,
            "last": last,
            "month": found,
            "waiting": hooks.waiting_on([one.bill.pk for one in found.coming]),
            "errands": sorted(
                (one for read in hooks.bank_errands for one in read(first, last)),
                key=lambda one: (one.day, one.label),
            ),
            "today": today(),
            "previous": (first - dt.timedelta(days=1)).strftime("%Y-%m"),
            "following": (last + dt.timedelta(days=1)).strftime("%Y-%m"),
            "year_ends": [row for row in year_ends(today()) if not row.is_clear],
        },
    )


@requires(*OFFICE)
def year_end(request: AccessedRequest) -> HttpResponse:
    """Buyers whose fiscal year ends soon: what must be delivered, accepted, billed and paid."""
    everybody = bool(request.GET.get("all"))
    rows = year_ends(today(), within=366 if everybody else 60, everybody=everybody)
    return render(
        request,
        "invoicing/year_end.html",
        {
            "rows": rows,
            "everybody": everybody,
            "open_count": sum(1 for row in rows if not row.is_clear),
            "today": today(),
        },
    )
