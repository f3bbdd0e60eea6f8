"""Oscar's order creation, forked under the name by which Oscar finds it: lines in bulk.

Stock Oscar writes each line, its prices and its attributes one by one and then allocates stock line
by line. Here each of these is one query a batch, in the same order; where Oscar allocates stock,
supply reserves. The order's totals, its line prices, its surcharges (a delivery's fee) and the
signal `order_placed` are Oscar's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from oscar.apps.order.signals import order_placed
from oscar.apps.order.utils import *  # noqa: F403
from oscar.apps.order.utils import OrderCreator as OscarOrderCreator
from oscar.apps.order.utils import OrderNumberGenerator as OscarOrderNumberGenerator
from oscar.core.loading import get_model

from marketplace.common.clock import now, today
from marketplace.common.dates import be_year, format_date
from marketplace.common.money import to_decimal
from orders.models import Delivery, DeliveryFee, Line, Order, OrderNumber
from orders.rules import Fee

BasketLineAttribute: Any = get_model("basket", "LineAttribute")
LineAttribute: Any = get_model("order", "LineAttribute")
LinePrice: Any = get_model("order", "LinePrice")
Surcharge: Any = get_model("order", "Surcharge")


class OrderNumberGenerator(OscarOrderNumberGenerator):
    """Numbers that rise for ever, with the Buddhist year of placing: AO-2570-000123."""

    def order_number(self, basket: Any = None) -> str:
        """Draw the next number; a number drawn for an order that fails leaves a gap."""
        return f"AO-{be_year(today())}-{OrderNumber.objects.create().pk:06d}"


class OrderCreator(OscarOrderCreator):
    """Writes one order from a frozen basket.

    Args:
        cutoffs: by cycle, until when its delivery may be changed.
        fees: by cycle, what its delivery costs beyond its goods.
        reserve: told the order's new lines where Oscar would allocate stock.
    """

    def __init__(
        self,
        *,
        cutoffs: Mapping[int, dt.datetime] | None = None,
        fees: Mapping[int, Sequence[Fee]] | None = None,
        reserve: Callable[[Order, list[Line]], None] | None = None,
    ) -> None:
        self.cutoffs = cutoffs or {}
        self.fees = fees or {}
        self.reserve = reserve

    def place_order(  # type: ignore[no-untyped-def]
        self,
        basket,
        total,
        shipping_method,
        shipping_charge,
        user=None,
        shipping_address=None,
        billing_address=None,
        order_number=None,
        status=None,
        request=None,
        surcharges=None,
        **kwargs,
    ) -> Order:
        """Write the order, its deliveries, lines and records, and say so; see Oscar's.

        The caller holds the transaction. Baskets of the market carry no vouchers and no offers (a
        promotion in Oscar's words): one that does is refused rather than half followed.
        """
        if basket.is_empty:
            raise ValueError("Empty baskets cannot be submitted")
        if basket.offer_applications.applications:
            raise ValueError("baskets of the market carry no promotions")
        order = self.create_order_model(
            user,
            basket,
            shipping_address,
            shipping_method,
            shipping_charge,
            billing_address,
            total,
            order_number or OrderNumberGenerator().order_number(basket),
            status or settings.OSCAR_INITIAL_ORDER_STATUS,
            request,
            date_placed=now(),
            **kwargs,
        )
        lines = self.create_lines(order, list(basket.all_lines()))
        if self.reserve is not None:
            self.reserve(order, lines)
        order_placed.send(sender=self, order=order, user=user)
        return order

    def create_deliveries(self, order: Order, cycles: Iterable[int]) -> dict[int, Delivery]:
        """Write the order's deliveries on these cycles; return them by cycle."""
        rows = Delivery.objects.bulk_create(
            [
                Delivery(
                    order=order,
                    cycle_id=cycle,
                    cutoff_at=self.cutoffs[cycle],
                    fee_satang=sum(fee.satang for fee in self.fees.get(cycle, ())),
                )
                for cycle in sorted(set(cycles))
            ]
        )
        DeliveryFee.objects.bulk_create(
            [
                DeliveryFee(delivery=row, kind=fee.kind, zone=fee.zone, satang=fee.satang)
                for row in rows
                for fee in self.fees.get(row.cycle_id, ())
            ]
        )
        return {row.cycle_id: row for row in rows}

    def create_lines(
        self,
        order: Order,
        basket_lines: Sequence[Any],
        deliveries: Mapping[int, Delivery] | None = None,
    ) -> list[Line]:
        """Write order lines, their prices and attributes, in the order of the basket.

        `deliveries`: those that exist already, by cycle; missing ones are made.
        """
        standing = dict(deliveries or {})
        missing = {line.cycle_id for line in basket_lines} - set(standing)
        if missing:
            standing |= self.create_deliveries(order, missing)
        lines = Line.objects.bulk_create(
            [self._line(order, row, standing[row.cycle_id]) for row in basket_lines]
        )
        LinePrice.objects.bulk_create(
            [
                LinePrice(
                    order=order,
                    line=line,
                    quantity=quantity,
                    price_incl_tax=incl_tax,
                    price_excl_tax=excl_tax,
                    tax_code=row.tax_code,
                )
                for line, row in zip(lines, basket_lines, strict=True)
                for incl_tax, excl_tax, quantity in row.get_price_breakdown()
            ]
        )
        if basket_lines[0].pk is not None:
            self._copy_attributes(basket_lines, lines)
        return lines

    def _line(self, order: Order, row: Any, delivery: Delivery) -> Line:
        product, listing = row.product, row.stockrecord
        qty = row.quantity * product.step_qty
        terms = row.basket.strategy.terms[listing.pk, row.cycle_id]
        return Line(
            order=order,
            delivery=delivery,
            cycle_id=row.cycle_id,
            partner=listing.partner,
            partner_name=listing.partner.name,
            partner_sku=listing.partner_sku,
            stockrecord=listing,
            product=product,
            title=product.get_title(),
            upc=product.upc,
            quantity=row.quantity,
            firm_qty=qty,
            wanted_qty=0,
            base_unit=product.base_unit,
            step_qty=product.step_qty,
            min_grade=listing.min_grade,
            standard_id=listing.required_standard_id,
            price_satang=terms.price_satang,
            line_price_excl_tax=row.line_price_excl_tax_incl_discounts,
            line_price_incl_tax=row.line_price_incl_tax_incl_discounts,
            line_price_before_discounts_excl_tax=row.line_price_excl_tax,
            line_price_before_discounts_incl_tax=row.line_price_incl_tax,
            unit_price_incl_tax=row.unit_price_incl_tax,
            unit_price_excl_tax=row.unit_price_excl_tax,
            tax_code=row.tax_code,
            num_allocated=row.quantity,
            status=settings.OSCAR_INITIAL_LINE_STATUS,
        )

    def _copy_attributes(self, basket_lines: Sequence[Any], lines: Sequence[Line]) -> None:
        by_row = dict(zip((row.pk for row in basket_lines), lines, strict=True))
        found = BasketLineAttribute.objects.filter(line__basket_id=basket_lines[0].basket_id)
        LineAttribute.objects.bulk_create(
            [
                LineAttribute(
                    line=by_row[attribute.line_id],
                    option=attribute.option,
                    type=attribute.option.code,
                    value=attribute.value,
                )
                for attribute in found.select_related("option")
                if attribute.line_id in by_row
            ]
        )


def surcharge_deliveries(order: Order, deliveries: Iterable[Delivery]) -> list[Any]:
    """Write the fees of an order's deliveries as Oscar's surcharges, in place of those before.

    So Oscar's identity holds: total = lines + shipping (0) + surcharges.
    """
    order.surcharges.all().delete()
    by_pk = {delivery.pk: delivery for delivery in deliveries}
    return Surcharge.objects.bulk_create(
        [
            Surcharge(
                order=order,
                name=_("%(fee)s %(day)s")
                % {
                    "fee": fee.label,
                    "day": format_date(by_pk[fee.delivery_id].cycle.delivery_day, "short"),
                },
                code=f"delivery:{fee.delivery_id}:{fee.kind}",
                incl_tax=to_decimal(fee.satang),
                excl_tax=to_decimal(fee.satang),
            )
            for fee in DeliveryFee.objects.filter(delivery__in=by_pk)
        ]
    )
