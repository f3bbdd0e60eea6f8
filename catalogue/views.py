"""The page of one product: what it is, when it is to be had, and what can be booked on which day."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Max, Min, Q, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.generic import View

from catalogue.models import GradeCard, Product
from catalogue.partner.models import StockRecord
from catalogue.partner.prices import selling_prices
from catalogue.partner.strategy import MarketStrategy
from catalogue.search.shelf import Filters, offers_now
from catalogue.search.views import CatalogueView, ProductCategoryView, shell_of
from catalogue.season import month_name, season_words
from catalogue.standards.models import Standard
from catalogue.supply.availability import promisable
from marketplace.common import clock
from marketplace.cycles.models import CycleState, OrderCycle
from marketplace.parties.models import FarmerGroup, RoleName

__all__ = ["CatalogueView", "ProductCategoryView", "ProductDetailView"]

DAYS_SHOWN = 14


def months_of(product: Product) -> list[dict[str, Any]]:
    """Twelve cells of the season strip."""
    now = clock.today().month
    return [
        {
            "name": month_name(number),
            "level": {"0": "", "1": "on", "2": "peak"}[product.season_months[number - 1]],
            "now": number == now,
        }
        for number in range(1, 13)
    ]


class ProductDetailView(View):
    """One product for everybody; a buyer sees its own prices and what can be booked."""

    access_roles = None

    def get(self, request: Any, product_slug: str, pk: int) -> HttpResponse:
        """Show it under its own address; what is archived is gone from the public."""
        product = Product.objects.browsable().filter(pk=pk).first()
        if product is None:
            raise Http404
        if request.path != product.get_absolute_url():
            return redirect(product.get_absolute_url(), permanent=True)
        strategy = MarketStrategy(request)
        buyer = strategy.buyer
        draft = request.GET.get("draft", "")
        cycles = list(
            OrderCycle.objects.filter(
                state=CycleState.OPEN, delivery_day__gte=clock.today()
            ).order_by("delivery_day", "pk")[:DAYS_SHOWN]
        )
        listings = list(
            StockRecord.objects.trading().for_display().filter(product=product).order_by("pk")
        )
        return render(
            request,
            "catalogue/product.html",
            {
                "shell": shell_of(request),
                "product": product,
                "category": product.categories.order_by("path").first(),
                "season": season_words(product.season_months),
                "months": months_of(product),
                "cards": cards_for(product, buyer.pk if buyer else None),
                "buyer": buyer,
                "may_order": buyer is not None
                and request.access.has(RoleName.REQUESTER, RoleName.APPROVER),
                # The ordering grid that led here; one that is not theirs is a 404 there.
                "draft": int(draft)
                if draft.isascii() and draft.isdigit() and len(draft) < 10
                else 0,
                "price_day": strategy.day,
                "rows": self._rows(product, listings, cycles, strategy),
                "cycles": cycles,
                "shows_quantity": buyer is not None or request.access.is_cooperative,
                "groups": _groups(product),
                "substitutes": list(
                    Product.objects.browsable()
                    .filter(productrecommendation__primary=product)
                    .order_by("-productrecommendation__ranking")
                    .defer("description")[:4]
                ),
            },
        )

    def _rows(
        self,
        product: Product,
        listings: list[StockRecord],
        cycles: list[OrderCycle],
        strategy: MarketStrategy,
    ) -> list[dict[str, Any]]:
        """Each listing with its price and what can be booked on each open day."""
        free = promisable(listings=listings, cycles=cycles)
        buyer = strategy.buyer
        prices = (
            selling_prices(
                listings=listings,
                buyer_class_id=buyer.buyer_class_id,
                buyer_id=buyer.pk,
                days=[strategy.day],
            )
            if buyer
            else {}
        )
        return [
            {
                "listing": listing,
                "price": prices.get((listing.pk, strategy.day)),
                "days": [(cycle, free[listing.pk, cycle.pk]) for cycle in cycles],
                "total": sum(free[listing.pk, cycle.pk] > 0 for cycle in cycles),
            }
            for listing in listings
        ]


def cards_for(product: Product, buyer_id: int | None) -> list[GradeCard]:
    """The grade cards a reader goes by: its own specification in place of the market's card."""
    found: dict[str, GradeCard] = {}
    for card in GradeCard.objects.filter(
        Q(buyer__isnull=True) | Q(buyer_id=buyer_id or 0), product=product
    ).order_by("grade", F("buyer_id").asc(nulls_first=True)):
        found[card.grade] = card
    return list(found.values())


def _groups(product: Product) -> list[dict[str, Any]]:
    """Which groups offer it now, over which days, under which standards."""
    today = clock.today()
    rows = list(
        offers_now(Filters(), today)
        .filter(product=product)
        .order_by()
        .values("group_id")
        .annotate(
            offers=Count("pk"),
            first=Min("first_day"),
            last=Max("last_day"),
            free=Sum(
                F("policy_qty") - F("reserved_qty"), filter=Q(policy_qty__gt=F("reserved_qty"))
            ),
        )
        .order_by("-free", "group_id")[:20]
    )
    groups = FarmerGroup.objects.select_related("district").in_bulk(
        [row["group_id"] for row in rows]
    )
    standards: dict[int, list[Standard]] = {}
    through = offers_now(Filters(), today).filter(product=product, standards__isnull=False)
    named = Standard.objects.in_bulk()
    for group_id, code in (
        through.order_by("standards__order").values_list("group_id", "standards").distinct()
    ):
        standards.setdefault(group_id, []).append(named[code])
    return [
        {
            "group": groups[row["group_id"]],
            "first": max(row["first"], today),
            "last": row["last"],
            "free": row["free"] or 0,
            "standards": standards.get(row["group_id"], []),
        }
        for row in rows
    ]
