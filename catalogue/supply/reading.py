"""What the pages of supply show: words for amounts and days, rows of lists and boards. No writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from catalogue.models import Product
from catalogue.supply import hooks
from catalogue.supply.models import HarvestOffer, Reservation
from catalogue.supply.services import CutForecast
from marketplace.common.clock import today
from marketplace.common.dates import format_date, format_range, harvest_and_delivery, harvest_day
from marketplace.common.quantities import BaseUnit, format_number, format_quantity
from marketplace.cycles.models import CycleState, OrderCycle
from marketplace.parties.access import Access


def amount_of(product: Product, qty: int) -> str:
    """Write a quantity of a product with its unit: "20 กก.", "12 ลูก"."""
    unit = BaseUnit(product.base_unit)
    return format_quantity(
        qty, unit, unit_label=None if unit is BaseUnit.GRAM else product.unit_label
    )


def figure_of(product: Product, qty: int) -> str:
    """Write a quantity of a product as the bare figure."""
    return format_number(qty, BaseUnit(product.base_unit))


def excel_of(product: Product, qty: int) -> object:
    """Return a quantity as a spreadsheet's number: kilograms or pieces."""
    per = BaseUnit(product.base_unit).per
    return qty // per if qty % per == 0 else Decimal(qty) / per


def days_of(offer: HarvestOffer) -> str:
    """Write an offer's days of harvest and of delivery; read it with its product."""
    lead = offer.product.harvest_lead_days
    if offer.first_day == offer.last_day:
        return harvest_and_delivery(offer.first_day, lead)
    return _("เก็บ %(harvest)s · ส่ง %(delivery)s") % {
        "harvest": format_range(
            harvest_day(offer.first_day, lead), harvest_day(offer.last_day, lead)
        ),
        "delivery": format_range(offer.first_day, offer.last_day),
    }


def state_of(offer: HarvestOffer) -> tuple[str, str]:
    """Return an offer's status for a badge: the kit's role and at most three words."""
    if offer.last_day < today():
        return "wait", _("เลยวันส่ง")
    if offer.state == HarvestOffer.State.CLOSED:
        return "wait", _("ปิดแล้ว")
    if offer.reserved_qty > offer.policy_qty:
        return "bad", _("จองเกิน")
    if offer.free_qty == 0:
        return "info", _("จองเต็ม")
    return "ok", _("เปิดจอง")


def offers_for(
    access: Access,
    *,
    product: str = "",
    group_id: int | None = None,
    day: date | None = None,
    state: str = "",
) -> QuerySet[HarvestOffer]:
    """Return the offers a list shows, soonest first.

    `state`: "" open and not over, "closed", "over", "all".
    """
    found = HarvestOffer.objects.for_access(access).select_related("group", "product")
    if product:
        found = found.filter(
            Q(product__title__icontains=product)
            | Q(product__title_en__icontains=product)
            | Q(product__aliases__icontains=product)
        )
    if group_id:
        found = found.filter(group_id=group_id)
    if day:
        found = found.on_day(day)
    if state == "closed":
        found = found.filter(state=HarvestOffer.State.CLOSED, last_day__gte=today())
    elif state == "over":
        return found.filter(last_day__lt=today()).order_by("-last_day", "-pk")
    elif state != "all":
        found = found.open().filter(last_day__gte=today())
    return found.order_by("first_day", "last_day", "product__title", "pk")


