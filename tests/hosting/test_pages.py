"""A secretary changes her page, an editor approves: what is refused, what visitors read when."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image as Pillow
from wagtail.images.models import Image
from wagtail.models import TaskState

from cms.demo_content import load_demo_pages
from cms.hosting.changes import Contact, Figures, NewPhoto, PhotoWords, Proposal, season_of
from cms.hosting.drafts import decide, propose, withdraw
from cms.hosting.services import add_hosts, end_hosts
from cms.models import CommunityPage, ProgrammePage
from cms.reference import PAGE_APPROVERS
from marketplace.accounts.models import User
from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal
from marketplace.notifications.models import Message
from tests.support.people import user
from tests.support.public import a_community, read

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]
TRIP = "/tha-node/up-the-palm-out-on-the-lake/"


@pytest.fixture(autouse=True)
def _pages(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    load_demo_pages()


def community(code: str = "th") -> CommunityPage:
    found: CommunityPage = CommunityPage.objects.get(slug="tha-node", locale__language_code=code)
    return found


def trip(code: str = "th") -> ProgrammePage:
    found: ProgrammePage = ProgrammePage.objects.get(locale__language_code=code)
    return found


def host(name: str = "secretary") -> User:
    one = user(name)
    add_hosts(by=None, community=community(), users=[one])
    return one


def editor() -> User:
    one = user("editor")
    one.groups.add(Group.objects.get(name=PAGE_APPROVERS))
    return one


def baht(page: Any) -> list[int]:
    return [tier.value["baht"] for tier in page.prices]


def form(**changed: Any) -> Proposal:
    """The form as it is sent when nothing was touched, but for what is given."""
    page, programme = community(), trip()
    months = {m for m, digit in enumerate(programme.months, start=1) if digit != "0"}
    same = Proposal(
        contact=Contact(True, None, page.phone, page.phone_note, page.line_url),
        bases={one.pk: one.latest_revision_id for one in (page, programme)},
        figures=[Figures(programme.pk, tuple(baht(programme)), frozenset(months))],
    )
    return replace(same, **changed)


def dearer(by: int = 50) -> Proposal:
    same = form()
    return replace(
        same,
        figures=[
            replace(one, baht=tuple(price + by for price in one.baht)) for one in same.figures
        ],
    )


def photo(size: tuple[int, int] = (600, 400)) -> SimpleUploadedFile:
    written = BytesIO()
    Pillow.new("RGB", size, "green").save(written, "JPEG")
    return SimpleUploadedFile("photo.jpg", written.getvalue(), "image/jpeg")


def waiting() -> list[int]:
    found = TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS)
    return list(found.values_list("pk", flat=True))


def test_a_price_is_read_by_visitors_only_once_an_editor_has_approved_it() -> None:
    secretary, approver, old = host(), editor(), baht(trip())
    sent = propose(by=secretary, community=community().pk, proposal=dearer())
    assert [page.pk for page in sent] == [trip().pk]
    assert baht(trip()) == old

    assert decide(by=approver, waiting=waiting(), approve=True) == 1
    new = [price + 50 for price in old]
    assert baht(trip()) == new
    assert baht(trip("en")) == new  # a figure is the same in every language
    assert trip().price_checked_on == trip("en").price_checked_on == today()
    told = Message.objects.filter(channel="screen", kind__startswith="hosting.page")
    assert set(told.values_list("recipient", "kind")) == {
        (f"user:{approver.pk}", "hosting.page.waits"),
        (f"user:{secretary.pk}", "hosting.page.approved"),
    }


def test_an_english_draft_does_not_bring_the_old_price_back() -> None:
    secretary, approver = host(), editor()
    english = trip("en")
    english.summary = "Better English"
    draft = english.save_revision()
    propose(by=secretary, community=community().pk, proposal=dearer())
    decide(by=approver, waiting=waiting(), approve=True)
    draft.refresh_from_db()
    draft.publish()
    assert (baht(trip("en")), trip("en").summary) == (baht(trip()), "Better English")


def test_a_page_sent_back_with_its_reason_is_mended_and_sent_again() -> None:
    secretary, approver, old = host(), editor(), baht(trip())
    propose(by=secretary, community=community().pk, proposal=dearer(500))
    assert decide(by=approver, waiting=waiting(), approve=False, why="แพงไป ขอใบราคาเรือ") == 1
    assert baht(trip()) == old
    told = Message.objects.get(channel="screen", kind="hosting.page.sent_back")
    assert (told.recipient, told.body) == (f"user:{secretary.pk}", "แพงไป ขอใบราคาเรือ")

    propose(by=secretary, community=community().pk, proposal=dearer(20))
    decide(by=approver, waiting=waiting(), approve=True)
    assert baht(trip()) == [price + 20 for price in old]


def test_what_was_sent_can_be_taken_back_until_it_is_decided() -> None:
    secretary, approver, old = host(), editor(), baht(trip())
    propose(by=secretary, community=community().pk, proposal=dearer())
    steps = waiting()
    withdraw(by=secretary, page=trip().pk)
    with pytest.raises(Refusal) as refused:
        decide(by=approver, waiting=steps, approve=True)
    assert refused.value.code == "decided"
    assert baht(trip()) == old
    with pytest.raises(Refusal) as refused:
        withdraw(by=secretary, page=trip().pk)
    assert refused.value.code == "decided"
    propose(by=secretary, community=community().pk, proposal=dearer(10))
    assert len(waiting()) == 1


def test_the_community_closes_and_changes_its_contact_and_photographs() -> None:
    secretary, approver = host(), editor()
    until = today() + timedelta(days=10)
    contact = Contact(False, until, "074 111 222", "ป้าตัวอย่าง", "https://line.me/ti/p/tua-yang")
    before = community().photos.count()
    propose(
        by=secretary,
        community=community().pk,
        proposal=form(
            contact=contact,
            photos=[PhotoWords(0, "เรือลำใหม่", "ลุงตัวอย่าง")],
            new_photos=[NewPhoto(photo((4000, 3000)), "ทุ่งตาล", "ป้าตัวอย่าง")],
        ),
    )
    assert community().is_open
    decide(by=approver, waiting=waiting(), approve=True)
    page = community()
    assert (page.is_open, page.closed_until, page.phone) == (False, until, "074 111 222")
    assert (community("en").closed_until, community("en").phone) == (until, "074 111 222")
    photos = list(page.photos.all())
    assert len(photos) == before + 1
    assert (photos[0].alt, photos[-1].alt, photos[-1].credit) == (
        "เรือลำใหม่",
        "ทุ่งตาล",
        "ป้าตัวอย่าง",
    )
    assert max(photos[-1].image.width, photos[-1].image.height) == 2000
    assert photos[-1].image.collection.name.startswith(page.title)


def test_months_chosen_keep_what_was_best() -> None:
    assert season_of(frozenset({1, 2, 12}), "122221000000") == "120000000001"


def others_page(secretary: User) -> None:
    other = a_community("ban-uen", "บ้านอื่นตัวอย่าง")
    propose(by=secretary, community=other.pk, proposal=form())


def others_programme(secretary: User) -> None:
    a_community("ban-uen", "บ้านอื่นตัวอย่าง")
    stranger = trip("en")
    figures = [Figures(stranger.pk, tuple(baht(stranger)), frozenset({1}))]
    propose(by=secretary, community=community().pk, proposal=form(figures=figures))


def waits_already(secretary: User) -> None:
    for more in (10, 20):
        propose(by=secretary, community=community().pk, proposal=dearer(more))


def changed_since(secretary: User) -> None:
    before = dearer()
    trip().save_revision().publish()
    propose(by=secretary, community=community().pk, proposal=before)


def editors_draft(secretary: User) -> None:
    page = trip()
    page.summary = "บรรณาธิการกำลังเขียน"
    page.save_revision(user=editor())
    propose(by=secretary, community=community().pk, proposal=dearer())


def nothing(secretary: User) -> None:
    propose(by=secretary, community=community().pk, proposal=form())


def six_photographs(secretary: User) -> None:
    new = [NewPhoto(photo(), "ภาพ", "ตัวอย่าง")] * 6
    propose(by=secretary, community=community().pk, proposal=form(new_photos=new))


def no_picture(secretary: User) -> None:
    new = [NewPhoto(SimpleUploadedFile("x.jpg", b"no picture"), "ภาพ", "ตัวอย่าง")]
    propose(by=secretary, community=community().pk, proposal=form(new_photos=new))


def no_longer_host(secretary: User) -> None:
    end_hosts(by=None, hosts=list(secretary.hosted_communities.all()))
    propose(by=secretary, community=community().pk, proposal=dearer())


def approves_herself(secretary: User) -> None:
    propose(by=secretary, community=community().pk, proposal=dearer())
    decide(by=secretary, waiting=waiting(), approve=True)


def sent_back_without_a_reason(secretary: User) -> None:
    propose(by=secretary, community=community().pk, proposal=dearer())
    decide(by=editor(), waiting=waiting(), approve=False, why=" ")


def decided_twice(secretary: User) -> None:
    propose(by=secretary, community=community().pk, proposal=form(contact=CLOSED))
    approver, steps = editor(), waiting()
    decide(by=approver, waiting=steps, approve=True)
    decide(by=approver, waiting=steps, approve=True)


def takes_back_anothers(secretary: User) -> None:
    propose(by=secretary, community=community().pk, proposal=dearer())
    withdraw(by=user("stranger"), page=trip().pk)


CLOSED = Contact(False, None, "", "", "")


@pytest.mark.parametrize(
    ("attempt", "code"),
    [
        (others_page, "not-yours"),
        (others_programme, "not-yours"),
        (no_longer_host, "not-yours"),
        (takes_back_anothers, "not-yours"),
        (waits_already, "waiting"),
        (changed_since, "stale"),
        (editors_draft, "editors-draft"),
        (nothing, "nothing"),
        (six_photographs, "photos"),
        (no_picture, "picture"),
        (approves_herself, "not-editor"),
        (sent_back_without_a_reason, "why"),
        (decided_twice, "decided"),
    ],
)
def test_what_is_refused(attempt: Any, code: str) -> None:
    secretary, old, pictures = host(), baht(trip()), Image.objects.count()
    with pytest.raises(Refusal) as refused:
        attempt(secretary)
    assert refused.value.code == code
    assert baht(trip()) == old
    assert Image.objects.count() == pictures


def test_the_rights_of_a_host_end_with_her_task_and_at_her_community() -> None:
    secretary, other = host(), a_community("ban-uen", "บ้านอื่นตัวอย่าง")
    may = community().permissions_for_user(secretary)
    assert (may.can_edit(), may.can_publish()) == (True, False)
    assert community("en").permissions_for_user(secretary).can_edit()
    assert trip().permissions_for_user(secretary).can_edit()
    assert not other.permissions_for_user(secretary).can_edit()
    end_hosts(by=None, hosts=list(secretary.hosted_communities.all()))
    later = User.objects.get(pk=secretary.pk)
    assert not community().permissions_for_user(later).can_edit()


def typed(client: Client) -> dict[str, Any]:
    """What a browser would send of the form as it is shown."""
    shown = client.get(f"/hosting/pages/{community().pk}/").context["form"]
    sent = {}
    for field in shown:
        value = field.value()
        if value not in (None, False, ""):
            sent[field.name] = value
    return sent


def test_the_form_goes_from_the_phone_to_the_editor_and_onto_the_page(client: Client) -> None:
    client.force_login(host())
    sent = typed(client)
    price = next(name for name in sent if name.startswith("baht_"))
    sent[price] = 987
    answer = client.post(f"/hosting/pages/{community().pk}/", sent, follow=True)
    html = answer.content.decode()
    assert "หน้าเว็บยังไม่เปลี่ยนจนกว่าจะอนุมัติ" in html
    assert "รอบรรณาธิการ" in html
    assert "987" not in read(client, TRIP)
    again = client.get(f"/hosting/pages/{community().pk}/", follow=True)
    assert "ถอนคืนก่อน" in again.content.decode()

    client.force_login(editor())
    assert "987 บาท" in read(client, "/hosting/pages/")
    done = client.post(
        "/hosting/pages/decision/", {"waiting": waiting(), "decision": "approve"}, follow=True
    )
    assert "ขึ้นหน้าเว็บแล้ว" in done.content.decode()
    assert "987" in read(client, TRIP)
    assert "987" in read(client, "/en" + TRIP)


def test_the_form_says_what_is_missing_and_keeps_what_was_typed(client: Client) -> None:
    client.force_login(host())
    sent = {**typed(client), "file_0": photo(), "phone": "074 555 666"}
    answer = client.post(f"/hosting/pages/{community().pk}/", sent)
    html = answer.content.decode()
    assert "เพื่อผู้ที่มองไม่เห็นภาพ" in html
    assert "บอกชื่อเจ้าของภาพ" in html
    assert "074 555 666" in html
    assert waiting() == []


def test_another_communitys_form_does_not_open(client: Client) -> None:
    other = a_community("ban-uen", "บ้านอื่นตัวอย่าง")
    client.force_login(host())
    assert client.get(f"/hosting/pages/{other.pk}/").status_code == 404
    assert client.post(f"/hosting/pages/{other.pk}/", {"state": "closed"}).status_code == 404
    assert client.post(f"/hosting/pages/{other.pk}/take-back/").status_code == 404


def test_an_editor_is_told_when_more_than_the_form_was_changed(client: Client) -> None:
    secretary = host()
    page = trip()
    page.summary = "สรุปที่เปลี่ยนในหน้าแก้ไข"
    page.save_revision(user=secretary)
    page.get_workflow().start(page, secretary)
    client.force_login(editor())
    assert "ส่วนอื่นของหน้า" in read(client, "/hosting/pages/")


def test_a_stream_whose_keys_are_stored_in_another_order_is_no_change() -> None:
    secretary = host()
    table, name = ProgrammePage._meta.db_table, ProgrammePage._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT prices FROM {table} WHERE {name} = %s", [trip().pk])
        kept = cursor.fetchone()[0]
        rows = json.loads(kept) if isinstance(kept, str) else kept
        turned = json.dumps([dict(sorted(row.items())) for row in rows])
        cursor.execute(
            f"UPDATE {table} SET prices = %s WHERE {name} = %s",
            [turned, trip().pk],
        )
    with pytest.raises(Refusal) as refused:
        propose(by=secretary, community=community().pk, proposal=form())
    assert refused.value.code == "nothing"
