"""Reading lots for valuation: who is owed for them, on which basis, at which farm-gate price."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from catalogue.partner.prices import farm_gate_prices
from marketplace.common.money import split_by_largest_remainder
from marketplace.common.quantities import BaseUnit, format_quantity
from marketplace.ledger.rules import AccountInput, Bound, JournalInput, spilled
from marketplace.ledger.services import lock_bounds, open_accounts
from marketplace.parties.models import FarmerGroup, Person, WeightBasis
from orders.fulfilment.models import Cause, HarvestLot
from orders.invoicing import accounts
from orders.invoicing.hooks import OwedFact
from orders.invoicing.models import LotBasis, LotValue
from orders.invoicing.posting import LotFacts

Prices = dict[tuple[int, str, dt.date], int]


@dataclass(frozen=True, slots=True)
class Payee:
    """One grower of a lot and the weight that is theirs."""

    group: FarmerGroup
    person: Person | None
    qty: int

    @property
    def account(self) -> AccountInput:
        return accounts.payable(self.group, self.person)


def with_payees(lots: Iterable[HarvestLot]) -> list[HarvestLot]:
    """Read lots again with all that valuation needs, in ascending primary key; few queries."""
    return list(
        HarvestLot.objects.filter(pk__in=[lot.pk for lot in lots])
        .select_related("cycle", "product", "group", "person", "from_line__acceptance_line")
        .prefetch_related("parts__person")
        .order_by("pk")
    )


def payees_of(lot: HarvestLot) -> list[Payee]:
    """The growers of a lot: one, or those of a mixed lot by their weights."""
    if lot.group is None:
        return []
    parts = [Payee(lot.group, part.person, part.qty) for part in lot.parts.all()]
    return parts or [Payee(lot.group, lot.person, lot.intake_qty)]


def roots_of(lots: Sequence[HarvestLot]) -> dict[int, HarvestLot]:
    """The lot that each came from at first: itself unless it came back."""
    found = {lot.pk: lot for lot in lots}
    waiting = {lot.pk: lot for lot in lots if lot.parent_id}
    while waiting:
        parents = {
            lot.pk: lot
            for lot in with_payees(HarvestLot(pk=lot.parent_id) for lot in waiting.values())
        }
        for pk, lot in list(waiting.items()):
            parent = parents[lot.parent_id or 0]
            found[pk] = parent
            if parent.parent_id:
                waiting[pk] = parent
            else:
                del waiting[pk]
    return found


def basis_of(lot: HarvestLot) -> str:
    """On which basis a lot that has just entered is paid."""
    if lot.kind == HarvestLot.Kind.OUTSIDE:
        return LotBasis.OUTSIDE
    if lot.kind == HarvestLot.Kind.RETURNED:
        return LotBasis.RETURNED
    if lot.group is not None and lot.group.weight_basis == WeightBasis.ACCEPTED:
        return LotBasis.ACCEPTED
    return LotBasis.SCALE


def returned_for_quality(lot: HarvestLot) -> bool:
    """Whether goods came back because of their quality, not of damage after the scale."""
    line = lot.from_line
    told = getattr(line, "acceptance_line", None) if line is not None else None
    return told is None or told.cause != Cause.HANDLING


def still_growers(lot: HarvestLot, root_basis: str) -> bool:
    """Whether goods on consignment still wait for a buyer on the growers' account."""
    if lot.kind != HarvestLot.Kind.RETURNED:
        return root_basis == LotBasis.ACCEPTED
    return root_basis == LotBasis.ACCEPTED and returned_for_quality(lot)


def facts_of(lot: HarvestLot, qty: int | None = None) -> LotFacts:
    """What journals say of a lot."""
    amount = format_quantity(
        lot.intake_qty if qty is None else qty,
        BaseUnit(lot.product.base_unit),
        unit_label=lot.product.unit_label_th if lot.product.base_unit == "piece" else None,
    )
    return LotFacts(
        pk=lot.pk,
        code=lot.code,
        day=lot.cycle.delivery_day,
        words=f"{lot.product.title} {lot.grade} {amount}",
    )


def farm_gate_of(lots: Iterable[HarvestLot]) -> Prices:
    """Farm-gate prices of the lots' products on their delivery days."""
    listed = list(lots)
    return farm_gate_prices(
        days={lot.cycle.delivery_day for lot in listed},
        product_ids={lot.product_id for lot in listed},
    )


def locked_values(lots: Sequence[HarvestLot]) -> dict[int, LotValue]:
    """The values of lots, locked in ascending key; those that have none yet get one."""
    missing = [
        LotValue(lot=lot, basis=basis_of(lot), qty=lot.intake_qty)
        for lot in lots
        if lot.kind == HarvestLot.Kind.RETURNED
    ]
    LotValue.objects.bulk_create(missing, ignore_conflicts=True)
    return {
        value.lot_id: value
        for value in LotValue.objects.select_for_update()
        .filter(lot_id__in=[lot.pk for lot in lots])
        .order_by("pk")
    }


def shares_of(lot: HarvestLot, satang: int) -> list[tuple[Payee, int]]:
    """An amount divided among a lot's growers by weight."""
    payees = payees_of(lot)
    weights = [payee.qty for payee in payees]
    if not sum(weights):
        weights = [1] * len(weights)
    return list(zip(payees, split_by_largest_remainder(satang, weights), strict=True))


def owed_facts(
    lot: HarvestLot,
    shares: Iterable[tuple[Payee, int]],
    *,
    kind: str,
    key: str,
    journal_key: str,
    qty: int,
    price_satang: int,
    line_id: int | None = None,
) -> list[OwedFact]:
    """What the hook is told: one fact per grower."""
    listed = list(shares)
    if not listed:
        return []
    weights = [payee.qty for payee, _part in listed]
    split = split_by_largest_remainder(qty, weights if sum(weights) else [1] * len(weights))
    return [
        OwedFact(
            key=f"{key}:{payee.person.pk if payee.person else 0}",
            kind=kind,
            group_id=payee.group.pk,
            person_id=payee.person.pk if payee.person else None,
            lot_id=lot.pk,
            line_id=line_id,
            day=lot.cycle.delivery_day,
            qty=part,
            price_satang=price_satang,
            satang=satang,
            journal_key=journal_key,
        )
        for (payee, satang), part in zip(listed, split, strict=True)
        if satang
    ]


def open_payee_accounts(payees: Iterable[Payee]) -> None:
    """Open what growers are owed, and what they may have been paid too much, on first use."""
    wanted: dict[str, AccountInput] = {}
    for payee in payees:
        for account in (
            accounts.payable(payee.group, payee.person),
            accounts.advance(payee.group, payee.person),
        ):
            wanted[account.code] = account
    open_accounts(accounts=wanted.values())


def within_bounds(journals: Sequence[JournalInput]) -> list[JournalInput]:
    """Journals that take back no more than growers are owed; the rest becomes advances.

    Locks the growers' accounts; journals draw in the order given.
    """
    drawn = {e.account for j in journals for e in j.entries if e.satang > 0 and _payable(e.account)}
    if not drawn:
        return list(journals)
    bounds = lock_bounds(drawn)
    overflow = {code: accounts.advance_of(code) for code in drawn}
    written = []
    for journal in journals:
        entries = spilled(journal.entries, bounds, overflow)
        for entry in entries:
            bound = bounds.get(entry.account)
            if bound is not None:
                bounds[entry.account] = Bound(bound.available_satang - entry.satang, credit=True)
        written.append(replace(journal, entries=entries))
    return written


def _payable(code: str) -> bool:
    return code.startswith("payable:") and code != accounts.OUTSIDE
