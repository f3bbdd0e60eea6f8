"""Reading what happens between cut-off and acceptance, scoped to who asks.

Growers see their own, coordinators their groups', buyers what comes to them, the cooperative all.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

if TYPE_CHECKING:
    from marketplace.parties.access import Access


class NoticeQuerySet(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """Notices of groups the asker coordinates, or all (cooperative)."""
        if access.is_cooperative:
            return self
        return self.filter(group_id__in=access.coordinated_group_ids)


class NoticeRowQuerySet(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """Rows of the asker, of groups it coordinates, or all (cooperative)."""
        if access.is_cooperative:
            return self
        return self.filter(
            Q(notice__group_id__in=access.coordinated_group_ids)
            | Q(person_id=access.person_id or 0)
        )


class LotQuerySet(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """Lots of the asker, of groups it coordinates, or all (cooperative)."""
        if access.is_cooperative:
            return self
        return self.filter(
            Q(group_id__in=access.coordinated_group_ids) | Q(person_id=access.person_id or 0)
        )

    def primary(self) -> Self:
        """Lots that entered from outside: everything but what came back."""
        return self.exclude(kind="returned")

    def with_left(self) -> Any:
        """Annotate `packed_qty`, `disposed_qty` and `left_qty` (base units)."""
        from orders.fulfilment.models import Disposition, PackLot

        def total(model: type[models.Model]) -> Any:
            rows = (
                model._default_manager.filter(lot=models.OuterRef("pk"))
                .order_by()
                .values("lot")
                .annotate(total=Sum("qty"))
                .values("total")
            )
            return Coalesce(models.Subquery(rows), 0, output_field=models.BigIntegerField())

        return self.annotate(
            packed_qty=total(PackLot),
            disposed_qty=total(Disposition),
        ).annotate(
            left_qty=models.F("intake_qty") - models.F("packed_qty") - models.F("disposed_qty")
        )


def left_of(lot_ids: Iterable[int]) -> dict[int, int]:
    """Return what is left of lots, base units, by primary key."""
    from orders.fulfilment.models import HarvestLot

    found: dict[int, int] = dict(
        HarvestLot.objects.filter(pk__in=list(lot_ids)).with_left().values_list("pk", "left_qty")
    )
    return found


class PackQuerySet(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """Packs that go to the asker's buyers, or all (cooperative)."""
        if access.is_cooperative:
            return self
        return self.filter(delivery__order__buyer_id__in=access.buyer_ids)


class NoteQuerySet(PackQuerySet):
    pass


class AcceptanceQuerySet(PackQuerySet):
    pass
