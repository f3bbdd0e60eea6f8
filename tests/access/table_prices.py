"""Who may open the pages of prices and listings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from catalogue.models import Product
from catalogue.partner.models import PriceNotice
from catalogue.partner.services import draft_notice, guide_rows, save_notice_prices
from marketplace.common import clock

OFFICE = ("staff", "treasurer")

TABLE: dict[str, tuple[str, ...] | str] = {
    "prices:notices": OFFICE,
    "prices:draft": ("treasurer",),
    "prices:notice": OFFICE,
    "prices:publish": ("treasurer",),
    "prices:discard": ("treasurer",),
    "prices:print": OFFICE,
    "prices:xlsx": OFFICE,
    "prices:board": ("grower", "coordinator", "staff", "treasurer", "agency"),
    "prices:listings": OFFICE,
    "prices:open-listings": OFFICE,
    "prices:close-listings": OFFICE,
}


def _notice(world: Any) -> dict[str, Any] | None:
    """A draft of the cooperative; there is no foreign one."""
    if world.foreign:
        return None
    notice: PriceNotice = draft_notice(by=None, valid_from=clock.today() + timedelta(days=7))
    save_notice_prices(
        by=None, notice=notice, rows=guide_rows(products=Product.objects.order_by("pk")[:3])
    )
    return {"pk": notice.pk}


EXAMPLES: dict[str, Callable[[Any], dict[str, Any] | None]] = {
    "prices:notice": _notice,
    "prices:publish": _notice,
    "prices:discard": _notice,
    "prices:print": _notice,
    "prices:xlsx": _notice,
}
