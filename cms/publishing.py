"""Putting a page that comes with the market below its parent, beside its translation."""

from __future__ import annotations

from typing import Any

from wagtail.models import Page


def is_missing(parent: Page, slug: str) -> bool:
    """Whether no page below a parent has this slug."""
    return not Page.objects.child_of(parent).filter(slug=slug).exists()


def publish(parent: Page, page: Any, slug: str) -> None:
    """Put a page below its parent as the translation of its twin, and publish it.

    Args:
        parent: the page above.
        page: not saved yet, with its language.
        slug: its part of the address; the twin in another language has the same.
    """
    page.slug = slug
    twin = (
        Page.objects.filter(slug=slug, depth=parent.depth + 1).exclude(locale=page.locale).first()
    )
    if twin is not None:
        page.translation_key = twin.translation_key
    parent.add_child(instance=page)
    page.save_revision().publish()
