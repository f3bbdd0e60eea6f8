"""From the bytes of a file to a statement."""

import hashlib

from orders.reconciliation.grids import (
    ASSUMED_THAI_BANK,
    CsvProfile,
    read_grid,
)
from orders.reconciliation.statements.reader import Reader
from orders.reconciliation.statements.shapes import Statement


def parse_statement(
    data: bytes,
    *,
    profile: CsvProfile = ASSUMED_THAI_BANK,
    account_number: str | None = None,
) -> Statement:
    """Read the export in `data`, a CSV (UTF-8 with or without BOM, CP874, UTF-16) or XLSX file.

    `account_number` is the bank account the file must belong to, in any spelling; None takes any.
    Returns the statement with rows oldest first. Raises `StatementError` with every fault; then
    nothing of the file is to be used.
    """
    grid, encoding = read_grid(data, profile)
    return Reader(profile, grid).statement(
        account_number, encoding, hashlib.sha256(data).hexdigest()
    )
