"""The books as text for other programs, written line by line so that memory stays flat.

`csv_journal` is for accounting software that takes a general journal as CSV; `beancount` is a second
set of books in plain text: a program that shares no code with ours (beancount.github.io) reads it,
adds everything up again and compares every account's closing balance.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from marketplace.ledger.chart import number_of
from marketplace.ledger.models import Account, AccountType, Entry
from marketplace.parties.exports import harmless

_CHUNK = 2000
_DAY_ONE = dt.date(1970, 1, 1)
_ROOTS = {
    AccountType.ASSET: "Assets",
    AccountType.LIABILITY: "Liabilities",
    AccountType.EQUITY: "Equity",
    AccountType.INCOME: "Income",
    AccountType.EXPENSE: "Expenses",
}
OPENING = "Equity:Opening-Balances"


class _Line:
    """A file for `csv.writer` that hands back what was written."""

    def write(self, text: str) -> str:
        return text


def _between(first: dt.date | None, last: dt.date | None) -> QuerySet[Entry]:
    entries = Entry.objects.all()
    if first:
        entries = entries.filter(journal__day__gte=first)
    if last:
        entries = entries.filter(journal__day__lte=last)
    return entries.order_by("journal__day", "journal__posted_at", "journal_id", "pk")


def voucher_number(journal_id: Any) -> str:
    """The short number a journal carries in other programs: the first part of its own."""
    return f"JV-{str(journal_id)[:8].upper()}"


def csv_journal(first: dt.date | None, last: dt.date | None) -> Iterator[str]:
    """Yield the general journal as CSV: one row per entry, Gregorian dates, UTF-8 with a BOM.

    Args:
        first: accounting day to begin with; None from the beginning.
        last: accounting day to end with; None to the end.
    """
    accounts = {account.pk: account for account in Account.objects.all()}
    numbers = {pk: number_of(account) for pk, account in accounts.items()}
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow(
        [
            _("วันที่"),
            _("เลขที่ใบสำคัญ"),
            _("เลขที่บัญชี"),
            _("บัญชี"),
            _("รายการ"),
            _("เดบิต"),
            _("เครดิต"),
            _("อ้างอิง"),
        ]
    )
    rows = _between(first, last).values_list(
        "journal_id", "journal__day", "journal__description", "account_id", "satang", "source"
    )
    for journal, day, description, account, satang, source in rows.iterator(_CHUNK):
        yield writer.writerow(
            [
                f"{day:%d/%m/%Y}",
                voucher_number(journal),
                numbers[account],
                harmless(accounts[account].name_th),
                harmless(description),
                _baht(satang) if satang > 0 else "",
                _baht(-satang) if satang < 0 else "",
                source,
            ]
        )


def _baht(satang: int) -> str:
    sign = "-" if satang < 0 else ""
    return f"{sign}{abs(satang) // 100}.{abs(satang) % 100:02d}"


# ---- beancount ---------------------------------------------------------------------------------


def beancount(first: dt.date | None, last: dt.date | None) -> Iterator[str]:
    """Yield the books in beancount's language, with an assertion of every closing balance.

    Amounts carry a third decimal: beancount allows an assertion to be off by one unit of the last
    decimal written, and a satang must not be allowed.

    Args:
        first: accounting day to begin with, the balances before it as one opening; None from the
            beginning.
        last: accounting day to end with; None to the end.
    """
    names = beancount_names()
    yield 'option "operating_currency" "THB"\n'
    yield f"{_DAY_ONE} open {OPENING} THB\n"
    for account in Account.objects.order_by("pk"):
        yield f"{_DAY_ONE} open {names[account.pk]} THB\n"
        yield f"  code: {_text(account.pk)}\n  name: {_text(account.name_th)}\n"
    if first:
        before = _sums(Entry.objects.filter(journal__day__lt=first))
        yield from _opening(first, before, names)
    rows = _between(first, last).values_list(
        "journal_id", "journal__day", "journal__description", "account_id", "satang", "source"
    )
    open_journal: Any = None
    last_day = first or _DAY_ONE
    for journal, day, description, code, satang, source in rows.iterator(_CHUNK):
        if journal != open_journal:
            open_journal, last_day = journal, max(day, last_day)
            yield f"\n{day} * {_text(description)}\n  journal: {_text(str(journal))}\n"
        yield f"  {names[code]}  {_three(satang)} THB\n    source: {_text(source)}\n"
    yield from _closing(last_day + dt.timedelta(days=1), last, names)


def beancount_names() -> dict[str, str]:
    """Each account's code and its name in beancount, unlike every other's."""
    names: dict[str, str] = {}
    taken: set[str] = {OPENING}
    for account in Account.objects.order_by("pk"):
        parts = [_component(part) for part in account.pk.split(":")]
        name = ":".join([_ROOTS[AccountType(account.type)], *parts])
        while name in taken:
            name += "-X"
        taken.add(name)
        names[account.pk] = name
    return names


def _component(part: str) -> str:
    """A part of an account's code as beancount takes it: a capital or digit, letters, digits, dashes."""
    plain = re.sub(r"[^A-Za-z0-9-]", "-", part) or "X"
    return plain[0].upper() + plain[1:] if plain[0].isalnum() else "X" + plain


def _opening(day: dt.date, sums: dict[str, int], names: dict[str, str]) -> Iterator[str]:
    before = day - dt.timedelta(days=1)
    held = {code: satang for code, satang in sums.items() if satang}
    if not held:
        return
    yield f'\n{before} * "ยอดยกมา"\n'
    for code, satang in sorted(held.items()):
        yield f"  {names[code]}  {_three(satang)} THB\n"
    yield f"  {OPENING}  {_three(-sum(held.values()))} THB\n"


def _closing(day: dt.date, last: dt.date | None, names: dict[str, str]) -> Iterator[str]:
    entries = Entry.objects.filter(journal__day__lte=last) if last else Entry.objects.all()
    yield "\n"
    for code, satang in sorted(_sums(entries).items()):
        yield f"{day} balance {names[code]}  {_three(satang)} THB\n"


def _sums(entries: QuerySet[Entry]) -> dict[str, int]:
    rows = entries.order_by().values("account_id").annotate(total=Sum("satang"))
    return dict(rows.values_list("account_id", "total"))


def _three(satang: int) -> str:
    return _baht(satang) + "0"


def _text(value: str) -> str:
    quoted = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{quoted}"'
