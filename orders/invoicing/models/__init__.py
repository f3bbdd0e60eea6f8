"""Models of this room: what goods are worth, documents, and each buyer's paper terms."""

from orders.invoicing.models.documents import (
    ASKING,
    Document,
    DocumentCounter,
    DocumentDelivery,
    DocumentKind,
    DocumentLink,
    DocumentSale,
    DocumentState,
)
from orders.invoicing.models.files import BudgetLine, DocumentPdf
from orders.invoicing.models.goods import (
    DeliverySale,
    LineSale,
    LotBasis,
    LotValue,
    SaleFee,
    VatStatus,
)
from orders.invoicing.models.quotations import Quotation, QuotationCell
from orders.invoicing.models.terms import (
    BuyerTerms,
    CommitteeMember,
    Paper,
    PaysBy,
    Shift,
    TermsPaper,
)

__all__ = [
    "ASKING",
    "BudgetLine",
    "BuyerTerms",
    "CommitteeMember",
    "DeliverySale",
    "Document",
    "DocumentCounter",
    "DocumentDelivery",
    "DocumentKind",
    "DocumentLink",
    "DocumentPdf",
    "DocumentSale",
    "DocumentState",
    "LineSale",
    "LotBasis",
    "LotValue",
    "Paper",
    "PaysBy",
    "Quotation",
    "QuotationCell",
    "SaleFee",
    "Shift",
    "TermsPaper",
    "VatStatus",
]
