"""Which bank row pays which document: pure decisions, no database.

Always true: a match is automatic only when the row names exactly one reference, that reference is
exactly one open document, and the amount is that document's open amount to the satang (or that
less the buyer's withholding tax). Everything else is a suggestion that a person decides on; where
several answers fit, all are shown and none is chosen.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final

from orders.reconciliation.statements import StatementRow, normalised_text

MAX_SUBSET_DOCUMENTS: Final = 20
"""How many open documents of one buyer are searched for a sum; the oldest when there are more."""
MAX_SHOWN: Final = 20
"""How many suggestions of one kind are shown at most."""
SHORTEST_NAME: Final = 4

ReferencesIn = Callable[[str], Iterable[str]]
"""Returns the references found in a text, spelled as in `OpenDocument.reference` and with their
check digits verified.
"""


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A bill that is not fully paid: satang still open, and what the buyer may withhold as tax
    from it (0: nothing).
    """

    id: str
    reference: str
    buyer: str
    open_satang: int
    withholding_satang: int
    due: date


@dataclass(frozen=True, slots=True)
class Match:
    """A row that pays one document for certain: what came in, and the withholding tax that
    settles the rest.
    """

    row: StatementRow
    document: OpenDocument
    received_satang: int
    withholding_satang: int


class SuggestionKind(StrEnum):
    """Why a suggestion is made, best first."""

    REFERENCE_AND_AMOUNT = "reference_and_amount"
    REFERENCES_SUM = "references_sum"
    PAID_TWICE = "paid_twice"
    FEE_NETTED = "fee_netted"
    REFERENCE = "reference"
    PAYER_AND_AMOUNT = "payer_and_amount"
    PAYER_SUM = "payer_sum"
    AMOUNT = "amount"


_RANK: Final = {kind: rank for rank, kind in enumerate(SuggestionKind)}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A possible answer for a person: the documents a row may pay.

    `difference_satang` is received plus withheld less what is open: below zero a part payment,
    above zero an overpayment. `fee_satang` is what a bank kept, within the tolerance asked for.
    `chosen` marks the one answer a screen may tick beforehand; it is
    never set when another answer of the same rank fits.
    """

    kind: SuggestionKind
    documents: tuple[OpenDocument, ...]
    received_satang: int
    withholding_satang: int
    difference_satang: int
    chosen: bool
    fee_satang: int = 0


class OpenDocuments:
    """Open documents, found by reference, amount and buyer; `settle` takes one out once it is
    matched.
    """

    def __init__(self, documents: Iterable[OpenDocument]) -> None:
        self.by_reference: dict[str, dict[str, OpenDocument]] = defaultdict(dict)
        self.by_amount: dict[int, dict[str, OpenDocument]] = defaultdict(dict)
        self.by_buyer: dict[str, dict[str, OpenDocument]] = defaultdict(dict)
        self.settled: dict[str, OpenDocument] = {}
        self._sums: dict[str, list[_Halves]] = {}
        for document in sorted(documents, key=lambda document: (document.due, document.id)):
            if document.open_satang > 0:
                self.by_reference[document.reference][document.id] = document
                self.by_buyer[document.buyer][document.id] = document
                for amount in _amounts(document):
                    self.by_amount[amount][document.id] = document

    def settle(self, document: OpenDocument) -> None:
        """Take `document` out; a later row that names it is a second payment."""
        self.by_reference[document.reference].pop(document.id, None)
        self.by_buyer[document.buyer].pop(document.id, None)
        self._sums.pop(document.buyer, None)
        for amount in _amounts(document):
            self.by_amount[amount].pop(document.id, None)
        self.settled[document.reference] = document

    def sums_of(self, buyer: str) -> list[_Halves]:
        """The sums over a buyer's oldest documents, worked out once until one of them is paid."""
        if buyer not in self._sums:
            self._sums[buyer] = _halves(list(self.by_buyer.get(buyer, {}).values()))
        return self._sums[buyer]


