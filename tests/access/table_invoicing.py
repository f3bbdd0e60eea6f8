"""Who may open bills: the cooperative, and each buyer its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from marketplace.common.clock import today
from orders.invoicing.models import DocumentKind, Quotation
from orders.invoicing.services.documents import Draft, issue_documents
from orders.services import record_purchase_order, start_draft
from tests.support.money import bill_for, sale_for

OFFICE = ("staff", "treasurer")
READERS = ("requester", "approver", "finance", "staff", "treasurer")

TABLE: dict[str, tuple[str, ...] | str] = {
    "invoicing:bills": READERS,
    "invoicing:bill": READERS,
    "invoicing:void": ("treasurer",),
    "invoicing:month": OFFICE,
    "invoicing:issue": ("treasurer",),
    "invoicing:ageing": OFFICE,
    "invoicing:delivery": OFFICE,
    "invoicing:unpriced": OFFICE,
    "invoicing:change": ("treasurer",),
    "invoicing:papers": READERS,
    "invoicing:waiting": OFFICE,
    "invoicing:issue-papers": OFFICE,
    "invoicing:quotations": READERS,
    "invoicing:quote": OFFICE,
    "invoicing:accept-quotation": ("requester", "approver", "staff"),
    "invoicing:sets": READERS,
    "invoicing:po": READERS,
    "invoicing:po-print": READERS,
    "invoicing:po-pdf": READERS,
    "invoicing:po-budget": ("treasurer",),
    "invoicing:pdf": READERS,
    "invoicing:vat": ("treasurer",),
    "invoicing:carrying": OFFICE,
    "invoicing:year-end": OFFICE,
    "invoicing:terms-list": OFFICE,
    "invoicing:terms": ("treasurer",),
}


def _bill(world: Any) -> dict[str, Any] | None:
    return {"pk": bill_for(world.its_site, world.cycle).pk}


def _delivery(world: Any) -> dict[str, Any] | None:
    return {"pk": sale_for(world.its_site, world.cycle).delivery_id}


def _buyer(world: Any) -> dict[str, Any] | None:
    return {"pk": world.its_site.buyer_id}


def _po(world: Any) -> dict[str, Any] | None:
    buyer = world.its_site.buyer
    row = record_purchase_order(by=None, buyer=buyer, number="ตัวอย่าง 1", dated=dt.date(2027, 1, 4))
    return {"pk": row.pk}


def _draft(world: Any) -> dict[str, Any] | None:
    day = world.cycle.delivery_day
    return {"pk": start_draft(by=None, site=world.its_site, first_day=day, last_day=day).pk}


def _quotation(world: Any) -> dict[str, Any] | None:
    """A quotation of an empty draft: enough to ask who may see it."""
    day = world.cycle.delivery_day
    draft = start_draft(by=None, site=world.its_site, first_day=day, last_day=day)
    paper = Draft(
        kind=DocumentKind.QUOTATION,
        buyer=draft.buyer,
        content={"order": "", "lines": [], "site": "", "payment_days": 30},
        total_satang=0,
        due_day=day,
        first_day=day,
        last_day=day,
    )
    (document,) = issue_documents(by=None, drafts=[paper], day=today())
    made = Quotation.objects.create(
        document=document, draft=draft, draft_version=0, site=draft.site
    )
    return {"pk": made.pk}


EXAMPLES: dict[str, Callable[[Any], dict[str, Any] | None]] = {
    "invoicing:bill": _bill,
    "invoicing:void": _bill,
    "invoicing:change": _bill,
    "invoicing:pdf": _bill,
    "invoicing:quote": _draft,
    "invoicing:accept-quotation": _quotation,
    "invoicing:po": _po,
    "invoicing:po-print": _po,
    "invoicing:po-pdf": _po,
    "invoicing:po-budget": _po,
    "invoicing:delivery": _delivery,
    "invoicing:terms": _buyer,
}
