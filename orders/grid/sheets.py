"""What a grid is drawn from: a draft's cells, or the lines of a placed order."""

from __future__ import annotations

from dataclasses import dataclass, field

from marketplace.common.clock import today
from marketplace.parties.models import Buyer
from orders.days import DeliveryDay, delivery_days
from orders.models import DraftCell, Line, Order, OrderDraft
from orders.promises import Key
from orders.rules import Fee
from orders.services.fees import standing_zone_fees
from orders.states import DeliveryState


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a grid is drawn from: a draft, or a placed order."""

    buyer: Buyer
    site_id: int
    district_id: str
    days: dict[int, DeliveryDay]
    asked: dict[Key, int]
    standing: dict[Key, int]
    is_order: bool = False
    fixed: frozenset[int] = frozenset()
    """Cycles whose delivery can no longer be changed, though the day is open."""
    placed: frozenset[int] = frozenset()
    """Cycles on which the order has something: they keep the zone fee that was copied."""
    zones: dict[int, Fee] = field(default_factory=dict)
    """The zone fee that was copied, by cycle."""


def sheet_of_draft(draft: OrderDraft) -> Sheet:
    """Read a draft's cells; the days of its window."""
    return Sheet(
        buyer=draft.buyer,
        site_id=draft.site_id,
        district_id=draft.site.district_id,
        days=delivery_days(
            buyer_class_id=draft.buyer.buyer_class_id,
            first_day=draft.first_day,
            last_day=draft.last_day,
        ),
        asked={
            (listing, cycle): qty
            for listing, cycle, qty in DraftCell.objects.filter(draft=draft).values_list(
                "listing_id", "cycle_id", "qty"
            )
        },
        standing={},
    )


def sheet_of_order(order: Order) -> Sheet:
    """Read an order's lines; its own days and those between them that are open."""
    lines = list(
        Line.objects.filter(order=order).values_list(
            "stockrecord_id",
            "cycle_id",
            "firm_qty",
            "wanted_qty",
            "cycle__delivery_day",
            "delivery__state",
        )
    )
    on = [line[4] for line in lines] or [today()]
    days = delivery_days(
        buyer_class_id=order.buyer.buyer_class_id, first_day=min(on), last_day=max(on)
    )
    own = {line[1] for line in lines}
    return Sheet(
        buyer=order.buyer,
        site_id=order.site_id,
        district_id=order.site.district_id,
        days={key: day for key, day in days.items() if key in own or day.is_open},
        asked={(line[0], line[1]): line[2] + line[3] for line in lines if line[2] + line[3]},
        standing={(line[0], line[1]): line[2] for line in lines if line[2]},
        is_order=True,
        fixed=frozenset(
            line[1]
            for line in lines
            if line[5] not in (DeliveryState.PLACED, DeliveryState.CANCELLED)
        ),
        placed=frozenset(line[1] for line in lines if line[5] != DeliveryState.CANCELLED),
        zones=standing_zone_fees(order),
    )
