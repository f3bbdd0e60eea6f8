"""What posts by itself: exactly one reference, exactly its document, to the satang."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from orders.reconciliation.rules.documents import (
    OpenDocument,
    OpenDocuments,
    ReferencesIn,
    indexed,
    settling_amounts,
    words_of,
)
from orders.reconciliation.rules.returns import says_taken_back
from orders.reconciliation.statements import StatementRow


@dataclass(frozen=True, slots=True)
class Match:
    """A row that pays one document for certain: what came in, and the withholding tax that
    settles the rest.
    """

    row: StatementRow
    document: OpenDocument
    received_satang: int
    withholding_satang: int


def exact_match(
    row: StatementRow,
    open_documents: OpenDocuments | Iterable[OpenDocument],
    *,
    references_in: ReferencesIn,
) -> Match | None:
    """Return the one document that `row` pays for certain, or None when a person must look.

    Certain means: money came in; `references_in` finds exactly one reference in the row's words;
    exactly one open document carries it; the amount is its open satang, or that less its
    withholding tax; its buyer's money may post by itself, and the bank calls the row no return.
    """
    documents = indexed(open_documents)
    if row.in_satang <= 0 or row.out_satang or says_taken_back(words_of(row)):
        return None
    named = set(references_in(words_of(row)))
    if len(named) != 1:
        return None
    candidates = list(documents.by_reference.get(named.pop(), {}).values())
    if len(candidates) != 1 or row.in_satang not in settling_amounts(candidates[0]):
        return None
    document = candidates[0]
    if not document.automatic:
        return None
    return Match(row, document, row.in_satang, document.open_satang - row.in_satang)


def certain_matches(
    rows: Iterable[StatementRow],
    documents: OpenDocuments | Iterable[OpenDocument],
    *,
    references_in: ReferencesIn,
) -> list[Match]:
    """Return the certain matches among rows in the order given; a document is matched once at
    most, and taken out of `documents` then.
    """
    index = indexed(documents)
    found: list[Match] = []
    for row in rows:
        match = exact_match(row, index, references_in=references_in)
        if match is not None:
            found.append(match)
            index.settle(match.document)
    return found
