"""Where upper rooms hook into orders; filled in their `AppConfig.ready()`.

`deliveries_cancelled`: told inside the transaction that takes deliveries off, with the deliveries
(state cancelled, lines emptied) and who did it; what it raises undoes the cancelling.

`home_panels`: sections of the buyer's first page: called with `request.access` and the day, each
returns a template name and its context, or None when it has nothing to say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from marketplace.accounts.models import User
    from marketplace.parties.access import Access
    from marketplace.parties.models import Buyer
    from orders.models import Delivery, Order

deliveries_cancelled: list[Callable[[list[Delivery], User | None], None]] = []

ordered: list[Callable[[Buyer, User | None], None]] = []
"""Told inside the transaction, after a buyer's order was placed or grew; what it raises undoes it."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One section of a page: a template of the room that made it, and what it shows.

    `place`: "today" (beside what comes today), "waiting" (what the buyer must do) or "below".
    """

    template: str
    context: dict[str, Any] = field(default_factory=dict)
    place: str = "below"
    order: int = 100


home_panels: list[Callable[[Access, dt.date], Panel | None]] = []
"""Sections of the buyer's first page."""

order_panels: list[Callable[[Access, Order], Panel | None]] = []
"""Sections of an order's page: notes, acceptances, bills."""

placing_panels: list[Callable[[Buyer, int], Panel | None]] = []
"""Sections of the last step before placing, told the buyer and what the order is worth, satang."""
