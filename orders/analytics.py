"""Oscar's counters of purchases and of a user's orders, in bulk.

Oscar's own receiver updates the counter of each line by itself: two queries a line. This one stands
in its place with the same result.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import F
from oscar.apps.analytics import receivers
from oscar.apps.order.signals import order_placed
from oscar.core.loading import get_model

from orders.models import Order


def count_purchases(sender: Any, order: Order, user: Any, **kwargs: Any) -> None:
    """Count what an order buys (in order steps) per product, and the order for its user."""
    if kwargs.get("raw", False):
        return
    record_of_product = get_model("analytics", "ProductRecord")
    bought: Counter[int] = Counter()
    for product, quantity in order.lines.values_list("product_id", "quantity"):
        bought[product] += quantity
    record_of_product.objects.bulk_create(
        [record_of_product(product_id=product) for product in sorted(bought)],
        ignore_conflicts=True,
    )
    rows = list(record_of_product.objects.filter(product__in=bought).order_by("pk"))
    for row in rows:
        row.num_purchases = F("num_purchases") + bought[row.product_id]
    record_of_product.objects.bulk_update(rows, ["num_purchases"])
    if user and user.is_authenticated:
        receivers._record_user_order(user, order)


def take_over() -> None:
    """Put `count_purchases` in the place of Oscar's receiver."""
    order_placed.disconnect(receivers.receive_order_placed)
    order_placed.connect(count_purchases, dispatch_uid="orders.count_purchases")
