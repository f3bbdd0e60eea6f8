"""Statements of growers and groups, and the money panel of a grower's first page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue.partner.models import FeeKind
from marketplace.common.clock import today
from marketplace.common.dates import bangkok_date, format_date
from marketplace.parties.models import FarmerGroup, PayoutAccount, Person
from orders.settlement.details import ProductSum, Trouble, by_product, fees_on, troubles
from orders.settlement.models import DeductionTaken, Owed, PayoutItem, PayoutOwed


@dataclass(frozen=True, slots=True)
class Earned:
    """One owed amount on a statement."""

    owed: Owed
    payment: PayoutItem | None

    @property
    def status(self) -> tuple[str, str]:
        """Badge status and word."""
        if self.payment is not None and self.payment.state == PayoutItem.State.PAID:
            return "ok", _("จ่ายแล้ว")
        if self.payment is not None and self.payment.state == PayoutItem.State.SENT:
            return "info", _("กำลังโอน")
        if self.payment is not None:
            return "info", _("อยู่ในรอบจ่าย")
        if self.owed.satang < 0:
            return "warn", _("หักคืน")
        if self.owed.due_day is None:
            return "wait", _("รอผู้ซื้อจ่าย")
        return "wait", _("จ่าย %(day)s") % {"day": format_date(self.owed.due_day, "day")}


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment on a statement, or the part of it that was for this grower.

    `gross_satang` of what was owed; `taken`: what was deducted from it.
    """

    item: PayoutItem
    gross_satang: int
    taken: tuple[DeductionTaken, ...] = ()

    @property
    def taken_satang(self) -> int:
        return sum(one.satang for one in self.taken)

    @property
    def satang(self) -> int:
        """What reached the payee."""
        return self.gross_satang - self.taken_satang

    @property
    def day(self) -> dt.date:
        """The day it was paid, or sent to the bank."""
        if self.item.paid_day is not None:
            return self.item.paid_day
        sent = self.item.batch.sent_at if self.item.batch is not None else None
        return bangkok_date(sent) if sent is not None else today()


@dataclass
class PersonPart:
    """One grower within a group's statement."""

    person: Person | None
    earned_satang: int = 0
    paid_satang: int = 0
    open_satang: int = 0
    taken_satang: int = 0


@dataclass
class Statement:
    """ใบสรุปค่าผลผลิต of a grower or a group over some delivery days.

    Opening + earned − deducted − paid = closing, satang.
    """

    first: dt.date
    last: dt.date
    opening_satang: int = 0
    earned: list[Earned] = field(default_factory=list)
    payments: list[Paid] = field(default_factory=list)
    parts: list[PersonPart] = field(default_factory=list)
    products: list[ProductSum] = field(default_factory=list)
    fees: list[tuple[FeeKind, int]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)

    @property
    def earned_satang(self) -> int:
        return sum(row.owed.satang for row in self.earned)

    @property
    def paid_satang(self) -> int:
        return sum(paid.satang for paid in self.payments)

    @property
    def closing_satang(self) -> int:
        return self.opening_satang + self.earned_satang - self.taken_satang - self.paid_satang

    @property
    def taken_satang(self) -> int:
        return sum(paid.taken_satang for paid in self.payments)

    @property
    def taken(self) -> list[tuple[Paid, DeductionTaken]]:
        """Every deduction with the payment that took it."""
        return [(paid, one) for paid in self.payments for one in paid.taken]


_STANDING = (PayoutItem.State.SENT, PayoutItem.State.PAID)


def _payments_of(owed: Iterable[Owed]) -> dict[int, PayoutItem]:
    """The standing payment of each owed amount."""
    found: dict[int, PayoutItem] = {}
    for item in (
        PayoutItem.objects.filter(owed__owed__in=list(owed), owed__stands=True)
        .exclude(state__in=("failed", "cancelled"))
        .prefetch_related("owed")
        .distinct()
    ):
        for row in item.owed.all():
            if row.stands:
                found[row.owed_id] = item
    return found


def _paid(owed: Q, taken: Q) -> list[Paid]:
    """Payments that left, with what of each was for these owed amounts, and what was deducted."""
    sums = dict(
        PayoutOwed.objects.filter(owed, stands=True, item__state__in=_STANDING)
        .order_by()
        .values("item_id")
        .annotate(total=Sum("owed__satang"))
        .values_list("item_id", "total")
    )
    items = PayoutItem.objects.filter(pk__in=sums).select_related("batch", "voucher")
    parts: dict[int, list[DeductionTaken]] = {}
    for one in (
        DeductionTaken.objects.filter(taken, item__in=sums, stands=True)
        .select_related("deduction__person")
        .order_by("pk")
    ):
        parts.setdefault(one.item_id, []).append(one)
    return [Paid(item, sums[item.pk], tuple(parts.get(item.pk, ()))) for item in items]


