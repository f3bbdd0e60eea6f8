"""How goods reach a buyer: the hub delivers. Fees of small drops are surcharges, not shipping."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from oscar.apps.shipping.methods import *  # noqa: F403
from oscar.apps.shipping.methods import Base
from oscar.core import prices


class HubDelivery(Base):
    """The one method: the hub's run on the delivery day, without a charge of its own."""

    code = "hub-delivery"
    name = _("ส่งจากศูนย์")

    def calculate(self, basket: Any) -> prices.Price:
        """Return zero: delivery fees are surcharges of the order."""
        zero = Decimal("0.00")
        return prices.Price(currency="THB", excl_tax=zero, tax=zero)
