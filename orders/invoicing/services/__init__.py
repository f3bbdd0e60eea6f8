"""Every write of this room: valuing goods, buyers' paper terms, and issuing, voiding and settling
documents.
"""

from orders.invoicing.services.billing import issue_billing_note, issue_receipt
from orders.invoicing.services.bills import issue_bills
from orders.invoicing.services.budgets import name_budget
from orders.invoicing.services.certificates import drop_certificates, receive_certificate
from orders.invoicing.services.changes import issue_credit_note, issue_debit_note
from orders.invoicing.services.delivered import issue_acceptance_reports, issue_tax_invoices
from orders.invoicing.services.documents import (
    draw_numbers,
    settle_documents,
    void_documents,
)
from orders.invoicing.services.goods import (
    correct_lots,
    dispose_lots,
    price_lots,
    take_in_lots,
)
from orders.invoicing.services.pdfs import pdf_of
from orders.invoicing.services.quotations import accept_quotation, issue_quotation, quote_draft
from orders.invoicing.services.sales import sell_deliveries
from orders.invoicing.services.terms import TermsInput, keep_holidays, set_terms
from orders.invoicing.services.vat import set_vat_status

__all__ = [
    "TermsInput",
    "accept_quotation",
    "correct_lots",
    "dispose_lots",
    "draw_numbers",
    "drop_certificates",
    "issue_acceptance_reports",
    "issue_billing_note",
    "issue_bills",
    "issue_credit_note",
    "issue_debit_note",
    "issue_quotation",
    "issue_receipt",
    "issue_tax_invoices",
    "keep_holidays",
    "name_budget",
    "pdf_of",
    "price_lots",
    "quote_draft",
    "receive_certificate",
    "sell_deliveries",
    "set_terms",
    "set_vat_status",
    "settle_documents",
    "take_in_lots",
    "void_documents",
]
