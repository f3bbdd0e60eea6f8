"""Reading what is owed and paid: a grower its own, a coordinator her group's, the treasurer all.

Agencies and buyers see nothing of it; cooperative staff without the treasurer's role see what is
owed, and no bank account.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

if TYPE_CHECKING:
    from marketplace.parties.access import Access


class _GrowerScoped(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """Rows of the asker: as a grower, as a coordinator of the group, all for the cooperative."""
        if access.is_cooperative:
            return self
        return self.filter(
            Q(person_id=access.person_id or 0) | Q(group_id__in=access.coordinated_group_ids)
        )


class OwedQuerySet(_GrowerScoped):
    def unassigned(self) -> Self:
        """Amounts that stand in no payment, not even one that waits for approval."""
        from orders.settlement.models import PayoutOwed

        standing = PayoutOwed.objects.filter(owed=OuterRef("pk"), stands=True)
        return self.filter(~Exists(standing))

    def unpaid(self) -> Self:
        """Amounts that no payment carried away yet: neither paid nor sent to the bank."""
        from orders.settlement.models import PayoutOwed

        gone = PayoutOwed.objects.filter(
            owed=OuterRef("pk"), stands=True, item__state__in=("sent", "paid")
        )
        return self.filter(~Exists(gone))

    def waiting_for_buyers(self) -> Self:
        """Amounts that wait for their buyer, without those that are to be paid early."""
        from orders.settlement.models import EarlyOwed

        early = EarlyOwed.objects.filter(owed=OuterRef("pk")).exclude(state="dropped")
        return self.filter(~Exists(early), due_day__isnull=True, satang__gt=0)

    def paid_early(self) -> Self:
        """Amounts that were paid and whose buyer has not: the buyer's payment was undone since.

        Those that were approved to be paid early are not among them.
        """
        from orders.settlement.models import EarlyOwed, PayoutOwed

        approved = EarlyOwed.objects.filter(owed=OuterRef("pk"), state="paid")
        gone = PayoutOwed.objects.filter(
            owed=OuterRef("pk"), stands=True, item__state__in=("sent", "paid")
        )
        return self.filter(Exists(gone), ~Exists(approved), due_day__isnull=True, satang__gt=0)

    def payable_until(self, day: dt.date) -> Self:
        """Amounts that may be paid by a day; what is taken back and what was approved to be paid
        before the buyer counts at once.
        """
        from orders.settlement.models import EarlyOwed

        early = EarlyOwed.objects.filter(owed=OuterRef("pk"), state="approved")
        return self.filter(Q(due_day__lte=day) | Q(satang__lt=0) | Exists(early))


class ItemQuerySet(_GrowerScoped):
    def standing(self) -> Self:
        """Payments that were not cancelled and did not fail."""
        return self.exclude(state__in=["failed", "cancelled"])

    def returned(self) -> Self:
        """Payments that came back after a bank row had confirmed them."""
        return self.filter(state="failed", batch__isnull=False, confirmed_satang__gt=0)


class DeductionQuerySet(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """All for the treasurer, one's own for a grower."""
        return self if access.is_treasurer else self.filter(person_id=access.person_id or 0)

    def live(self) -> Self:
        """What is taken from the next payments: given and not ended."""
        return self.filter(given_at__isnull=False, ended_at__isnull=True)

    def to_hand_out(self) -> Self:
        """Advances in cash that were approved and not yet handed out."""
        return self.filter(
            source="cash", approved_at__isnull=False, given_at__isnull=True, ended_at__isnull=True
        )

    def to_approve(self) -> Self:
        """Advances in cash that wait for the approval of another person."""
        return self.filter(source="cash", approved_at__isnull=True, ended_at__isnull=True)

    def with_taken(self) -> Self:
        """With `taken_satang` of standing payments, those that wait for approval among them, and
        `gone_satang` of those that were sent or paid.
        """
        return self.annotate(
            taken_satang=Coalesce(Sum("taken__satang", filter=Q(taken__stands=True)), 0),
            gone_satang=Coalesce(
                Sum(
                    "taken__satang",
                    filter=Q(taken__stands=True, taken__item__state__in=("sent", "paid")),
                ),
                0,
            ),
        )


class HandOnQuerySet(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """The treasurer's alone."""
        return self if access.is_treasurer else self.none()


class TakenQuerySet(models.QuerySet[Any]):
    def to_hand_on(self, kind: str, until: dt.date) -> Self:
        """What payments that reached their payees by a day took for a kind of deduction, and that
        stands in no batch yet. What the market lent from its own float is its own.
        """
        from orders.settlement.models import HandOnRow

        known = HandOnRow.objects.filter(taken=OuterRef("pk"), stands=True, satang__gt=0)
        return self.filter(
            ~Exists(known),
            stands=True,
            item__state="paid",
            item__paid_day__lte=until,
            deduction__kind=kind,
            deduction__source="books",
        )

    def to_take_off(self, kind: str) -> Self:
        """What was handed on of payments that came back since, and was not taken off a batch yet."""
        from orders.settlement.models import HandOnRow

        rows = HandOnRow.objects.filter(taken=OuterRef("pk"), stands=True, batch__state="agreed")
        off = HandOnRow.objects.filter(taken=OuterRef("pk"), stands=True, satang__lt=0)
        return self.filter(
            Exists(rows.filter(satang__gt=0)), ~Exists(off), stands=False, deduction__kind=kind
        )

    def gone(self) -> Self:
        """What left with payments that were sent or paid."""
        return self.filter(stands=True, item__state__in=("sent", "paid"))


class _TreasurerOnly(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """All for the treasurer, none for anybody else."""
        return self if access.is_treasurer else self.none()


class BatchQuerySet(_TreasurerOnly):
    pass


class FloatQuerySet(_TreasurerOnly):
    pass


class EarlyQuerySet(_TreasurerOnly):
    pass


class FileQuerySet(_TreasurerOnly):
    pass


class LimitsQuerySet(_TreasurerOnly):
    pass


class NoteQuerySet(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """Questions about what is owed to the asker, or to members of her groups."""
        if access.is_cooperative:
            return self
        return self.filter(
            Q(owed__person_id=access.person_id or 0)
            | Q(owed__group_id__in=access.coordinated_group_ids)
        )


class VoucherQuerySet(_GrowerScoped):
    pass


class PaymentVoucherQuerySet(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """The treasurer's alone."""
        return self if access.is_treasurer else self.none()

    def alive(self) -> Self:
        """Asked for or issued: their targets have a voucher."""
        return self.filter(state__in=["asked", "issued"])

    def asked(self) -> Self:
        """Waiting for a second person."""
        return self.filter(state="asked")

    def numbered(self) -> Self:
        """Issued once, void or not."""
        return self.filter(number__isnull=False)
