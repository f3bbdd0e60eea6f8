"""Pages in Malay: the facts of products, communities and programmes."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

from cms import malay
from cms.languages import Language, absolute, alternates
from marketplace.parties.access import public


@public
def index(request: HttpRequest) -> HttpResponse:
    """Everything that is told in Malay."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for page in malay.told_pages():
        kind = malay.tell(page).kind
        row = (page.title_ms, page.summary_ms, malay.address(page))
        found.setdefault(kind, []).append(row)
    languages = []
    for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES:
        with translation.override(code):
            url = reverse("wagtail_serve", args=[""])
        languages.append(Language(code, url, absolute(url), False))
    languages.append(Language("ms", "/ms/", absolute("/ms/"), True))
    return render(request, "cms/malay_index.html", {"found": found, "languages": languages})


@public
def page(request: HttpRequest, path: str) -> HttpResponse:
    """The facts of one page in Malay; 404 where an editor has not written its name and summary."""
    found = malay.find(path)
    if found is None:
        raise Http404
    ask = ""
    with translation.override("en"):
        told = malay.tell(found)
        if told.ask is not None:
            ask = reverse("ask:page", args=[told.ask])
    return render(
        request,
        "cms/malay_page.html",
        {"told": told, "languages": alternates(found, read="ms"), "ask": ask},
    )
