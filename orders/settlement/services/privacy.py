"""Taking the words of agreements away when a person's data is blanked, once no law asks for them.

Consent to a relative's account and the papers of deductions name people. What backed no payment goes
at once; what did is kept as long as the accounts it belongs to (`rules.kept_until`), and goes by the
tick afterwards. Amounts, days and kinds stay.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Max, Q, QuerySet

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import now, today
from marketplace.common.dates import bangkok_date
from marketplace.common.transactions import unit_of_work
from marketplace.parties.models import Person
from orders.settlement.models import Deduction, DeductionKind, PayeeConsent, PayoutItem
from orders.settlement.rules import BLANKED, may_blank

_LEFT = Q(state=PayoutItem.State.PAID) | Q(state=PayoutItem.State.SENT)


@unit_of_work
def blank_words(*, by: User | None, persons: Iterable[Person] | None = None) -> int:
    """Blank the agreements of blanked persons as far as the law allows; what is gone stays gone.

    Args:
        by: who asked; None for the tick.
        persons: whose; every blanked person when left out.

    Returns:
        How many agreements lost their words.
    """
    whose = Person.objects.filter(blanked_at__isnull=False)
    if persons is not None:
        whose = whose.filter(pk__in=[one.pk for one in persons])
    gone = _consents(whose) + _deductions(whose)
    for kind, pk, person in gone:
        record(
            by=by,
            action="settlement.words.blanked",
            subject=f"{kind}:{pk}",
            data={"person": person},
        )
    return len(gone)


def _consents(whose: QuerySet[Person]) -> list[tuple[str, int, int]]:
    rows = list(
        PayeeConsent.objects.select_for_update(of=("self",))
        .filter(account__person__in=whose, blanked_at__isnull=True)
        .exclude(relation="", paper="")
        .select_related("account")
        .order_by("pk")
    )
    paid = _last_paid(row.account.person_id or 0 for row in rows)
    gone = []
    for row in rows:
        person = row.account.person_id or 0
        if may_blank(paid.get(person), today()):
            row.relation, row.paper = row.relation and BLANKED, row.paper and BLANKED
            row.blanked_at = now()
            row.save(update_fields=["relation", "paper", "blanked_at"])
            gone.append(("payeeconsent", row.pk, person))
    return gone


def _last_paid(persons: Iterable[int]) -> dict[int, dt.date]:
    """The newest payment of each person that went to a relative's account."""
    return {
        person: _newest(day, made)
        for person, day, made in PayoutItem.objects.filter(_LEFT, person_id__in=set(persons))
        .exclude(relation="")
        .order_by()
        .values_list("person_id")
        .annotate(day=Max("paid_day"), made=Max("batch__sent_at"))
    }


def _newest(paid: dt.date | None, sent: dt.datetime | None) -> dt.date:
    """The later of the days a payment reached its payee and left; today for one that still waits."""
    days = [day for day in (paid, bangkok_date(sent) if sent else None) if day is not None]
    return max(days, default=today())


def _deductions(whose: QuerySet[Person]) -> list[tuple[str, int, int]]:
    rows = list(
        Deduction.objects.select_for_update(of=("self",))
        .filter(person__in=whose, blanked_at__isnull=True)
        .order_by("pk")
    )
    listed = [row.pk for row in rows]
    sums = Deduction.objects.filter(pk__in=listed).with_taken()
    open_still = {
        row.pk
        for row in sums
        if row.ended_at is None and (row.satang is None or row.gone_satang < row.satang)
    }
    taken = {
        pk: _newest(day, made)
        for pk, day, made in Deduction.objects.filter(pk__in=listed, taken__stands=True)
        .order_by()
        .values_list("pk")
        .annotate(day=Max("taken__item__paid_day"), made=Max("taken__item__batch__sent_at"))
    }
    gone = []
    for row in rows:
        lent = row.given_at if row.kind != DeductionKind.SAVING and not row.undone else None
        used = [bangkok_date(lent)] if lent else []
        if row.pk in taken:
            used.append(taken[row.pk])
        if row.pk in open_still or not may_blank(max(used, default=None), today()):
            continue
        row.what = row.paper = BLANKED
        row.blanked_at = now()
        row.save(update_fields=["what", "paper", "blanked_at"])
        gone.append(("deduction", row.pk, row.person_id))
    return gone
