"""What growers are owed, how it is paid, and what is agreed with each of them, by topic."""

from orders.settlement.models.deductions import (
    DEFAULT_CEILING_BP,
    DEFAULT_ORDER,
    HIGHEST_CEILING_BP,
    Deduction,
    DeductionKind,
    DeductionTaken,
    DeductionTerms,
)
from orders.settlement.models.early import EarlyOwed, EarlyPayment
from orders.settlement.models.files import FileProfile, PayoutFile, PayoutLimits
from orders.settlement.models.handing import HandOn, HandOnRow
from orders.settlement.models.notes import StatementNote
from orders.settlement.models.payees import PayeeConsent
from orders.settlement.models.payment_vouchers import PaymentVoucher
from orders.settlement.models.payments import (
    CashFloat,
    Owed,
    OwedKind,
    PayoutBatch,
    PayoutItem,
    PayoutOwed,
    Voucher,
)

__all__ = [
    "DEFAULT_CEILING_BP",
    "DEFAULT_ORDER",
    "HIGHEST_CEILING_BP",
    "CashFloat",
    "Deduction",
    "DeductionKind",
    "DeductionTaken",
    "DeductionTerms",
    "EarlyOwed",
    "EarlyPayment",
    "FileProfile",
    "HandOn",
    "HandOnRow",
    "Owed",
    "OwedKind",
    "PayeeConsent",
    "PaymentVoucher",
    "PayoutBatch",
    "PayoutFile",
    "PayoutItem",
    "PayoutLimits",
    "PayoutOwed",
    "StatementNote",
    "Voucher",
]
