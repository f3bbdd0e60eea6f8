"""Who is to be paid how much: owed amounts gathered per payee, checked against the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Case, Count, F, QuerySet, Sum, When

from marketplace.ledger.services import lock_bounds
from marketplace.parties.models import FarmerGroup, PayoutAccount, Person
from orders.invoicing import accounts
from orders.settlement.models import (
    Deduction,
    DeductionTaken,
    EarlyOwed,
    Owed,
    PayoutBatch,
    PayoutItem,
    PayoutOwed,
)
from orders.settlement.rules import Claim, ceiling_of, deduct
from orders.settlement.services.terms import present_terms


@dataclass(frozen=True, slots=True)
class Taking:
    """What one payment takes for one deduction."""

    deduction: Deduction
    satang: int


@dataclass
class Due:
    """What one payee is to be paid, and what is taken from it.

    Attributes:
        until: it is due by this day.
        parts: satang per grower's primary key, 0 for what no grower is named for.
        lots: how many owed amounts it gathers.
    """

    group: FarmerGroup
    person: Person | None
    until: dt.date
    parts: dict[int, int] = field(default_factory=dict)
    lots: int = 0
    taken: list[Taking] = field(default_factory=list)

    @property
    def gross_satang(self) -> int:
        return sum(self.parts.values())

    @property
    def taken_satang(self) -> int:
        return sum(one.satang for one in self.taken)

    @property
    def satang(self) -> int:
        """What reaches the payee."""
        return self.gross_satang - self.taken_satang

    @property
    def payee(self) -> Person | FarmerGroup:
        return self.person or self.group


def due_of(
    *,
    until: dt.date,
    payees: Collection[Person | FarmerGroup] | None = None,
    lock: bool = False,
) -> list[Due]:
    """Everybody with something to be paid by a day, in a fixed order.

    A group that does not pay its members directly is one payee. With `lock`, the growers' ledger
    accounts are locked first, so that two payments never count the same amount, and the deductions
    after them. What is taken from each grower's part is never more than the ceiling of that part.

    Args:
        until: due by this day.
        payees: only these persons and groups.
        lock: inside a unit of work that will pay.
    """
    if lock:
        lock_bounds(
            code
            for pair in _due(until, payees)
            .select_related(None)
            .order_by()
            .values_list("group__code", "person__code")
            .distinct()
            for code in _codes(*pair)
        )
    sums = (
        _due(until, payees)
        .select_related(None)
        .order_by()
        .values_list("group_id", "person_id")
        .annotate(total=Sum("satang"), lots=Count("pk"))
        .order_by("group_id", "person_id")
    )
    rows = list(sums)
    groups = FarmerGroup.objects.in_bulk({row[0] for row in rows})
    persons = Person.objects.in_bulk({row[1] for row in rows if row[1]})
    found: dict[tuple[int, int], Due] = {}
    for group_id, person_id, satang, lots in rows:
        group = groups[group_id]
        person = persons.get(person_id) if group.paid_to_members else None
        due = found.setdefault((group_id, person.pk if person else 0), Due(group, person, until))
        due.parts[person_id or 0] = satang
        due.lots += lots
    dues = [due for _key, due in sorted(found.items()) if due.gross_satang > 0]
    _deduct(dues, lock=lock)
    return dues


def owed_in(due: Due) -> list[Owed]:
    """The owed amounts that one payee's payment gathers, the oldest first."""
    rows = _due(due.until, [due.payee]).filter(group=due.group).select_related("lot")
    if due.person is None:
        # Of a group that pays its members straight, only what no member is named for.
        rows = rows if not due.group.paid_to_members else _unnamed(due)
    return list(rows.order_by("pk"))


def _unnamed(due: Due) -> QuerySet[Owed]:
    return _due(due.until, None).filter(group=due.group, person__isnull=True).select_related("lot")


