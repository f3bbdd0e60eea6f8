"""Quotations of drafts: which can be made, what was offered, accepting one."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.parties.access import AccessedRequest, requires
from orders.access import WRITERS, may_order_for
from orders.invoicing.forms import QuoteForm
from orders.invoicing.models import Quotation
from orders.invoicing.quoting import offered, quote_rows, unquoted_drafts
from orders.invoicing.services import accept_quotation, quote_draft
from orders.invoicing.views.common import BUYER, OFFICE, shell_for
from orders.models import OrderDraft


@requires(*OFFICE, *BUYER)
def quotations(request: AccessedRequest) -> HttpResponse:
    """Quotations made of drafts; for the office, the drafts that have none too."""
    mine = Quotation.objects.for_access(request.access).select_related(
        "document__buyer", "site", "order"
    )
    page = Paginator(mine.order_by("-pk"), 50).get_page(request.GET.get("page"))
    office = request.access.is_cooperative
    return render(
        request,
        "invoicing/quotations.html",
        {
            "shell": shell_for(request),
            "page_obj": page,
            "rows": offered(page, today()),
            "waiting_count": mine.waiting(today()).count(),
            "drafts": unquoted_drafts(request.access, today())[:50] if office else [],
            "today": today(),
        },
    )


@requires(*OFFICE)
def quote(request: AccessedRequest, pk: int) -> HttpResponse:
    """Price a draft row by row and issue its quotation."""
    draft = get_object_or_404(
        OrderDraft.objects.for_access(request.access).select_related("buyer__buyer_class", "site"),
        pk=pk,
    )
    rows = quote_rows(draft)
    form = QuoteForm(request.POST or None, rows=rows)
    if request.method == "POST" and form.is_valid():
        try:
            made = quote_draft(
                by=request.user,
                draft=draft,
                valid_until=form.cleaned_data["valid_until"],
                prices=form.prices(),
            )
        except Refusals as refusals:
            for one in refusals.items:
                form.add_error(None, str(one))
        except Refusal as refusal:
            where = refusal.where if isinstance(refusal.where, str) else None
            form.add_error(where if where in form.fields else None, str(refusal))
        else:
            messages.success(
                request, _("ออกใบเสนอราคา %(code)s แล้ว") % {"code": made.document.code}
            )
            return redirect("invoicing:bill", made.document_id)
    return render(request, "invoicing/quote.html", {"draft": draft, "form": form, "rows": rows})


@requires(*WRITERS)
@require_POST
def accept(request: AccessedRequest, pk: int) -> HttpResponse:
    """Place what a quotation offers as an advance order."""
    found = get_object_or_404(
        Quotation.objects.for_access(request.access).select_related("document"), pk=pk
    )
    if not may_order_for(request.access, found.document.buyer_id):
        messages.error(request, _("ผู้สั่งหรือผู้อนุมัติของผู้ซื้อเท่านั้นที่รับใบเสนอราคาได้"))
        return redirect("invoicing:bill", found.document_id)
    try:
        order = accept_quotation(by=request.user, quotation=found)
    except Refusals as refusals:
        for one in refusals.items[:5]:
            messages.error(request, str(one))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("ส่งใบจอง %(number)s ตามราคาใน %(code)s แล้ว")
            % {"number": order.number, "code": found.document.code},
        )
        return redirect("orders:order", order.number)
    return redirect("invoicing:bill", found.document_id)
