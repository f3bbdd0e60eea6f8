"""Every write of this room: bank accounts, rows, applying money to bills and undoing it."""

from orders.reconciliation.services.applying import (
    ApplicationInput,
    apply_row,
    apply_rows,
    note_certificate,
    undo_application,
)
from orders.reconciliation.services.bank_accounts import open_bank_account, set_bank_account
from orders.reconciliation.services.deciding import match_automatically
from orders.reconciliation.services.importing import (
    ImportFigures,
    account_of,
    import_and_match,
    try_import,
)
from orders.reconciliation.services.matching import set_matching
from orders.reconciliation.services.notes import note_row, set_owner
from orders.reconciliation.services.payers import end_payer, set_payer
from orders.reconciliation.services.profiles import ProfileInput, require_complete, save_profile
from orders.reconciliation.services.returns import take_back
from orders.reconciliation.services.rows import (
    PassbookRow,
    StatementPreview,
    add_passbook_rows,
    import_statement,
    known_balance,
    preview_passbook,
    preview_statement,
)

__all__ = [
    "ApplicationInput",
    "ImportFigures",
    "PassbookRow",
    "ProfileInput",
    "StatementPreview",
    "account_of",
    "add_passbook_rows",
    "apply_row",
    "apply_rows",
    "end_payer",
    "import_and_match",
    "import_statement",
    "known_balance",
    "match_automatically",
    "note_certificate",
    "note_row",
    "open_bank_account",
    "preview_passbook",
    "preview_statement",
    "require_complete",
    "save_profile",
    "set_bank_account",
    "set_matching",
    "set_owner",
    "set_payer",
    "take_back",
    "try_import",
    "undo_application",
]
