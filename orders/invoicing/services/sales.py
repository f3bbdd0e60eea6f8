"""Accepted deliveries become sales: each line valued, one journal per delivery."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from catalogue.models import TaxCategory
from catalogue.partner.models import ClassPrice, FeeKind
from catalogue.partner.prices import notices_by_day
from marketplace.accounts.models import User
from marketplace.common.money import value_of
from marketplace.common.quantities import BaseUnit, format_quantity
from marketplace.common.transactions import unit_of_work
from marketplace.ledger.services import open_accounts, post
from marketplace.parties.models import Buyer
from orders.fulfilment.models import Acceptance, AcceptanceLine, Cause, HarvestLot
from orders.invoicing import accounts, posting
from orders.invoicing.hooks import OwedFact
from orders.invoicing.models import (
    DeliverySale,
    LineSale,
    LotBasis,
    LotValue,
    SaleFee,
    VatStatus,
)
from orders.invoicing.rules import (
    LineValue,
    LotPart,
    TaxedLine,
    equation,
    leaves,
    value_of_part,
    vat_of_lines,
)
from orders.invoicing.services.goods import tell_owed
from orders.invoicing.services.lots import (
    Prices,
    farm_gate_of,
    locked_values,
    open_payee_accounts,
    owed_facts,
    payees_of,
    roots_of,
    shares_of,
    still_growers,
    with_payees,
)
from orders.models import Line
from orders.rules import Terms, value_of_line
from orders.services import terms_of_lines


@dataclass
class _Goods:
    """The lots of some acceptances: their values (locked), roots and prices."""

    lots: dict[int, HarvestLot]
    roots: dict[int, HarvestLot]
    values: dict[int, LotValue]
    prices: Prices

    @classmethod
    def of(cls, lot_ids: set[int]) -> _Goods:
        listed = with_payees(HarvestLot(pk=pk) for pk in lot_ids)
        roots = roots_of(listed)
        everything = {lot.pk: lot for lot in [*listed, *roots.values()]}
        ordered = [everything[pk] for pk in sorted(everything)]
        return cls(
            lots={lot.pk: lot for lot in listed},
            roots=roots,
            values=locked_values(ordered),
            prices=farm_gate_of(ordered),
        )

    def price(self, lot: HarvestLot) -> int:
        """Farm gate that the lot was taken in at."""
        first = self.values.get(self.roots[lot.pk].pk)
        return (first.price_satang if first else None) or 0

    def price_at(self, lot: HarvestLot, grade: str) -> int:
        """Farm gate of another grade of the same product and day, never dearer than the lot's."""
        own = self.price(lot)
        root = self.roots[lot.pk]
        return min(own, self.prices.get((root.product_id, grade, root.cycle.delivery_day), own))


@dataclass
class _Sold:
    """A line valued, with what it owes growers on consignment."""

    told: AcceptanceLine
    line: Line
    value: LineValue
    prices: list[list[int]]
    owed: list[tuple[str, int, int]]
    facts: list[OwedFact]
    payees: list[HarvestLot]
    vat_bp: int = 0
    vat_satang: int = 0


@unit_of_work
def sell_deliveries(*, by: User | None, acceptances: Sequence[Acceptance]) -> list[DeliverySale]:
    """Value accepted deliveries, post one journal each and owe growers on consignment.

    A delivery sold before is left as it is.

    Args:
        by: who recorded the acceptance.
        acceptances: with their lines and lots written.

    Returns:
        The sales, in ascending order of the deliveries' keys.
    """
    delivery_ids = {acceptance.delivery_id for acceptance in acceptances}
    known = set(
        DeliverySale.objects.filter(delivery_id__in=delivery_ids).values_list(
            "delivery_id", flat=True
        )
    )
    fresh = list(
        Acceptance.objects.filter(delivery_id__in=delivery_ids - known)
        .select_related("delivery__order__buyer__buyer_class", "delivery__cycle")
        .prefetch_related("lines__lots", "lines__line__product")
        .order_by("delivery_id")
    )
    goods = _Goods.of({x.lot_id for a in fresh for line in a.lines.all() for x in line.lots.all()})
    revisions = terms_of_lines([line.line_id for a in fresh for line in a.lines.all()])
    taxes = Taxes.read(fresh)
    for acceptance in fresh:
        _sell(acceptance, goods=goods, revisions=revisions, taxes=taxes, by=by)
    LotValue.objects.bulk_update(
        [goods.values[pk] for pk in sorted(goods.values)], ["out_qty", "out_satang"], batch_size=300
    )
    return list(DeliverySale.objects.filter(delivery_id__in=delivery_ids).order_by("delivery_id"))


