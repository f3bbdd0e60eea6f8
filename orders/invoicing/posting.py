"""Posting rules: one function per business event, from its facts to one journal.

Pure: no database. Amounts are satang; in the tables Dr is debit (positive), Cr credit (negative).
Every entry names its source (lot, order line, document or bank row), so every satang can be
followed. The same event always gives the same key, so replaying it changes nothing.

`produce:in-hand` clears per lot: what is bought at the scale enters at farm-gate value and leaves
when it is sent or disposed of; goods on consignment and goods that came back are worth 0 there.
`unbilled:<buyer>` becomes `receivable:<buyer>` when the bill is issued.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from marketplace.common.dates import thai_date
from marketplace.ledger.rules import EntryInput, JournalInput
from orders.invoicing import accounts

Share = tuple[str, int]
"""Ledger account of a grower, and satang."""


@dataclass(frozen=True, slots=True)
class LotFacts:
    """A lot in the books: its key, code, delivery day and words ("คะน้า A 12.5 กก.")."""

    pk: int
    code: str
    day: dt.date
    words: str

    @property
    def source(self) -> str:
        return f"lot:{self.pk}"


@dataclass(frozen=True, slots=True)
class LineFacts:
    """An accepted line.

    Attributes:
        pk: the order line.
        words: product and quantity taken.
        value_satang: what the buyer owes for it, without VAT.
        in_hand: per lot, what leaves produce in hand for it: (lot pk, satang).
        owed: per grower on consignment: (payable account, lot pk, satang).
        fees: ledger account → satang.
        pool_satang: price pool, positive when the buyer pays more than the notice's sum.
        shrinkage_satang: below zero for a loss.
        vat_satang: its part of the delivery's VAT.
    """

    pk: int
    words: str
    value_satang: int
    in_hand: Sequence[tuple[int, int]] = ()
    owed: Sequence[tuple[str, int, int]] = ()
    fees: Mapping[str, int] = field(default_factory=dict)
    pool_satang: int = 0
    shrinkage_satang: int = 0
    vat_satang: int = 0

    @property
    def farm_gate_satang(self) -> int:
        """What the goods sent for the line cost at farm gate."""
        return sum(satang for _lot, satang in self.in_hand) + sum(
            satang for _account, _lot, satang in self.owed
        )

    @property
    def adds_up(self) -> bool:
        """Decision 5: value = farm gate + fees + price pool + shrinkage."""
        return self.value_satang == (
            self.farm_gate_satang
            + sum(self.fees.values())
            + self.pool_satang
            + self.shrinkage_satang
        )


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


def bill_issued(
    *,
    pk: int,
    code: str,
    day: dt.date,
    buyer_name: str,
    unbilled: str,
    receivable: str,
    satang: int,
) -> JournalInput:
    """A bill is issued: what was delivered becomes what is asked for.

    ====================  ====  ==========
    receivable:<buyer>    Dr    the bill's total
    unbilled:<buyer>      Cr    the same
    ====================  ====  ==========

    Voiding a bill reverses this journal.
    """
    source = f"document:{pk}"
    return JournalInput(
        key=f"document:{pk}",
        event="bill.issued",
        day=day,
        description=f"{code} {buyer_name}",
        source=source,
        entries=[
            EntryInput(receivable, satang, source, code),
            EntryInput(unbilled, -satang, source, code),
        ],
    )


def bank_row_applied(
    *,
    application: int,
    row: int,
    day: dt.date,
    words: str,
    bank: str,
    against: str,
    satang: int,
    withheld_satang: int = 0,
    source: str = "",
) -> JournalInput:
    """A part of a bank row is applied.

    Money in (`satang` positive):

    ===================  ====  ==================================================
    bank:<account>       Dr    what came in
    wht:receivable       Dr    tax the buyer withheld, certificate awaited
    <against>            Cr    both: receivable:<buyer>, deposit:<buyer>,
                               suspense:unmatched, resale:due, capital:working…
    ===================  ====  ==================================================

    Money out (`satang` negative): the same with sides changed, `against` being transit:payout,
    transit:cash, fee:bank, suspense:unmatched… Undoing an application reverses its journal.
    """
    own = f"bank_row:{row}"
    return JournalInput(
        key=f"application:{application}",
        event="bank.applied",
        day=day,
        description=words,
        source=own,
        entries=[
            EntryInput(bank, satang, own, words),
            EntryInput(accounts.WITHHELD, withheld_satang, source or own, words),
            EntryInput(against, -satang - withheld_satang, source or own, words),
        ],
    )


def payout_sent(
    *, batch: int, day: dt.date, code: str, payments: Sequence[tuple[str, int, str]]
) -> JournalInput:
    """A payout batch goes to the bank.

    =================  ====  =====================================================
    payable:<grower>   Dr    what each is paid, advances taken back included
    advance:<grower>   Cr    (a negative payment) what was overpaid before
    transit:payout     Cr    the batch's total, until the bank row arrives
    =================  ====  =====================================================

    Args:
        payments: (account, satang debited, source) per grower's account.
    """
    total = sum(satang for _account, satang, _source in payments)
    own = f"batch:{batch}"
    return JournalInput(
        key=f"payout:{batch}",
        event="payout.sent",
        day=day,
        description=f"โอนจ่ายค่าผลผลิต {code}",
        source=own,
        entries=[
            *(EntryInput(account, satang, source, code) for account, satang, source in payments),
            EntryInput(accounts.PAYOUT_TRANSIT, -total, own, code),
        ],
    )


def payout_failed(
    *, item: int, day: dt.date, code: str, payments: Sequence[tuple[str, int, str]]
) -> JournalInput:
    """The bank could not pay one payee of a batch: the opposite of its part of `payout_sent`."""
    total = sum(satang for _account, satang, _source in payments)
    own = f"payout_item:{item}"
    return JournalInput(
        key=f"payout-failed:{item}",
        event="payout.failed",
        day=day,
        description=f"โอนไม่สำเร็จ {code}",
        source=own,
        entries=[
            *(EntryInput(account, -satang, source, code) for account, satang, source in payments),
            EntryInput(accounts.PAYOUT_TRANSIT, total, own, code),
        ],
    )


def cash_paid(
    *, voucher: int, day: dt.date, code: str, payments: Sequence[tuple[str, int, str]]
) -> JournalInput:
    """A payee signed for cash: paid at once.

    ====================================  ====  =====
    payable:<grower> or payable:outside   Dr    what is paid
    cash:float                            Cr    the same; never below what was counted in
    ====================================  ====  =====
    """
    total = sum(satang for _account, satang, _source in payments)
    own = f"voucher:{voucher}"
    return JournalInput(
        key=f"voucher:{voucher}",
        event="cash.paid",
        day=day,
        description=f"จ่ายเงินสด {code}",
        source=own,
        entries=[
            *(EntryInput(account, satang, source, code) for account, satang, source in payments),
            EntryInput(accounts.FLOAT, -total, own, code),
        ],
    )


def cash_moved(
    *,
    key: str,
    event: str,
    day: dt.date,
    description: str,
    source: str,
    debit: str,
    credit: str,
    satang: int,
    difference_satang: int = 0,
) -> JournalInput:
    """Cash changes its place.

    ===================  ==================  ==============================================
    event                Dr                  Cr
    ===================  ==================  ==============================================
    drawn from the bank  cash:safe           transit:cash, until the passbook shows it
    float opened         cash:float          cash:safe
    float closed         cash:safe           cash:float; what the count lacks is
                                             cash:difference Dr, what it has too much Cr
    resale money in      cash:safe           resale:due
    ===================  ==================  ==============================================

    Args:
        satang: what arrives at `debit`.
        difference_satang: what `credit` gives beyond that (below zero: less).
    """
    return JournalInput(
        key=key,
        event=event,
        day=day,
        description=description,
        source=source,
        entries=[
            EntryInput(debit, satang, source),
            EntryInput(accounts.CASH_DIFFERENCE, difference_satang, source),
            EntryInput(credit, -satang - difference_satang, source),
        ],
    )
