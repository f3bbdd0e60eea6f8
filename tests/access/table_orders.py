"""Who may open the pages of ordering."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from catalogue.models import Product
from catalogue.partner.services import ListingInput, list_products
from marketplace.common import clock
from orders import services
from orders.models import Order, OrderDraft
from orders.services import CellInput
from orders.shipping.services import save_zone
from tests.support import goods

BUYING = ("requester", "approver")
WRITERS = (*BUYING, "staff")
READING = (*BUYING, "receiver", "finance")
READERS = (*READING, "staff", "treasurer")
OFFICE = ("staff", "treasurer")
FILING = (*BUYING, "finance", "staff")

TABLE: dict[str, tuple[str, ...] | str] = {
    "orders:list": READERS,
    "orders:export": READERS,
    "orders:home": READING,
    "orders:grid": WRITERS,
    "orders:drafts": WRITERS,
    "orders:draft-new": WRITERS,
    "orders:draft": WRITERS,
    "orders:draft-save": WRITERS,
    "orders:draft-fill": WRITERS,
    "orders:draft-copy": WRITERS,
    "orders:draft-why": WRITERS,
    "orders:draft-shift": WRITERS,
    "orders:draft-drop-closed": WRITERS,
    "orders:draft-discard": WRITERS,
    "orders:draft-restore": WRITERS,
    "orders:purchase-orders": READERS,
    "orders:purchase-order-new": FILING,
    "orders:purchase-order": READERS,
    "orders:zones": OFFICE,
    "orders:zone-new": OFFICE,
    "orders:zone": OFFICE,
    "orders:zone-fee": OFFICE,
    "orders:order": READERS,
    "orders:change": WRITERS,
    "orders:cancel": WRITERS,
    "orders:print": READERS,
    "orders:attach": FILING,
    "checkout:index": WRITERS,
    "checkout:shipping-address": WRITERS,
    "checkout:payment-details": WRITERS,
    "checkout:preview": WRITERS,
    "checkout:thank-you": WRITERS,
}


def _filled(world: Any) -> OrderDraft:
    """A draft with one cell, of the own buyer or of another."""
    product = Product.objects.filter(base_unit="gram", step_qty=500).order_by("pk")[0]
    listing = list_products(
        by=None, listings=[ListingInput(product=product, party=world.cooperative)]
    )[0]
    goods.published(clock.today() + timedelta(days=1), goods.row(product))
    day = world.cycle.delivery_day
    draft = services.start_draft(by=None, site=world.its_site, first_day=day, last_day=day)
    return services.save_cells(
        by=None, draft=draft, cells=[CellInput(listing.pk, world.cycle.pk, 10_000)]
    )


def _draft(world: Any) -> dict[str, Any]:
    return {"pk": _filled(world).pk}


def _order(world: Any) -> dict[str, Any]:
    order: Order = services.place_draft(by=None, draft=_filled(world))
    return {"number": order.number}


def _purchase_order(world: Any) -> dict[str, Any]:
    row = services.record_purchase_order(
        by=None, buyer=world.its_buyer, number="พล. 1/2570", dated=clock.today()
    )
    return {"pk": row.pk}


def _zone(world: Any) -> dict[str, Any]:
    return {"pk": save_zone(by=None, name="เขตตัวอย่าง", districts=["9001"]).pk}


EXAMPLES: dict[str, Callable[[Any], dict[str, Any] | None]] = {
    **dict.fromkeys(
        (
            "orders:draft",
            "orders:draft-save",
            "orders:draft-fill",
            "orders:draft-copy",
            "orders:draft-why",
            "orders:draft-shift",
            "orders:draft-drop-closed",
            "orders:draft-discard",
            "orders:draft-restore",
        ),
        _draft,
    ),
    **dict.fromkeys(
        ("orders:order", "orders:change", "orders:cancel", "orders:print", "orders:attach"), _order
    ),
    "orders:purchase-order": _purchase_order,
    **dict.fromkeys(("orders:zone", "orders:zone-fee"), _zone),
}
