"""What stands behind a statement: goods by product and grade, the fees buyers paid on them, and
what was rejected or came short, with the reason.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Sum
from django.utils.translation import gettext as _

from catalogue.models import Product
from catalogue.partner.models import FeeKind
from marketplace.common.clock import today
from marketplace.common.money import split_by_largest_remainder
from marketplace.parties.models import FarmerGroup, Person
from orders.fulfilment.models import AcceptanceLot, HarvestLot, NoticeRow
from orders.invoicing.models import SaleFee
from orders.settlement.models import Owed, OwedKind

_GOODS = (OwedKind.INTAKE, OwedKind.ACCEPTED, OwedKind.RESOLD)


@dataclass
class ProductSum:
    """What one product and grade came to; corrections stand apart, without a weight."""

    product: Product
    grade: str
    kind: str = ""
    qty: int = 0
    satang: int = 0


def by_product(owed: Sequence[Owed]) -> list[ProductSum]:
    """Goods by product and grade, then what was corrected, by product."""
    found: dict[tuple[int, str, str], ProductSum] = {}
    for one in owed:
        lot = one.lot
        kind = "" if one.kind in _GOODS else str(OwedKind(one.kind).label)
        row = found.setdefault(
            (lot.product_id, lot.grade, kind), ProductSum(lot.product, lot.grade, kind)
        )
        row.satang += one.satang
        if not kind:
            row.qty += one.qty
    return sorted(found.values(), key=lambda row: (row.kind, str(row.product), row.grade))


def fees_on(owed: Sequence[Owed]) -> list[tuple[FeeKind, int]]:
    """The named fees that buyers paid on top of the farm gate for these goods, satang.

    A line's fee is split among its lots by accepted weight, and a lot's part among its growers by
    theirs, by largest remainder.
    """
    weights: dict[int, dict[int, int]] = defaultdict(dict)
    lots = {one.lot_id for one in owed}
    for pk, lot, qty in Owed.objects.filter(lot__in=lots, kind__in=_GOODS).values_list(
        "pk", "lot_id", "qty"
    ):
        weights[lot][pk] = qty
    mine = {one.pk for one in owed}
    lines = set(
        AcceptanceLot.objects.filter(lot__in=lots, accepted_qty__gt=0).values_list(
            "acceptance_line_id", flat=True
        )
    )
    parts: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for line, lot, qty in (
        AcceptanceLot.objects.filter(acceptance_line__in=lines, accepted_qty__gt=0)
        .order_by("pk")
        .values_list("acceptance_line_id", "lot_id", "accepted_qty")
    ):
        parts[line].append((lot, qty))
    kinds = FeeKind.objects.in_bulk()
    sums: dict[str, int] = defaultdict(int)
    for line, kind, satang in SaleFee.objects.filter(
        line_sale__acceptance_line__in=lines
    ).values_list("line_sale__acceptance_line_id", "kind_id", "satang"):
        shares = split_by_largest_remainder(satang, [qty for _lot, qty in parts[line]])
        for (lot, _qty), share in zip(parts[line], shares, strict=True):
            rows = weights.get(lot, {})
            if lot not in lots or not sum(rows.values()):
                continue
            of_growers = split_by_largest_remainder(share, list(rows.values()))
            sums[kind] += sum(part for pk, part in zip(rows, of_growers, strict=True) if pk in mine)
    return [
        (kinds[code], satang)
        for code, satang in sorted(sums.items(), key=lambda pair: kinds[pair[0]].order)
        if satang
    ]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that was not taken, or came short: base units and why."""

    day: dt.date
    person: Person | None
    product: Product
    qty: int
    what: str
    reason: str


def troubles(
    *,
    first: dt.date,
    last: dt.date,
    person: Person | None = None,
    group: FarmerGroup | None = None,
) -> list[Trouble]:
    """What was rejected or taken at a lower grade, and who brought less than asked, by day."""
    lots = HarvestLot.objects.filter(cycle__delivery_day__range=(first, last))
    rows = NoticeRow.objects.filter(
        notice__cycle__delivery_day__range=(first, min(last, today())), qty__gt=0
    )
    if person is not None:
        lots, rows = lots.filter(person=person), rows.filter(person=person)
    if group is not None:
        lots, rows = lots.filter(group=group), rows.filter(notice__group=group)
    found: list[Trouble] = []
    for part in AcceptanceLot.objects.filter(lot__in=lots).select_related(
        "lot__person", "lot__product", "lot__cycle", "acceptance_line"
    ):
        why = part.acceptance_line
        reason = " ".join(filter(None, [why.get_cause_display(), why.reason]))
        for qty, what in (
            (part.rejected_qty, _("ไม่รับ")),
            (part.downgraded_qty, _("รับเป็นเกรดต่ำลง")),
        ):
            if qty:
                lot = part.lot
                found.append(
                    Trouble(lot.cycle.delivery_day, lot.person, lot.product, qty, what, reason)
                )
    brought: dict[tuple[int, int, int], int] = defaultdict(int)
    for cycle, who, product, qty in lots.filter(kind=HarvestLot.Kind.OWN).values_list(
        "cycle_id", "person_id", "product_id", "intake_qty"
    ):
        brought[cycle, who or 0, product] += qty
    weighed = {cycle for cycle, _who, _product in brought}
    asked = (
        rows.values("notice__cycle_id", "notice__cycle__delivery_day", "person_id", "product_id")
        .annotate(total=Sum("qty"))
        .order_by("notice__cycle__delivery_day", "person_id", "product_id")
    )
    persons = Person.objects.in_bulk({row["person_id"] for row in asked})
    products = Product.objects.in_bulk({row["product_id"] for row in asked})
    for row in asked:
        cycle, who, product = row["notice__cycle_id"], row["person_id"], row["product_id"]
        day = row["notice__cycle__delivery_day"]
        missing = row["total"] - brought.get((cycle, who, product), 0)
        if missing > 0 and (cycle in weighed or day < today()):
            found.append(
                Trouble(
                    day,
                    persons[who],
                    products[product],
                    missing,
                    _("ขาด"),
                    _("ชั่งได้น้อยกว่าใบแจ้งเก็บ"),
                )
            )
    return sorted(found, key=lambda one: (one.day, str(one.person), str(one.product), one.what))
