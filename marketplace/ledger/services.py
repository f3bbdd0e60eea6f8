"""Posting, reversing and recomputing.

Entries are written first, sorted by account, and headers last: a header seals its entries. Posting
an event again gives back the journal that stands and changes nothing; posting it with other
figures is refused. Nothing is ever changed afterwards: `reverse` writes an opposite journal, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record_many
from marketplace.common.clock import now, today
from marketplace.common.guards import expected_guards, standing_guards
from marketplace.common.money import format_baht
from marketplace.common.transactions import unit_of_work
from marketplace.ledger import hooks
from marketplace.ledger.exceptions import KeyUsed, NotReversible, Overdrawn
from marketplace.ledger.hooks import Check
from marketplace.ledger.models import Account, Entry, Journal
from marketplace.ledger.periods import require_open
from marketplace.ledger.rules import (
    LIABILITY_LIKE,
    AccountInput,
    Bound,
    EntryInput,
    JournalInput,
    content_of,
    require_balanced,
    spilled,
    without_zeros,
    write_order,
)

__all__ = [
    "AccountInput",
    "Check",
    "EntryInput",
    "JournalInput",
    "balances",
    "lock_bounds",
    "open_accounts",
    "post",
    "recompute",
    "reverse",
    "run_checks",
    "spilled",
]

_BATCH = 500


@unit_of_work
def open_accounts(*, accounts: Iterable[AccountInput]) -> None:
    """Open the ledger accounts that do not exist yet; those that do are left as they are."""
    wanted = {account.code: account for account in accounts}
    missing = set(wanted) - set(
        Account.objects.filter(code__in=wanted).values_list("code", flat=True)
    )
    Account.objects.bulk_create(
        [
            Account(
                code=code,
                name_th=wanted[code].name_th,
                name_en=wanted[code].name_en,
                type=wanted[code].type,
                holder=wanted[code].holder,
                bounded=wanted[code].bounded,
            )
            for code in sorted(missing)
        ],
        ignore_conflicts=True,
    )


def lock_bounds(codes: Iterable[str]) -> dict[str, Bound]:
    """Lock ledger accounts in order and say what the bounded among them have to draw on.

    Call it inside the unit of work that will post to them.
    """
    locked = (
        Account.objects.select_for_update().filter(code__in=sorted(set(codes))).order_by("code")
    )
    return {
        account.code: Bound(
            available_satang=-account.balance_satang
            if account.type in LIABILITY_LIKE
            else account.balance_satang,
            credit=account.type in LIABILITY_LIKE,
        )
        for account in locked
        if account.bounded
    }


@unit_of_work
def post(*, by: User | None, journals: Sequence[JournalInput]) -> list[Journal]:
    """Post events, each once.

    Args:
        by: who acts, None for the system.
        journals: events with their keys; entries of zero are left out.

    Returns:
        One journal per event in the order given: the new one, or the one that stood already.

    Raises:
        Unbalanced: a journal does not add up to zero.
        Overdrawn: a bounded account would go below zero.
        KeyUsed: an event was posted before with other figures.
        ValueError: a ledger account was never opened (a defect of the caller).
    """
    prepared = [(journal, without_zeros(journal.entries)) for journal in journals]
    for journal, entries in prepared:
        require_balanced(journal.key, entries)
    standing = _standing(prepared)
    fresh = {j.key: (j, entries) for j, entries in prepared if j.key not in standing}
    if fresh:
        require_open(journal.day for journal, _entries in fresh.values())
        try:
            with transaction.atomic():
                standing.update(_write(list(fresh.values()), by=by))
        except IntegrityError as error:
            if "bounded_account_not_overdrawn" in str(error):
                raise Overdrawn(", ".join(fresh)) from error
            # Another session posted one of these events at the same time: now it stands.
            seen = _standing(prepared)
            if not any(key in seen for key in fresh):
                raise
            standing = seen
            rest = [pair for key, pair in sorted(fresh.items()) if key not in seen]
            if rest:
                standing.update(_write(rest, by=by))
    return [standing[journal.key] for journal in journals]


def _standing(prepared: Sequence[tuple[JournalInput, list[EntryInput]]]) -> dict[str, Journal]:
    """Journals of these events that stand already.

    Raises:
        KeyUsed: one of them has other figures.
    """
    found: dict[str, Journal] = {}
    keys = [journal.key for journal, _rest in prepared]
    for start in range(0, len(keys), _BATCH):
        for journal in Journal.objects.filter(key__in=keys[start : start + _BATCH]):
            found[journal.key] = journal
    if not found:
        return found
    written: dict[UUID, list[tuple[str, int, str]]] = {j.pk: [] for j in found.values()}
    ids = list(written)
    for start in range(0, len(ids), _BATCH):
        rows = Entry.objects.filter(journal_id__in=ids[start : start + _BATCH]).values_list(
            "journal_id", "account_id", "satang", "source"
        )
        for journal_id, account, satang, source in rows:
            written[journal_id].append((account, satang, source))
    for wanted, entries in prepared:
        stands = found.get(wanted.key)
        if stands is None:
            continue
        before = content_of(stands.event, stands.source, written[stands.pk])
        again = content_of(
            wanted.event, wanted.source, ((e.account, e.satang, e.source) for e in entries)
        )
        if before != again:
            raise KeyUsed(wanted.key)
    return found


def _write(
    events: Sequence[tuple[JournalInput, list[EntryInput]]],
    *,
    by: User | None,
    reverses: Mapping[str, Journal] | None = None,
) -> dict[str, Journal]:
    codes = {entry.account for _head, entries in events for entry in entries}
    types: dict[str, str] = dict(Account.objects.filter(code__in=codes).values_list("code", "type"))
    if unknown := sorted(codes - set(types)):
        raise ValueError(f"ledger accounts were never opened: {', '.join(unknown)}")
    moment = now()
    made = {
        journal.key: Journal(
            key=journal.key,
            event=journal.event,
            day=journal.day,
            description=journal.description[:300],
            source=journal.source,
            reverses=(reverses or {}).get(journal.key),
            posted_at=moment,
            posted_by=by,
        )
        for journal, _rest in sorted(events, key=lambda event: event[0].key)
    }
    rows = [(entry, made[journal.key].pk) for journal, entries in events for entry in entries]
    rows.sort(key=lambda row: write_order(row[0], types[row[0].account]))
    Entry.objects.bulk_create(
        [
            Entry(
                journal_id=journal_id,
                account_id=entry.account,
                satang=entry.satang,
                source=entry.source,
                memo=entry.memo[:160],
            )
            for entry, journal_id in rows
        ],
        batch_size=_BATCH,
    )
    Journal.objects.bulk_create(list(made.values()), batch_size=_BATCH)
    return made


@unit_of_work
def reverse(
    *,
    by: User | None,
    journals: Sequence[Journal],
    reason: str,
    overflow: Mapping[str, str] | None = None,
) -> list[Journal]:
    """Write the opposite of journals, each once; never of a reversal.

    Args:
        by: who acts.
        journals: what to reverse; the reversal carries today's day in Bangkok.
        reason: in Thai, stands in the description.
        overflow: account code → account that takes what a bounded account can no longer bear.

    Raises:
        NotReversible: a journal was reversed before or is a reversal.
        Overdrawn: a bounded account would go below zero and `overflow` does not name it.
    """
    locked = list(
        Journal.objects.filter(pk__in=[journal.pk for journal in journals]).order_by("key")
    )
    undone = set(Journal.objects.filter(reverses__in=locked).values_list("reverses_id", flat=True))
    for journal in locked:
        if journal.reverses_id or journal.pk in undone:
            raise NotReversible(journal.key)
    entries: dict[UUID, list[EntryInput]] = {journal.pk: [] for journal in locked}
    for row in Entry.objects.filter(journal__in=locked).order_by("pk"):
        entries[row.journal_id].append(
            EntryInput(row.account_id, -row.satang, row.source, row.memo)
        )
    if overflow:
        bounds = lock_bounds(e.account for side in entries.values() for e in side)
        for journal in locked:
            entries[journal.pk] = spilled(entries[journal.pk], bounds, overflow)
            for entry in entries[journal.pk]:
                bound = bounds.get(entry.account)
                if bound is not None:
                    drawn = entry.satang if bound.credit else -entry.satang
                    bounds[entry.account] = Bound(bound.available_satang - drawn, bound.credit)
    events = [
        (
            JournalInput(
                key=f"reverse:{journal.key}",
                event="reversal",
                day=today(),
                description=f"{reason} ({journal.description})",
                source=journal.source,
                entries=entries[journal.pk],
            ),
            entries[journal.pk],
        )
        for journal in locked
    ]
    try:
        with transaction.atomic():
            made = _write(
                events, by=by, reverses={f"reverse:{journal.key}": journal for journal in locked}
            )
    except IntegrityError as error:
        if "bounded_account_not_overdrawn" in str(error):
            raise Overdrawn(", ".join(journal.key for journal in locked)) from error
        if Journal.objects.filter(reverses__in=locked).exists():
            raise NotReversible(locked[0].key) from error
        raise
    record_many(
        [("ledger.reversed", f"journal:{j.pk}", {"key": j.key, "reason": reason}) for j in locked],
        by=by,
    )
    return [made[f"reverse:{journal.key}"] for journal in journals]


def balances(codes: Iterable[str]) -> dict[str, int]:
    """Balances of ledger accounts in satang, debit positive; an account never opened has 0."""
    wanted = list(codes)
    found: dict[str, int] = dict(
        Account.objects.filter(code__in=wanted).values_list("code", "balance_satang")
    )
    return {code: found.get(code, 0) for code in wanted}


def recompute() -> dict[str, tuple[int, int]]:
    """Add up every entry again: account code → (balance kept, sum of its entries) where they
    differ.
    """
    sums: dict[str, int] = dict(
        Entry.objects.values("account_id")
        .annotate(total=Sum("satang"))
        .values_list("account_id", "total")
    )
    return {
        code: (kept, sums.get(code, 0))
        for code, kept in Account.objects.values_list("code", "balance_satang")
        if kept != sums.get(code, 0)
    }


def run_checks() -> list[Check]:
    """Run every registered check, the ledger's own first."""
    return [check for function in hooks.checks for check in function()]


