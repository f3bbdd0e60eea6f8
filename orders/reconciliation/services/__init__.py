"""Every write of this room: bank accounts, rows, applying money to bills and undoing it."""

from orders.reconciliation.services.applying import (
    ApplicationInput,
    apply_row,
    match_automatically,
    note_certificate,
    undo_application,
)
from orders.reconciliation.services.rows import (
    PassbookRow,
    StatementPreview,
    add_passbook_rows,
    import_statement,
    known_balance,
    open_bank_account,
    preview_passbook,
    preview_statement,
)

__all__ = [
    "ApplicationInput",
    "PassbookRow",
    "StatementPreview",
    "add_passbook_rows",
    "apply_row",
    "import_statement",
    "known_balance",
    "match_automatically",
    "note_certificate",
    "open_bank_account",
    "preview_passbook",
    "preview_statement",
    "undo_application",
]
