"""Pages of the bank: the queue, one row, files, the passbook, accounts, certificates.

The treasurer's alone: nobody else ever sees a bank row.
"""

from orders.reconciliation.views.accounts import accounts, certificates
from orders.reconciliation.views.files import passbook, upload
from orders.reconciliation.views.queue import match, queue
from orders.reconciliation.views.rows import row, undo

__all__ = [
    "accounts",
    "certificates",
    "match",
    "passbook",
    "queue",
    "row",
    "undo",
    "upload",
]
