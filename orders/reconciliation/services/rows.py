"""Bank rows from files and passbooks, into one queue; reading the same again changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Max, Q, Sum
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.money import format_baht
from marketplace.common.transactions import unit_of_work
from orders.reconciliation.exceptions import RowError, StatementError
from orders.reconciliation.models import BankAccount, BankRow, StatementFile
from orders.reconciliation.services.identity import identify
from orders.reconciliation.statements import (
    ASSUMED_THAI_BANK,
    CsvProfile,
    Statement,
    StatementRow,
    parse_statement,
)


@dataclass(frozen=True, slots=True)
class PassbookRow:
    """A row typed from a passbook, satang; exactly one of in and out is above zero."""

    day: dt.date
    in_satang: int
    out_satang: int
    balance_satang: int
    description: str = ""


@dataclass(frozen=True, slots=True)
class StatementPreview:
    """What an import would do.

    `gap_satang`: the file's opening balance less what is known before its first day; not zero means
    that rows before it are missing here.
    """

    statement: Statement
    new: tuple[StatementRow, ...]
    known_count: int
    gap_satang: int
    read_before: bool


def _counted_on(account: BankAccount, statement: Statement) -> Statement:
    """A file without balances, its balances counted on from what is known before its first day."""
    before = known_balance(account, before=statement.rows[0].value_date)
    shift = before - statement.opening_satang
    return replace(
        statement,
        rows=tuple(
            replace(row, balance_satang=row.balance_satang + shift) for row in statement.rows
        ),
        opening_satang=before,
        closing_satang=statement.closing_satang + shift,
    )


def known_balance(account: BankAccount, *, before: dt.date | None = None) -> int:
    """The balance that opening and known rows add up to, satang; before a day or of all rows."""
    rows = account.rows.all() if before is None else account.rows.filter(day__lt=before)
    sums = rows.aggregate(came=Sum("in_satang"), went=Sum("out_satang"))
    return account.opening_satang + (sums["came"] or 0) - (sums["went"] or 0)


def preview_statement(
    *, account: BankAccount, file_bytes: bytes, profile: CsvProfile = ASSUMED_THAI_BANK
) -> StatementPreview:
    """Read a file and say what importing it would do; nothing is saved.

    Raises:
        StatementError: every fault with row and column.
    """
    statement = parse_statement(file_bytes, profile=profile, account_number=account.number)
    early = [row for row in statement.rows if row.value_date < account.opened_on]
    if early:
        raise StatementError(
            [
                RowError(row.row_number, str(_("วันที่")), _("ก่อนวันเริ่มใช้บัญชีนี้ในระบบ กรุณาตัดแถวนี้ออก"))
                for row in early
            ]
        )
    if not profile.has_balance and statement.rows:
        statement = _counted_on(account, statement)
    found = identify(account, statement.rows)
    new = tuple(
        row for row, (_key, is_known) in zip(statement.rows, found, strict=True) if not is_known
    )
    known = len(found) - len(new)
    gap = 0
    if statement.rows:
        first = statement.rows[0].value_date
        gap = statement.opening_satang - known_balance(account, before=first)
        if gap and known:
            # An export of part of a day starts in the middle of rows that are known.
            whole = known_balance(account) + sum(r.in_satang - r.out_satang for r in new)
            if whole == statement.closing_satang:
                gap = 0
    return StatementPreview(
        statement=statement,
        new=new,
        known_count=known,
        gap_satang=gap,
        read_before=account.files.filter(sha256=statement.sha256).exists(),
    )


@unit_of_work
def import_statement(
    *,
    by: User | None,
    account: BankAccount,
    file_bytes: bytes,
    filename: str,
    profile: CsvProfile = ASSUMED_THAI_BANK,
) -> StatementFile:
    """Read a statement file into the queue; rows known from any source are left as they are.

    Args:
        by: the treasurer.
        account: the file must belong to it.
        file_bytes: CSV, XLSX, MT940 or camt.053 as the bank exported it.
        profile: how it is laid out.
        filename: kept for the reader.

    Returns:
        The file, with how many of its rows were new; the same file again returns the first.

    Raises:
        StatementError: every fault with row and column; nothing is saved.
    """
    account = BankAccount.objects.select_for_update().get(pk=account.pk)
    preview = preview_statement(account=account, file_bytes=file_bytes, profile=profile)
    statement = preview.statement
    before = account.files.filter(sha256=statement.sha256).first()
    if before is not None:
        return before
    file = StatementFile.objects.create(
        account=account,
        filename=filename[:200],
        sha256=statement.sha256,
        first_day=statement.rows[0].value_date if statement.rows else None,
        last_day=statement.rows[-1].value_date if statement.rows else None,
        opening_satang=statement.opening_satang,
        closing_satang=statement.closing_satang,
        row_count=len(statement.rows),
        new_count=len(preview.new),
        gap_satang=preview.gap_satang,
        profile=profile.name[:40],
        by=by,
    )
    _save_rows(by=by, account=account, rows=statement.rows, file=file)
    record(
        by=by,
        action="bank.statement.imported",
        subject=account,
        data={"file": file.filename, "new": file.new_count, "rows": file.row_count},
    )
    return file


def preview_passbook(*, account: BankAccount, rows: Sequence[PassbookRow]) -> list[StatementRow]:
    """Check typed rows against the running balance; return those that are new.

    Raises:
        StatementError: row by row, with the balance that was expected.
    """
    typed = [
        StatementRow(
            row_number=number,
            value_date=row.day,
            time=None,
            in_satang=row.in_satang,
            out_satang=row.out_satang,
            balance_satang=row.balance_satang,
            description=row.description,
            channel="",
            reference="",
            ordinal=1,
        )
        for number, row in enumerate(rows, start=1)
    ]
    found = identify(account, typed)
    errors: list[RowError] = []
    balance = known_balance(account)
    last = account.rows.aggregate(last=Max("day"))["last"] or account.opened_on
    new = []
    for row, (_key, is_known) in zip(typed, found, strict=True):
        if is_known:
            continue
        new.append(row)
        if (row.in_satang > 0) == (row.out_satang > 0) or min(row.in_satang, row.out_satang) < 0:
            errors.append(
                RowError(row.row_number, str(_("ฝาก/ถอน")), _("ใส่ยอดฝากหรือยอดถอนอย่างใดอย่างหนึ่ง"))
            )
            continue
        if row.value_date < last:
            errors.append(
                RowError(row.row_number, str(_("วันที่")), _("วันที่ย้อนก่อนแถวก่อนหน้า กรุณาพิมพ์ตามลำดับในสมุด"))
            )
        last = max(last, row.value_date)
        expected = balance + row.in_satang - row.out_satang
        if expected != row.balance_satang:
            errors.append(
                RowError(
                    row.row_number,
                    str(_("คงเหลือ")),
                    _("ยอดไม่ต่อเนื่อง ควรเป็น %(expected)s แต่พิมพ์ %(found)s กรุณาตรวจแถวนี้กับแถวก่อนหน้า")
                    % {
                        "expected": format_baht(expected),
                        "found": format_baht(row.balance_satang),
                    },
                )
            )
        balance = row.balance_satang
    if errors:
        raise StatementError(errors)
    return new


@unit_of_work
def add_passbook_rows(
    *, by: User | None, account: BankAccount, rows: Sequence[PassbookRow]
) -> list[BankRow]:
    """Save rows typed from a passbook, in its order; rows known from any source are left out.

    Args:
        by: the treasurer.
        account: whose passbook.
        rows: each must follow from the balance before it.

    Returns:
        The new rows.

    Raises:
        StatementError: row by row, with the balance that was expected; nothing is saved.
    """
    account = BankAccount.objects.select_for_update().get(pk=account.pk)
    new = preview_passbook(account=account, rows=rows)
    made = _save_rows(by=by, account=account, rows=new, file=None)
    if made:
        record(by=by, action="bank.passbook.typed", subject=account, data={"new": len(made)})
    return made


def _save_rows(
    *,
    by: User | None,
    account: BankAccount,
    rows: Sequence[StatementRow],
    file: StatementFile | None,
) -> list[BankRow]:
    found = identify(account, rows)
    places: dict[dt.date, int] = {}
    if file is None and rows:
        for day, place in (
            account.rows.filter(day__in={row.value_date for row in rows})
            .values_list("day")
            .annotate(Max("place"))
        ):
            places[day] = place
    made = []
    for row, (key, is_known) in zip(rows, found, strict=True):
        places[row.value_date] = places.get(row.value_date, 0) + 1
        if is_known:
            continue
        made.append(
            BankRow(
                account=account,
                key=key,
                day=row.value_date,
                time=row.time,
                place=places[row.value_date],
                in_satang=row.in_satang,
                out_satang=row.out_satang,
                balance_satang=row.balance_satang,
                description=row.description[:300],
                channel=row.channel[:60],
                reference=row.reference[:60],
                file=file,
                row_number=row.row_number,
                by=by,
            )
        )
    return BankRow.objects.bulk_create(made, batch_size=400)


def statement_gaps(account: BankAccount) -> list[tuple[dt.date, int]]:
    """Days whose rows do not follow from the days before: (day, satang missing before it).

    A day is in order when some row of it shows the balance that everything up to it adds up to.
    """
    gaps: list[tuple[dt.date, int]] = []
    balance = account.opening_satang
    by_day: dict[dt.date, list[tuple[int, int]]] = {}
    for day, came, went, after in account.rows.order_by("day", "place").values_list(
        "day", "in_satang", "out_satang", "balance_satang"
    ):
        by_day.setdefault(day, []).append((came - went, after))
    for day, rows in by_day.items():
        balance += sum(moved for moved, _rest in rows)
        if balance not in {after for _rest, after in rows}:
            gaps.append((day, rows[-1][1] - balance))
            balance = rows[-1][1]
    return gaps


def unapplied_satang(account: BankAccount) -> int:
    """What rows of an account are not applied yet, in less out."""
    sums = account.rows.open().aggregate(
        came=Sum("in_satang", filter=Q(in_satang__gt=0)),
        came_applied=Sum("applied_satang", filter=Q(in_satang__gt=0)),
        went=Sum("out_satang", filter=Q(out_satang__gt=0)),
        went_applied=Sum("applied_satang", filter=Q(out_satang__gt=0)),
    )
    value = {key: amount or 0 for key, amount in sums.items()}
    return value["came"] - value["came_applied"] - value["went"] + value["went_applied"]
