"""The way from a public page to its community."""

from __future__ import annotations

from typing import Any

from django import template
from wagtail.models import Page

from cms.enquiries.pages import community_of

register = template.Library()


@register.inclusion_tag("enquiries/_contacts.html")
def contact_community(page: Page, community: Page | None = None) -> dict[str, Any]:
    """Phone, LINE and WhatsApp first, then the form that asks for a day; one query without
    `community`.
    """
    return {"page": page, "community": community or community_of(page)}