def _sell(
    acceptance: Acceptance,
    *,
    goods: _Goods,
    revisions: dict[int, list[Terms]],
    taxes: Taxes,
    by: User | None,
) -> None:
    delivery = acceptance.delivery
    buyer, day = delivery.order.buyer, delivery.cycle.delivery_day
    sold = [
        _value_line(told, goods=goods, revisions=revisions[told.line_id], buyer=buyer, day=day)
        for told in acceptance.lines.all()
    ]
    _add_vat(sold, taxes=taxes, day=day)
    goods_satang = sum(one.value.value_satang for one in sold)
    fee = delivery.fee_satang if any(one.told.taken_qty for one in sold) else 0
    vat = sum(one.vat_satang for one in sold)
    open_accounts(accounts=[accounts.unbilled(buyer), accounts.receivable(buyer)])
    open_payee_accounts(payee for one in sold for lot in one.payees for payee in payees_of(lot))
    kinds = taxes.fee_accounts
    journal = posting.delivery_accepted(
        pk=delivery.pk,
        day=day,
        buyer_name=buyer.name_th,
        unbilled=accounts.unbilled(buyer).code,
        fee_satang=fee,
        lines=[
            posting.LineFacts(
                pk=one.line.pk,
                words=_words(one),
                value_satang=one.value.value_satang,
                in_hand=[(part.lot, part.in_hand_satang) for part in one.value.parts],
                owed=one.owed,
                fees=_by_account(one.value.fees, kinds),
                pool_satang=one.value.pool_satang,
                shrinkage_satang=one.value.shrinkage_satang,
                vat_satang=one.vat_satang,
            )
            for one in sold
        ],
    )
    posted = None
    if any(entry.satang for entry in journal.entries):
        posted = post(by=by, journals=[journal])[0]
    sale = DeliverySale.objects.create(
        delivery=delivery,
        buyer=buyer,
        day=day,
        goods_satang=goods_satang,
        fee_satang=fee,
        vat_satang=vat,
        total_satang=goods_satang + fee + vat,
        journal=posted,
    )
    lines = LineSale.objects.bulk_create(
        [
            LineSale(
                sale=sale,
                line=one.line,
                acceptance_line=one.told,
                taken_qty=one.told.taken_qty,
                value_satang=one.value.value_satang,
                farm_gate_satang=one.value.farm_gate_satang,
                fees_satang=sum(one.value.fees.values()),
                pool_satang=one.value.pool_satang,
                shrinkage_satang=one.value.shrinkage_satang,
                vat_bp=one.vat_bp,
                vat_satang=one.vat_satang,
                prices=one.prices,
            )
            for one in sold
        ]
    )
    SaleFee.objects.bulk_create(
        [
            SaleFee(line_sale=line, kind_id=kind, satang=satang)
            for line, one in zip(lines, sold, strict=True)
            for kind, satang in one.value.fees.items()
        ]
    )
    tell_owed([fact for one in sold for fact in one.facts], by=by)


