"""Fork of Oscar's `payment` app: the folder is ours, the label stays `payment`."""

from oscar.apps.payment import apps


class PaymentConfig(apps.PaymentConfig):
    name = "orders.payment"
