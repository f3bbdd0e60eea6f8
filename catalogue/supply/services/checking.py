"""What is wrong with an offer that somebody wants to open: read once for all rows, then decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.grades import Grade
from catalogue.models import Product
from catalogue.standards.models import Certificate, Standard
from catalogue.standards.rules import Span, first_gap
from catalogue.supply import rules
from catalogue.supply.models import Plot
from catalogue.supply.services.inputs import OfferInput
from marketplace.common.clock import today
from marketplace.common.dates import format_date
from marketplace.common.exceptions import Refusal
from marketplace.common.quantities import (
    MAX_GRAMS,
    MAX_PIECES,
    BaseUnit,
    format_quantity,
)
from marketplace.parties.models import FarmerGroup, Membership, Person, Stage

MAX_SATANG = 10_000_000
"""A minimum price above 100,000 baht for a kilogram or a piece is a slip of the finger."""


@dataclass(slots=True)
class Facts:
    """What offers are checked against, read once for all of them."""

    products: dict[int, Product] = field(default_factory=dict)
    groups: dict[int, FarmerGroup] = field(default_factory=dict)
    persons: dict[int, Person] = field(default_factory=dict)
    members: set[tuple[int, int]] = field(default_factory=set)
    plots: dict[int, Plot] = field(default_factory=dict)
    standards: dict[str, Standard] = field(default_factory=dict)
    spans: dict[tuple[str, int, int | None, int | None], list[Span]] = field(default_factory=dict)


def read_facts(offers: Sequence[OfferInput]) -> Facts:
    if not offers:
        return Facts()
    persons = {s.person_id for o in offers for s in o.shares}
    groups = {o.group_id for o in offers}
    claimed = {code for o in offers for code in o.standards}
    return Facts(
        products=Product.objects.in_bulk({o.product_id for o in offers}),
        groups=FarmerGroup.objects.in_bulk(groups),
        persons=Person.objects.in_bulk(persons),
        members=members_of(groups, persons),
        plots=Plot.objects.in_bulk({s.plot_id for o in offers for s in o.shares if s.plot_id}),
        standards=Standard.objects.in_bulk(claimed) if claimed else {},
        spans=spans_of_standards(
            products={o.product_id for o in offers},
            groups=groups,
            persons=persons,
            claimed=claimed,
            first=min(o.first_day for o in offers),
            last=max(o.last_day for o in offers),
        )
        if claimed
        else {},
    )


def members_of(groups: set[int], persons: set[int]) -> set[tuple[int, int]]:
    return set(
        Membership.objects.filter(
            group_id__in=groups, person_id__in=persons, until__isnull=True
        ).values_list("group_id", "person_id")
    )


def spans_of_standards(
    *,
    products: set[int],
    groups: set[int],
    persons: set[int],
    claimed: set[str],
    first: date,
    last: date,
) -> dict[tuple[str, int, int | None, int | None], list[Span]]:
    """Read when certificates are in force: by standard, product, group and person; two queries."""
    certificates = (
        Certificate.objects.filter(
            Q(group_id__in=groups) | Q(person_id__in=persons),
            standard_id__in=claimed,
            revoked_at__isnull=True,
            valid_from__lte=last,
            valid_until__gte=first,
        )
        .prefetch_related("products")
        .order_by("pk")
    )
    spans: dict[tuple[str, int, int | None, int | None], list[Span]] = defaultdict(list)
    for c in certificates:
        for product_id in {p.pk for p in c.products.all()} or products:
            spans[c.standard_id, product_id, c.group_id, c.person_id].append(
                (c.valid_from, c.valid_until)
            )
    return spans


def refusal_at(message: object, code: str, index: int, name: str, **more: object) -> Refusal:
    return Refusal(str(message), code=code, where={"offer": index, "field": name, **more})


def refusals_of(offer: OfferInput, facts: Facts, index: int) -> list[Refusal]:
    """Collect everything that is wrong with one offer."""
    product, group = facts.products.get(offer.product_id), facts.groups.get(offer.group_id)
    if product is None or product.archived_at:
        return [refusal_at(_("ไม่มีสินค้านี้ในตลาดแล้ว"), "no-product", index, "product")]
    if group is None or group.stage != Stage.ACTIVE:
        return [refusal_at(_("กลุ่มนี้ยังเปิดจองไม่ได้ กรุณาติดต่อศูนย์"), "no-group", index, "group")]
    found = _window_refusals(offer, product, index)
    if offer.grade not in Grade.values:
        found.append(refusal_at(_("กรุณาเลือกเกรด A, B หรือ C"), "grade", index, "grade"))
    if not 0 <= offer.min_price_satang <= MAX_SATANG:
        found.append(refusal_at(_("ราคาขั้นต่ำต้องอยู่ระหว่าง 0 ถึง 100,000 บาท"), "price", index, "price"))
    found += _share_refusals(offer, product, facts, index)
    if not found:
        found += standard_refusals(offer, facts, index)
    return found


def _window_refusals(offer: OfferInput, product: Product, index: int) -> list[Refusal]:
    if offer.last_day < offer.first_day:
        return [refusal_at(_("วันสุดท้ายต้องไม่อยู่ก่อนวันแรก"), "window-reversed", index, "window")]
    if product.harvest_lead_days > product.shelf_life_days:
        return [
            refusal_at(
                _("%(product)s เก็บได้ %(keeps)s วัน แต่ต้องเก็บก่อนส่ง %(lead)s วัน กรุณาติดต่อศูนย์")
                % {
                    "product": product.name,
                    "keeps": product.shelf_life_days,
                    "lead": product.harvest_lead_days,
                },
                "shelf-life",
                index,
                "window",
            )
        ]
    first_possible = today() + timedelta(days=product.harvest_lead_days)
    if offer.first_day < first_possible:
        return [
            refusal_at(
                _("เก็บไม่ทันวันส่งนี้แล้ว ส่งได้เร็วที่สุด %(day)s")
                % {"day": format_date(first_possible, "day")},
                "past",
                index,
                "window",
            )
        ]
    if offer.last_day > today() + rules.LONGEST_WINDOW:
        return [refusal_at(_("เปิดจองล่วงหน้าได้ไม่เกิน 1 ปี กรุณาตรวจปีอีกครั้ง"), "too-far", index, "window")]
    return []


def _share_refusals(offer: OfferInput, product: Product, facts: Facts, index: int) -> list[Refusal]:
    if not offer.shares:
        return [refusal_at(_("กรุณาใส่อย่างน้อยหนึ่งคน"), "no-shares", index, "quantity")]
    found, unit = [], BaseUnit(product.base_unit)
    if len({s.person_id for s in offer.shares}) != len(offer.shares):
        found.append(refusal_at(_("ใส่ชื่อคนเดียวกันสองครั้ง"), "twice", index, "member"))
    for share in offer.shares:
        person = facts.persons.get(share.person_id)
        if person is None or (offer.group_id, share.person_id) not in facts.members:
            found.append(
                refusal_at(
                    _("%(person)s ไม่ได้เป็นสมาชิกกลุ่มนี้แล้ว") % {"person": person or "?"},
                    "not-a-member",
                    index,
                    "member",
                    person=share.person_id,
                )
            )
            continue
        if share.qty <= 0:
            found.append(
                refusal_at(
                    _("จำนวนของ%(person)sต้องมากกว่า 0") % {"person": person},
                    "not-positive",
                    index,
                    "quantity",
                    person=share.person_id,
                )
            )
        elif share.qty > most_of(unit):
            found.append(
                too_much(unit, {"offer": index, "field": "quantity", "person": share.person_id})
            )
        if share.plot_id is not None:
            plot = facts.plots.get(share.plot_id)
            if (
                plot is None
                or plot.archived_at
                or (plot.person_id, plot.group_id) != (share.person_id, offer.group_id)
            ):
                found.append(
                    refusal_at(
                        _("แปลงนี้ไม่ใช่แปลงของ%(person)s") % {"person": person},
                        "plot",
                        index,
                        "plot",
                        person=share.person_id,
                    )
                )
    return found


def standard_refusals(offer: OfferInput, facts: Facts, index: int) -> list[Refusal]:
    found = []
    for code in sorted(set(offer.standards)):
        standard = facts.standards.get(code)
        if standard is None:
            found.append(refusal_at(_("ไม่รู้จักมาตรฐานนี้"), "no-standard", index, "standard"))
            continue
        whole = facts.spans.get((code, offer.product_id, offer.group_id, None), [])
        for share in offer.shares:
            own = facts.spans.get((code, offer.product_id, None, share.person_id), [])
            gap = first_gap([*whole, *own], offer.first_day, offer.last_day)
            if gap is not None:
                found.append(
                    refusal_at(
                        _(
                            "ใบรับรอง %(standard)s ของ%(person)sไม่ครอบคลุมวันที่ %(day)s ย่นวันส่ง หรือต่อใบรับรองก่อน"
                        )
                        % {
                            "standard": standard,
                            "person": facts.persons[share.person_id],
                            "day": format_date(gap),
                        },
                        "certificate",
                        index,
                        "standard",
                        person=share.person_id,
                        standard=code,
                    )
                )
    return found


def most_of(unit: BaseUnit) -> int:
    return MAX_GRAMS if unit is BaseUnit.GRAM else MAX_PIECES


def say(product: Product, qty: int) -> str:
    unit = BaseUnit(product.base_unit)
    return format_quantity(
        qty, unit, unit_label=None if unit is BaseUnit.GRAM else product.unit_label
    )


def too_much(unit: BaseUnit, where: object) -> Refusal:
    return Refusal(
        _("จำนวนมากเกินไป ใส่ได้ไม่เกิน %(most)s") % {"most": format_quantity(most_of(unit), unit)},
        code="too-much",
        where=where,
    )
