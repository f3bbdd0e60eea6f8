"""Editing the public pages: who may, what is refused, what is kept."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from wagtail.images.models import Image
from wagtail.models import Page

from cms.blocks import GalleryBlock, PriceTierBlock, ProgrammeStepBlock
from cms.demo_content import load_demo_pages
from cms.fields import SeasonFormField
from cms.models import CommunityPage, GIProductPage, HomePage, ProgrammePage
from cms.reference import COMMUNITY_EDITORS, PAGE_APPROVERS
from marketplace.accounts.models import User
from tests.support.people import user
from tests.support.public import read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _pages(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    load_demo_pages()


@pytest.fixture
def admin() -> User:
    return User.objects.create_superuser(email="admin@example.com", password="1234-tua-yang")


def editor() -> User:
    one = user("editor")
    one.groups.add(Group.objects.get(name=COMMUNITY_EDITORS))
    return one


def community() -> CommunityPage:
    found: CommunityPage = CommunityPage.objects.get(locale__language_code="th")
    return found


# ---- the door ----------------------------------------------------------------------------------


def test_an_editor_comes_through_the_one_door_to_the_page_asked_for(client: Client) -> None:
    page = f"/cms/pages/{community().pk}/edit/"
    door = client.get(page, follow=True).redirect_chain[-1][0]
    assert urlsplit(door).path == "/sign-in/"
    client.force_login(editor())
    answer = client.get(parse_qs(urlsplit(door).query)["next"][0], follow=True)
    assert answer.redirect_chain[-1][0] == page
    assert answer.status_code == 200


def test_the_door_leads_to_no_other_house(client: Client) -> None:
    client.force_login(editor())
    answer = client.get("/cms/login/?next=https://elsewhere.example/")
    assert answer.headers["Location"] == "/cms/"


def test_somebody_who_may_not_edit_is_told_so_and_not_sent_in_circles(client: Client) -> None:
    client.force_login(user("nobody"))
    answer = client.get("/cms/", follow=True)
    assert answer.status_code == 200
    assert not answer.request["PATH_INFO"].startswith("/cms/")
    assert [str(m) for m in answer.context["messages"]] == [
        "บัญชีนี้ยังไม่มีสิทธิ์แก้หน้าเว็บ ขอสิทธิ์จากผู้ดูแลระบบของสหกรณ์"
    ]


def test_a_community_editor_gets_in(client: Client) -> None:
    client.force_login(editor())
    assert client.get("/cms/").status_code == 200
    assert client.get("/cms/login/").headers["Location"] == "/cms/"


@pytest.mark.parametrize("model", [HomePage, GIProductPage, CommunityPage, ProgrammePage])
def test_each_kind_of_page_can_be_opened_for_editing(
    client: Client, admin: User, model: type[Page]
) -> None:
    client.force_login(admin)
    for page in model.objects.all():
        assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200


# ---- moderation --------------------------------------------------------------------------------


def test_a_community_editor_changes_her_community_but_does_not_publish() -> None:
    may = community().permissions_for_user(editor())
    assert may.can_edit()
    assert may.can_submit_for_moderation()
    assert not may.can_publish()


def test_a_community_editor_does_not_touch_the_first_page() -> None:
    home = HomePage.objects.get(locale__language_code="th")
    may = home.permissions_for_user(editor())
    assert not may.can_edit()
    assert may.can_add_subpage()


def test_a_draft_goes_to_an_approver_and_is_published_there(client: Client) -> None:
    writer, page = editor(), community()
    approver = user("approver")
    approver.groups.add(Group.objects.get(name=PAGE_APPROVERS))
    page.summary = "สรุปใหม่จากชุมชน"
    page.save_revision(user=writer)
    state = page.get_workflow().start(page, writer)
    assert "สรุปใหม่จากชุมชน" not in read(client, "/tha-node/")
    task_state = state.current_task_state
    task = task_state.task.specific
    assert ("approve" in {name for name, *_rest in task.get_actions(page, approver)}) is True
    assert task.get_actions(page, writer) == []
    task.on_action(task_state, approver, "approve")
    assert "สรุปใหม่จากชุมชน" in read(client, "/tha-node/")


# ---- nothing with history is deleted -----------------------------------------------------------


def test_a_published_page_is_led_to_unpublishing(client: Client, admin: User) -> None:
    client.force_login(admin)
    page = community()
    answer = client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("wagtailadmin_pages:unpublish", args=[page.pk])
    assert "เคยเผยแพร่แล้ว" in answer.content.decode()
    assert CommunityPage.objects.filter(pk=page.pk).exists()


def test_an_unpublished_page_with_history_is_kept(client: Client, admin: User) -> None:
    client.force_login(admin)
    page = community()
    page.unpublish()
    client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    assert CommunityPage.objects.filter(pk=page.pk).exists()


def test_a_draft_nobody_ever_saw_can_be_deleted(client: Client, admin: User) -> None:
    client.force_login(admin)
    home = HomePage.objects.get(locale__language_code="th")
    draft = GIProductPage(title="ร่าง", slug="rang", summary="ร่าง", live=False, locale=home.locale)
    home.add_child(instance=draft)
    client.post(reverse("wagtailadmin_pages:delete", args=[draft.pk]))
    assert not GIProductPage.objects.filter(pk=draft.pk).exists()


def test_many_pages_at_once_are_kept_too(client: Client, admin: User) -> None:
    client.force_login(admin)
    page = community()
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    client.post(f"{url}?id={page.pk}")
    assert CommunityPage.objects.filter(pk=page.pk).exists()


@pytest.mark.parametrize("bulk", [False, True])
def test_users_are_kept(client: Client, admin: User, bulk: bool) -> None:
    client.force_login(admin)
    other = user("other")
    if bulk:
        name = (User._meta.app_label, User._meta.model_name)
        url = reverse("wagtail_bulk_action", args=[*name, "delete"]) + f"?id={other.pk}"
    else:
        url = reverse("wagtailusers_users:delete", args=[other.pk])
    answer = client.post(url, follow=True)
    assert "จึงไม่ลบ" in answer.content.decode()
    assert User.objects.filter(pk=other.pk).exists()


# ---- what may be entered -----------------------------------------------------------------------


@pytest.mark.parametrize("slug", ["catalogue", "sign-in", "parties", "cms", "t", "search"])
def test_an_address_of_another_room_is_refused(slug: str) -> None:
    page = community()
    page.slug = slug
    with pytest.raises(ValidationError) as refused:
        page.full_clean()
    assert "ที่อยู่นี้เป็นของส่วนอื่นของเว็บแล้ว ใช้คำอื่น" in refused.value.message_dict["slug"]


def test_a_picture_needs_words_and_an_owner() -> None:
    page = community()
    page.picture = Image.objects.first()
    with pytest.raises(ValidationError) as refused:
        page.full_clean()
    assert set(refused.value.message_dict) == {"picture_alt", "picture_credit"}


def test_a_gallery_picture_needs_words_and_an_owner() -> None:
    block = GalleryBlock()
    picture = {"image": Image.objects.first(), "alt": "", "caption": "", "credit": ""}
    with pytest.raises(ValidationError):
        block.clean(block.normalize({"heading": "", "pictures": [picture]}))


def test_a_gallery_is_served_as_webp_with_its_words(client: Client) -> None:
    html = read(client, "/som-juk-chana/")
    assert ".webp" in html
    assert 'alt="ภาพวาดสวนส้มจุก ต้นส้มทรงพุ่มกลมมีผลสีส้มเต็มต้นบนเนินเขียว"' in html


@pytest.mark.parametrize(
    ("block", "value"),
    [
        (PriceTierBlock(), {"who": "x", "people_min": 9, "people_max": 4, "baht": 10}),
        (PriceTierBlock(), {"who": "x", "people_min": 4, "people_max": 9, "baht": -1}),
        (ProgrammeStepBlock(), {"time": "6:30", "title": "x", "text": ""}),
    ],
    ids=["more at least than at most", "a negative price", "a time that is none"],
)
def test_what_makes_no_sense_in_a_programme_is_refused(block: Any, value: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        block.clean(block.normalize(value))


def test_a_group_larger_at_least_than_at_most_is_refused() -> None:
    programme = ProgrammePage.objects.first()
    assert programme is not None
    programme.group_min, programme.group_max = 9, 4
    with pytest.raises(ValidationError, match="ไม่น้อยกว่าต่ำสุด"):
        programme.clean()


def test_a_season_is_chosen_month_by_month() -> None:
    field = SeasonFormField(label="ฤดู")
    assert field.clean(["0"] * 8 + ["1", "1", "2", "2"]) == "000000001122"
    widget = field.widget.render("months", "000000001122")
    assert widget.count("<select") == 12
    assert "ธ.ค." in widget
    with pytest.raises(ValidationError):
        field.clean(["3"] * 12)


def test_a_season_of_the_wrong_length_is_refused() -> None:
    page = GIProductPage.objects.get(locale__language_code="th")
    page.season_months = "0000"
    with pytest.raises(ValidationError) as refused:
        page.full_clean()
    assert "season_months" in refused.value.message_dict


def test_only_pages_with_a_place_can_be_made() -> None:
    home = HomePage.objects.get(locale__language_code="th")
    assert {model.__name__ for model in home.creatable_subpage_models()} == {
        "CommunityPage",
        "GIProductPage",
        "GroupPage",
        "HowPage",
        "IdentityProductPage",
        "ImpactPage",
        "MarketDayPage",
        "PlacePage",
        "SeasonPage",
        "StoryPage",
    }
    assert community().creatable_subpage_models() == [ProgrammePage]
