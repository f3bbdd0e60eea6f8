"""Goods in the books: taken in, weighed again, priced late, disposed of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record_many
from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal
from marketplace.common.money import value_of
from marketplace.common.transactions import unit_of_work
from marketplace.ledger.rules import JournalInput
from marketplace.ledger.services import post
from orders.fulfilment.hooks import LotCorrection
from orders.fulfilment.models import Disposition, HarvestLot
from orders.invoicing import accounts, hooks, posting
from orders.invoicing.hooks import OwedFact
from orders.invoicing.models import LotBasis, LotValue
from orders.invoicing.rules import leaves
from orders.invoicing.services.lots import (
    Payee,
    basis_of,
    facts_of,
    farm_gate_of,
    locked_values,
    open_payee_accounts,
    owed_facts,
    payees_of,
    returned_for_quality,
    roots_of,
    shares_of,
    still_growers,
    with_payees,
    within_bounds,
)

_SOLD = frozenset({Disposition.Kind.RESOLD, Disposition.Kind.MARKET_DAY})


def tell_owed(facts: list[OwedFact], *, by: User | None) -> None:
    """Tell every registered room what growers are owed."""
    if facts:
        for told in hooks.growers_owed:
            told(facts, by)


@unit_of_work
def take_in_lots(*, by: User | None, lots: Sequence[HarvestLot]) -> list[LotValue]:
    """Value lots that were taken in; growers who sell at the scale are owed from now on.

    Lots valued before are left as they are. A lot whose price nobody announced is valued 0 until
    `price_lots`.

    Args:
        by: who closed the intake.
        lots: own, mixed and outside lots with their final weight.

    Returns:
        The values of all the lots, in ascending order of the lots' keys.
    """
    known = set(LotValue.objects.filter(lot__in=lots).values_list("lot_id", flat=True))
    fresh = with_payees(lot for lot in lots if lot.pk not in known)
    prices = farm_gate_of(fresh)
    values: list[LotValue] = []
    journals: list[JournalInput] = []
    facts: list[OwedFact] = []
    for lot in fresh:
        price = prices.get((lot.product_id, lot.grade, lot.cycle.delivery_day))
        basis = basis_of(lot)
        worth = value_of(lot.intake_qty, price or 0, per=lot.product.per)
        bought = basis in (LotBasis.SCALE, LotBasis.OUTSIDE)
        values.append(
            LotValue(
                lot=lot,
                basis=basis,
                price_satang=price,
                qty=lot.intake_qty,
                value_satang=worth if bought else 0,
            )
        )
        if basis == LotBasis.OUTSIDE:
            cost = lot.cost_satang or 0
            if cost or worth:
                journals.append(
                    posting.outside_bought(facts_of(lot), value_satang=worth, cost_satang=cost)
                )
        elif basis == LotBasis.SCALE and worth:
            shares = shares_of(lot, worth)
            journals.append(
                posting.produce_taken_in(
                    facts_of(lot),
                    value_satang=worth,
                    shares=[(payee.account.code, satang) for payee, satang in shares],
                )
            )
            facts += owed_facts(
                lot,
                shares,
                kind="intake",
                key=f"intake:{lot.pk}",
                journal_key=journals[-1].key,
                qty=lot.intake_qty,
                price_satang=price or 0,
            )
    LotValue.objects.bulk_create(values)
    open_payee_accounts(payee for lot in fresh for payee in payees_of(lot))
    post(by=by, journals=journals)
    tell_owed(facts, by=by)
    return list(LotValue.objects.filter(lot__in=lots).order_by("lot_id"))


@unit_of_work
def correct_lots(*, by: User | None, corrections: Sequence[LotCorrection]) -> None:
    """Value lots again whose weighing was reversed after intake.

    What a grower can no longer give back becomes an advance, taken from later payouts.
    """
    lots = {lot.pk: lot for lot in with_payees(correction.lot for correction in corrections)}
    values = locked_values(list(lots.values()))
    for correction in sorted(corrections, key=lambda one: (one.lot.pk, one.weighing_id)):
        lot, value = lots[correction.lot.pk], values.get(correction.lot.pk)
        if value is None:
            continue
        _revalue(
            by=by,
            lot=lot,
            value=value,
            qty=correction.after_qty,
            price_satang=value.price_satang,
            key=f"intake:{lot.pk}:weighing:{correction.weighing_id}",
            event="produce.corrected",
            words="แก้น้ำหนักชั่งรับ",
            against=accounts.SHRINKAGE,
        )


@unit_of_work
def price_lots(
    *, by: User | None, lots: Sequence[HarvestLot], farm_gate_satang: int, reason: str
) -> list[LotValue]:
    """Give lots the farm-gate price that nobody had announced when they were taken in.

    What has already left them is paid by the price pool, since lines were valued without it.

    Args:
        by: the treasurer.
        lots: of one product and grade, all without a price.
        farm_gate_satang: per 1,000 g or per piece.
        reason: why this price.

    Raises:
        Refusal: code "priced", a lot has its price.
    """
    listed = with_payees(lots)
    values = locked_values(listed)
    for lot in listed:
        if values[lot.pk].price_satang is not None:
            raise Refusal(
                _("ล็อต %(code)s มีราคาหน้าสวนแล้ว ราคาที่ประกาศแล้วไม่เปลี่ยนย้อนหลัง") % {"code": lot.code},
                code="priced",
                where={"lot": lot.pk},
            )
    for lot in listed:
        value = values[lot.pk]
        if value.basis == LotBasis.SCALE:
            _revalue(
                by=by,
                lot=lot,
                value=value,
                qty=value.qty,
                price_satang=farm_gate_satang,
                key=f"price:{lot.pk}",
                event="produce.priced",
                words="ประกาศราคาภายหลัง",
                against=accounts.POOL,
            )
        else:
            value.price_satang = farm_gate_satang
            value.save(update_fields=["price_satang"])
    record_many(
        [
            ("invoicing.lot.priced", lot, {"satang": farm_gate_satang, "reason": reason})
            for lot in listed
        ],
        by=by,
    )
    return [values[lot.pk] for lot in listed]


def _revalue(
    *,
    by: User | None,
    lot: HarvestLot,
    value: LotValue,
    qty: int,
    price_satang: int | None,
    key: str,
    event: str,
    words: str,
    against: str,
) -> None:
    """Bring a lot's value to another weight or price, with its journal and what it owes."""
    per = lot.product.per
    before_qty, value.qty, value.price_satang = value.qty, qty, price_satang
    if value.basis not in (LotBasis.SCALE, LotBasis.OUTSIDE):
        value.save(update_fields=["qty", "price_satang"])
        return
    worth = value_of(qty, price_satang or 0, per=per)
    gone = leaves(worth, qty, 0, 0, value.out_qty) if value.out_qty else 0
    in_hand = (worth - gone) - (value.value_satang - value.out_satang)
    change = worth - value.value_satang
    value.value_satang, value.out_satang = worth, gone
    value.save(update_fields=["qty", "price_satang", "value_satang", "out_satang"])
    shares = shares_of(lot, change) if value.basis == LotBasis.SCALE else []
    journal = posting.lot_revalued(
        facts_of(lot, qty),
        key=key,
        event=event,
        day=today(),
        description=f"{words} {facts_of(lot, qty).words} ล็อต {lot.code}",
        in_hand_satang=in_hand,
        shares=[(payee.account.code, satang) for payee, satang in shares],
        against=against,
    )
    if not any(entry.satang for entry in journal.entries):
        return
    open_payee_accounts(payees_of(lot))
    post(by=by, journals=within_bounds([journal]))
    tell_owed(
        owed_facts(
            lot,
            shares,
            kind="correction",
            key=key,
            journal_key=key,
            qty=qty - before_qty if event == "produce.corrected" else qty,
            price_satang=price_satang or 0,
        ),
        by=by,
    )


