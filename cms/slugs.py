"""Addresses that pages may not take, because another part of the house answers there first."""

from __future__ import annotations

from django.urls import Resolver404, resolve


def is_taken(slug: str) -> bool:
    """Say whether `/slug/` leads anywhere but to a public page."""
    try:
        match = resolve(f"/{slug}/")
    except Resolver404:
        return False
    return match.url_name != "wagtail_serve"
