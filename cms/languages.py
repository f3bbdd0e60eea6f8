"""The languages a public page can be read in, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation

MALAY = "ms"
READ_IN = [*(code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES), MALAY]
"""The languages of public pages in their order; in Malay only facts are told."""


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


def alternates(page: Any, *, read: str = "") -> list[Language]:
    """The live translations of a page and itself, Thai first, Malay last where its facts are told.

    Args:
        page: the page in any language.
        read: the language being read; empty for the page's own.

    Two queries, and one more where the page has a Malay one.
    """
    from cms import malay  # it knows the page models, which know this module

    read = read or page.locale.language_code
    translations = page.get_translations(inclusive=True).live().select_related("locale")
    found = {}
    for one in translations:
        code = one.locale.language_code
        with translation.override(code):
            url = one.get_url() or "/"
        found[code] = Language(code, url, absolute(url), code == read)
        if code == settings.WAGTAIL_CONTENT_LANGUAGES[0][0] and malay.is_told(one):
            url = malay.address(one)
            found[MALAY] = Language(MALAY, url, absolute(url), read == MALAY)
    return [found[code] for code in READ_IN if code in found]
