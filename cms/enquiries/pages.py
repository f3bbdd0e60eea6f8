"""The pages that enquiries are about."""

from __future__ import annotations

from wagtail.models import Page

from cms.models import CommunityPage


def community_of(page: Page) -> CommunityPage | None:
    """The live community that a page is, or belongs to; one query."""
    found: CommunityPage | None = (
        CommunityPage.objects.live().public().ancestor_of(page, inclusive=True).last()
    )
    return found
