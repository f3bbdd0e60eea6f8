"""From a pack back to plots, and from a lot to every kitchen.

What a pack tells the public names groups, districts, standards and days, never a person, a plot
or a price. Tracing follows `PackLot` by its keys, so it does not grow with the number of
allocations.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from catalogue.models import Product
from catalogue.standards.models import Standard
from marketplace.common.codes import normalise
from marketplace.common.exceptions import Refusal
from marketplace.parties.models import FarmerGroup
from marketplace.places.models import District
from orders.fulfilment.models import HarvestLot, Pack, PackLot
from orders.models import Delivery


@dataclass(frozen=True, slots=True)
class LotStory:
    """What the public may know of a lot."""

    code: str
    group: FarmerGroup | None
    district: District | None
    standards: list[Standard]
    grade: str
    qty: int
    harvested_on: date
    weighed_at: datetime
    best_before: date
    outside: bool
    mixed: bool


@dataclass(frozen=True, slots=True)
class PackStory:
    """What the public may know of a pack."""

    pack: Pack
    product: Product
    delivery: Delivery
    lots: list[LotStory]
    packed_at: datetime
    sent_at: datetime | None
    accepted_at: datetime | None

    @property
    def outside(self) -> bool:
        return any(lot.outside for lot in self.lots)

    @property
    def groups(self) -> list[FarmerGroup]:
        """The groups that grew it, each once."""
        return list({lot.group.pk: lot.group for lot in self.lots if lot.group}.values())

    @property
    def districts(self) -> list[District]:
        return list({lot.district.pk: lot.district for lot in self.lots if lot.district}.values())

    @property
    def standards(self) -> list[Standard]:
        """The standards that every lot in the pack meets."""
        if not self.lots:
            return []
        common = set.intersection(*({s.pk for s in lot.standards} for lot in self.lots))
        return [standard for standard in self.lots[0].standards if standard.pk in common]


@dataclass(frozen=True, slots=True)
class Stop:
    """One kitchen that got something of a lot; for the cooperative, not the public."""

    delivery: Delivery
    pack: Pack
    qty: int


def story_of(code: str) -> PackStory | None:
    """Return a pack's story by its code as typed or scanned; None when there is no such pack."""
    try:
        wanted = normalise(code)
    except Refusal:
        return None
    pack = (
        Pack.objects.filter(code=wanted)
        .select_related(
            "line__product",
            "delivery__cycle",
            "delivery__order__buyer",
            "delivery__delivery_note",
            "delivery__acceptance",
        )
        .first()
    )
    if pack is None:
        return None
    parts = list(
        PackLot.objects.filter(pack=pack)
        .select_related("lot__group__district", "lot__plot__district")
        .order_by("lot__best_before", "pk")
    )
    standards = {row.pk: row for row in Standard.objects.all()}
    note = getattr(pack.delivery, "delivery_note", None)
    acceptance = getattr(pack.delivery, "acceptance", None)
    return PackStory(
        pack=pack,
        product=pack.line.product,
        delivery=pack.delivery,
        lots=[_lot_story(part, standards) for part in parts],
        packed_at=pack.packed_at,
        sent_at=note.issued_at if note else None,
        accepted_at=acceptance.at if acceptance else None,
    )


def _lot_story(part: PackLot, standards: dict[str, Standard]) -> LotStory:
    lot = part.lot
    district = lot.plot.district if lot.plot else (lot.group.district if lot.group else None)
    return LotStory(
        code=lot.code,
        group=lot.group,
        district=district,
        standards=[standards[code] for code in lot.standards if code in standards],
        grade=lot.grade,
        qty=part.qty,
        harvested_on=lot.harvested_on,
        weighed_at=lot.taken_in_at,
        best_before=lot.best_before,
        outside=lot.is_outside,
        mixed=lot.kind == HarvestLot.Kind.MIXED,
    )


def kitchens_of(lot_ids: Iterable[int]) -> list[Stop]:
    """Return every kitchen that received something of these lots, in the order of days."""
    return [
        Stop(part.pack.delivery, part.pack, part.qty)
        for part in PackLot.objects.filter(lot_id__in=list(lot_ids))
        .select_related("pack__delivery__order__site", "pack__delivery__order__buyer",
                        "pack__delivery__cycle")
        .order_by("pack__delivery_id", "pack_id")
    ]  # fmt: skip


def plots_of(delivery_ids: Iterable[int]) -> list[HarvestLot]:
    """Return every lot, with its person and plot, that went into these deliveries' packs."""
    keys = PackLot.objects.filter(pack__delivery_id__in=list(delivery_ids)).values_list(
        "lot_id", flat=True
    )
    return list(
        HarvestLot.objects.filter(pk__in=set(keys))
        .select_related("person", "plot__district", "group", "product")
        .order_by("pk")
    )
