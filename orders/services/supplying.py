"""What this room asks of prices and of supply, for many lines at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from catalogue.partner.models import StockRecord
from catalogue.partner.prices import farm_gate_prices, selling_prices
from catalogue.supply import services as supply
from catalogue.supply.models import HarvestOffer
from catalogue.supply.services import ReserveRequest, Resize
from marketplace.accounts.models import User
from marketplace.common.clock import today
from marketplace.cycles.models import OrderCycle
from marketplace.parties.models import Buyer, PartyKind
from orders.basket.pricing import CellTerms
from orders.models import Line, LineRevision, RevisionFee
from orders.rules import Terms, steps_down


def cell_terms(
    *, buyer: Buyer, cells: Iterable[tuple[StockRecord, OrderCycle]]
) -> dict[tuple[int, int], CellTerms]:
    """Return what the buyer's class pays for listings on days, by (listing, cycle).

    Cells that no published notice prices are left out.
    """
    pairs = list(cells)
    prices = selling_prices(
        listings=list({listing.pk: listing for listing, _cycle in pairs}.values()),
        buyer_class_id=buyer.buyer_class_id,
        buyer_id=buyer.pk,
        days=sorted({cycle.delivery_day for _listing, cycle in pairs}),
    )
    return {
        (listing.pk, cycle.pk): CellTerms(price.selling_satang, price.farm_gate_satang, price.fees)
        for listing, cycle in pairs
        if (price := prices.get((listing.pk, cycle.delivery_day))) is not None
    }


def guarantee(
    *,
    asks: Sequence[tuple[Line, int]],
    terms: Mapping[tuple[int, int], CellTerms],
    held: Mapping[int, int] | None = None,
) -> dict[int, int]:
    """Have supply guarantee a quantity to each line; return what it granted, by line.

    Whole order steps only: what a line could get beyond its last whole step is given back.

    Args:
        asks: lines, with their stockrecord's partner and party, and base units.
        terms: prices by (listing, cycle); the farm gate decides which offers take part.
        held: what lines hold already (base units by line), when some do; only a smaller ask lowers
            it.
    """
    if not asks:
        return {}
    farm_gates = _farm_gates([line for line, _qty in asks], terms)
    requests = [_request(line, qty, farm_gates[line.pk]) for line, qty in asks]
    if held is not None:
        granted = supply.resize(
            changes=[Resize(row.holder, row.qty, request=row) for row in requests]
        )
    else:
        granted = supply.reserve(requests=requests)
    whole = {}
    for line, qty in asks:
        got = granted[line.holder]
        kept = min(qty, (held or {}).get(line.pk, 0))
        whole[line.holder] = max(steps_down(got, line.step_qty), min(got, kept))
    supply.resize(changes=[Resize(key, qty) for key, qty in whole.items() if qty != granted[key]])
    return {line.pk: whole[line.holder] for line, _qty in asks}


def _request(line: Line, qty: int, farm_gate_satang: int | None) -> ReserveRequest:
    party = line.stockrecord.partner.party
    named = party is not None and party.kind == PartyKind.GROUP
    return ReserveRequest(
        holder=line.holder,
        cycle_id=line.cycle_id,
        product_id=line.product_id,
        min_grade=line.min_grade,
        qty=qty,
        standard_id=line.standard_id,
        group_id=party.pk if named else None,
        max_price_satang=farm_gate_satang,
    )


def _farm_gates(
    lines: Sequence[Line], terms: Mapping[tuple[int, int], CellTerms]
) -> dict[int, int | None]:
    """Return what growers are paid for each line's goods on its day."""
    found: dict[int, int | None] = {}
    unknown = []
    for line in lines:
        known = terms.get((line.stockrecord_id, line.cycle_id))
        if known is None or known.farm_gate_satang is None:
            unknown.append(line)
        else:
            found[line.pk] = known.farm_gate_satang
    if unknown:
        prices = farm_gate_prices(
            days={line.cycle.delivery_day for line in unknown},
            product_ids={line.product_id for line in unknown},
        )
        for line in unknown:
            found[line.pk] = prices.get((line.product_id, line.min_grade, line.cycle.delivery_day))
    return found


def hold_offers(product_ids: Iterable[int]) -> None:
    """Lock the offers of these products, ascending, before the lines that they hold up are read.

    A cut of an offer locks offers first and lowers lines afterwards; whoever reads lines in order
    to change them goes the same way, so that nothing is read that a cut is about to change.
    """
    keys = sorted(set(product_ids))
    offers = HarvestOffer.objects.filter(product_id__in=keys, last_day__gte=today())
    list(offers.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def terms_of_lines(line_ids: Iterable[int]) -> dict[int, list[Terms]]:
    """Return the revisions of lines with their frozen fees, oldest first, by line."""
    keys = sorted(set(line_ids))
    revisions = list(
        LineRevision.objects.filter(line__in=keys)
        .order_by("pk")
        .values_list("pk", "line_id", "firm_delta_qty", "wanted_delta_qty", "price_satang")
    )
    fees: dict[int, dict[str, int]] = {}
    for revision, kind, satang in RevisionFee.objects.filter(revision__line__in=keys).values_list(
        "revision_id", "kind_id", "satang"
    ):
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
