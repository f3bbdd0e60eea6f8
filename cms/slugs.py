"""Addresses that pages may not take, because another part of the house answers there."""

from __future__ import annotations

from django.urls import Resolver404, resolve

ROOMS = (
    "accounts", "allocation", "ask", "bank", "basket", "bills", "checkout", "cms", "cycles", "dashboard",
    "django-admin", "documents", "enquiries", "fulfilment", "hosting", "i18n", "ledger", "media", "messages",
    "orders",
    "parties", "prices", "settlement", "sign-in", "standards", "start", "static", "supply", "t",
)  # fmt: skip
"""First parts of addresses of the people who work here; search engines are asked to stay out."""


def is_taken(slug: str) -> bool:
    """Say whether `/slug/` belongs to anything but a public page."""
    if slug in ROOMS:
        return True
    try:
        match = resolve(f"/{slug}/")
    except Resolver404:
        return False
    return match.url_name != "wagtail_serve"
