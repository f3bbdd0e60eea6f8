"""One import from file to queue, and its figures: the page and the command both call it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from marketplace.accounts.models import User
from marketplace.common.transactions import unit_of_work
from orders.reconciliation import hooks
from orders.reconciliation.awaiting import awaited_now, fitting
from orders.reconciliation.models import BankAccount
from orders.reconciliation.rules import Match, Suggestion
from orders.reconciliation.services.deciding import (
    as_statement_row,
    decide_rows,
    match_automatically,
)
from orders.reconciliation.services.rows import import_statement, preview_statement
from orders.reconciliation.statements import ASSUMED_THAI_BANK, CsvProfile, StatementRow


@dataclass(frozen=True, slots=True)
class ImportFigures:
    """What came of a file: rows in it, new and known ones, its balances in satang; of the new rows
    how many posted by themselves, have a suggestion, or have none.
    """

    rows: int
    new: int
    duplicates: int
    opening_satang: int
    closing_satang: int
    matched: int
    suggested: int
    unmatched: int


def try_import(
    *, account: BankAccount, file_bytes: bytes, profile: CsvProfile = ASSUMED_THAI_BANK
) -> ImportFigures:
    """What `import_and_match` would do; nothing is saved.

    Raises:
        StatementError: every fault with row and column.
    """
    preview = preview_statement(account=account, file_bytes=file_bytes, profile=profile)
    # Rows that wait already are matched first, as they would be.
    waiting = account.rows.filter(applied_satang=0, in_satang__gt=0).order_by("day", "place")
    before = [as_statement_row(row) for row in waiting]
    # A row that waits carries its primary key, one of the file its row number: keep them apart.
    fresh = {-place: row for place, row in enumerate(preview.new, start=1)}
    decided = decide_rows(
        [*before, *(replace(row, row_number=place) for place, row in fresh.items())]
    )
    decisions = {place: decided.get(place, ()) for place in fresh}
    return _figures(
        rows=len(preview.statement.rows),
        new=len(preview.new),
        opening=preview.statement.opening_satang,
        closing=preview.statement.closing_satang,
        matched=sum(1 for one in decisions.values() if isinstance(one, Match)),
        waiting=[
            (fresh[place], one) for place, one in decisions.items() if not isinstance(one, Match)
        ],
    )


@unit_of_work
def import_and_match(
    *,
    by: User | None,
    account: BankAccount,
    file_bytes: bytes,
    filename: str,
    profile: CsvProfile = ASSUMED_THAI_BANK,
) -> ImportFigures:
    """Import a file whole and let exact rows post themselves; the same file again changes nothing.

    Raises:
        StatementError: every fault with row and column; nothing is saved.
    """
    last = account.rows.order_by("-pk").values_list("pk", flat=True).first() or 0
    file = import_statement(
        by=by, account=account, file_bytes=file_bytes, filename=filename, profile=profile
    )
    match_automatically(by=by, account=account)
    new = list(account.rows.filter(file=file, pk__gt=last))
    waiting = [row for row in new if row.open_satang]
    decisions = decide_rows([as_statement_row(row) for row in waiting])
    return _figures(
        rows=file.row_count,
        new=len(new),
        opening=file.opening_satang,
        closing=file.closing_satang,
        matched=len(new) - len(waiting),
        waiting=[(as_statement_row(row), decisions.get(row.pk, ())) for row in waiting],
    )


def _figures(
    *,
    rows: int,
    new: int,
    opening: int,
    closing: int,
    matched: int,
    waiting: Iterable[tuple[StatementRow, Match | tuple[Suggestion, ...]]],
) -> ImportFigures:
    leaving = {one.satang for targets in hooks.payout_targets for one in targets.expected()}
    waits = awaited_now()
    suggested = unmatched = 0
    for row, decision in waiting:
        if (
            decision
            or row.out_satang in leaving
            or fitting(row, row.in_satang + row.out_satang, waits)
        ):
            suggested += 1
        else:
            unmatched += 1
    return ImportFigures(
        rows=rows,
        new=new,
        duplicates=rows - new,
        opening_satang=opening,
        closing_satang=closing,
        matched=matched,
        suggested=suggested,
        unmatched=unmatched,
    )


def account_of(code: str) -> BankAccount | None:
    """The bank account of a ledger code (`bank:1`) or an account number, with or without dashes."""
    digits = "".join(letter for letter in code if letter.isdigit())
    if code.startswith("bank:"):
        return BankAccount.objects.filter(pk=int(digits)).first() if digits else None
    return BankAccount.objects.filter(number=digits).first() if digits else None
