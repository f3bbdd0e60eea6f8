"""What search engines ask for (robots.txt, the sitemap with both languages), and the editors' door."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap as django_sitemap
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from wagtail.models import Page

from catalogue.models import Product
from cms import malay
from cms.languages import MALAY, READ_IN, absolute
from cms.slugs import ROOMS
from marketplace.parties.access import public, requires

LANGUAGES = [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]


class PublicPages(Sitemap[Any]):
    """Every published page, each with the same page in the other languages."""

    def items(self) -> list[dict[str, Any]]:
        pages = list(Page.objects.live().public().filter(depth__gt=1).select_related("locale"))
        found: dict[Any, dict[str, Any]] = {}
        for page in pages:
            code = page.locale.language_code
            with translation.override(code):
                found.setdefault(page.translation_key, {})[code] = (
                    page.get_url(),
                    page.last_published_at,
                )
        for page in malay.told_pages():
            found[page.translation_key][MALAY] = (malay.address(page), page.last_published_at)
        return [
            {"code": code, "all": languages}
            for languages in found.values()
            for code in READ_IN
            if code in languages
        ]

    def location(self, item: dict[str, Any]) -> str:
        return str(item["all"][item["code"]][0])

    def lastmod(self, item: dict[str, Any]) -> datetime | None:
        moment: datetime | None = item["all"][item["code"]][1]
        return moment

    def get_urls(self, page: int | str = 1, site: Any = None, protocol: Any = None) -> Any:
        return [
            _entry(
                self.location(item),
                self.lastmod(item),
                {code: url for code, (url, _moment) in item["all"].items()},
            )
            for item in self.items()
        ]


class CataloguePages(Sitemap[Any]):
    """The catalogue and every kind of produce in it."""

    def get_urls(self, page: int | str = 1, site: Any = None, protocol: Any = None) -> Any:
        products = list(Product.objects.browsable().order_by("pk"))
        found: dict[str, list[str]] = {}
        for code in LANGUAGES:
            with translation.override(code):
                try:
                    index = reverse("catalogue:index")
                except NoReverseMatch:
                    return []
                found[code] = [index, *(product.get_absolute_url() for product in products)]
        moments = [None, *(product.date_updated for product in products)]
        return [
            _entry(
                found[code][place], moment, {other: urls[place] for other, urls in found.items()}
            )
            for place, moment in enumerate(moments)
            for code in LANGUAGES
        ]


def _entry(url: str, moment: datetime | None, languages: dict[str, str]) -> dict[str, Any]:
    """One address of the sitemap with its twins in the other languages."""
    return {
        "location": absolute(url),
        "lastmod": moment,
        "changefreq": None,
        "priority": "",
        "alternates": [
            {"lang_code": code, "location": absolute(other)} for code, other in languages.items()
        ],
    }


@public
def sitemap(request: HttpRequest) -> HttpResponse:
    """List every public address for search engines."""
    return django_sitemap(  # type: ignore[return-value]
        request, {"pages": PublicPages(), "catalogue": CataloguePages()}
    )


@public
def robots(request: HttpRequest) -> HttpResponse:
    """Tell search engines where not to look, and where the sitemap is."""
    lines = [
        "User-agent: *",
        *(f"Disallow: /{room}/" for room in ROOMS),
        f"Sitemap: {absolute(reverse('cms:sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@requires()
def door(request: HttpRequest) -> HttpResponse:
    """Lead to the editors' pages through the one sign-in door, to the very page that was asked for;
    whoever is signed in but may not edit is told so, not sent in circles.
    """
    if request.user.has_perm("wagtailadmin.access_admin"):
        wanted = request.GET.get("next", "")
        if url_has_allowed_host_and_scheme(wanted, {request.get_host()}):
            return redirect(wanted)
        return redirect("wagtailadmin_home")
    list(messages.get_messages(request))  # Wagtail has said it in other words already
    messages.error(request, _("บัญชีนี้ยังไม่มีสิทธิ์แก้หน้าเว็บ ขอสิทธิ์จากผู้ดูแลระบบของสหกรณ์"))
    return redirect("home_for_role")
