"""Posting rules of goods: taken in, bought outside, revalued, accepted, disposed of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from marketplace.common.dates import thai_date
from marketplace.ledger.rules import EntryInput, JournalInput
from orders.invoicing import accounts
from orders.invoicing.posting.facts import LineFacts, LotFacts, Share


def produce_taken_in(lot: LotFacts, *, value_satang: int, shares: Sequence[Share]) -> JournalInput:
    """A lot bought at the scale is taken in; the growers are owed from that moment.

    ===================  ====  =======================================
    produce:in-hand      Dr    intake net × farm gate
    payable:<grower>     Cr    each grower's part (mixed lots by weight)
    ===================  ====  =======================================
    """
    return JournalInput(
        key=f"intake:{lot.pk}",
        event="produce.taken_in",
        day=lot.day,
        description=f"ชั่งรับ {lot.words} ล็อต {lot.code}",
        source=lot.source,
        entries=[
            EntryInput(accounts.IN_HAND, value_satang, lot.source, lot.words),
            *(EntryInput(code, -satang, lot.source, lot.words) for code, satang in shares),
        ],
    )


def outside_bought(lot: LotFacts, *, value_satang: int, cost_satang: int) -> JournalInput:
    """Goods are bought from the market in need; a dearer purchase is the replacement account's.

    ================  ====  ==========================================
    produce:in-hand   Dr    net × farm gate, as if a grower had brought it
    replacement       Dr    cost − that (Cr when it was cheaper)
    payable:outside   Cr    cost
    ================  ====  ==========================================
    """
    return JournalInput(
        key=f"intake:{lot.pk}",
        event="produce.bought_outside",
        day=lot.day,
        description=f"ซื้อเสริม {lot.words} ล็อต {lot.code}",
        source=lot.source,
        entries=[
            EntryInput(accounts.IN_HAND, value_satang, lot.source, lot.words),
            EntryInput(accounts.REPLACEMENT, cost_satang - value_satang, lot.source, lot.words),
            EntryInput(accounts.OUTSIDE, -cost_satang, lot.source, lot.words),
        ],
    )


def lot_revalued(
    lot: LotFacts,
    *,
    key: str,
    event: str,
    day: dt.date,
    description: str,
    in_hand_satang: int,
    shares: Sequence[Share],
    against: str = accounts.SHRINKAGE,
) -> JournalInput:
    """A lot's weight was corrected, or its price announced late.

    ===================  =====  =================================================
    produce:in-hand      Dr/Cr  change of what is still in hand
    shrinkage/pool:price Dr/Cr  change of what had already left (corrections: shrinkage;
                                a late price: the price pool, as lines were valued at 0)
    payable:<grower>     Cr/Dr  change of what is owed; what a grower can no longer give
                                back becomes `advance:<grower>` (done by the caller)
    ===================  =====  =================================================
    """
    owed = sum(satang for _code, satang in shares)
    return JournalInput(
        key=key,
        event=event,
        day=day,
        description=description,
        source=lot.source,
        entries=[
            EntryInput(accounts.IN_HAND, in_hand_satang, lot.source, lot.words),
            EntryInput(against, owed - in_hand_satang, lot.source, lot.words),
            *(EntryInput(code, -satang, lot.source, lot.words) for code, satang in shares),
        ],
    )


def delivery_accepted(
    *,
    pk: int,
    day: dt.date,
    buyer_name: str,
    unbilled: str,
    lines: Sequence[LineFacts],
    fee_satang: int,
) -> JournalInput:
    """A delivery is accepted: the whole of decision 5, one journal per delivery.

    =================  =====  ==================================================
    unbilled:<buyer>   Dr     per line: value taken + VAT; and the delivery fee
    produce:in-hand    Cr     per lot bought at the scale or outside: farm-gate value of
                              what was sent (lot as source)
    payable:<grower>   Cr     per lot on consignment: farm gate × accepted weight, and
                              × weight damaged after the scale
    fee:*              Cr     each named fee × quantity taken, at the line's frozen fees
    pool:price         Cr/Dr  value − fees − farm gate of what was taken
    shrinkage          Dr/Cr  farm gate of what was sent − of what was taken
    fee:delivery       Cr     small drop or zone fee, when anything was taken
    vat:output         Cr     for products that are not exempt
    =================  =====  ==================================================
    """
    source = f"delivery:{pk}"
    entries: list[EntryInput] = [
        EntryInput(unbilled, fee_satang, source, "ค่าส่ง"),
        EntryInput(accounts.DELIVERY_FEE, -fee_satang, source, buyer_name),
    ]
    for line in lines:
        if not line.adds_up:
            raise ValueError(f"line {line.pk} does not add up")
        own = f"line:{line.pk}"
        entries.append(EntryInput(unbilled, line.value_satang + line.vat_satang, own, line.words))
        entries += [
            EntryInput(accounts.IN_HAND, -satang, f"lot:{lot}", line.words)
            for lot, satang in line.in_hand
        ]
        entries += [
            EntryInput(code, -satang, f"lot:{lot}", line.words) for code, lot, satang in line.owed
        ]
        entries += [
            EntryInput(code, -satang, own, line.words) for code, satang in line.fees.items()
        ]
        entries.append(EntryInput(accounts.POOL, -line.pool_satang, own, line.words))
        entries.append(EntryInput(accounts.SHRINKAGE, -line.shrinkage_satang, own, line.words))
        entries.append(EntryInput(accounts.VAT, -line.vat_satang, own, line.words))
    return JournalInput(
        key=f"delivery:{pk}",
        event="delivery.accepted",
        day=day,
        description=f"{buyer_name} ตรวจรับ วันส่ง {thai_date(day)}",
        source=source,
        entries=entries,
    )


def goods_disposed(
    lot: LotFacts,
    *,
    pk: int,
    kind: str,
    day: dt.date,
    in_hand_satang: int,
    brought_satang: int = 0,
    back: Sequence[Share] = (),
    owed: Sequence[Share] = (),
) -> JournalInput:
    """Goods that no line took, or that came back, are disposed of.

    ==================  ====  ==================================================
    resold, market day:
    resale:due          Dr    what they brought
    produce:in-hand     Cr    their farm-gate value (bought goods)
    payable:<grower>    Cr    consignment: what they brought, at most farm gate
    shrinkage           ±     the rest of bought and returned goods; for consignment the
    / pool:price              price pool
    given back:
    payable:<grower>    Dr    what the grower had been owed for them
    produce:in-hand     Cr    their farm-gate value; goods that came back: shrinkage Cr
    basket:
    donation            Dr    produce:in-hand Cr
    compost, waste:
    shrinkage           Dr    produce:in-hand Cr
    ==================  ====  ==================================================

    Goods on consignment and goods that came back have no value in hand, so given away or thrown
    away they post nothing.
    """
    rest = {"basket": accounts.DONATION}.get(kind, accounts.SHRINKAGE)
    if owed:
        rest = accounts.POOL
    balance = (
        brought_satang
        - in_hand_satang
        + sum(satang for _code, satang in back)
        - sum(satang for _code, satang in owed)
    )
    return JournalInput(
        key=f"disposition:{pk}",
        event=f"produce.{kind}",
        day=day,
        description=f"{lot.words} ล็อต {lot.code}",
        source=lot.source,
        entries=[
            EntryInput(accounts.RESALE, brought_satang, lot.source, lot.words),
            EntryInput(accounts.IN_HAND, -in_hand_satang, lot.source, lot.words),
            *(EntryInput(code, satang, lot.source, lot.words) for code, satang in back),
            *(EntryInput(code, -satang, lot.source, lot.words) for code, satang in owed),
            EntryInput(rest, -balance, lot.source, lot.words),
        ],
    )