def _value_line(
    told: AcceptanceLine, *, goods: _Goods, revisions: list[Terms], buyer: Buyer, day: dt.date
) -> _Sold:
    line = told.line
    per = line.per
    handling = told.cause == Cause.HANDLING
    value, rows = value_of_line(told.taken_qty, revisions, per=per)
    prices = [[row.qty, row.price_satang, row.value_satang] for row in rows]
    if told.downgraded_qty:
        kept, _rest = value_of_line(told.accepted_qty, revisions, per=per)
        full = value - kept
        cheaper = _downgraded_price(line, told.accepted_grade, buyer=buyer, day=day)
        down = (
            full if cheaper is None else min(full, value_of(told.downgraded_qty, cheaper, per=per))
        )
        if down != full:
            prices.append([0, cheaper or 0, down - full])
        value = kept + down
    fees: dict[str, int] = {}
    for row in rows:
        for kind, satang in row.fees.items():
            fees[kind] = fees.get(kind, 0) + satang
    parts = []
    owed: list[tuple[str, int, int]] = []
    facts: list[OwedFact] = []
    touched: list[HarvestLot] = []
    for split in sorted(told.lots.all(), key=lambda one: one.lot_id):
        lot = goods.lots[split.lot_id]
        root = goods.roots[lot.pk]
        own = goods.values.get(lot.pk)
        first = goods.values.get(root.pk)
        basis = own.basis if own else LotBasis.RETURNED
        leaving = 0
        if own is not None:
            if own.basis in (LotBasis.SCALE, LotBasis.OUTSIDE):
                leaving = leaves(
                    own.value_satang, own.qty, own.out_qty, own.out_satang, split.delivered_qty
                )
            own.out_qty += split.delivered_qty
            own.out_satang += leaving
        if basis not in (LotBasis.SCALE, LotBasis.OUTSIDE):
            waits = first is not None and still_growers(lot, first.basis)
            basis = LotBasis.ACCEPTED if waits else LotBasis.RETURNED
        price = goods.price(lot)
        part = value_of_part(
            LotPart(
                lot=lot.pk,
                basis=basis,
                price_satang=price,
                down_satang=goods.price_at(lot, told.accepted_grade or lot.grade),
                delivered_qty=split.delivered_qty,
                accepted_qty=split.accepted_qty,
                downgraded_qty=split.downgraded_qty,
                rejected_qty=split.rejected_qty,
                leaving_satang=leaving,
            ),
            per=per,
            handling=handling,
        )
        parts.append(part)
        if part.owed_satang:
            shares = shares_of(root, part.owed_satang)
            touched.append(root)
            owed += [(payee.account.code, lot.pk, satang) for payee, satang in shares]
            facts += owed_facts(
                root,
                shares,
                kind="accepted",
                key=f"accepted:{told.pk}:{lot.pk}",
                journal_key=f"delivery:{told.acceptance.delivery_id}",
                qty=part.owed_qty,
                price_satang=price,
                line_id=line.pk,
            )
    return _Sold(
        told=told,
        line=line,
        value=equation(value, fees, parts),
        prices=prices,
        owed=owed,
        facts=facts,
        payees=touched,
    )


def _downgraded_price(line: Line, grade: str, *, buyer: Buyer, day: dt.date) -> int | None:
    """What the buyer's class pays for the grade that was accepted, if it is announced."""
    notice = notices_by_day([day]).get(day)
    found = ClassPrice.objects.filter(
        price__notice_id=notice,
        price__product_id=line.product_id,
        price__grade=grade,
        buyer_class=buyer.buyer_class_id,
    ).values_list("satang", flat=True)
    return found.first() if notice else None


@dataclass
class Taxes:
    """Dated tax categories of products and the cooperative's VAT status, read once."""

    statuses: list[VatStatus]
    categories: dict[int, list[TaxCategory]]
    fee_accounts: dict[str, str]

    @classmethod
    def read(cls, acceptances: Sequence[Acceptance]) -> Taxes:
        """Of everything that some acceptances list."""
        return cls.of({line.line.product_id for a in acceptances for line in a.lines.all()})

    @classmethod
    def of(cls, products: set[int]) -> Taxes:
        """Of some products, by primary key."""
        categories: dict[int, list[TaxCategory]] = {}
        for category in TaxCategory.objects.filter(product_id__in=products).order_by("-valid_from"):
            categories.setdefault(category.product_id, []).append(category)
        return cls(
            statuses=list(VatStatus.objects.order_by("-valid_from")),
            categories=categories,
            fee_accounts=dict(FeeKind.objects.values_list("code", "account_code")),
        )

    def rate_bp(self, product_id: int, day: dt.date) -> int:
        """VAT in basis points of a product on a day: 0 when exempt or the cooperative not registered."""
        status = next((s for s in self.statuses if s.valid_from <= day), None)
        if status is None or not status.registered:
            return 0
        category = next(
            (c for c in self.categories.get(product_id, []) if c.valid_from <= day), None
        )
        if category is None or category.kind == TaxCategory.Kind.EXEMPT:
            return 0
        return status.rate_bp


def _add_vat(sold: list[_Sold], *, taxes: Taxes, day: dt.date) -> None:
    for one in sold:
        one.vat_bp = taxes.rate_bp(one.line.product_id, day)
    parts = vat_of_lines([TaxedLine(one.value.value_satang, one.vat_bp) for one in sold])
    for one, satang in zip(sold, parts, strict=True):
        one.vat_satang = satang


def _by_account(fees: object, kinds: dict[str, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    assert isinstance(fees, dict)
    for kind, satang in fees.items():
        found[kinds[kind]] = found.get(kinds[kind], 0) + satang
    return found


def _words(one: _Sold) -> str:
    product = one.line.product
    label = product.unit_label_th if product.base_unit == "piece" else None
    amount = format_quantity(one.told.taken_qty, BaseUnit(product.base_unit), unit_label=label)
    return f"{product.title} {amount}"
