"""The languages a public page can be read in, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation


@dataclass(frozen=True, slots=True)
class Language:
    """One language of a page: its code, the page's address in it, whether it is being read."""

    code: str
    url: str
    full_url: str
    current: bool


def absolute(url: str) -> str:
    """The address with the market's own host, as links to be passed on need it."""
    return url if url.startswith("http") else settings.WAGTAILADMIN_BASE_URL.rstrip("/") + url


def alternates(page: Any) -> list[Language]:
    """The live translations of a page and itself, Thai first; two queries."""
    codes = [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]
    translations = page.get_translations(inclusive=True).live().select_related("locale")
    found = {}
    for one in translations:
        code = one.locale.language_code
        with translation.override(code):
            url = one.get_url() or "/"
        found[code] = Language(code, url, absolute(url), one.pk == page.pk)
    return [found[code] for code in codes if code in found]