def statement(
    *,
    first: dt.date,
    last: dt.date,
    person: Person | None = None,
    group: FarmerGroup | None = None,
) -> Statement:
    """What was earned on delivery days of a period and paid within it.

    Args:
        first, last: delivery days of what was earned; days on which payments left.
        person: a grower; or
        group: a group with all its growers. With both, the grower's part of that group.
    """
    chosen, through, of = Q(), Q(), Q()
    if person is not None:
        chosen, through, of = (
            Q(person=person),
            Q(owed__person=person),
            Q(deduction__person=person),
        )
    if group is not None:
        chosen, through = chosen & Q(group=group), through & Q(owed__group=group)
    owed = Owed.objects.filter(chosen).select_related("lot__product", "person", "group")
    inside = list(
        owed.filter(day__range=(first, last)).prefetch_related("notes").order_by("day", "pk")
    )
    payments = _payments_of(inside)
    paid = _paid(through, of)
    before_owed = owed.filter(day__lt=first).aggregate(total=Sum("satang"))["total"] or 0
    found = Statement(
        first=first,
        last=last,
        opening_satang=before_owed - sum(one.gross_satang for one in paid if one.day < first),
        earned=[Earned(one, payments.get(one.pk)) for one in inside],
        payments=sorted(
            (one for one in paid if first <= one.day <= last),
            key=lambda one: (one.day, one.item.pk),
        ),
    )
    found.products = by_product(inside)
    found.fees = fees_on(inside)
    found.troubles = troubles(first=first, last=last, person=person, group=group)
    if person is None:
        found.parts = _parts(inside, payments, found.taken)
    return found


def _parts(
    owed: Iterable[Owed],
    payments: dict[int, PayoutItem],
    taken: Iterable[tuple[Paid, DeductionTaken]],
) -> list[PersonPart]:
    parts: dict[int, PersonPart] = {}
    for one in owed:
        part = parts.setdefault(one.person_id or 0, PersonPart(one.person))
        part.earned_satang += one.satang
        payment = payments.get(one.pk)
        if payment is not None and payment.state == PayoutItem.State.PAID:
            part.paid_satang += one.satang
        else:
            part.open_satang += one.satang
    for _paid_by, one_taken in taken:
        person = one_taken.deduction.person
        parts.setdefault(person.pk, PersonPart(person)).taken_satang += one_taken.satang
    return sorted(parts.values(), key=lambda part: (part.person is None, str(part.person)))


def money_of(person: Person) -> dict[str, Any]:
    """The money panel of a grower's first page.

    Returns:
        earned_satang: earned and not yet paid. pay_day: when the next of it comes, None when
        nothing is dated. pay_how: how it comes. paid_satang: paid in the last 30 days. rows: the
        last delivery days with satang and a status; url: the grower's statement.
    """
    unpaid = list(Owed.objects.filter(person=person).unpaid().select_related("group"))
    day = today()
    dated = sorted(
        max(one.due_day, day) for one in unpaid if one.due_day is not None and one.satang > 0
    )
    recent = list(
        Owed.objects.filter(person=person)
        .select_related("lot__product", "group")
        .order_by("-day", "-pk")[:30]
    )
    payments = _payments_of(recent)
    by_day: dict[dt.date, list[Earned]] = {}
    for one in recent:
        by_day.setdefault(one.day, []).append(Earned(one, payments.get(one.pk)))
    rows = []
    for delivery_day, earned in list(by_day.items())[:5]:
        status, word = min((row.status for row in earned), key=lambda pair: pair[0] == "ok")
        rows.append(
            {
                "day": delivery_day,
                "satang": sum(row.owed.satang for row in earned),
                "status": status,
                "status_text": word,
            }
        )
    paid = _paid(Q(owed__person=person), Q(deduction__person=person))
    on_way = sum(one.satang for one in paid if one.item.state == PayoutItem.State.SENT)
    since = day - dt.timedelta(days=30)
    return {
        "earned_satang": sum(one.satang for one in unpaid) + on_way,
        "paid_satang": sum(
            one.satang
            for one in paid
            if one.item.state == PayoutItem.State.PAID and one.day >= since
        ),
        "pay_day": day if on_way else (dated[0] if dated else None),
        "pay_how": _how(person, unpaid),
        "rows": rows,
        "url": reverse("settlement:mine"),
    }


def _how(person: Person, unpaid: list[Owed]) -> str:
    """How a grower is paid, in a few words."""
    group = unpaid[0].group if unpaid else None
    if group is not None and not group.paid_to_members:
        return _("รับที่กลุ่ม %(group)s") % {"group": group.name}
    account = PayoutAccount.objects.filter(person=person, ended_at__isnull=True).first()
    if account is None:
        return _("ยังไม่ได้บอกวิธีรับเงิน ถามผู้ประสานกลุ่ม")
    if account.method == PayoutAccount.Method.CASH:
        return _("รับเงินสดที่ศูนย์")
    if account.method == PayoutAccount.Method.PROMPTPAY:
        return _("เข้าพร้อมเพย์ %(number)s") % {"number": account.masked}
    return _("เข้าบัญชี %(bank)s %(number)s") % {"bank": account.bank, "number": account.masked}


def pay_day_text(group: FarmerGroup, delivery_day: dt.date) -> str:
    """What a weigh slip says about when the money comes."""
    from orders.settlement.services import pay_day_for

    day = pay_day_for(group, delivery_day)
    if day is None:
        return _("จ่ายเมื่อผู้ซื้อจ่ายแล้ว")
    return _("จ่าย %(day)s") % {"day": format_date(day, "day")}
