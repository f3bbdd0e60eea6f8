"""An editor makes the English page of a Thai one in the editor, and publishes it when it is written."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, Page

from cms.reference import PAGE_APPROVERS
from tests.support.people import user
from tests.support.public import a_community, read

pytestmark = pytest.mark.django_db


def test_a_thai_page_becomes_an_english_draft_at_the_same_romanised_address(
    client: Client, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    thai = a_community()
    editor = user("editor")
    editor.groups.add(Group.objects.get(name=PAGE_APPROVERS))
    client.force_login(editor)
    english = Locale.objects.get(language_code="en")
    address = reverse("simple_translation:submit_page_translation", args=[thai.pk])
    assert "English" in read(client, address)
    answer = client.post(address, {"locales": [english.pk], "include_subtree": ""})
    assert answer.status_code == 302
    made = thai.get_translation(english)
    assert (made.slug, made.live) == (thai.slug, False)
    assert made.slug.isascii()
    assert client.get(f"/en/{thai.slug}/").status_code == 404
    edit = read(client, reverse("wagtailadmin_pages:edit", args=[made.pk]))
    assert thai.title in edit
    made.title = "Ban Na example"
    made.save_revision().publish()
    assert "Ban Na example" in read(client, f"/en/{thai.slug}/")
    assert f'href="/en/{thai.slug}/"' in read(client, f"/{thai.slug}/")
    assert Page.objects.filter(translation_key=thai.translation_key).count() == 2