def exact_match(
    row: StatementRow,
    open_documents: OpenDocuments | Iterable[OpenDocument],
    *,
    references_in: ReferencesIn,
) -> Match | None:
    """Return the one document that `row` pays for certain, or None when a person must look.

    Certain means: money came in; `references_in` finds exactly one reference in the row's words;
    exactly one open document carries it; the amount is its open satang, or that less its
    withholding tax.
    """
    documents = _indexed(open_documents)
    if row.in_satang <= 0 or row.out_satang:
        return None
    named = set(references_in(_words(row)))
    if len(named) != 1:
        return None
    candidates = list(documents.by_reference.get(named.pop(), {}).values())
    if len(candidates) != 1 or row.in_satang not in _amounts(candidates[0]):
        return None
    document = candidates[0]
    return Match(row, document, row.in_satang, document.open_satang - row.in_satang)


def suggestions(
    row: StatementRow,
    open_documents: OpenDocuments | Iterable[OpenDocument],
    *,
    references_in: ReferencesIn,
    buyer_names: Mapping[str, Collection[str]] | None = None,
    fee_tolerance_satang: int = 0,
) -> tuple[Suggestion, ...]:
    """Return what `row` may pay, best first; empty for money that went out.

    `buyer_names` gives per buyer the names that a bank may write. Sums are searched among the
    open documents of buyers whose name or reference stands in the row (or of the only buyer there
    is), all in full or all less withholding tax. A payment of a named document that is short by at
    most `fee_tolerance_satang` may be one of which a bank kept its fee.
    """
    documents = _indexed(open_documents)
    if row.in_satang <= 0 or row.out_satang:
        return ()
    amount = row.in_satang
    found: list[tuple[SuggestionKind, tuple[OpenDocument, ...]]] = []
    references = sorted(set(references_in(_words(row))))
    named = [d for r in references for d in documents.by_reference.get(r, {}).values()]
    fitting = [document for document in named if amount in _amounts(document)]
    found += [(SuggestionKind.REFERENCE_AND_AMOUNT, (document,)) for document in fitting]
    if len(named) > 1 and amount in _totals(named):
        found.append((SuggestionKind.REFERENCES_SUM, tuple(named)))
    found += [
        (SuggestionKind.PAID_TWICE, (documents.settled[reference],))
        for reference in references
        if reference in documents.settled and not documents.by_reference.get(reference)
    ]
    netted = [
        document
        for document in named
        if document not in fitting
        and any(0 < full - amount <= fee_tolerance_satang for full in _amounts(document))
    ]
    found += [(SuggestionKind.FEE_NETTED, (document,)) for document in netted]
    found += [(SuggestionKind.REFERENCE, (d,)) for d in named if d not in fitting]
    payers = _payers(row, buyer_names or {})
    same = list(documents.by_amount.get(amount, {}).values())
    found += [
        (SuggestionKind.PAYER_AND_AMOUNT, (document,))
        for document in same
        if document.buyer in payers
    ]
    searched = payers | {document.buyer for document in named}
    if not searched:
        with_open = [buyer for buyer, mine in documents.by_buyer.items() if mine]
        searched = set(with_open) if len(with_open) == 1 else set()
    incomplete = False
    for buyer in sorted(searched):
        mine = list(documents.by_buyer.get(buyer, {}).values())
        incomplete |= len(mine) > MAX_SUBSET_DOCUMENTS
        found += [
            (SuggestionKind.PAYER_SUM, part) for part in _sets(documents.sums_of(buyer), amount)
        ]
    found += [(SuggestionKind.AMOUNT, (document,)) for document in same]
    return _ranked(found, amount, incomplete)


def certain_matches(
    rows: Iterable[StatementRow],
    documents: OpenDocuments | Iterable[OpenDocument],
    *,
    references_in: ReferencesIn,
) -> list[Match]:
    """Return the certain matches among rows in the order given; a document is matched once at
    most, and taken out of `documents` then.
    """
    index = _indexed(documents)
    found: list[Match] = []
    for row in rows:
        match = exact_match(row, index, references_in=references_in)
        if match is not None:
            found.append(match)
            index.settle(match.document)
    return found


