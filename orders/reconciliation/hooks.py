"""What other rooms offer to the bank queue: things that its rows can be applied to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from django.utils.translation import gettext_lazy as _

from marketplace.common.exceptions import Refusal

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from marketplace.accounts.models import User


@dataclass(frozen=True, slots=True)
class Expected:
    """Money that is on its way out of the bank.

    Attributes:
        target: key, such as `batch:<pk>`.
        label: what a person reads.
        satang: what is still to leave.
        day: when it was sent.
    """

    target: str
    label: str
    satang: int
    day: dt.date


Told = Callable[[str, int, dt.date, "User | None"], None]


@dataclass(frozen=True, slots=True)
class PayoutTargets:
    """How payouts meet bank rows.

    Attributes:
        expected: everything on its way.
        applied: (target, satang, day, by) a row was applied to it; may refuse by raising.
        undone: the same, when that is undone.
    """

    expected: Callable[[], Iterable[Expected]]
    applied: Callable[[str, int, dt.date, User | None], None]
    undone: Callable[[str, int, dt.date, User | None], None]


payout_targets: list[PayoutTargets] = []
"""Registered by `orders.settlement`."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """A kind of thing that stands in the books and waits for its bank row.

    Attributes:
        prefix: of its targets: `stripe_payout` of `stripe_payout:12`.
        label: what a person reads, in Thai.
        account: ledger account that the bank row clears.
        money_in: whether its rows bring money in; else they take it out.
        expected: everything of the kind that stands in the books, whether or not a row was applied
            to it.
        words: what a bank writes about a row of this kind, in small letters.
        applied: (target, satang, day, by) a row was applied to it; may refuse by raising.
        undone: the same, when that is undone.
    """

    prefix: str
    label: StrOrPromise
    account: str
    money_in: bool
    expected: Callable[[], Iterable[Expected]]
    words: tuple[str, ...] = ()
    applied: Told | None = None
    undone: Told | None = None


class MovedMoney(Protocol):
    """A bank row or a row of a file, as far as it matters here."""

    @property
    def in_satang(self) -> int: ...
    @property
    def out_satang(self) -> int: ...
    @property
    def description(self) -> str: ...
    @property
    def reference(self) -> str: ...


awaited_kinds: dict[str, Awaited] = {}
"""By prefix; filled by upper rooms: what Stripe sent, cheques deposited…"""


def register_awaited(kind: Awaited) -> None:
    """Offer a further kind of thing that bank rows can be applied to."""
    awaited_kinds[kind.prefix] = kind


def awaiting(target: str) -> Awaited:
    """The kind a target belongs to.

    Raises:
        Refusal: code "no-target", nobody offers such a thing.
    """
    kind = awaited_kinds.get(target.partition(":")[0])
    if kind is None:
        raise Refusal(_("ไม่พบยอดที่รออยู่นี้ กรุณาเปิดหน้านี้ใหม่แล้วเลือกอีกครั้ง"), code="no-target")
    return kind
