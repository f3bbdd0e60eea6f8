"""Fork of Oscar's `checkout` app: the folder is ours, the label stays `checkout`."""

from oscar.apps.checkout import apps


class CheckoutConfig(apps.CheckoutConfig):
    name = "orders.checkout"
