"""The way in: each role's first page, the language switch, and a sign of life."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as django_set_language

from marketplace.parties.access import AccessedRequest, public, requires
from marketplace.web.homes import home_url_for


@requires()
def home_for_role(request: AccessedRequest) -> HttpResponse:
    """Lead the person to the first page of the role she acts in."""
    return redirect(home_url_for(request.access))


@public
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Switch the language: remembered for the person if signed in, else for this browser."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and check_for_language(language):
        type(request.user).objects.filter(pk=request.user.pk).update(language=language)  # type: ignore[attr-defined]
    return django_set_language(request)


@public
def health(request: HttpRequest) -> HttpResponse:
    """Say that the process lives and reaches its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})


@public
def busy(request: HttpRequest, retry_after: int = 5) -> HttpResponse:
    """Answer 503 when the write queue did not open in time; nothing was stored.

    Args:
        request: The request that could not be served.
        retry_after: Seconds after which trying again is worth it.
    """
    context = {
        "retry_url": request.get_full_path(),
        "retry_method": (request.method or "").lower(),
        "retry_after": retry_after,
    }
    answer = render(None, "busy.html", context, status=503)
    answer["Retry-After"] = str(retry_after)
    return answer
