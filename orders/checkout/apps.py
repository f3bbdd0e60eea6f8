"""Fork of Oscar's `checkout` app: the folder is ours, the label stays `checkout`."""

from typing import Any

from oscar.apps.checkout import apps


class CheckoutConfig(apps.CheckoutConfig):
    name = "orders.checkout"

    def ready(self) -> None:
        """Leave Oscar's views alone: ours are read with the addresses."""

    def get_urls(self) -> list[Any]:
        """Return Oscar's steps under Oscar's names, as far as this market has them."""
        from django.urls import path

        from orders.checkout import views

        return self.post_process_urls(
            [
                path("", views.IndexView.as_view(), name="index"),
                path(
                    "shipping-address/",
                    views.ShippingAddressView.as_view(),
                    name="shipping-address",
                ),
                path(
                    "payment-details/",
                    views.PaymentDetailsView.as_view(),
                    name="payment-details",
                ),
                path("preview/", views.PreviewView.as_view(), name="preview"),
                path("thank-you/", views.ThankYouView.as_view(), name="thank-you"),
            ]
        )

    def get_url_decorator(self, pattern: Any) -> None:
        """Leave the door to the access middleware, as everywhere."""
        return
