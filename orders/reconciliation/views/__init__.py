"""Pages of the bank: the queue, one row, files and their profiles, the passbook, accounts, certificates.

The treasurer's alone: nobody else ever sees a bank row.
"""

from orders.reconciliation.views.accounts import account, accounts, certificates
from orders.reconciliation.views.files import passbook, upload
from orders.reconciliation.views.matching import matching
from orders.reconciliation.views.payers import payers, suspense
from orders.reconciliation.views.profiles import profile, profiles
from orders.reconciliation.views.queue import match, queue
from orders.reconciliation.views.rows import note, own, returned, row, undo

__all__ = [
    "account",
    "accounts",
    "certificates",
    "match",
    "matching",
    "note",
    "own",
    "passbook",
    "payers",
    "profile",
    "profiles",
    "queue",
    "returned",
    "row",
    "suspense",
    "undo",
    "upload",
]