def open_text(offers: Iterable[HarvestOffer], group: str = "") -> str:
    """Return what is open as a short text to pass on, one line an offer."""
    lines = [
        _("%(product)s %(grade)s เหลือ %(free)s · %(days)s")
        % {
            "product": offer.product.name,
            "grade": offer.get_grade_display(),
            "free": amount_of(offer.product, offer.free_qty),
            "days": days_of(offer),
        }
        for offer in offers
        if offer.free_qty
    ]
    if not lines:
        return ""
    head = _("ผลผลิตที่เปิดจอง %(day)s") % {"day": format_date(today(), "day")}
    return "\n".join([f"{head} {group}".strip(), *lines])


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a cut would do, in words, before it is confirmed."""

    lines: list[str]
    loses: bool


def consequences_of(forecast: CutForecast, *, named: bool = False) -> Consequences:
    """Put a forecast of a cut into words: what moves to other offers, and who falls short.

    `named`: say whose orders fall short, which is for staff only.
    """
    ids = {*forecast.moved, *(loss.product_id for loss in forecast.lost)}
    products = Product.objects.in_bulk(ids)
    names = hooks.names_of([loss.holder for loss in forecast.lost]) if named else {}
    lines = [
        _("%(product)s %(qty)s ที่จองไว้ ย้ายไปผลผลิตรายการอื่น ผู้ซื้อไม่กระทบ")
        % {"product": products[pk].name, "qty": amount_of(products[pk], qty)}
        for pk, qty in sorted(forecast.moved.items())
    ]
    for loss in forecast.lost:
        product = products[loss.product_id]
        facts = {
            "product": product.name,
            "qty": amount_of(product, loss.qty),
            "day": format_date(loss.day, "day"),
            "who": names[loss.holder].text if loss.holder in names else "",
        }
        lines.append(
            _("%(who)s จะขาด%(product)s %(qty)s ส่ง %(day)s") % facts
            if facts["who"]
            else _("ผู้ซื้อหนึ่งรายจะขาด%(product)s %(qty)s ส่ง %(day)s") % facts
        )
    return Consequences(lines, bool(forecast.lost))


# the board ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class BoardCell:
    """One product on one delivery day, base units: free to promise, reserved for that day."""

    free: int = 0
    reserved: int = 0

    @property
    def heat(self) -> int:
        """-2 sold out, -1 less free than sold, 0 nothing at all, 1 some free, 2 plenty free."""
        if not self.free:
            return -2 if self.reserved else 0
        if self.free < self.reserved:
            return -1
        return 2 if self.reserved == 0 or self.free >= 3 * self.reserved else 1


@dataclass(slots=True)
class BoardRow:
    product: Product
    cells: list[BoardCell] = field(default_factory=list)

    @property
    def free_g(self) -> int:
        return max((self.product.grams_of(cell.free) for cell in self.cells), default=0)


@dataclass(slots=True)
class Board:
    days: list[date]
    rows: list[BoardRow]
    free_g: int
    reserved_g: int


def supply_board(
    *,
    weeks: int = 2,
    district_id: str = "",
    standard_id: str = "",
    group_id: int | None = None,
) -> Board:
    """Return what is offered and reserved on the coming delivery days; four queries.

    An offer counts on every day of its window; the totals count it once.
    """
    first, last = today(), today() + timedelta(weeks=weeks)
    cycles = list(
        OrderCycle.objects.filter(delivery_day__gte=first, delivery_day__lte=last)
        .exclude(state=CycleState.CANCELLED)
        .order_by("delivery_day")
    )
    days = sorted({cycle.delivery_day for cycle in cycles})
    offers = HarvestOffer.objects.filter(last_day__gte=first, first_day__lte=last)
    backings = Q(backings__isnull=False)
    reserved = Reservation.objects.filter(
        backings, state=Reservation.State.LIVE, cycle__delivery_day__in=days
    )
    if district_id:
        offers = offers.filter(group__district_id=district_id)
        reserved = reserved.filter(backings__harvest_offer__group__district_id=district_id)
    if standard_id:
        offers = offers.filter(standards=standard_id)
        reserved = reserved.filter(backings__harvest_offer__standards=standard_id)
    if group_id:
        offers = offers.filter(group_id=group_id)
        reserved = reserved.filter(backings__harvest_offer__group_id=group_id)
    cells: dict[int, dict[date, BoardCell]] = defaultdict(lambda: defaultdict(BoardCell))
    free_total: dict[int, int] = defaultdict(int)
    for product_id, start, end, free in (
        offers.open()
        .filter(policy_qty__gt=F("reserved_qty"))
        .values_list("product_id", "first_day", "last_day", F("policy_qty") - F("reserved_qty"))
    ):
        free_total[product_id] += free
        for day in days:
            if start <= day <= end:
                cells[product_id][day].free += free
    reserved_total: dict[int, int] = defaultdict(int)
    for product_id, day, qty in reserved.values_list("product_id", "cycle__delivery_day").annotate(
        total=Sum("backings__qty")
    ):
        cells[product_id][day].reserved += qty
        reserved_total[product_id] += qty
    products = Product.objects.in_bulk(list(cells))
    rows = [
        BoardRow(products[pk], [by_day.get(day, BoardCell()) for day in days])
        for pk, by_day in cells.items()
    ]
    rows.sort(key=lambda row: (-row.free_g, row.product.title))
    return Board(
        days=days,
        rows=rows,
        free_g=_grams(products, free_total),
        reserved_g=_grams(products, reserved_total),
    )


def _grams(products: Mapping[int, Product], quantities: Mapping[int, int]) -> int:
    return sum(products[pk].grams_of(qty) for pk, qty in quantities.items() if pk in products)


def shortage_rows(shortages: Sequence[Any]) -> list[dict[str, Any]]:
    """Return shortages (read with cycle and product) with the words of their rows."""
    names = hooks.names_of([s.holder for s in shortages])
    return [
        {
            "shortage": s,
            "who": names[s.holder].text if s.holder in names else _("ใบจองของผู้ซื้อ"),
            "url": names[s.holder].url if s.holder in names else "",
            "amount": amount_of(s.product, s.qty),
        }
        for s in shortages
    ]
