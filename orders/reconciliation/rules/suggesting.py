"""What a row may pay, best first, for a person to decide on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from orders.reconciliation.rules.certain import Match, certain_matches
from orders.reconciliation.rules.documents import (
    OpenDocument,
    OpenDocuments,
    ReferencesIn,
    indexed,
    settling_amounts,
    totals,
    words_of,
)
from orders.reconciliation.rules.payers import payers_named
from orders.reconciliation.rules.subsets import MAX_SHOWN, MAX_SUBSET_DOCUMENTS, sets_that_sum
from orders.reconciliation.statements import StatementRow


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


_CHOOSABLE: Final = {
    SuggestionKind.REFERENCE_AND_AMOUNT,
    SuggestionKind.REFERENCES_SUM,
    SuggestionKind.FEE_NETTED,
    SuggestionKind.REFERENCE,
    SuggestionKind.PAYER_AND_AMOUNT,
    SuggestionKind.PAYER_SUM,
}
"""The same amount alone says too little to tick anything, and a second payment is nobody's bill."""

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
    documents = indexed(open_documents)
    if row.in_satang <= 0 or row.out_satang:
        return ()
    amount = row.in_satang
    found: list[tuple[SuggestionKind, tuple[OpenDocument, ...]]] = []
    references = sorted(set(references_in(words_of(row))))
    named = [d for r in references for d in documents.by_reference.get(r, {}).values()]
    fitting = [document for document in named if amount in settling_amounts(document)]
    found += [(SuggestionKind.REFERENCE_AND_AMOUNT, (document,)) for document in fitting]
    if len(named) > 1 and amount in totals(named):
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
        and any(0 < full - amount <= fee_tolerance_satang for full in settling_amounts(document))
    ]
    found += [(SuggestionKind.FEE_NETTED, (document,)) for document in netted]
    found += [(SuggestionKind.REFERENCE, (d,)) for d in named if d not in fitting]
    payers = payers_named(row, buyer_names or {})
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
            (SuggestionKind.PAYER_SUM, part)
            for part in sets_that_sum(documents.sums_of(buyer), amount)
        ]
    found += [(SuggestionKind.AMOUNT, (document,)) for document in same]
    return _ranked(found, amount, incomplete)


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
            gross, net = totals(documents)
            withheld, fee = gross - net if amount == net != gross else 0, 0
            if kind is SuggestionKind.FEE_NETTED:
                # The nearer of the two full amounts: a fee is small, tax is not.
                full = min(one for one in settling_amounts(documents[0]) if one > amount)
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
