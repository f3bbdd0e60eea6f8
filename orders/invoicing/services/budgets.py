"""The budget line that a buyer's purchase order names."""

from __future__ import annotations

from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import now
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from orders.invoicing.models import BudgetLine
from orders.models import PurchaseOrder


@unit_of_work
def name_budget(*, by: User | None, purchase_order: PurchaseOrder, name: str) -> BudgetLine:
    """Say which budget line pays a purchase order; bills issued from now on keep it apart.

    Raises:
        Refusal: no name.
    """
    name = " ".join(name.split())[:120]
    if not name:
        raise Refusal(_("กรุณาใส่ชื่องบ เช่น เงินบำรุง ค่าอาหารผู้ป่วย"), code="empty", where="name")
    row, _made = BudgetLine.objects.update_or_create(
        purchase_order=purchase_order,
        defaults={"name": name, "recorded_at": now(), "recorded_by": by},
    )
    record(
        by=by,
        action="invoicing.budget.named",
        subject=purchase_order,
        party=purchase_order.buyer,
        data={"name": name},
    )
    return row
