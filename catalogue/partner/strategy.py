"""How Oscar sees prices and availability: through the price notice of the buyer's class.

Oscar counts order steps, so its price is that of one step, in baht, without tax (VAT belongs to
documents and the ledger). A basket line that carries its price already keeps it: prices are frozen
when a line is placed. Availability only says whether a listing trades; how much may be promised on
which day is decided by `catalogue.supply`.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from oscar.apps.partner import strategy as oscar
from oscar.apps.partner.availability import Available, Unavailable
from oscar.apps.partner.prices import FixedPrice
from oscar.apps.partner.prices import Unavailable as UnavailablePrice

from catalogue.partner.models import StockRecord
from catalogue.partner.prices import selling_prices
from marketplace.common import clock
from marketplace.common.money import to_decimal, value_of
from marketplace.cycles.models import CycleState, OrderCycle
from marketplace.parties.models import Buyer

NO_TAX = Decimal("0.00")


def price_of_step(price_satang: int, step_qty: int, per: int) -> Decimal:
    """The price of one order step in baht.

    Args:
        price_satang: satang per `per` base units; divides by the step without a rest.
        step_qty: base units in one order step.
        per: 1,000 for gram products, 1 for pieces.
    """
    return to_decimal(value_of(step_qty, price_satang, per=per))


class Selector:
    """Chooses the one strategy of this market (Oscar looks it up by name)."""

    def strategy(self, request: Any = None, user: Any = None, **kwargs: Any) -> MarketStrategy:
        """The strategy for whoever asks; without a request or a buyer nothing has a price."""
        return MarketStrategy(request)


class MarketStrategy(oscar.Structured):  # type: ignore[misc]
    """Prices from notices, availability from listings."""

    @cached_property
    def buyer(self) -> Buyer | None:
        """The buyer for whom the reader acts, if any."""
        access = getattr(self.request, "access", None)
        ids = access.buyer_ids if access is not None else []
        acting = access.acting.party_id if access is not None and access.acting else None
        pk = acting if acting in ids else (ids[0] if ids else None)
        return Buyer.objects.filter(pk=pk).first() if pk else None

    @cached_property
    def day(self) -> date:
        """The next delivery day that is open for orders; tomorrow when none is."""
        found: date | None = (
            OrderCycle.objects.filter(state=CycleState.OPEN, delivery_day__gt=clock.today())
            .order_by("delivery_day")
            .values_list("delivery_day", flat=True)
            .first()
        )
        return found or clock.today() + timedelta(days=1)

    def fetch_for_line(self, line: Any, stockrecord: StockRecord | None = None) -> Any:
        """A basket line's own listing, at the price it carries."""
        listing = line.stockrecord
        if line.price_excl_tax is None:
            return self.fetch_for_product(line.product, listing)
        return oscar.PurchaseInfo(
            price=FixedPrice(line.price_currency, line.price_excl_tax, NO_TAX),
            availability=Available(),
            stockrecord=listing,
        )

    def select_stockrecord(self, product: Any) -> StockRecord | None:
        """The first listing that trades, the cooperative's own before a named group's."""
        trading = [row for row in product.stockrecords.all() if row.archived_at is None]
        return min(trading, key=lambda row: row.pk, default=None)

    def pricing_policy(self, product: Any, stockrecord: StockRecord | None) -> Any:
        """The notice's price for the reader's class on the next open delivery day."""
        if stockrecord is None or self.buyer is None:
            return UnavailablePrice()
        found = selling_prices(
            listings=[stockrecord],
            buyer_class_id=self.buyer.buyer_class_id,
            buyer_id=self.buyer.pk,
            days=[self.day],
        ).get((stockrecord.pk, self.day))
        if found is None:
            return UnavailablePrice()
        return FixedPrice(
            stockrecord.price_currency,
            price_of_step(found.selling_satang, product.step_qty, product.per),
            NO_TAX,
        )

    def parent_pricing_policy(self, product: Any, children_stock: Any) -> Any:
        """This market has no parent products."""
        return UnavailablePrice()

    def availability_policy(self, product: Any, stockrecord: StockRecord | None) -> Any:
        """Available as long as the listing and its product trade."""
        if stockrecord is None or stockrecord.archived_at is not None or product.archived_at:
            return Unavailable()
        return Available()

    def parent_availability_policy(self, product: Any, children_stock: Any) -> Any:
        """This market has no parent products."""
        return Unavailable()
