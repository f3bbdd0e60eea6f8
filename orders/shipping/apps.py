"""Fork of Oscar's `shipping` app: the folder is ours, the label stays `shipping`."""

from oscar.apps.shipping import apps


class ShippingConfig(apps.ShippingConfig):
    name = "orders.shipping"
