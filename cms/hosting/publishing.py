"""What follows from a decision about a page: its figures in the other languages, and messages."""

from __future__ import annotations

import json
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Revision, TaskState, WorkflowState

from cms.hosting.facts import FIRST_LANGUAGE, owner
from cms.hosting.people import editors
from cms.models import CommunityPage, ProgrammePage
from marketplace.accounts.models import User
from marketplace.notifications.services import Telling, tell

OPENING = ("open_this_month", "closed_until")
# Facts that are the same in every language; words are translated by an editor.
SAME_EVERYWHERE: dict[type[Any], tuple[str, ...]] = {
    CommunityPage: (*OPENING, "phone", "line_url", "whatsapp_url"),
    ProgrammePage: (*OPENING, "months", "price_checked_on"),
}


def carry_facts(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Write what a published Thai page says in figures onto the same page in other languages."""
    names = SAME_EVERYWHERE.get(type(instance))
    if names is None or instance.locale.language_code != FIRST_LANGUAGE:
        return
    for twin in instance.get_translations().order_by("pk"):
        changed = [name for name in names if getattr(twin, name) != getattr(instance, name)]
        for name in changed:
            setattr(twin, name, getattr(instance, name))
        prices = _prices(instance)
        if prices and len(prices) == len(_prices(twin)) and prices != _prices(twin):
            for tier, baht in zip(twin.prices, prices, strict=True):
                tier.value["baht"] = baht
            changed.append("prices")
        if changed:
            twin.save(update_fields=changed)
            _into_draft(twin.latest_revision, twin, changed)


def _prices(page: Any) -> list[int]:
    return [tier.value["baht"] for tier in page.prices] if isinstance(page, ProgrammePage) else []


def _into_draft(draft: Revision | None, page: Any, names: list[str]) -> None:
    """Let a draft not bring back the old figures when it is published later."""
    if draft is None:
        return
    told = page.serializable_data()
    for name in names:
        if name != "prices":
            draft.content[name] = told[name]
            continue
        rows = json.loads(draft.content["prices"])
        baht = _prices(page)
        if len(rows) == len(baht):
            for row, price in zip(rows, baht, strict=True):
                row["value"]["baht"] = price
            draft.content["prices"] = json.dumps(rows)
    draft.save(update_fields=["content"])


def tell_editors(sender: Any, instance: TaskState, user: User | None, **kwargs: Any) -> None:
    """Tell the editors that a community's page waits for them."""
    page = instance.revision.content_object
    if owner(page) is None:
        return
    _tell(editors(), f"page:{instance.pk}:waits", "hosting.page.waits", page)


def tell_host(sender: Any, instance: WorkflowState, user: User | None, **kwargs: Any) -> None:
    """Tell whoever sent a page what was decided, wherever the editor decided it."""
    page = instance.content_object
    if owner(page) is None or instance.requested_by is None:
        return
    approved = instance.status == WorkflowState.STATUS_APPROVED
    state = instance.current_task_state
    why = "" if approved or state is None else state.comment
    step = state.pk if state is not None else "-"
    kind = "hosting.page.approved" if approved else "hosting.page.sent_back"
    key = f"page:{instance.pk}:{step}:{kind}"
    _tell([instance.requested_by], key, kind, page, why, by_mail=True)


def _tell(
    users: list[User], key: str, kind: str, page: Any, why: str = "", *, by_mail: bool = False
) -> None:
    tellings = []
    for user in users:
        with translation.override(user.language):
            title = {
                "hosting.page.waits": _("รออนุมัติ: %(page)s"),
                "hosting.page.approved": _("อนุมัติแล้ว: %(page)s"),
                "hosting.page.sent_back": _("ส่งกลับให้แก้: %(page)s"),
            }[kind] % {"page": page.title}
        tellings.append(
            Telling(
                key=f"{key}:{user.pk}",
                recipient=f"user:{user.pk}",
                kind=kind,
                title=title,
                body=why,
                url=reverse("hosting:pages"),
                email=(user.email or "") if by_mail else "",
            )
        )
    tell(tellings=tellings)
