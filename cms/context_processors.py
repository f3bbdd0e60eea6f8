"""The public shell's menu and footer; nothing is read until a template asks."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.models import Locale

from cms.models import CommunityPage, GIProductPage, HomePage, ImpactPage, SeasonPage
from marketplace.parties.models import Cooperative

KEPT_SECONDS = 60


def public_navigation(request: HttpRequest) -> dict[str, Any]:
    """Return `site_navigation`, `site_footer` (lists of label, url, current) and the cooperative."""
    return {
        "site_navigation": SimpleLazyObject(lambda: _marked(_menu(), request.path)),
        "site_footer": SimpleLazyObject(lambda: _marked(_footer(), request.path)),
        "cooperative_name": SimpleLazyObject(_cooperative_name),
    }


def _marked(entries: list[tuple[str, str]], path: str) -> list[dict[str, Any]]:
    return [{"label": label, "url": url, "current": url == path} for label, url in entries]


def _url(name: str, *, fragment: str = "") -> str:
    try:
        return reverse(name) + fragment
    except NoReverseMatch:
        return ""


def _home() -> str:
    return reverse("wagtail_serve", args=[""])


def _places() -> dict[str, list[str]]:
    """Addresses of the live pages that the menu names, in the active language; kept for a minute."""
    key = f"cms:menu:{get_language()}"
    found: dict[str, list[str]] | None = cache.get(key)
    if found is None:
        locale = Locale.get_active()
        found = {
            "gi": [
                page.get_url() or ""
                for page in GIProductPage.objects.live().public().filter(locale=locale)
            ],
            "communities": [
                page.get_url() or ""
                for page in CommunityPage.objects.live().public().filter(locale=locale)
            ],
            "season": [
                page.get_url() or ""
                for page in SeasonPage.objects.live().public().filter(locale=locale)
            ],
            "impact": [
                page.get_url() or ""
                for page in ImpactPage.objects.live().public().filter(locale=locale)
            ],
            "home": [
                "how" if block.block_type == "how" else block.block_type
                for home in HomePage.objects.live().filter(locale=locale)
                for block in home.body
            ],
        }
        cache.set(key, found, KEPT_SECONDS)
    return found


def _one_or_all(urls: list[str], fragment: str) -> str:
    """The page itself where there is one, the cards on the first page where there are several."""
    if len(urls) == 1:
        return urls[0]
    return _home() + fragment if urls else ""


def _menu() -> list[tuple[str, str]]:
    places = _places()
    entries = [
        (_("เดือนนี้มีอะไร"), next(iter(places["season"]), _url("catalogue:index"))),
        (_("ของดี GI"), _one_or_all(places["gi"], "#gi")),
        (_("เที่ยวชุมชน"), _one_or_all(places["communities"], "#communities")),
        (_("ตลาดทำงานอย่างไร"), _home() + "#how" if "how" in places["home"] else ""),
    ]
    return [(label, url) for label, url in entries if url]


def _footer() -> list[tuple[str, str]]:
    register = _url("parties:register")
    entries = [
        (_("รายการขาย"), _url("catalogue:index")),
        (_("ผลที่เกิดขึ้น"), next(iter(_places()["impact"]), "")),
        (_("สมัครเป็นกลุ่มเกษตรกร"), register and f"{register}?as=group"),
        (_("สมัครเป็นผู้ซื้อ"), register and f"{register}?as=buyer"),
        (_("เข้าสู่ระบบ"), _url("account_login")),
    ]
    return [(label, url) for label, url in entries if url]


def _cooperative_name() -> str:
    key = f"cms:cooperative:{get_language()}"
    name: str | None = cache.get(key)
    if name is None:
        cooperative = Cooperative.objects.first()
        name = cooperative.name if cooperative else ""
        cache.set(key, name, KEPT_SECONDS)
    return name
