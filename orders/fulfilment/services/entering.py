"""Goods that enter without one person's reading: mixed lots, and what is bought outside in need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from catalogue.models import Product
from marketplace.accounts.models import User
from marketplace.audit.services import record_many
from marketplace.common.clock import today
from marketplace.common.dates import harvest_day
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from orders.allocation.instances import standards_in_force
from orders.fulfilment.models import HarvestLot, MixedPart, Weighing
from orders.fulfilment.services.scale import open_for_intake


@dataclass(frozen=True, slots=True)
class MixedInput:
    """A lot of several growers that cannot be told apart any more: (person, base units) each."""

    key: str
    cycle_id: int
    group_id: int
    product_id: int
    grade: str
    parts: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class OutsideInput:
    """Goods bought in need: no certificate, and only for lines whose buyer allows them."""

    key: str
    cycle_id: int
    product_id: int
    grade: str
    qty: int
    vendor: str
    cost_satang: int


@unit_of_work
def record_mixed(*, by: User | None, lots: Iterable[MixedInput]) -> list[HarvestLot]:
    """Take in lots of several growers, with each one's weight; a key seen before changes nothing.

    Raises:
        Refusal: no parts, a part of nothing, or a person twice.
    """
    made = []
    for one in lots:
        known = Weighing.objects.filter(key=one.key).select_related("lot").first()
        if known is not None:
            made.append(known.lot)
            continue
        people = [person for person, _qty in one.parts]
        if not people or len(people) != len(set(people)) or min(q for _p, q in one.parts) <= 0:
            raise Refusal(_("ล็อตรวมต้องบอกน้ำหนักของแต่ละคน คนละหนึ่งบรรทัด มากกว่า 0"), code="parts")
        cycle = open_for_intake({one.cycle_id}, by)[one.cycle_id]
        product = Product.objects.get(pk=one.product_id)
        picked = harvest_day(cycle.delivery_day, product.harvest_lead_days)
        total = sum(qty for _person, qty in one.parts)
        in_force = standards_in_force(
            day=cycle.delivery_day,
            product_ids={product.pk},
            holders={(one.group_id, person) for person in people},
        )
        common = set.intersection(
            *(in_force.get((one.group_id, person, product.pk), set()) for person in people)
        )
        lot = HarvestLot.objects.create(
            cycle=cycle,
            kind=HarvestLot.Kind.MIXED,
            group_id=one.group_id,
            product=product,
            grade=one.grade,
            standards=sorted(common),
            intake_qty=total,
            harvested_on=picked,
            best_before=picked + timedelta(days=product.shelf_life_days),
            created_by=by,
        )
        MixedPart.objects.bulk_create(
            [MixedPart(lot=lot, person_id=person, qty=qty) for person, qty in one.parts]
        )
        Weighing.objects.create(lot=lot, key=one.key, net_qty=total, by=by)
        record_many([("fulfilment.weighed", lot, {"net_qty": total, "mixed": True})], by=by)
        made.append(lot)
    return made


@unit_of_work
def buy_outside(*, by: User | None, purchases: Iterable[OutsideInput]) -> list[HarvestLot]:
    """Take in goods bought on the market in need; a key seen before changes nothing.

    They carry no certificate, fill only lines whose buyer allows it and are named as bought outside
    on every paper.

    Raises:
        Refusal: no vendor, no quantity, or intake is not open.
    """
    made = []
    for one in purchases:
        known = Weighing.objects.filter(key=one.key).select_related("lot").first()
        if known is not None:
            made.append(known.lot)
            continue
        if not one.vendor.strip():
            raise Refusal(_("บอกว่าซื้อจากใครหรือร้านไหน"), code="vendor", where="vendor")
        if one.qty <= 0 or one.cost_satang <= 0:
            raise Refusal(_("จำนวนและราคาต้องมากกว่า 0"), code="zero", where="qty")
        cycle = open_for_intake({one.cycle_id}, by)[one.cycle_id]
        product = Product.objects.get(pk=one.product_id)
        lot = HarvestLot.objects.create(
            cycle=cycle,
            kind=HarvestLot.Kind.OUTSIDE,
            product=product,
            grade=one.grade,
            intake_qty=one.qty,
            harvested_on=today(),
            best_before=today() + timedelta(days=product.shelf_life_days),
            vendor=one.vendor.strip()[:160],
            cost_satang=one.cost_satang,
            created_by=by,
        )
        Weighing.objects.create(lot=lot, key=one.key, net_qty=one.qty, by=by)
        record_many(
            [
                (
                    "fulfilment.bought_outside",
                    lot,
                    {"qty": one.qty, "vendor": lot.vendor, "satang": one.cost_satang},
                )
            ],
            by=by,
        )
        made.append(lot)
    return made
