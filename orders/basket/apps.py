"""Fork of Oscar's `basket` app: the folder is ours, the label stays `basket`."""

from oscar.apps.basket import apps


class BasketConfig(apps.BasketConfig):
    name = "orders.basket"
