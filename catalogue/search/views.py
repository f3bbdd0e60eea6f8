"""The public catalogue, in the places where Oscar looks for it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from catalogue import asked
from catalogue.models import Category
from catalogue.partner.strategy import MarketStrategy
from catalogue.search.found import KIND_TITLES, Other, address_of, find, name_of
from catalogue.search.reading import suggest
from catalogue.search.shelf import SORTS, Filters, read_shelf
from catalogue.search.types import Hit
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
        filters = Filters.from_query(request.GET, self.category_code)
        found = find(filters.q, request.GET) if filters.q else None
        shelf = read_shelf(
            filters=filters,
            found=found.product_ids if found else None,
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
            found=found,
            sorts={name: label for name, label in SORTS.items() if found or name != "best"},
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


class SuggestView(View):
    """Names that start as typed, in sections by kind: a part of a page."""

    access_roles = None

    def get(self, request: Any) -> HttpResponse:
        """Answer with links; nothing below two letters."""
        typed = asked.words(request.GET)
        sections: dict[str, list[Other]] = {}
        for one in suggest(typed) if typed else ():
            document = one.document
            hit = Hit(
                document.kind,
                document.id,
                document.name_th,
                document.name_en,
                0,
                document.url,
                document.url_en,
            )
            title = str(KIND_TITLES.get(document.kind, _("ผลผลิต")))
            sections.setdefault(title, []).append(Other(name_of(hit), address_of(hit)))
        return render(request, "catalogue/suggest.html", {"sections": sections})


class FacetedSearchView(View):
    """Oscar's search address leads to the catalogue, which finds by name."""

    access_roles = None

    def get(self, request: Any) -> HttpResponseBase:
        """Keep the words and go there."""
        query = request.GET.urlencode()
        return redirect(reverse("catalogue:index") + (f"?{query}" if query else ""))
