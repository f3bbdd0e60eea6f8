"""What may be asked of a week, as plain values, and what it does to the engine's instance.

Pure: an instance goes in and another comes out; nothing is read or written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from marketplace.common.money import split_by_largest_remainder
from orders.allocation import engine

NEW = "new"
"""How ids of imagined lines, growers and lots begin."""


@dataclass(frozen=True, slots=True)
class Flood:
    """Part of what a district would pick on these weekdays (0 is Monday) is lost, whole percent."""

    district: str
    percent: int
    weekdays: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Kitchen:
    """A new kitchen: grams a week of each product, what it pays in satang per kilogram."""

    district: str
    products: tuple[int, ...]
    week_g: int
    price_satang: int
    grade: str
    contract: bool


@dataclass(frozen=True, slots=True)
class Joining:
    """A group that joins: grams a week of each product, spread over its members."""

    district: str
    products: tuple[int, ...]
    week_g: int
    grade: str
    members: int


@dataclass(frozen=True, slots=True)
class Question:
    """What is supposed to happen; any part may be absent, not all."""

    flood: Flood | None = None
    kitchen: Kitchen | None = None
    joining: Joining | None = None

    @property
    def products(self) -> frozenset[int]:
        """Products that are asked or offered anew."""
        parts = [part.products for part in (self.kitchen, self.joining) if part]
        return frozenset(product for part in parts for product in part)

    def as_data(self) -> dict[str, Any]:
        """Return it as JSON-able data, absent parts left out."""
        return {key: value for key, value in asdict(self).items() if value is not None}

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Question:
        """Read what `as_data` wrote."""
        made: dict[str, Any] = {}
        for key, kind, rows in (
            ("flood", Flood, "weekdays"),
            ("kitchen", Kitchen, "products"),
            ("joining", Joining, "products"),
        ):
            if key in data:
                made[key] = kind(**{**data[key], rows: tuple(data[key][rows])})
        return cls(**made)


def supposed(
    instance: engine.Instance, product: int, days: Sequence[date], question: Question
) -> engine.Instance:
    """Return an instance of one product as it would be.

    Args:
        instance: of a week, untouched.
        product: primary key.
        days: the week's delivery days.
        question: what happens; a joining group in the flooded district is flooded too.
    """
    if question.joining and product in question.joining.products:
        instance = _joined(instance, str(product), days, question.joining)
    if question.kitchen and product in question.kitchen.products:
        instance = _asked(instance, str(product), days, question.kitchen)
    if question.flood:
        instance = _flooded(instance, question.flood)
    return instance


def _parts(total_g: int, pack_g: int, count: int) -> list[int]:
    packs = split_by_largest_remainder(total_g // pack_g, [1] * count)
    return [part * pack_g for part in packs]


def _joined(
    instance: engine.Instance, product: str, days: Sequence[date], joining: Joining
) -> engine.Instance:
    parts = _parts(joining.week_g, instance.pack_g, joining.members)
    names = [f"{NEW}:{place}" for place in range(joining.members)]
    return replace(
        instance,
        farmers=(
            *instance.farmers,
            *(engine.Farmer(name, part) for name, part in zip(names, parts, strict=True)),
        ),
        lots=(
            *instance.lots,
            *(
                engine.Lot(
                    id=name,
                    farmer=name,
                    product=product,
                    grade=joining.grade,
                    certificates=frozenset(),
                    days=frozenset(days),
                    zone=joining.district,
                    quantity_g=part,
                )
                for name, part in zip(names, parts, strict=True)
            ),
        ),
    )


def _asked(
    instance: engine.Instance, product: str, days: Sequence[date], kitchen: Kitchen
) -> engine.Instance:
    parts = _parts(kitchen.week_g, instance.pack_g, len(days))
    return replace(
        instance,
        lines=(
            *instance.lines,
            *(
                engine.Line(
                    id=f"{NEW}:{day.isoformat()}",
                    product=product,
                    min_grade=kitchen.grade,
                    certificates=frozenset(),
                    day=day,
                    quantity_g=part,
                    deliver_zone=kitchen.district,
                    max_price_satang=0,
                    tier=0 if kitchen.contract else 1,
                )
                for day, part in zip(days, parts, strict=True)
                if part
            ),
        ),
    )


def _flooded(instance: engine.Instance, flood: Flood) -> engine.Instance:
    """Cut the lots of a district.

    What a lot holds is thought to ripen evenly over its days, so the flooded part of its days
    loses the flooded part of it; a grower's plan is what she has left. When everything is lost,
    nothing is picked on those days either.
    """
    lots = []
    for lot in instance.lots:
        hit = frozenset(day for day in lot.days if day.weekday() in flood.weekdays)
        if lot.zone != flood.district or not hit:
            lots.append(lot)
            continue
        kept_g = lot.quantity_g - -(
            -lot.quantity_g * flood.percent * len(hit) // 100 // len(lot.days)
        )
        days = lot.days - hit if flood.percent == 100 else lot.days
        lots.append(
            replace(lot, quantity_g=max(0, kept_g) // instance.pack_g * instance.pack_g, days=days)
        )
    plans: dict[str, int] = defaultdict(int)
    for lot in lots:
        plans[lot.farmer] += lot.quantity_g
    farmers = tuple(replace(one, plan_g=plans[one.id]) for one in instance.farmers)
    return replace(instance, lots=tuple(lots), farmers=farmers)
