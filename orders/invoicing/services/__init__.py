"""Every write of this room: valuing goods, and issuing, voiding and settling documents."""

from orders.invoicing.services.bills import (
    draw_numbers,
    issue_bills,
    settle_documents,
    void_documents,
)
from orders.invoicing.services.goods import (
    correct_lots,
    dispose_lots,
    price_lots,
    take_in_lots,
)
from orders.invoicing.services.sales import sell_deliveries
from orders.invoicing.services.terms import TermsInput, set_terms

__all__ = [
    "TermsInput",
    "correct_lots",
    "dispose_lots",
    "draw_numbers",
    "issue_bills",
    "price_lots",
    "sell_deliveries",
    "set_terms",
    "settle_documents",
    "take_in_lots",
    "void_documents",
]
