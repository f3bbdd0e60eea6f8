"""Things in the books that wait for their bank row, less what rows were applied to them already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht
from orders.reconciliation import hooks
from orders.reconciliation.models import Application, ApplicationKind

Waiting = tuple[hooks.Awaited, hooks.Expected]


def awaited_now() -> list[Waiting]:
    """Everything that waits, with the satang still to come or to leave."""
    every = [(kind, one) for kind in hooks.awaited_kinds.values() for one in kind.expected()]
    if not every:
        return []
    applied = dict(
        Application.objects.standing()
        .filter(kind=ApplicationKind.AWAITED)
        .order_by()
        .values("target")
        .annotate(total=Sum("satang"))
        .values_list("target", "total")
    )
    left = [
        (kind, replace(one, satang=one.satang - applied.get(one.target, 0))) for kind, one in every
    ]
    return [(kind, one) for kind, one in left if one.satang > 0]


def fitting(row: hooks.MovedMoney, satang: int, waiting: Sequence[Waiting]) -> list[Waiting]:
    """What waits for exactly `satang` on the row's side; what the bank's words name comes first."""
    text = f"{row.description} {row.reference}".casefold()
    found = [
        (kind, one)
        for kind, one in waiting
        if kind.money_in is bool(row.in_satang) and one.satang == satang
    ]
    return sorted(found, key=lambda pair: not any(word in text for word in pair[0].words))


def require_awaited(target: str, satang: int) -> None:
    """Refuse more than still waits.

    Raises:
        Refusal: code "no-target", or "over-awaited" with what is left.
    """
    left = sum(one.satang for _kind, one in awaited_now() if one.target == target)
    if satang > left:
        raise Refusal(
            _("ยอดที่รออยู่นี้เหลือ %(left)s บาท กรุณาตัดไม่เกินนี้") % {"left": format_baht(left)},
            code="over-awaited",
        )
