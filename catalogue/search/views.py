"""The public catalogue, in the places where Oscar looks for it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import TemplateView, View

from catalogue.models import Category
from catalogue.partner.strategy import MarketStrategy
from catalogue.search.shelf import SORTS, Filters, read_shelf
from marketplace.common import clock
from marketplace.parties.models import PartyKind


def shell_of(request: Any) -> str:
    """The frame a reader knows: a buyer's people stay in their own, everybody else is outside."""
    acting = request.access.acting
    if acting is not None and acting.party.kind == PartyKind.BUYER:
        return "shells/buyer.html"
    return "shells/public.html"


class CatalogueView(TemplateView):
    """Every product, filtered."""

    access_roles = None
    template_name = "catalogue/shelf.html"
    category_code = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Read the shelf for whoever asks."""
        request: Any = self.request
        strategy = MarketStrategy(request)
        buyer = strategy.buyer
        shelf = read_shelf(
            filters=Filters.from_query(request.GET, self.category_code),
            today=clock.today(),
            price_day=strategy.day,
            buyer_class_id=buyer.buyer_class_id if buyer else None,
            page_number=request.GET.get("page"),
        )
        return super().get_context_data(
            **kwargs,
            shelf=shelf,
            page_obj=shelf.page,
            filters=shelf.filters,
            sorts=SORTS,
            buyer=buyer,
            price_day=strategy.day,
            month=clock.today().month,
            shell=shell_of(request),
        )


class ProductCategoryView(CatalogueView):
    """One shelf."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the shelf under its own address; a changed name leads there."""
        category = Category.objects.filter(pk=kwargs["pk"], is_public=True).first()
        if category is None:
            raise Http404
        address = category.get_absolute_url()
        if request.path != address:
            return redirect(address, permanent=True)
        self.category_code = category.code or ""
        return super().get(request, *args, **kwargs)


class FacetedSearchView(View):
    """Oscar's search address leads to the catalogue, which finds by name."""

    access_roles = None

    def get(self, request: Any) -> HttpResponseBase:
        """Keep the words and go there."""
        query = request.GET.urlencode()
        return redirect(reverse("catalogue:index") + (f"?{query}" if query else ""))
