"""Asking again whether the facts of public pages still hold, and recording that they do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page, get_page_models

from cms.facts import period
from cms.hosting.models import CommunityHost
from cms.hosting.people import editors, hosted, office, sees_all_communities
from cms.models import CommunityPage, ProgrammePage
from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from marketplace.notifications.services import Telling, tell
from marketplace.parties.access import Access

HELD = "checked_on"
PRICE_HELD = "price_checked_on"
CHECKED = {HELD: "hosting.facts.checked", PRICE_HELD: "hosting.prices.checked"}
FIRST_LANGUAGE = "th"


def fact_pages() -> list[Any]:
    """The published Thai pages that say when they were checked; a query for each page type."""
    found: list[Any] = []
    for model in get_page_models():
        if any(field.name == HELD for field in model._meta.get_fields()):
            found += model.objects.live().filter(locale__language_code=FIRST_LANGUAGE)
    return sorted(found, key=lambda page: page.path)


def owner(page: Any) -> CommunityPage | None:
    """The community whose hosts answer for a page; None for pages of the association."""
    found: CommunityPage | None = CommunityPage.objects.ancestor_of(page, inclusive=True).last()
    return found


def pages_for(access: Access) -> list[Any]:
    """The fact pages that a reader answers for, the longest unchecked first."""
    if access.user is None:
        return []
    pages = fact_pages()
    if not sees_all_communities(access):
        keys = hosted(access)
        own = [c.path for c in CommunityPage.objects.filter(translation_key__in=keys)]
        pages = [page for page in pages if page.path.startswith(tuple(own))] if own else []
    return sorted(pages, key=lambda page: (page.checked_on is not None, page.checked_on, page.path))


@unit_of_work
def ask_again() -> int:
    """Ask hosts, editors and the office whether a page's facts still hold: once for every half-year
    that went by since the last check. Returns how many messages were new.
    """
    tellings = []
    url = reverse("hosting:facts")
    for page in fact_pages():
        number = period(page.checked_on, today())
        if not number:
            continue
        community = owner(page)
        people = {user.pk: user for user in editors()}
        if community is not None:
            hosts = CommunityHost.objects.of(community.translation_key)
            people |= {host.user.pk: host.user for host in hosts}
        told = [(f"user:{user.pk}", user.email or "", user.language) for user in people.values()]
        for recipient, email, language in [*told, (office(), "", FIRST_LANGUAGE)]:
            if not recipient:
                continue
            with translation.override(language):
                title = _("ข้อมูลหน้า %(page)s ยังถูกต้องไหม") % {"page": page.title}
                body = _("ผ่านมาเกินหกเดือนแล้ว ถ้ายังถูกต้องกดยืนยันครั้งเดียว ถ้าไม่ บอกบรรณาธิการ")
            tellings.append(
                Telling(
                    key=f"facts:{page.pk}:{page.checked_on or '-'}:{number}:{recipient}",
                    recipient=recipient,
                    kind="hosting.facts",
                    title=title,
                    body=body,
                    url=url,
                    email=email,
                )
            )
    return tell(tellings=tellings)


@unit_of_work
def confirm_facts(*, by: User, access: Access, pages: Iterable[int]) -> int:
    """Record that the facts of pages (primary keys) were checked today, in all their languages and
    in the drafts that wait; nothing else of a page changes. Prices are asked separately.

    Returns:
        How many pages were not checked today already.

    Raises:
        Refusal: a page is not this reader's, or no longer published.
    """
    return _confirm(by, access, pages, HELD)


@unit_of_work
def confirm_prices(*, by: User, access: Access, pages: Iterable[int]) -> int:
    """Record that the prices of programmes (primary keys) still hold today, in all languages.

    Returns:
        How many were not confirmed today already.

    Raises:
        Refusal: a page is not this reader's, is no longer published, or has no prices.
    """
    return _confirm(by, access, pages, PRICE_HELD)


def has_prices(page: Any) -> bool:
    """Whether a page says what something costs."""
    return isinstance(page, ProgrammePage) and bool(page.prices)


def _confirm(by: User, access: Access, pages: Iterable[int], field: str) -> int:
    wanted = sorted(set(pages))
    own = {page.pk: page for page in pages_for(access) if field == HELD or has_prices(page)}
    if any(pk not in own for pk in wanted):
        raise Refusal(
            gettext_lazy("หน้านี้ไม่ใช่ของชุมชนที่คุณดูแล หรือเลิกเผยแพร่แล้ว เปิดรายการใหม่ก่อนทำต่อ"),
            code="not-yours",
        )
    list(Page.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    changed = 0
    for pk in wanted:
        if getattr(own[pk], field) == today():
            continue
        for one in own[pk].get_translations(inclusive=True).order_by("pk"):
            page = one.specific
            setattr(page, field, today())
            page.save(update_fields=[field])
            draft = page.latest_revision
            if draft is not None:
                draft.content[field] = today().isoformat()
                draft.save(update_fields=["content"])
        record(by=by, action=CHECKED[field], subject=own[pk])
        changed += 1
    return changed
