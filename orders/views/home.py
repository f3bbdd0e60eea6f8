"""The buyer's first page: what comes today, what waits for a decision, what comes next."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from marketplace.common.clock import now, today
from marketplace.common.dates import format_date, format_time
from marketplace.parties.access import AccessedRequest, requires
from orders import hooks
from orders.access import READING, may_file_papers_for, may_order_for
from orders.models import Delivery, Order, OrderDraft
from orders.reading import DayView, days_of
from orders.states import DeliveryState, OrderState
from orders.views.common import page

NEXT_DAYS = 14


@requires(*READING)
@require_GET
def home(request: AccessedRequest) -> HttpResponse:
    """Answer "what comes today"."""
    day = today()
    deliveries = (
        Delivery.objects.for_access(request.access)
        .filter(cycle__delivery_day__gte=day)
        .filter(cycle__delivery_day__lte=day + dt.timedelta(days=NEXT_DAYS))
        .exclude(state=DeliveryState.CANCELLED)
        .select_related("cycle", "order__site", "order__buyer")
    )
    if acting := _acting_buyer_id(request):
        deliveries = deliveries.filter(order__buyer_id=acting)
    days = [view for view in days_of(deliveries) if view.lines]
    coming = [view for view in days if view.delivery.cycle.delivery_day == day]
    later = [view for view in days if view.delivery.cycle.delivery_day != day]
    panels = [panel for ask in hooks.home_panels if (panel := ask(request.access, day)) is not None]
    panels.sort(key=lambda panel: panel.order)
    return page(
        request,
        "orders/home.html",
        {
            "day": day,
            "moment": now(),
            "coming": coming,
            "items": sum(len(view.lines) for view in coming),
            "grams": sum(view.grams for view in coming),
            "wanted_grams": sum(view.wanted_grams for view in coming),
            "from_time": min(
                (view.delivery.order.site.receive_from for view in coming), default=None
            ),
            "next": later[0] if later else None,
            "week": _week(later),
            "week_firm": sum(view.firm_grams for view in later),
            "week_wanted": sum(view.wanted_grams for view in later),
            "waiting": _waiting(request),
            "today_panels": [panel for panel in panels if panel.place == "today"],
            "waiting_panels": [panel for panel in panels if panel.place == "waiting"],
            "below_panels": [panel for panel in panels if panel.place == "below"],
            "may_order": any(
                may_order_for(request.access, buyer) for buyer in request.access.buyer_ids
            ),
        },
    )


def _acting_buyer_id(request: AccessedRequest) -> int | None:
    acting = request.access.acting
    if acting is None or acting.party_id not in request.access.buyer_ids:
        return None
    return acting.party_id


def _week(days: list[DayView]) -> list[dict[str, Any]]:
    """Return one row a day: the deliveries of a day may be of several orders."""
    rows: dict[dt.date, dict[str, Any]] = {}
    for view in days:
        day = view.delivery.cycle.delivery_day
        row = rows.setdefault(
            day,
            {
                "day": day,
                "items": 0,
                "grams": 0,
                "wanted": 0,
                "worth": 0,
                "orders": [],
                "until": "",
            },
        )
        row["items"] += len(view.lines)
        row["grams"] += view.grams
        row["wanted"] += view.wanted_grams
        row["worth"] += view.worth
        row["orders"].append(view.delivery.order)
        if view.can_change:
            row["until"] = view.until
    return list(rows.values())


def _waiting(request: AccessedRequest) -> list[dict[str, Any]]:
    """Return what waits for the buyer: drafts not sent, orders without a purchase order."""
    from django.db.models import Min
    from django.utils.translation import gettext as _

    buyer = _acting_buyer_id(request)
    found: list[dict[str, Any]] = []
    drafts = (
        OrderDraft.objects.for_access(request.access)
        .filter(state=OrderDraft.State.OPEN, last_day__gte=today(), cells__isnull=False)
        .select_related("site", "buyer__buyer_class")
        .annotate(first_filled=Min("cells__cycle__delivery_day"))
        .order_by("first_filled")
    )
    papers = (
        Order.objects.for_access(request.access)
        .filter(purchase_order=None, buyer__requires_po=True)
        .exclude(status=OrderState.CANCELLED)
        .order_by("date_placed")
    )
    if buyer:
        drafts, papers = drafts.filter(buyer_id=buyer), papers.filter(buyer_id=buyer)
    for draft in drafts[:5]:
        if not may_order_for(request.access, draft.buyer_id):
            continue
        rule = draft.buyer.buyer_class
        closes = draft.first_filled - dt.timedelta(days=rule.cutoff_days_before)
        late = closes < today()
        found.append(
            {
                "status": "bad" if late else "warn",
                "badge": _("บางวันปิดรับแล้ว")
                if late
                else _("ก่อน %(day)s %(time)s")
                % {"day": format_date(closes, "day"), "time": format_time(rule.cutoff_time)},
                "text": _("ร่าง %(name)s ยังไม่ได้ส่ง") % {"name": draft.name or draft.site.name},
                "url": reverse("orders:draft", args=[draft.pk]),
                "act": _("เปิดร่าง"),
            }
        )
    for order in papers[:5]:
        if may_file_papers_for(request.access, order.buyer_id):
            found.append(
                {
                    "status": "warn",
                    "badge": _("รอใบสั่งซื้อ"),
                    "text": _("ใบจอง %(number)s รอเลขใบสั่งซื้อ") % {"number": order.number},
                    "url": reverse("orders:attach", args=[order.number]),
                    "act": _("ใส่เลขใบสั่งซื้อ"),
                }
            )
    return found
