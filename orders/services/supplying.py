"""What this room asks of prices and of supply, for many lines at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from catalogue.partner.models import StockRecord
from marketplace.accounts.models import User
from marketplace.cycles.models import OrderCycle
from marketplace.parties.models import Buyer
from orders.basket.pricing import CellTerms
from orders.models import Line, LineRevision, RevisionFee
from orders.rules import Terms


def cell_terms(
    *, buyer: Buyer, cells: Iterable[tuple[StockRecord, OrderCycle]]
) -> dict[tuple[int, int], CellTerms]:
    """Return what the buyer's class pays for listings on days, by (listing, cycle).

    Cells that no published notice prices are left out.
    """
    raise NotImplementedError


def guarantee(
    *,
    by: User | None,
    asks: Sequence[tuple[Line, int]],
    terms: Mapping[tuple[int, int], CellTerms],
    held: Mapping[int, int] | None = None,
) -> dict[int, int]:
    raise NotImplementedError


def terms_of_lines(line_ids: Iterable[int]) -> dict[int, list[Terms]]:
    """Return the revisions of lines with their frozen fees, oldest first, by line."""
    keys = sorted(set(line_ids))
    revisions = list(
        LineRevision.objects.filter(line__in=keys)
        .order_by("pk")
        .values_list("pk", "line_id", "firm_delta_qty", "wanted_delta_qty", "price_satang")
    )
    fees: dict[int, dict[str, int]] = {}
    for revision, kind, satang in RevisionFee.objects.filter(
        revision__line__in=keys
    ).values_list("revision_id", "kind_id", "satang"):
        fees.setdefault(revision, {})[kind] = satang
    terms: dict[int, list[Terms]] = {}
    for pk, line, firm, wanted, price in revisions:
        terms.setdefault(line, []).append(Terms(firm + wanted, price, fees.get(pk, {})))
    return terms


def write_revisions(
    *,
    by: User | None,
    kind: str,
    changes: Sequence[tuple[Line, int, int, CellTerms]],
    reason: str = "",
) -> list[LineRevision]:
    """Append revisions with the fees inside their price.

    `changes`: line, change of firm, change of wanted (base units), terms of the day.
    """
    rows = LineRevision.objects.bulk_create(
        [
            LineRevision(
                line=line,
                acted_by=by,
                firm_delta_qty=firm,
                wanted_delta_qty=wanted,
                price_satang=terms.price_satang,
                kind=kind,
                reason=reason[:120],
            )
            for line, firm, wanted, terms in changes
        ]
    )
    RevisionFee.objects.bulk_create(
        [
            RevisionFee(revision=row, kind_id=fee, satang=satang)
            for row, (_line, _firm, _wanted, terms) in zip(rows, changes, strict=True)
            for fee, satang in terms.fees.items()
        ]
    )
    return rows
