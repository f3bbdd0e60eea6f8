"""Who of this room's readers may do what, beyond what a role at any party opens."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404

from marketplace.parties.access import Access
from marketplace.parties.models import Buyer, DeliverySite, RoleName
from orders.models import Order, OrderDraft

BUYING = (RoleName.REQUESTER, RoleName.APPROVER)
READING = (*BUYING, RoleName.RECEIVER, RoleName.FINANCE)
WRITERS = (*BUYING, RoleName.STAFF)
READERS = (*READING, RoleName.STAFF, RoleName.TREASURER)


def may_order_for(access: Access, buyer_id: int) -> bool:
    """Say whether the asker may order for a buyer: its requester or approver, or the hub's staff."""
    if access.is_superuser or access.has(RoleName.STAFF):
        return True
    return buyer_id in access.parties_as(*BUYING)


def may_file_papers_for(access: Access, buyer_id: int) -> bool:
    """Say whether the asker may record a buyer's purchase orders: who orders, or its finance."""
    return may_order_for(access, buyer_id) or buyer_id in access.parties_as(RoleName.FINANCE)


def sites_to_order_for(access: Access) -> Any:
    """Return the delivery sites the asker may order for."""
    sites = DeliverySite.objects.filter(archived_at__isnull=True)
    if access.is_superuser or access.has(RoleName.STAFF):
        return sites.filter(buyer__stage="active").order_by("buyer__name_th", "pk")
    return sites.filter(buyer_id__in=access.parties_as(*BUYING)).order_by("pk")


def draft_to_change(access: Access, pk: int) -> OrderDraft:
    """Return a draft that the asker may change; somebody else's is a 404."""
    draft: OrderDraft = get_object_or_404(
        OrderDraft.objects.for_access(access).select_related("buyer__buyer_class", "site", "order"),
        pk=pk,
    )
    return _own(access, draft, draft.buyer_id)


def order_to_change(access: Access, number: str) -> Order:
    """Return an order that the asker may change; somebody else's is a 404."""
    order: Order = get_object_or_404(
        Order.objects.for_access(access).select_related(
            "buyer__buyer_class", "site", "purchase_order"
        ),
        number=number,
    )
    return _own(access, order, order.buyer_id)


def _own(access: Access, row: Any, buyer_id: int) -> Any:
    from django.core.exceptions import PermissionDenied

    if not may_order_for(access, buyer_id):
        raise PermissionDenied
    return row


def acting_buyer(access: Access) -> Buyer | None:
    """Return the buyer for whom the asker acts now, if it is one."""
    acting = access.acting
    if acting is None or acting.party_id not in access.buyer_ids:
        return None
    return Buyer.objects.select_related("buyer_class").get(pk=acting.party_id)