def match_all(
    rows: Iterable[StatementRow],
    documents: Iterable[OpenDocument],
    *,
    references_in: ReferencesIn,
    buyer_names: Mapping[str, Collection[str]] | None = None,
    fee_tolerance_satang: int = 0,
) -> list[tuple[StatementRow, Match | tuple[Suggestion, ...]]]:
    """Decide on rows in the order given: a `Match`, or suggestions; a document is matched once at
    most.

    All certain matches are made first, so that no suggestion names a document that another row
    pays for certain.
    """
    index = OpenDocuments(documents)
    listed = list(rows)
    certain = {
        id(match.row): match
        for match in certain_matches(listed, index, references_in=references_in)
    }
    return [
        (
            row,
            certain.get(id(row))
            or suggestions(
                row,
                index,
                references_in=references_in,
                buyer_names=buyer_names,
                fee_tolerance_satang=fee_tolerance_satang,
            ),
        )
        for row in listed
    ]


def subsets_that_sum(
    documents: Sequence[OpenDocument], amount_satang: int
) -> list[tuple[OpenDocument, ...]]:
    """Return the sets of two or more documents whose open amounts (or all less withholding) sum
    to `amount_satang` exactly.

    Searches the `MAX_SUBSET_DOCUMENTS` oldest by due day, halves meeting in the middle, in whole
    satang. Fewest documents first, then oldest; at most `MAX_SHOWN` + 1, so that "more than one"
    and "more than shown" can be told.
    """
    return _sets(_halves(documents), amount_satang)


@dataclass(frozen=True, slots=True)
class _Halves:
    """Every sum over the first and over the second half of some documents, as masks by sum."""

    documents: tuple[OpenDocument, ...]
    left: Mapping[int, Sequence[int]]
    right: Mapping[int, Sequence[int]]


def _halves(documents: Sequence[OpenDocument]) -> list[_Halves]:
    """The sums in full and, where a buyer withholds, all less tax; of the oldest documents."""
    oldest = tuple(sorted(documents, key=lambda d: (d.due, d.id))[:MAX_SUBSET_DOCUMENTS])
    variants = [[document.open_satang for document in oldest]]
    if any(document.withholding_satang for document in oldest):
        variants.append([d.open_satang - d.withholding_satang for d in oldest])
    half = len(oldest) // 2
    return [_Halves(oldest, _sums(values[:half]), _sums(values[half:])) for values in variants]


def _sets(halves: Sequence[_Halves], target: int) -> list[tuple[OpenDocument, ...]]:
    masks: set[int] = set()
    for variant in halves:
        masks |= _masks_that_sum(variant, target)
    documents = halves[0].documents
    sets = [
        tuple(document for i, document in enumerate(documents) if mask >> i & 1)
        for mask in masks
        if mask & (mask - 1)
    ]
    sets.sort(key=lambda part: (len(part), [(d.due, d.id) for d in part]))
    return sets[: MAX_SHOWN + 1]


def _masks_that_sum(halves: _Halves, target: int) -> set[int]:
    half = len(halves.documents) // 2
    found: set[int] = set()
    # Sums that both sides can make; a set of keys meets another without a loop of our own.
    for total in halves.right.keys() & {target - one for one in halves.left}:
        for mask in halves.right[total]:
            for other in halves.left[target - total]:
                found.add(mask << half | other)
                if len(found) > 50_000:
                    return found  # equal amounts without end: more than anyone will look at
    return found


def _sums(values: Sequence[int]) -> dict[int, list[int]]:
    sums = [(0, 0)]
    for i, value in enumerate(values):
        sums += [(mask | 1 << i, total + value) for mask, total in sums]
    by_sum: dict[int, list[int]] = defaultdict(list)
    for mask, total in sums:
        by_sum[total].append(mask)
    return dict(by_sum)


def _indexed(documents: OpenDocuments | Iterable[OpenDocument]) -> OpenDocuments:
    return documents if isinstance(documents, OpenDocuments) else OpenDocuments(documents)


def _amounts(document: OpenDocument) -> tuple[int, ...]:
    """Return the satang that settle `document`: all that is open, or that less withholding tax."""
    if 0 < document.withholding_satang < document.open_satang:
        return document.open_satang, document.open_satang - document.withholding_satang
    return (document.open_satang,)


def _totals(documents: Sequence[OpenDocument]) -> tuple[int, int]:
    total = sum(document.open_satang for document in documents)
    return total, total - sum(document.withholding_satang for document in documents)


def _words(row: StatementRow) -> str:
    return f"{row.description} {row.reference}"