def ledger_checks() -> list[Check]:
    """The ledger's own rules: sealed journals balance, kept balances are true, guards stand."""
    return [_journals_balance(), _balances_true(), _nothing_overdrawn(), _guards_stand()]


def _journals_balance() -> Check:
    bad = list(
        Journal.objects.annotate(total=Sum("entries__satang"), count=Count("entries"))
        .exclude(total=0, count__gte=2)
        .values_list("key", "total")[:5]
    )
    stray = Entry.objects.filter(journal__key__isnull=True).count()
    debit = Entry.objects.filter(satang__gt=0).aggregate(total=Sum("satang"))["total"] or 0
    credit = -(Entry.objects.filter(satang__lt=0).aggregate(total=Sum("satang"))["total"] or 0)
    return Check(
        "journals-balance",
        not bad and not stray and debit == credit,
        ", ".join(f"{key}: {total}" for key, total in bad) or str(Journal.objects.count()),
        _("เดบิต = เครดิต ทุกรายการ"),
        (("", format_baht(debit), _("เดบิต")), ("=", format_baht(credit), _("เครดิต"))),
    )


def _balances_true() -> Check:
    wrong = recompute()
    detail = ", ".join(f"{code}: {kept} ≠ {true}" for code, (kept, true) in wrong.items())
    return Check(
        "balances-true",
        not wrong,
        detail or str(Account.objects.count()),
        _("ยอดทุกบัญชีคำนวณใหม่แล้วตรง"),
    )


def _nothing_overdrawn() -> Check:
    over = [
        account.code
        for account in Account.objects.filter(bounded=True)
        if (account.balance_satang > 0) == (account.type in LIABILITY_LIKE)
        and account.balance_satang
    ]
    return Check("nothing-overdrawn", not over, ", ".join(over), _("ไม่มีบัญชีใดถูกใช้เกินยอด"))


def _guards_stand() -> Check:
    missing = sorted(expected_guards() - standing_guards(connection))
    return Check("guards-stand", not missing, ", ".join(missing), _("ตัวกันการแก้ประวัติอยู่ครบ"))
