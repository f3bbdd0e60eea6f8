"""The demo's hosts, the association's editor, and what two visitors asked."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import Group
from wagtail.models import TaskState, WorkflowState
from wagtail.users.models import UserProfile

from cms.enquiries.models import Enquiry
from cms.enquiries.services import Asked, move_enquiries, send_enquiry
from cms.hosting.changes import Contact, Figures, Proposal
from cms.hosting.drafts import base_of, decide, pages_of, propose
from cms.hosting.services import add_hosts
from cms.models import CommunityPage
from cms.reference import PAGE_APPROVERS
from marketplace.accounts.models import User
from marketplace.common import clock
from marketplace.common.transactions import unit_of_work
from marketplace.demo.setting import demo_user


def _proposals(host: User, editor: User, community: CommunityPage) -> None:
    """A change of the first community's contact that was approved, and a new price that waits."""
    propose(
        by=host,
        community=community.pk,
        proposal=_form(community, phone_note="ป้าจันทร์ตัวอย่าง 08.00–18.00 น."),
    )
    steps = TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS)
    decide(by=editor, waiting=[step.pk for step in steps], approve=True)
    community = CommunityPage.objects.get(pk=community.pk)
    if any(page.prices for page in community.programmes()):
        propose(by=host, community=community.pk, proposal=_form(community, dearer=30))


def _form(community: CommunityPage, *, phone_note: str = "", dearer: int = 0) -> Proposal:
    """The secretary's form with one thing changed; `dearer` in baht a head."""
    pages = pages_of(community)
    return Proposal(
        contact=Contact(
            is_open=community.is_open,
            closed_until=None,
            phone=community.phone,
            phone_note=phone_note or community.phone_note,
            line_url=community.line_url,
        ),
        bases={page.pk: base_of(page) for page in pages},
        figures=[
            Figures(
                page=page.pk,
                baht=tuple(tier.value["baht"] + dearer for tier in page.prices),
                months=frozenset(m for m, digit in enumerate(page.months, start=1) if digit != "0"),
            )
            for page in pages[1:2]
        ],
    )


@unit_of_work
def load_visits() -> int:
    """Give every demo community its host, the pages their editor, and the first community an enquiry
    that waits and one that is agreed.

    Returns how many enquiries were written; none where there are some already.
    """
    editor = demo_user("editor", "บรรณาธิการ")
    editor.groups.add(Group.objects.get(name=PAGE_APPROVERS))
    profile = UserProfile.get_for_user(editor)
    profile.submitted_notifications = False  # loading the demo sends no mail
    profile.save()
    communities = list(
        CommunityPage.objects.live().filter(locale__language_code="th").order_by("path")
    )
    hosts = []
    for number, community in enumerate(communities, start=1):
        host = demo_user("host" if number == 1 else f"host{number}", "เลขานุการ")
        hosts += add_hosts(by=editor, community=community, users=[host])
    if communities and not WorkflowState.objects.exists():
        _proposals(hosts[0].user, editor, communities[0])
    if not communities or Enquiry.objects.exists():
        return 0
    first = communities[0]
    english = first.get_translations().filter(locale__language_code="en").first() or first
    today = clock.today()
    with clock.at(clock.now() - timedelta(days=4)):
        agreed = send_enquiry(
            page=first.pk,
            community=first,
            asked=Asked(
                name="ครูวันเพ็ญ ตัวอย่าง",
                reach="phone",
                contact="0740000099",
                wanted_day=today + timedelta(days=17),
                group_size=10,
                speaks="ไทย",
                message="พานักเรียนชั้น ป.5 ไปดูการขึ้นตาล มีคนแพ้กุ้งหนึ่งคน",
            ),
            nonce="demo-1",
            address="192.0.2.1",
            seconds=60,
        )
        assert agreed is not None
    with clock.at(clock.now() - timedelta(days=3, hours=20)):
        move_enquiries(
            by=hosts[0].user,
            enquiries=[agreed],
            to="agreed",
            reply="ยินดีต้อนรับ เจอกันแปดโมงเช้าที่ศาลา เตรียมอาหารไม่มีกุ้งให้แล้ว",
        )
    send_enquiry(
        page=english.pk,
        community=first,
        asked=Asked(
            name="Siti Contoh (ตัวอย่าง)",
            reach="email",
            contact="siti@luangna.example",
            wanted_day=today + timedelta(days=24),
            group_size=6,
            speaks="English, Melayu",
            halal="halal",
            message="Two adults and four children, coming by train from Padang Besar.",
            language="en",
        ),
        nonce="demo-2",
        address="192.0.2.2",
        seconds=60,
    )
    return 2
