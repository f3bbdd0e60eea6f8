"""A day of the demo that was planned again: rain took part of one offer, staff decided once, and
buyers answered what could take the place of what was short.
"""

from __future__ import annotations

from datetime import timedelta

from marketplace.common import clock
from marketplace.cycles.models import OrderCycle
from marketplace.demo.setting import Market
from orders.allocation.models import Allocation
from orders.allocation.replanning import Decided, Event, plan_decided, plan_for
from orders.allocation.services import override, replan
from orders.substitution.services import accept, decline, propose


def plan_day_again(market: Market, cycle: OrderCycle) -> None:
    """Take a fifth of the largest supplier's offer of an allocated day, then fix one line by hand."""
    rows = Allocation.objects.planned(cycle.pk).order_by("-qty", "pk")
    row = rows.select_related("share__harvest_offer", "product").first()
    if row is None:
        return
    last = max(cycle.cutoffs.values_list("at", flat=True))
    with clock.at(last + timedelta(hours=2)):
        event = Event(
            cycle.delivery_day,
            cycle.delivery_day,
            "ฝนหนัก เก็บได้ไม่ครบ (ตัวอย่าง)",
            percent_left=80,
            offer_id=row.share.harvest_offer_id,
        )
        replan(
            event=event,
            seen=plan_for(event).fingerprint,
            key=f"demo-rain-{cycle.pk}",
            by=market.staff,
        )
        kept = rows.filter(qty__gt=row.product.step_qty * 4).select_related("product").last()
        if kept is None:
            return
        decided = Decided(kept.line_id, kept.share_id, kept.qty - kept.product.step_qty)
        override(
            decided=decided,
            reason="แปลงนี้ขอเก็บน้อยลง รถเข้าไม่ถึงท้ายแปลง (ตัวอย่าง)",
            seen=plan_decided(decided).fingerprint,
            key=f"demo-decided-{cycle.pk}",
            by=market.staff,
        )
        _answer_substitutes(market, cycle)


def _answer_substitutes(market: Market, cycle: OrderCycle) -> None:
    """One buyer takes what is offered instead, one finds it elsewhere, the others stay silent."""
    for place, proposal in enumerate(propose(cycle=cycle)):
        buyer = market.requesters[proposal.line.order.buyer_id]
        if place == 0:
            accept(by=buyer, option=proposal.options.all()[0])
        elif place == 1:
            decline(by=buyer, proposal=proposal)
