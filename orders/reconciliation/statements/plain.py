"""Statements whose rows carry no balance of their own: counted from the opening balance, and
refused when they do not reach the closing one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from marketplace.common.money import format_baht
from orders.reconciliation.exceptions import RowError
from orders.reconciliation.statements.shapes import StatementRow

CURRENCY = "THB"


def bare_row(
    number: int,
    day: dt.date,
    satang: int,
    words: Sequence[str],
    reference: str,
    *,
    channel: str = "",
    clock: dt.time | None = None,
) -> StatementRow:
    """A movement, satang above zero coming in; its balance is set by `counted`.

    References to nothing, as banks write them (`NONREF`, `NOTPROVIDED`), are none.
    """
    bare = reference.strip()
    if bare.upper() in {"NONREF", "NOTPROVIDED", "NONE", "N/A"} or not bare.strip("-0 "):
        bare = ""
    return StatementRow(
        row_number=number,
        value_date=day,
        time=clock,
        in_satang=max(0, satang),
        out_satang=max(0, -satang),
        balance_satang=0,
        description=" ".join(" ".join(words).split()),
        channel=channel,
        reference=bare,
        ordinal=1,
    )


def counted(
    rows: Sequence[StatementRow], opening: int, closing: int, *, where: int
) -> tuple[list[StatementRow], list[RowError]]:
    """Rows with their running balances, and the fault when they do not reach `closing`, satang.

    `where`: row in the file that states the closing balance.
    """
    balance, made = opening, []
    for row in rows:
        balance += row.in_satang - row.out_satang
        made.append(replace(row, balance_satang=balance))
    if balance == closing:
        return made, []
    return made, [
        RowError(
            where,
            str(_("ยอดยกไป")),
            _("ยอดยกมารวมรายการทั้งหมดได้ %(expected)s แต่ยอดยกไปในไฟล์เป็น %(found)s")
            % {"expected": format_baht(balance), "found": format_baht(closing)},
        )
    ]


def satang_of(text: str) -> int | None:
    """Whole satang of a decimal number as machines write it, None when it is not one."""
    try:
        satang = Decimal(text.strip().replace(",", ".")) * 100
    except InvalidOperation:
        return None
    if not satang.is_finite() or satang != satang.to_integral_value():
        return None
    return int(satang)
