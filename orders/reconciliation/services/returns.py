"""A row that takes an earlier one back: what the earlier paid is owed again, both are done with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from orders.reconciliation.models import Application, ApplicationKind, BankRow
from orders.reconciliation.rules import MAX_DAYS, Moved, TakenBack, taken_back
from orders.reconciliation.services.applying import ApplicationInput, apply_rows, undo_application


def _moved(row: BankRow, settled: bool = False) -> Moved:
    return Moved(row.pk, row.day, row.place, row.satang, row.description, row.reference, settled)


def returns_of(rows: Iterable[BankRow]) -> dict[int, tuple[TakenBack, ...]]:
    """Which earlier rows of the same account untouched rows may take back, by their primary key."""
    asked = [row for row in rows if not row.applied_satang]
    if not asked:
        return {}
    ways = Q()
    for row in asked:
        ways |= Q(
            in_satang=row.out_satang,
            out_satang=row.in_satang,
            day__range=(row.day - dt.timedelta(days=MAX_DAYS), row.day),
        )
    others = list(BankRow.objects.filter(ways, account=asked[0].account_id))
    done = set(
        Application.objects.standing()
        .filter(row__in=others, kind=ApplicationKind.RETURNED)
        .values_list("row_id", flat=True)
    )
    known = [_moved(one, one.pk in done) for one in others]
    return {row.pk: taken_back(_moved(row), known) for row in asked}


@unit_of_work
def take_back(
    *, by: User | None, row: BankRow, earlier: BankRow, seen: int | None = None
) -> Sequence[Application]:
    """Let a row take an earlier one back: what that was applied to is undone by reversal, so that a
    bill is owed again or a payout is on its way again, and the two rows are applied to each other.

    Args:
        by: the treasurer.
        row: the later one, nothing of it applied.
        earlier: of the same account, the same satang the other way.
        seen: how many applications `row` had when the asker looked; None when nobody looked.

    Raises:
        Refusal: code "changed", "not-its-return" (another account, amount, way or order).
        Overdrawn: what the earlier row paid was used since.
    """
    pair = BankRow.objects.select_for_update(of=("self",)).filter(pk__in=[row.pk, earlier.pk])
    locked = {one.pk: one for one in pair.order_by("pk")}
    row, earlier = locked[row.pk], locked[earlier.pk]
    if row.applied_satang or (seen is not None and seen != row.applications.count()):
        raise Refusal(
            _("แถวนี้ถูกตัดไปแล้วหลังเปิดหน้านี้ กรุณาตรวจยอดที่เหลือก่อนตัดต่อ"),
            code="changed",
            where={"row": row.pk},
        )
    standing = list(earlier.applications.filter(undone_at__isnull=True).order_by("pk"))
    if (
        row.account_id != earlier.account_id
        or row.satang != -earlier.satang
        or (earlier.day, earlier.place, earlier.pk) >= (row.day, row.place, row.pk)
        or any(one.kind == ApplicationKind.RETURNED for one in standing)
    ):
        raise Refusal(
            _("แถวที่เลือกไม่ใช่คู่ของรายการนี้ ต้องเป็นแถวก่อนหน้า บัญชีเดียวกัน ยอดเท่ากัน คนละทาง และยังไม่ถูกกลับคืน"),
            code="not-its-return",
            where={"row": row.pk},
        )
    for one in standing:
        undo_application(by=by, application=one, reason="ธนาคารกลับรายการ")
    made = apply_rows(
        by=by,
        applications={
            one.pk: [
                ApplicationInput(one.amount_satang, kind="returned", target=f"bank_row:{other.pk}")
            ]
            for one, other in ((row, earlier), (earlier, row))
        },
    )
    record(
        by=by,
        action="bank.taken_back",
        subject=f"bankrow:{row.pk}",
        data={"earlier": earlier.pk, "undone": len(standing)},
    )
    return made


def undone_preview(earlier: BankRow) -> list[tuple[str, int]]:
    """What taking an earlier row back leaves in the books: (name of the account, satang debited)."""
    sums: dict[str, int] = {}
    names: dict[str, str] = {}
    for one in earlier.applications.filter(undone_at__isnull=True).select_related("journal"):
        assert one.journal is not None
        for entry in one.journal.entries.select_related("account"):
            sums[entry.account_id] = sums.get(entry.account_id, 0) - entry.satang
            names[entry.account_id] = entry.account.name
    return [(names[code], satang) for code, satang in sums.items() if satang]
