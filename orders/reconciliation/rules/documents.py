"""Open documents as the matching rules see them, and the words of a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from orders.reconciliation.rules.subsets import Halves, halves_of
from orders.reconciliation.statements import StatementRow

ReferencesIn = Callable[[str], Iterable[str]]
"""Returns the references found in a text, spelled as in `OpenDocument.reference` and with their
check digits verified.
"""


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A bill that is not fully paid: satang still open, and what the buyer may withhold as tax
    from it (0: nothing). `automatic` off: its buyer's money never posts by itself.
    """

    id: str
    reference: str
    buyer: str
    open_satang: int
    withholding_satang: int
    due: date
    automatic: bool = True


class OpenDocuments:
    """Open documents, found by reference, amount and buyer; `settle` takes one out once it is
    matched.
    """

    def __init__(self, documents: Iterable[OpenDocument]) -> None:
        self.by_reference: dict[str, dict[str, OpenDocument]] = defaultdict(dict)
        self.by_amount: dict[int, dict[str, OpenDocument]] = defaultdict(dict)
        self.by_buyer: dict[str, dict[str, OpenDocument]] = defaultdict(dict)
        self.settled: dict[str, OpenDocument] = {}
        self._sums: dict[str, list[Halves]] = {}
        for document in sorted(documents, key=lambda document: (document.due, document.id)):
            if document.open_satang > 0:
                self.by_reference[document.reference][document.id] = document
                self.by_buyer[document.buyer][document.id] = document
                for amount in settling_amounts(document):
                    self.by_amount[amount][document.id] = document

    def settle(self, document: OpenDocument) -> None:
        """Take `document` out; a later row that names it is a second payment."""
        self.by_reference[document.reference].pop(document.id, None)
        self.by_buyer[document.buyer].pop(document.id, None)
        self._sums.pop(document.buyer, None)
        for amount in settling_amounts(document):
            self.by_amount[amount].pop(document.id, None)
        self.settled[document.reference] = document

    def sums_of(self, buyer: str) -> list[Halves]:
        """The sums over a buyer's oldest documents, worked out once until one of them is paid."""
        if buyer not in self._sums:
            self._sums[buyer] = halves_of(list(self.by_buyer.get(buyer, {}).values()))
        return self._sums[buyer]


def indexed(documents: OpenDocuments | Iterable[OpenDocument]) -> OpenDocuments:
    return documents if isinstance(documents, OpenDocuments) else OpenDocuments(documents)


def settling_amounts(document: OpenDocument) -> tuple[int, ...]:
    """Return the satang that settle `document`: all that is open, or that less withholding tax."""
    if 0 < document.withholding_satang < document.open_satang:
        return document.open_satang, document.open_satang - document.withholding_satang
    return (document.open_satang,)


def totals(documents: Sequence[OpenDocument]) -> tuple[int, int]:
    total = sum(document.open_satang for document in documents)
    return total, total - sum(document.withholding_satang for document in documents)


def words_of(row: StatementRow) -> str:
    return f"{row.description} {row.reference}"