@unit_of_work
def dispose_lots(*, by: User | None, dispositions: Sequence[Disposition]) -> None:
    """Post what became of goods that no line took, or that came back."""
    lots = {lot.pk: lot for lot in with_payees(d.lot for d in dispositions)}
    roots = roots_of(list(lots.values()))
    everything = {lot.pk: lot for lot in [*lots.values(), *roots.values()]}
    values = locked_values([everything[pk] for pk in sorted(everything)])
    journals: list[JournalInput] = []
    facts: list[OwedFact] = []
    payees: list[Payee] = []
    for disposition in sorted(dispositions, key=lambda one: (one.lot_id, one.pk)):
        lot = lots[disposition.lot_id]
        root = roots[lot.pk]
        value, first = values.get(lot.pk), values.get(root.pk)
        if value is None or first is None:
            continue
        posted = _dispose(disposition=disposition, lot=lot, value=value, root=root, first=first)
        if any(entry.satang for entry in posted.journal.entries):
            journals.append(posted.journal)
            facts += posted.facts
            payees += posted.payees
    LotValue.objects.bulk_update(
        [values[pk] for pk in sorted(values)], ["out_qty", "out_satang"], batch_size=300
    )
    open_payee_accounts(payees)
    post(by=by, journals=within_bounds(journals))
    tell_owed(facts, by=by)


@dataclass(frozen=True, slots=True)
class _Disposed:
    journal: JournalInput
    facts: list[OwedFact]
    payees: list[Payee]


def _dispose(
    *,
    disposition: Disposition,
    lot: HarvestLot,
    value: LotValue,
    root: HarvestLot,
    first: LotValue,
) -> _Disposed:
    qty, per = disposition.qty, lot.product.per
    key = f"disposition:{disposition.pk}"
    sold = disposition.kind in _SOLD
    brought = disposition.value_satang if sold else 0
    in_hand = 0
    if value.basis in (LotBasis.SCALE, LotBasis.OUTSIDE):
        in_hand = leaves(value.value_satang, value.qty, value.out_qty, value.out_satang, qty)
    value.out_qty += qty
    value.out_satang += in_hand
    price = first.price_satang or 0
    worth = value_of(qty, price, per=per)
    back = owed = 0
    if sold and still_growers(lot, first.basis):
        owed = min(brought, worth)
    elif disposition.kind == Disposition.Kind.RETURNED_TO_GROWER:
        if value.basis == LotBasis.SCALE:
            back = in_hand
        elif (
            value.basis == LotBasis.RETURNED
            and first.basis == LotBasis.SCALE
            and returned_for_quality(lot)
        ):
            back = worth
    shares = shares_of(root, owed or back) if owed or back else []
    coded = [(payee.account.code, satang) for payee, satang in shares]
    journal = posting.goods_disposed(
        facts_of(lot, qty),
        pk=disposition.pk,
        kind=disposition.kind,
        day=today(),
        in_hand_satang=in_hand,
        brought_satang=brought,
        back=coded if back else (),
        owed=coded if owed else (),
    )
    sign = 1 if owed else -1
    facts = owed_facts(
        root,
        [(payee, sign * satang) for payee, satang in shares],
        kind="resold" if owed else "returned",
        key=key,
        journal_key=key,
        qty=sign * qty,
        price_satang=price,
    )
    return _Disposed(journal, facts, [payee for payee, _part in shares])
