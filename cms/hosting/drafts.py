"""A secretary's changes: saved as drafts of her own pages, sent to the editors, decided there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, TaskState, WorkflowState

from cms.hosting.changes import (
    Contact,
    Figures,
    Proposal,
    content_of,
    photos_of,
    season_of,
)
from cms.hosting.facts import owner
from cms.hosting.groups import collection_of
from cms.hosting.models import CommunityHost
from cms.hosting.people import sees_all_communities
from cms.hosting.pictures import keep_picture
from cms.hosting.services import communities_of
from cms.models import CommunityPage, CommunityPhoto, ProgrammePage
from cms.models.communities import MOST_PHOTOS
from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from marketplace.parties.access import Access

NOT_YOURS = _("หน้านี้ไม่ใช่ของชุมชนที่คุณดูแล ถ้าเพิ่งได้รับมอบหมาย ขอให้สหกรณ์เพิ่มชื่อคุณก่อน")
WAITS = _("ส่งไปแล้วและกำลังรอบรรณาธิการ ถ้าจะแก้อีก ถอนคืนก่อน")
STALE = _("มีคนแก้หน้านี้หลังจากที่คุณเปิด เปิดแบบฟอร์มใหม่แล้วแก้อีกครั้ง")
EDITORS_DRAFT = _("บรรณาธิการกำลังแก้หน้านี้อยู่และยังไม่เผยแพร่ โทรบอกบรรณาธิการ หรือรอให้เผยแพร่ก่อน")
NOTHING = _("ยังไม่ได้เปลี่ยนอะไร แก้อย่างน้อยหนึ่งอย่างก่อนส่ง")
TOO_MANY = _("ใส่ภาพได้ไม่เกิน %(most)s ภาพ เอาภาพเดิมออกก่อน")
NOT_EDITOR = _("ผู้อนุมัติหน้าเว็บเท่านั้นที่ตัดสินได้")
DECIDED = _("เรื่องนี้ตัดสินหรือถอนคืนไปแล้ว เปิดรายการใหม่")
SAY_WHY = _("บอกเหตุผลที่ส่งกลับ เพื่อให้ชุมชนแก้ได้ถูก")


def of_community(user: User, pk: int) -> CommunityPage:
    """The published Thai community page that a user speaks for.

    Raises:
        Refusal: it is not there, or another community's (code "not-yours").
    """
    found: CommunityPage | None = (
        CommunityPage.objects.live()
        .filter(pk=pk, locale__language_code="th", translation_key__in=communities_of(user))
        .first()
    )
    if found is None:
        raise Refusal(NOT_YOURS, code="not-yours")
    return found


def pages_of(community: CommunityPage) -> list[Any]:
    """The pages that a community's form changes: its own, then its programmes; two queries."""
    return [community, *community.programmes()]


def copy_to_edit(page: Any) -> Any:
    """A page as its hosts see it in the form: their own unapproved draft, else as published.

    Raises:
        Refusal: an editor has begun a draft that is not published yet (code "editors-draft").
    """
    if not page.has_unpublished_changes or page.latest_revision is None:
        return page
    community = owner(page)
    writer = page.latest_revision.user_id
    if (
        community is None
        or not CommunityHost.objects.filter(
            community_key=community.translation_key, user_id=writer
        ).exists()
    ):
        raise Refusal(EDITORS_DRAFT, code="editors-draft")
    return page.get_latest_revision_as_object()


def base_of(page: Any) -> int | None:
    """Which state of a page a form was made from: its newest revision, None before the first."""
    number: int | None = page.latest_revision_id
    return number


