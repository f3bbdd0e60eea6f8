"""From the bytes of a file to a statement."""

import hashlib

from orders.reconciliation.grids import (
    ASSUMED_THAI_BANK,
    CsvProfile,
    read_grid,
)
from orders.reconciliation.statements.camt import looks_like_xml, parse_camt053
from orders.reconciliation.statements.mt940_file import looks_like_mt940, parse_mt940
from orders.reconciliation.statements.reader import Reader
from orders.reconciliation.statements.shapes import Statement


def parse_statement(
    data: bytes,
    *,
    profile: CsvProfile = ASSUMED_THAI_BANK,
    account_number: str | None = None,
) -> Statement:
    """Read the export in `data`: CSV (UTF-8 with or without BOM, CP874, UTF-16), XLSX, MT940 or
    camt.053; the last two are known by how they begin, whatever the profile.

    `account_number` is the bank account the file must belong to, in any spelling; None takes any.
    Returns the statement with rows oldest first. Raises `StatementError` with every fault; then
    nothing of the file is to be used.
    """
    if looks_like_mt940(data):
        return parse_mt940(data, encoding=profile.encoding, account_number=account_number)
    if looks_like_xml(data):
        return parse_camt053(data, account_number=account_number)
    grid, encoding = read_grid(data, profile)
    return Reader(profile, grid).statement(
        account_number, encoding, hashlib.sha256(data).hexdigest()
    )
