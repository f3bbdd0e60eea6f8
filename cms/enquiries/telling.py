"""Who is told what of an enquiry. No message to hosts holds the visitor's name or contact."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from cms.enquiries.models import Enquiry, Reach
from cms.enquiries.pages import community_of
from cms.enquiries.stamps import link_stamp
from cms.hosting.models import CommunityHost
from cms.hosting.people import editors, office
from cms.languages import absolute
from marketplace.common.dates import format_date
from marketplace.notifications.services import Telling, forget_recipients, tell


def visitor_url(enquiry: Enquiry) -> str:
    """The visitor's secret address, in the language she reads in."""
    with translation.override(enquiry.language):
        return reverse(
            "ask:sent", args=[link_stamp(enquiry.nonce, enquiry.page_id, enquiry.sent_at)]
        )


def tell_hosts(enquiry: Enquiry, event: str) -> None:
    """Tell the community's hosts, the editors and the office; `event`: new or late."""
    page = enquiry.page
    url = reverse("enquiries:enquiry", args=[enquiry.pk])
    people = {host.user.pk: host.user for host in CommunityHost.objects.of(enquiry.community_key)}
    people |= {user.pk: user for user in editors()}
    tellings = []
    for recipient, email, language in [
        *((f"user:{user.pk}", user.email or "", user.language) for user in people.values()),
        (office(), "", "th"),
    ]:
        if not recipient:
            continue
        with translation.override(language):
            said = {
                "page": page.title,
                "n": enquiry.group_size,
                "day": format_date(enquiry.wanted_day),
            }
            title = (
                _("ยังไม่ได้ตอบผู้มาเยือนเกินสามวัน: %(page)s") % said
                if event == "late"
                else _("มีผู้มาเยือนถาม: %(page)s") % said
            )
            body = _("%(n)s คน วันที่ %(day)s เปิดดูแล้วติดต่อกลับ") % said
        tellings.append(
            Telling(
                key=f"enquiry:{enquiry.pk}:{event}:{recipient}",
                recipient=recipient,
                kind=f"enquiry.{event}",
                title=title,
                body=body,
                url=url,
                email=email,
            )
        )
    tell(tellings=tellings)


def tell_visitor(enquiry: Enquiry, event: str) -> None:
    """Mail the visitor where she gave an address; the others read it on their secret page."""
    if enquiry.reach != Reach.EMAIL or not enquiry.contact:
        return
    community = community_of(enquiry.page)
    with translation.override(enquiry.language):
        said = {
            "page": enquiry.page.title,
            "phone": community.phone if community and community.phone else "–",
        }
        titles = {
            "received": _("เราส่งคำถามของคุณถึงชุมชนแล้ว: %(page)s") % said,
            "answered": _("ชุมชนตอบแล้ว: %(page)s") % said,
            "agreed": _("ตกลงวันกันแล้ว: %(page)s") % said,
            "declined": _("ชุมชนรับไม่ได้ในวันที่ขอ: %(page)s") % said,
            "late": _("ชุมชนยังไม่ได้ตอบ: %(page)s") % said,
        }
        bodies = {
            "received": _("ชุมชนจะติดต่อกลับภายในสามวัน ดูสถานะได้ที่ลิงก์นี้ เก็บไว้คนเดียว"),
            "late": _("ขออภัยที่ช้า โทรหาชุมชนได้เลยที่ %(phone)s") % said,
        }
        body = bodies.get(event, enquiry.reply)
    tell(
        tellings=[
            Telling(
                key=f"enquiry:{enquiry.pk}:visitor:{event}",
                recipient=f"enquiry:{enquiry.pk}",
                kind=f"enquiry.visitor.{event}",
                title=titles[event],
                body=body,
                url=absolute(visitor_url(enquiry)),
                email=enquiry.contact,
                on_screen=False,
            )
        ]
    )


def forget(enquiries: Iterable[int]) -> None:
    """Blank what was mailed about enquiries (primary keys)."""
    forget_recipients(recipients=[f"enquiry:{pk}" for pk in enquiries])
