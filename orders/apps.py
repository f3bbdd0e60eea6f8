"""Fork of Oscar's `order` app: the folder is ours, the label stays `order`."""

from oscar.apps.order import apps


class OrderConfig(apps.OrderConfig):
    name = "orders"
