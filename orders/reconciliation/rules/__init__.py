"""Which bank row pays which document: pure decisions, no database.

Always true: a match is automatic only when the row names exactly one reference, that reference is
exactly one open document, and the amount is that document's open amount to the satang (or that
less the buyer's withholding tax). Everything else is a suggestion that a person decides on; where
several answers fit, all are shown and none is chosen.
"""

from orders.reconciliation.rules.certain import Match, certain_matches, exact_match
from orders.reconciliation.rules.documents import OpenDocument, OpenDocuments, ReferencesIn
from orders.reconciliation.rules.payers import payer_key, payer_words
from orders.reconciliation.rules.returns import (
    MAX_DAYS,
    Moved,
    TakenBack,
    Tie,
    says_taken_back,
    taken_back,
)
from orders.reconciliation.rules.subsets import MAX_SHOWN, MAX_SUBSET_DOCUMENTS, subsets_that_sum
from orders.reconciliation.rules.suggesting import (
    Suggestion,
    SuggestionKind,
    match_all,
    suggestions,
)

__all__ = [
    "MAX_DAYS",
    "MAX_SHOWN",
    "MAX_SUBSET_DOCUMENTS",
    "Match",
    "Moved",
    "OpenDocument",
    "OpenDocuments",
    "ReferencesIn",
    "Suggestion",
    "SuggestionKind",
    "TakenBack",
    "Tie",
    "certain_matches",
    "exact_match",
    "match_all",
    "payer_key",
    "payer_words",
    "says_taken_back",
    "subsets_that_sum",
    "suggestions",
    "taken_back",
]