@unit_of_work
def propose(*, by: User, community: int, proposal: Proposal) -> list[Page]:
    """Save what a host changed as drafts and send them to the association's editors. What visitors
    read stays as it is until an editor has approved it.

    Args:
        by: a host of the community.
        community: the primary key of its Thai page.
        proposal: the whole form.

    Returns:
        The pages that were really changed and now wait.

    Raises:
        Refusal: not her community ("not-yours"), a page waits already ("waiting"), was changed
            since the form was opened ("stale") or is being edited ("editors-draft"), too many
            photographs ("photos"), an unreadable one ("picture"), nothing was changed ("nothing").
    """
    page = of_community(by, community)
    keys = sorted({page.pk, *(programme.pk for programme in page.programmes())})
    list(Page.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    page = of_community(by, community)  # as it is under the lock
    pages = pages_of(page)
    figures = {one.page: one for one in proposal.figures}
    if not set(figures) <= {one.pk for one in pages}:
        raise Refusal(NOT_YOURS, code="not-yours")
    changed = []
    for one in pages:
        if one.pk not in proposal.bases:
            continue
        if one.workflow_in_progress:
            raise Refusal(WAITS, code="waiting")
        if proposal.bases[one.pk] != base_of(one):
            raise Refusal(STALE, code="stale")
        draft = copy_to_edit(one)
        before = content_of(draft)
        if isinstance(draft, CommunityPage):
            _write_contact(draft, proposal.contact)
            _write_photos(draft, proposal, by)
        elif one.pk in figures:
            _write_figures(draft, figures[one.pk])
        if content_of(draft) == before:
            continue
        draft.save_revision(user=by, changed=True)
        _submit(one.pk, by)
        record(by=by, action="hosting.page.proposed", subject=one)
        changed.append(one)
    if not changed:
        raise Refusal(NOTHING, code="nothing")
    return changed


def _submit(pk: int, by: User) -> None:
    """Start a page's approval, or take it up again where it was sent back."""
    page = Page.objects.get(pk=pk).specific
    state = page.current_workflow_state
    if state is not None and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        state.resume(user=by)
    else:
        page.get_workflow().start(page, by)


def _write_contact(draft: CommunityPage, contact: Contact) -> None:
    draft.open_this_month = contact.is_open
    # A day that is over says nothing any more; a closing day belongs to being closed.
    draft.closed_until = None if contact.is_open else contact.closed_until
    draft.phone = contact.phone
    draft.phone_note = contact.phone_note
    draft.line_url = contact.line_url


def _write_figures(draft: ProgrammePage, figures: Figures) -> None:
    changed = False
    for tier, baht in zip(draft.prices, figures.baht, strict=True):
        if tier.value["baht"] != baht:
            tier.value["baht"] = baht
            changed = True
    if changed:
        draft.price_checked_on = today()
    draft.months = season_of(figures.months, draft.months)


def _write_photos(draft: CommunityPage, proposal: Proposal, by: User) -> None:
    there = photos_of(draft)
    words = {one.place: one for one in proposal.photos}
    kept = []
    for place, photo in enumerate(there):
        said = words.get(place)
        if said is not None and said.removed:
            continue
        if said is not None:
            photo.alt, photo.credit = said.alt, said.credit
        kept.append(photo)
    if len(kept) + len(proposal.new_photos) > MOST_PHOTOS:
        raise Refusal(TOO_MANY % {"most": MOST_PHOTOS}, code="photos")
    for new in proposal.new_photos:
        image = keep_picture(file=new.file, alt=new.alt, by=by, collection=collection_of(draft))
        kept.append(CommunityPhoto(image=image, alt=new.alt, credit=new.credit))
    if len(kept) != len(there) or proposal.new_photos:
        for place, photo in enumerate(kept):
            photo.sort_order = place
    draft.photos.set(kept)


@unit_of_work
def withdraw(*, by: User, page: int) -> None:
    """Take back what a host sent and nobody has decided yet; the draft stays for her to go on with.

    Raises:
        Refusal: not her community's page ("not-yours"), or nothing of it waits ("decided").
    """
    one = Page.objects.select_for_update().filter(pk=page).first()
    community = owner(one) if one else None
    if one is None or community is None or community.translation_key not in communities_of(by):
        raise Refusal(NOT_YOURS, code="not-yours")
    state = one.specific.current_workflow_state
    if state is None or state.status != WorkflowState.STATUS_IN_PROGRESS:
        raise Refusal(DECIDED, code="decided")
    state.cancel(user=by)
    record(by=by, action="hosting.page.withdrawn", subject=one)


def waiting(access: Access) -> list[TaskState]:
    """What waits for an editor, the oldest first; nothing for a reader who is none."""
    if access.user is None or not sees_all_communities(access):
        return []
    return list(
        TaskState.objects.filter(
            status=TaskState.STATUS_IN_PROGRESS,
            workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
        )
        .select_related("revision", "workflow_state__requested_by", "task")
        .order_by("pk")
    )


@unit_of_work
def decide(*, by: User, waiting: Iterable[int], approve: bool, why: str = "") -> int:
    """Approve drafts, which are then read by everybody, or send them back with the reason.

    Args:
        by: an editor of the association.
        waiting: the primary keys of the waiting steps that the editor was shown.
        approve: False sends back.
        why: what the community is told; required when sending back.

    Returns:
        How many were decided.

    Raises:
        Refusal: not an editor ("not-editor"), decided or withdrawn already ("decided"), no reason
            ("why").
    """
    why = why.strip()
    if not approve and not why:
        raise Refusal(SAY_WHY, code="why")
    wanted = sorted(set(waiting))
    states = list(TaskState.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    if len(states) != len(wanted):
        raise Refusal(DECIDED, code="decided")
    for state in states:
        page = state.revision.content_object
        task = state.task.specific
        # Whose turn it is, is asked before the state: a stranger learns nothing of either.
        if not by.is_superuser and not task.groups.filter(pk__in=by.groups.all()).exists():
            raise Refusal(NOT_EDITOR, code="not-editor")
        if state.status != TaskState.STATUS_IN_PROGRESS:
            raise Refusal(DECIDED, code="decided")
        task.on_action(state.specific, by, "approve" if approve else "reject", comment=why)
        action = "hosting.page.approved" if approve else "hosting.page.sent_back"
        record(by=by, action=action, subject=page, data={"why": why} if why else {})
    return len(states)
