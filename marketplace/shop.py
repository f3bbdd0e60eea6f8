"""Oscar's shop as the market mounts it: the catalogue, the search and the checkout, nothing else.

Oscar's own sign-in, registration, account, basket, offer, wish-list and dashboard pages have no
place here; the addresses that people may have kept lead to the one sign-in door or the order grid.
"""

from __future__ import annotations

from typing import Any

from oscar.config import Shop


class MarketplaceShop(Shop):
    def get_urls(self) -> list[Any]:
        from django.urls import path
        from django.views.generic.base import RedirectView

        def to(name: str) -> Any:
            return RedirectView.as_view(pattern_name=name, query_string=True)

        customer = [
            path("login/", to("account_login"), name="login"),
            path("logout/", to("account_logout"), name="logout"),
            path("register/", to("account_login"), name="register"),
            path("", to("home_for_role"), name="summary"),
        ]
        basket = [path("", to("home_for_role"), name="summary")]
        return [
            path("catalogue/", self.catalogue_app.urls),
            path("search/", self.search_app.urls),
            path("checkout/", self.checkout_app.urls),
            path("basket/", (basket, "basket", "basket")),
            path("accounts/", (customer, "customer", "customer")),
            path("password-reset/", to("account_reset_password"), name="password-reset"),
        ]
