"""Bank statement exports (CSV and XLSX) read into rows that add up, or refused as a whole.

Always true of a `Statement`: rows stand oldest first, each running balance follows from the one
before, and opening balance plus all movements is the closing balance. Whatever is wrong is
collected with row, column and what to do, and raised once; nothing is ever read by half. Money is
satang, days are value dates of the bank (Asia/Bangkok). No database.

The layout of Thai exports is assumed, not published: a cooperative's
real files may need their own `CsvProfile`.
"""

from orders.reconciliation.exceptions import RowError, StatementError
from orders.reconciliation.grids import ASSUMED_THAI_BANK, CsvProfile, normalised_text
from orders.reconciliation.statements.parsing import parse_statement
from orders.reconciliation.statements.shapes import Statement, StatementRow, row_key, same_account

__all__ = [
    "ASSUMED_THAI_BANK",
    "CsvProfile",
    "RowError",
    "Statement",
    "StatementError",
    "StatementRow",
    "normalised_text",
    "parse_statement",
    "row_key",
    "same_account",
]
