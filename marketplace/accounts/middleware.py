"""Signed-in pages follow the person's language; public pages follow the address (`/en/`)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import get_language_from_path


class PreferredLanguage:
    """Activate the signed-in user's language on addresses without a language prefix of their own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and get_language_from_path(request.path_info) is None:
            from marketplace.web.shells import is_public_page

            if not is_public_page(request):
                translation.activate(user.language)
                request.LANGUAGE_CODE = user.language
        return self.get_response(request)