def gather(batch: PayoutBatch, dues: Iterable[Due], until: dt.date) -> bool:
    """Put what is due into the payments of a batch, in one statement however many amounts.

    Inside the unit of work that locked the dues.

    Returns:
        False when what went in is not what the dues say: somebody changed it meanwhile.
    """
    payee = Case(When(group__paid_to_members=True, then=F("person_id")), default=None)
    rows = (
        _due(until, None)
        .select_related(None)
        .order_by()
        .annotate(payee=payee)
        .values("id", "group_id", "payee")
    )
    inner, values = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO settlement_payoutowed (item_id, owed_id, stands) "  # noqa: S608
            f"SELECT item.id, due.id, %s FROM ({inner}) due "
            "JOIN settlement_payoutitem item ON item.group_id = due.group_id "
            "AND COALESCE(item.person_id, 0) = COALESCE(due.payee, 0) "
            "WHERE item.batch_id = %s",
            [True, *values, batch.pk],
        )
    gathered = {
        (group, person or 0): satang
        for group, person, satang in PayoutOwed.objects.filter(item__batch=batch)
        .values_list("item__group_id", "item__person_id")
        .annotate(total=Sum("owed__satang"))
    }
    return gathered == {
        (due.group.pk, due.person.pk if due.person else 0): due.gross_satang for due in dues
    }


def _deduct(dues: Iterable[Due], *, lock: bool) -> None:
    """Put what is taken into dues, in their order; nothing is taken twice."""
    listed = list(dues)
    persons = {person for due in listed for person in due.parts if person}
    rows = Deduction.objects.live().filter(person_id__in=persons).select_related("person")
    if lock:
        rows = rows.select_for_update(of=("self",))
    agreed = {row.pk: row for row in rows.order_by("pk")}
    if not agreed:
        return
    terms = present_terms()
    left: dict[int, int | None] = {
        row.pk: None if row.satang is None else row.satang - row.taken_satang
        for row in Deduction.objects.filter(pk__in=agreed).with_taken()
    }
    for due in listed:
        room = ceiling_of(due.gross_satang, terms.ceiling_bp)
        for person, satang in sorted(due.parts.items()):
            claims = [
                Claim(row.pk, row.kind, left[row.pk], row.instalment_satang)
                for row in agreed.values()
                if row.person_id == person
            ]
            at_most = min(room, ceiling_of(satang, terms.ceiling_bp))
            for pk, part in deduct(claims, order=terms.order, at_most_satang=at_most):
                due.taken.append(Taking(agreed[pk], part))
                room -= part
                rest = left[pk]
                left[pk] = None if rest is None else rest - part


def _due(until: dt.date, payees: Collection[Person | FarmerGroup] | None) -> QuerySet[Owed]:
    rows: QuerySet[Owed] = (
        Owed.objects.unassigned().payable_until(until).select_related("group", "person")
    )
    if payees is not None:
        persons = [one.pk for one in payees if isinstance(one, Person)]
        groups = [one.pk for one in payees if isinstance(one, FarmerGroup)]
        rows = rows.filter(group__paid_to_members=True, person_id__in=persons) | rows.filter(
            group__paid_to_members=False, group_id__in=groups
        )
    return rows


def _codes(group: str, person: str | None) -> tuple[str, str]:
    """The same as `codes_of`, from the parties' own codes."""
    code = f"payable:{group}:{person}" if person else f"payable:{group}"
    return code, accounts.advance_of(code)


def codes_of(owed: Owed) -> tuple[str, str]:
    """The ledger accounts that a payment of this amount locks: the payable and the advance."""
    code = accounts.payable(owed.group, owed.person).code
    return code, accounts.advance_of(code)


def live_accounts(dues: Iterable[Due]) -> dict[tuple[int, int], PayoutAccount]:
    """Where each payee's money goes, by (group, person or 0)."""
    listed = list(dues)
    of_person = {
        account.person_id: account
        for account in PayoutAccount.objects.filter(
            person_id__in=[due.person.pk for due in listed if due.person], ended_at__isnull=True
        )
    }
    of_group = {
        account.group_id: account
        for account in PayoutAccount.objects.filter(
            group_id__in=[due.group.pk for due in listed if not due.person], ended_at__isnull=True
        )
    }
    found = {}
    for due in listed:
        account = of_person.get(due.person.pk) if due.person else of_group.get(due.group.pk)
        if account is not None:
            found[due.group.pk, due.person.pk if due.person else 0] = account
    return found


