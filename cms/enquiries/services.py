"""Every write of enquiries: sending, answering, and what the jobs do by state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from cms.enquiries import rules
from cms.enquiries.exceptions import DayNotPossible, NotFromHere
from cms.enquiries.models import Enquiry, EnquiryState
from cms.enquiries.querysets import OPEN
from cms.enquiries.stamps import keyed
from cms.enquiries.telling import forget, tell_hosts, tell_visitor
from cms.models import CommunityPage
from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import now, today
from marketplace.common.transactions import unit_of_work


@dataclass(frozen=True, slots=True)
class Asked:
    """What a visitor wrote. `language`: the one she reads in; `contact`: in its normal spelling."""

    name: str
    reach: str
    contact: str
    wanted_day: date
    group_size: int
    speaks: str = ""
    halal: str = "none"
    message: str = ""
    language: str = "th"


@unit_of_work
def send_enquiry(
    *,
    page: int,
    community: CommunityPage,
    asked: Asked,
    nonce: str,
    address: str,
    trap: str = "",
    seconds: float | None = None,
) -> Enquiry | None:
    """Keep what a visitor asks and tell the community, unless it is spam.

    Args:
        page: primary key of the page on which the form stood.
        nonce: of the form; the same form sent again is the same enquiry.
        address: where the request came from; kept only as a keyed hash.
        trap, seconds: see `rules.Sending`.

    Returns:
        The enquiry; None when it was dropped, which the sender is not told.

    Raises:
        DayNotPossible: the day is past, or more than `rules.FURTHEST_DAYS` ahead.
    """
    if asked.wanted_day < today():
        raise DayNotPossible(_("วันนั้นผ่านไปแล้ว เลือกวันตั้งแต่วันนี้เป็นต้นไป"))
    if asked.wanted_day > today() + timedelta(days=rules.FURTHEST_DAYS):
        raise DayNotPossible(_("วันนั้นยังไกลเกินไป เลือกวันภายในหนึ่งปี"))
    before = Enquiry.objects.filter(nonce=nonce).first()
    if before is not None:
        return before
    moment = now()
    address_key = keyed("address", address)
    contact_key = keyed("contact", f"{asked.reach}:{asked.contact.casefold()}")
    day_ago = Enquiry.objects.sent_since(moment - timedelta(days=1))
    sending = rules.Sending(
        trap=trap,
        seconds=seconds,
        address_hour=Enquiry.objects.sent_since(moment - timedelta(hours=1))
        .filter(address_key=address_key)
        .count(),
        address_day=day_ago.filter(address_key=address_key).count(),
        contact_day=day_ago.filter(contact_key=contact_key).count(),
    )
    if rules.spam(sending):
        return None
    enquiry = Enquiry.objects.create(
        nonce=nonce,
        page_id=page,
        community_key=community.translation_key,
        language=asked.language,
        name=asked.name,
        reach=asked.reach,
        contact=asked.contact,
        wanted_day=asked.wanted_day,
        group_size=asked.group_size,
        speaks=asked.speaks,
        halal=asked.halal,
        message=asked.message,
        consent_at=moment,
        sent_at=moment,
        address_key=address_key,
        contact_key=contact_key,
    )
    record(by=None, action="enquiries.sent", subject=enquiry, data={"size": asked.group_size})
    tell_hosts(enquiry, "new")
    tell_visitor(enquiry, "received")
    return enquiry


@unit_of_work
def move_enquiries(
    *, by: User | None, enquiries: Iterable[Enquiry], to: str, reply: str = ""
) -> list[Enquiry]:
    """Say what became of enquiries, and tell the visitors in their language.

    Args:
        to: an `EnquiryState` that follows the present one (`rules.MOVES`).
        reply: what the visitor is told besides; empty keeps what was said before.

    Raises:
        NotFromHere: one of them has moved on already; nothing is changed.
    """
    rows = _locked(enquiries)
    moment = now()
    for row in rows:
        allowed = rules.choices_from(row.state, row.wanted_day, today())
        if to not in allowed or row.blanked_at is not None:
            raise NotFromHere(str(EnquiryState(row.state).label))
        row.state = to
        row.reply = reply.strip() or row.reply
        row.acted_by = by
        row.answered_at = row.answered_at or moment
        row.closed_at = moment if to in rules.CLOSED else None
        row.save(update_fields=["state", "reply", "acted_by", "answered_at", "closed_at"])
        record(by=by, action=f"enquiries.{to}", subject=row)
        if to != EnquiryState.DONE:
            tell_visitor(row, to)
    return rows


def _locked(enquiries: Iterable[Enquiry]) -> list[Enquiry]:
    wanted = [one.pk for one in enquiries]
    return list(Enquiry.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))


# ---- jobs: each works by state, so that one that slept catches up once -----------------------------


@unit_of_work
def chase_unanswered() -> int:
    """Tell visitor, hosts and office of every enquiry that nobody answered within three days, once.

    Returns how many.
    """
    due = Enquiry.objects.select_for_update().filter(
        state=EnquiryState.NEW, chased_at__isnull=True, sent_at__lte=now() - rules.ANSWER_WITHIN
    )
    rows = list(due.order_by("pk"))
    for row in rows:
        row.chased_at = now()
        row.save(update_fields=["chased_at"])
        tell_hosts(row, "late")
        tell_visitor(row, "late")
    return len(rows)


@unit_of_work
def expire_past() -> int:
    """Close what nobody agreed on before the day asked for. Returns how many."""
    rows = list(
        Enquiry.objects.select_for_update()
        .filter(state__in=[EnquiryState.NEW, EnquiryState.ANSWERED], wanted_day__lt=today())
        .order_by("pk")
    )
    for row in rows:
        row.state, row.closed_at = EnquiryState.EXPIRED, now()
        row.save(update_fields=["state", "closed_at"])
        record(by=None, action="enquiries.expired", subject=row)
    return len(rows)


@unit_of_work
def blank_old() -> int:
    """Blank the personal data of enquiries `ENQUIRY_KEEP_DAYS` after they were closed, or after the
    visit where nobody closed them; what was mailed to the visitor with it. Returns how many.
    """
    keep = settings.ENQUIRY_KEEP_DAYS
    since = today() - timedelta(days=keep)
    old = Q(closed_at__lt=now() - timedelta(days=keep - 1)) | Q(
        state__in=OPEN, wanted_day__lte=since
    )
    rows = [
        row
        for row in Enquiry.objects.select_for_update()
        .filter(old, blanked_at__isnull=True)
        .order_by("pk")
        if rules.blank_on(row.closed_at, row.wanted_day, keep) <= today()
    ]
    wanted = [row.pk for row in rows]
    Enquiry.objects.filter(pk__in=wanted).update(
        blanked_at=now(), name="", contact="", message="", reply="", speaks="",
        address_key="", contact_key="",
    )  # fmt: skip
    forget(wanted)
    for row in rows:
        record(by=None, action="enquiries.blanked", subject=row)
    return len(rows)
