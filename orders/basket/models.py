"""Oscar's basket, forked: a line is a listing on one delivery day.

The market's baskets are not carts: one is built from a draft in bulk when it is placed, priced by
what the notice says, and frozen at once, so that Oscar's totals and records stand on it.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from oscar.apps.basket.abstract_models import AbstractBasket, AbstractLine

from marketplace.cycles.models import OrderCycle


class Basket(AbstractBasket):
    """Oscar's basket; its lines come with what an order line copies from them."""

    _lines: Any

    def all_lines(self) -> Any:
        """Return the lines in the order they were made, read once."""
        if self._lines is None and self.pk is not None:
            self._lines = self.lines.select_related(
                "product__product_class", "stockrecord__partner__party"
            ).order_by("pk")
        return super().all_lines()


class Line(AbstractLine):
    """A listing on a delivery day; Oscar's `quantity` counts order steps."""

    cycle = models.ForeignKey(
        OrderCycle, models.PROTECT, null=True, blank=True, related_name="basket_lines"
    )


def line_reference(product_id: int, listing_id: int, cycle_id: int) -> str:
    """Return what tells basket lines apart: the same listing on two days makes two lines."""
    return f"{product_id}_{listing_id}_{cycle_id}"


from oscar.apps.basket.models import *
