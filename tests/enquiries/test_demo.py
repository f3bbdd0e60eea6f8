"""The demo shows one enquiry that waits and one that is agreed."""

from __future__ import annotations

from typing import Any

import pytest

from cms.demo_content import load_demo_pages
from cms.enquiries.models import Enquiry
from cms.hosting.models import CommunityHost
from marketplace.demo.visits import load_visits
from marketplace.parties.access import Access

pytestmark = pytest.mark.django_db


def test_the_demos_host_has_one_to_answer_and_one_agreed(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    load_demo_pages()
    assert (load_visits(), load_visits()) == (2, 0)
    host = CommunityHost.objects.get(user__email="host@luangna.example").user
    seen = Enquiry.objects.for_access(Access.of(host))
    assert sorted(seen.values_list("state", flat=True)) == ["agreed", "new"]
