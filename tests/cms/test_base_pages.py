"""What every installation starts with: two first pages, sites, editors, a workflow."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.contrib.sites.models import Site as DjangoSite
from django.test import Client, override_settings
from wagtail.models import GroupPagePermission, Locale, Page, Site, Workflow

from cms.models import HomePage
from cms.reference import COMMUNITY_EDITORS, PAGE_APPROVERS, load_base_pages
from tests.support.public import read

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


def test_a_fresh_database_has_a_first_page_in_both_languages() -> None:
    codes = set(HomePage.objects.live().values_list("locale__language_code", flat=True))
    assert codes == {"th", "en"}
    assert HomePage.objects.values("translation_key").distinct().count() == 1


def test_wagtails_welcome_page_is_gone() -> None:
    assert not Page.objects.filter(title__startswith="Welcome").exists()
    assert Page.get_first_root_node().get_children().count() == 2


def test_the_sites_carry_our_name() -> None:
    site = Site.objects.get()
    assert site.is_default_site
    assert site.root_page.specific == HomePage.objects.get(locale__language_code="th")
    assert site.site_name == DjangoSite.objects.get_current().name == "ล่วงหน้า"


def test_loading_again_changes_nothing() -> None:
    before = (Page.objects.count(), Locale.objects.count(), GroupPagePermission.objects.count())
    home = HomePage.objects.get(locale__language_code="th")
    home.hero_heading = "ประโยคที่คนแก้แล้ว"
    home.save()
    load_base_pages()
    after = (Page.objects.count(), Locale.objects.count(), GroupPagePermission.objects.count())
    assert before == after
    home.refresh_from_db()
    assert home.hero_heading == "ประโยคที่คนแก้แล้ว"


@override_settings(WAGTAILADMIN_BASE_URL="https://market.example")
def test_the_host_follows_site_url() -> None:
    load_base_pages()
    site = Site.objects.get()
    assert (site.hostname, site.port) == ("market.example", 443)
    assert DjangoSite.objects.get(pk=1).domain == "market.example"


def test_editors_may_write_but_only_approvers_may_publish() -> None:
    home = HomePage.objects.get(locale__language_code="th")
    editors = Group.objects.get(name=COMMUNITY_EDITORS)
    approvers = Group.objects.get(name=PAGE_APPROVERS)
    given = {
        group: set(
            GroupPagePermission.objects.filter(group=group, page=home).values_list(
                "permission__codename", flat=True
            )
        )
        for group in (editors, approvers)
    }
    assert given[editors] == {"add_page"}
    assert "publish_page" in given[approvers]
    workflow = Workflow.objects.get()
    assert workflow.tasks[0].specific.groups.get() == approvers
    assert home.get_workflow() == workflow


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("/", ["สั่งของจริง ก่อนถึงวันเก็บ", "ตอนนี้ยังไม่มีผลผลิตเปิดจอง", "ตลาดทำงานอย่างไร"]),
        ("/en/", ["Order real food before it is harvested", "How the market works"]),
    ],
)
def test_the_first_page_works_in_an_empty_market(
    client: Client, url: str, words: list[str]
) -> None:
    html = read(client, url)
    for word in words:
        assert word in html
    assert "None" not in html


def test_the_first_page_works_without_any_product(client: Client) -> None:
    from catalogue.models import Product
    from marketplace.common.clock import now

    Product.objects.update(archived_at=now())
    assert "ยังไม่มีรายการผลผลิต" in read(client, "/")
