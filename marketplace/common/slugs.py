"""Addresses in ASCII for Thai names."""

from __future__ import annotations

from hashlib import sha256

from django.utils.text import slugify
from wagtail.coreutils import string_to_ascii


def romanise(value: object, allow_unicode: bool = False) -> str:
    """An ASCII slug of a name: "ผักคะน้า" gives "phakkhana". Never empty.

    A name of which nothing is left (only signs) becomes "item-" and eight digits of its hash, the
    same each time.

    Args:
        value: the name; anything with a `str`.
        allow_unicode: taken because Oscar's `OSCAR_SLUG_FUNCTION` passes it, and ignored: Django's
            slugify drops Thai vowels and tone marks, so Unicode slugs would be wrong words.
    """
    text = str(value)
    slug = slugify(string_to_ascii(text))
    return slug or f"item-{sha256(text.encode()).hexdigest()[:8]}"
