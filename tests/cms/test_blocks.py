"""Every block has a preview that draws, a description and words for whoever cannot see a picture."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from wagtail.blocks import StructBlockValidationError
from wagtail.images.models import Image

from cms.blocks import HOME_BLOCKS, STORY_BLOCKS
from cms.demo_content import load_demo_pages
from cms.demo_market_pages import load_market_pages
from cms.models import CommunityPage, HomePage, StoryPage
from tests.support.public import read

pytestmark = pytest.mark.django_db

BLOCKS = dict([*HOME_BLOCKS, *STORY_BLOCKS])


@pytest.fixture(autouse=True)
def _pages(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    load_demo_pages()
    load_market_pages()


def test_each_block_has_help_and_a_preview_that_draws() -> None:
    for name, block in BLOCKS.items():
        assert str(block.meta.description), name
        assert block.is_previewable, name
        html = block.render(block.get_preview_value(), context={})
        assert len(html.strip()) > 20, name


def test_a_gallery_asks_for_words_and_the_owner() -> None:
    block = BLOCKS["gallery"]
    picture = Image.objects.first()
    value = block.to_python(
        {"heading": "", "pictures": [{"image": picture.pk, "alt": "", "credit": ""}]}
    )
    with pytest.raises(StructBlockValidationError) as refused:
        block.clean(value)
    assert {"alt", "credit"} <= set(
        refused.value.block_errors["pictures"].block_errors[0].block_errors  # type: ignore[attr-defined]
    )


def test_the_map_leads_to_pages_and_says_the_same_in_a_list(client: Client) -> None:
    html = read(client, "/sathing-phra-peninsula/")
    drawn = html.split('role="group"')[1]
    svg, beside = drawn.split("</svg>")[0], drawn.split("</svg>")[1]
    assert 'href="/tha-node/" aria-label="สทิงพระ: ชุมชนตัวอย่างท่าโหนด"' in svg
    assert '<a href="/tha-node/">' in beside
    assert '<a href="/lake-market-sathing-phra/">' in beside
    assert "หาดใหญ่" in beside


def test_an_unpublished_page_leaves_the_lists_at_once(client: Client) -> None:
    StoryPage.objects.get(locale__language_code="th").unpublish()
    CommunityPage.objects.get(locale__language_code="th").unpublish()
    home = read(client, "/").split("<main")[1]
    assert "/four-in-the-morning/" not in home
    assert 'href="/tha-node/"' not in home


def test_a_group_that_left_is_said_to_have_left(client: Client) -> None:
    home = HomePage.objects.get(locale__language_code="th")
    home.body.append(("group", {"group": "GONE"}))
    home.save_revision().publish()
    assert "กลุ่มนี้ไม่ได้อยู่ในตลาดแล้ว" in read(client, "/")