def _payers(row: StatementRow, buyer_names: Mapping[str, Collection[str]]) -> set[str]:
    """Return the buyers whose name stands in the row, without names that are only part of a
    longer name found there.
    """
    text = _squeezed(_words(row))
    hits = {
        (squeezed, buyer)
        for buyer, names in buyer_names.items()
        for squeezed in map(_squeezed, names)
        if len(squeezed) >= SHORTEST_NAME and squeezed in text
    }
    return {
        buyer
        for name, buyer in hits
        if not any(name != other and name in other for other, _ in hits)
    }


def payer_words(text: str) -> str:
    """Return the part of a bank's words that may name the payer: without numbers, references and
    what banks write on every transfer.
    """
    kept = [
        word
        for word in text.split()
        if not any(letter.isdigit() for letter in word)
        and _squeezed(word) not in _ON_EVERY_TRANSFER
    ]
    return " ".join(kept)[:120]


def payer_key(words: str) -> str:
    """Return payer's words in the one spelling they are compared in; empty when they say too
    little.
    """
    key = _squeezed(payer_words(words))[:120]
    return key if len(key) >= SHORTEST_NAME else ""


@lru_cache(maxsize=16_384)
def _squeezed(text: str) -> str:
    return "".join(
        letter for letter in normalised_text(text) if unicodedata.category(letter)[0] in "LMN"
    )


def _ranked(
    found: Sequence[tuple[SuggestionKind, tuple[OpenDocument, ...]]], amount: int, incomplete: bool
) -> tuple[Suggestion, ...]:
    """Return suggestions best first, each set of documents once, the best one chosen if nothing
    stands beside it.
    """
    seen: set[frozenset[str]] = set()
    by_kind: dict[SuggestionKind, list[tuple[OpenDocument, ...]]] = defaultdict(list)
    for kind, documents in sorted(found, key=lambda one: _RANK[one[0]]):
        key = frozenset(document.id for document in documents)
        if key not in seen:
            seen.add(key)
            by_kind[kind].append(documents)
    ranked: list[Suggestion] = []
    for kind, sets in by_kind.items():
        alone = not ranked and len(sets) == 1 and kind in _CHOOSABLE
        if kind is SuggestionKind.PAYER_AND_AMOUNT and SuggestionKind.PAYER_SUM in by_kind:
            alone = False  # one bill is a sum too
        if kind is SuggestionKind.PAYER_SUM and incomplete:
            alone = False
        for documents in sets[:MAX_SHOWN]:
            gross, net = _totals(documents)
            withheld, fee = gross - net if amount == net != gross else 0, 0
            if kind is SuggestionKind.FEE_NETTED:
                # The nearer of the two full amounts: a fee is small, tax is not.
                full = min(one for one in _amounts(documents[0]) if one > amount)
                withheld, fee = gross - full, full - amount
            ranked.append(
                Suggestion(
                    kind=kind,
                    documents=documents,
                    received_satang=amount,
                    withholding_satang=withheld,
                    difference_satang=amount + withheld + fee - gross,
                    chosen=alone,
                    fee_satang=fee,
                )
            )
    return tuple(ranked)


_ON_EVERY_TRANSFER: Final = frozenset(
    normalised
    for normalised in (
        "โอน", "โอนเงิน", "รับโอน", "รับโอนเงิน", "เงินโอน", "ฝาก", "ฝากเงิน", "จาก", "เข้า", "ชำระ",
        "ชำระเงิน", "ชำระบิล", "ค่าสินค้า", "บัญชี", "พร้อมเพย์", "transfer", "deposit", "from", "to",
        "bill", "payment", "billpayment", "promptpay", "mb", "ib", "online", "ref", "no", "thb",
        "internet", "banking", "อินเทอร์เน็ต",
    )
)  # fmt: skip
"""Squeezed words that name nobody."""

_CHOOSABLE: Final = {
    SuggestionKind.REFERENCE_AND_AMOUNT,
    SuggestionKind.REFERENCES_SUM,
    SuggestionKind.FEE_NETTED,
    SuggestionKind.REFERENCE,
    SuggestionKind.PAYER_AND_AMOUNT,
    SuggestionKind.PAYER_SUM,
}
"""The same amount alone says too little to tick anything, and a second payment is nobody's bill."""
