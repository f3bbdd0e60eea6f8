"""What buyers can order: opening and closing listings."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from catalogue import asked
from catalogue.partner.forms import ListingForm
from catalogue.partner.models import StockRecord
from catalogue.partner.prices import price_board
from catalogue.partner.services import ListingInput, archive_listings, list_products
from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import BuyerClass, Party, RoleName

PER_PAGE = 100


@requires(RoleName.STAFF, RoleName.TREASURER)
def index(request: AccessedRequest) -> HttpResponse:
    """Every listing with its prices today, filtered; and the form that opens more."""
    return _index(request, ListingForm())


def _index(request: AccessedRequest, form: ListingForm, status: int = 200) -> HttpResponse:
    query = asked.words(request.GET)
    source = asked.number(request.GET, "source")
    closed = request.GET.get("state") == "closed"
    rows = StockRecord.objects.for_display()
    trading = Q(archived_at__isnull=True, product__archived_at__isnull=True)
    rows = rows.exclude(trading) if closed else rows.filter(trading)
    if query:
        rows = rows.filter(
            Q(product__title__icontains=query)
            | Q(product__title_en__icontains=query)
            | Q(product__aliases__icontains=query)
        )
    if source is not None:
        rows = rows.filter(partner__party_id=source)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    classes = list(BuyerClass.objects.all())
    prices = price_board(day=clock.today(), product_ids={row.product_id for row in page})
    return render(
        request,
        "prices/listings.html",
        {
            "form": form,
            "page_obj": page,
            "classes": classes,
            "listings": [
                (
                    listing,
                    [
                        (kind, prices.get((listing.product_id, listing.min_grade, kind.pk)))
                        for kind in classes
                    ],
                )
                for listing in page
            ],
            "query": query,
            "source": source,
            "closed": closed,
            "sources": Party.objects.filter(partner__isnull=False).order_by("kind", "name_th"),
        },
        status=status,
    )


@requires(RoleName.STAFF, RoleName.TREASURER)
@require_POST
def open_listings(request: AccessedRequest) -> HttpResponse:
    """Open listings of several products from one source."""
    form = ListingForm(request.POST)
    if not form.is_valid():
        return _index(request, form, status=422)
    data = form.cleaned_data
    try:
        made = list_products(
            by=request.user,
            listings=[
                ListingInput(product, data["party"], data["min_grade"], data["required_standard"])
                for product in data["products"]
            ],
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _index(request, form, status=422)
    messages.success(
        request,
        ngettext("เปิดรายการขาย %(count)d รายการแล้ว", "เปิดรายการขาย %(count)d รายการแล้ว", len(made))
        % {"count": len(made)},
    )
    return redirect("prices:listings")


@requires(RoleName.STAFF, RoleName.TREASURER)
@require_POST
def close_listings(request: AccessedRequest) -> HttpResponse:
    """Close the ticked listings for new orders."""
    ids = [int(value) for value in request.POST.getlist("listing") if value.isdigit()]
    closed = archive_listings(by=request.user, listings=StockRecord.objects.filter(pk__in=ids))
    if closed:
        messages.success(
            request,
            _("ปิดรายการขาย %(count)d รายการแล้ว ใบจองเดิมยังอยู่") % {"count": len(closed)},
        )
    else:
        messages.warning(request, _("เลือกรายการที่จะปิดก่อน"))
    return redirect("prices:listings")