def payments_of(items: Iterable[PayoutItem]) -> dict[int, list[tuple[str, int, str]]]:
    """The ledger entries that pay items: (account, satang debited, source) per grower.

    A grower who was overpaid before gets that taken back: the advance account is credited with all
    it holds, and the payable debited as much more. What its buyer has not paid yet is debited to
    the account of what is paid early, and what is deducted is credited to its own accounts. Locks
    the accounts.
    """
    listed = list(items)
    grouped = _by_grower(listed)
    deducted = deducted_by(listed)
    codes = {
        code
        for sums in grouped.values()
        for group, person in sums
        for code in (
            accounts.payable(group, person).code,
            accounts.advance(group, person).code,
        )
    } | {code for entries in deducted.values() for code, _satang, _source in entries}
    bounds = lock_bounds(codes)
    early = _early_of(listed)
    taken: set[str] = set()
    payments: dict[int, list[tuple[str, int, str]]] = {}
    for item in listed:
        source = f"payout_item:{item.pk}"
        entries: list[tuple[str, int, str]] = []
        for (group, person), gross in grouped[item.pk].items():
            ahead_of_buyer = early.get((item.pk, group.pk, person.pk if person else 0), 0)
            satang = gross - ahead_of_buyer
            if ahead_of_buyer:
                entries.append((accounts.prepaid(group, person).code, ahead_of_buyer, source))
            code = accounts.payable(group, person).code
            ahead = accounts.advance(group, person).code
            bound = bounds.get(ahead)
            back = bound.available_satang if bound and ahead not in taken else 0
            taken.add(ahead)
            entries.append((code, satang + back, source))
            if back:
                entries.append((ahead, -back, source))
        payments[item.pk] = entries + deducted[item.pk]
    return payments


def _by_grower(
    items: Collection[PayoutItem],
) -> dict[int, dict[tuple[FarmerGroup, Person | None], int]]:
    """What payments gather, per payment and grower, summed by the database."""
    rows = list(
        PayoutOwed.objects.filter(item__in=[item.pk for item in items], stands=True)
        .values_list("item_id", "owed__group_id", "owed__person_id")
        .annotate(total=Sum("owed__satang"))
        .order_by("item_id", "owed__group_id", "owed__person_id")
    )
    groups = FarmerGroup.objects.in_bulk({row[1] for row in rows})
    persons = Person.objects.in_bulk({row[2] for row in rows if row[2]})
    found: dict[int, dict[tuple[FarmerGroup, Person | None], int]] = {i.pk: {} for i in items}
    for item, group, person, satang in rows:
        found[item][groups[group], persons.get(person)] = satang
    return found


def _early_of(items: Iterable[PayoutItem]) -> dict[tuple[int, int, int], int]:
    """What of payments goes out before the buyer paid, by (payment, group, person or 0)."""
    found: dict[tuple[int, int, int], int] = {}
    for item, group, person, satang in PayoutOwed.objects.filter(
        item__in=[item.pk for item in items],
        stands=True,
        owed__due_day__isnull=True,
        owed__early__state=EarlyOwed.State.APPROVED,
    ).values_list("item_id", "owed__group_id", "owed__person_id", "owed__satang"):
        key = (item, group, person or 0)
        found[key] = found.get(key, 0) + satang
    return found


def deducted_by(items: Collection[PayoutItem]) -> dict[int, list[tuple[str, int, str]]]:
    """The ledger entries of what payments deduct, per payment: (account, below zero: credited,
    source).
    """
    found: dict[int, list[tuple[str, int, str]]] = {item.pk: [] for item in items}
    for taken in (
        DeductionTaken.objects.filter(item__in=list(found), stands=True)
        .select_related("deduction__person")
        .order_by("deduction_id")
    ):
        code = accounts.of_member(taken.deduction.kind, taken.deduction.person).code
        found[taken.item_id].append((code, -taken.satang, f"deduction:{taken.deduction_id}"))
    return found


def note_taken(pairs: Iterable[tuple[PayoutItem, Due]]) -> None:
    """Write down what payments take."""
    DeductionTaken.objects.bulk_create(
        [
            DeductionTaken(item=item, deduction=taken.deduction, satang=taken.satang)
            for item, due in pairs
            for taken in due.taken
        ],
        batch_size=400,
    )
