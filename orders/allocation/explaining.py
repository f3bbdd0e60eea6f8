"""Reasons of stored runs as sentences for the person who reads them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalogue.models import Product
from catalogue.standards.models import Standard
from marketplace.parties.models import FarmerGroup
from marketplace.places.models import District
from orders.allocation import engine
from orders.allocation.instances import group_certificate
from orders.allocation.rules import WORDS


def names_of(products: Iterable[Product]) -> dict[str, str]:
    """Return words for the codes in reasons: products, standards, named groups, districts."""
    names = {str(product.pk): product.name for product in products}
    names.update({row.pk: str(row) for row in Standard.objects.all()})
    names.update({row.pk: str(row) for row in District.objects.all()})
    names.update({group_certificate(row.pk): row.name for row in FarmerGroup.objects.all()})
    names["own"] = _("ของสมาชิก")
    return Names(names)


class Names(dict[str, str]):
    """Words by code; a mark of what staff decided (`replanning.override_mark`) has one word."""

    def __missing__(self, key: str) -> str:
        if key.startswith("override:"):
            return str(_("ที่เจ้าหน้าที่กำหนดเอง"))
        raise KeyError(key)

    def get(self, key: str, default: Any = None) -> Any:  # type: ignore[override]
        """As `dict.get`, with the word for marks."""
        try:
            return self[key]
        except KeyError:
            return default


def say(code: str, data: dict[str, object], product: Product, names: dict[str, str]) -> str:
    """Return a stored reason as a sentence; nothing when there is none."""
    if not code:
        return ""
    return engine.sentence(
        engine.Reason(engine.ReasonCode(code), data),
        "th" if get_language() in (None, "th") else "en",
        names=names,
        unit="g" if product.base_unit == "gram" else "piece",
    )


def badge_of(code: str, data: dict[str, object]) -> tuple[str, str]:
    """Return the kit's status and at most three words for a reason."""
    if "kept" in data and "skipped" not in data:
        return "info", _("ยอดยืนยัน ต้องเก็บ")
    status, words = WORDS.get(code, ("wait", ""))
    return status, str(words)
