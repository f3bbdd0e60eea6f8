"""What growers are owed, how it is paid, and what is agreed with each of them, by topic."""

from orders.settlement.models.payees import PayeeConsent
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
    "CashFloat",
    "Owed",
    "OwedKind",
    "PayeeConsent",
    "PayoutBatch",
    "PayoutItem",
    "PayoutOwed",
    "Voucher",
]
