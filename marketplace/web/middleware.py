"""Refusals that a view did not turn into a message itself, and addresses that only take forms."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from marketplace.common.exceptions import Busy, Refusal
from marketplace.web.views import busy


class RefusalMiddleware:
    """Turn a Refusal into a message on the page the person came from, or a page of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and request.method == "GET" and not response.content:
            page = render(request, "405.html", status=405)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Busy):
            return busy(request)
        if not isinstance(error, Refusal):
            return None
        back = request.META.get("HTTP_REFERER", "")
        if url_has_allowed_host_and_scheme(back, {request.get_host()}) and not request.htmx:  # type: ignore[attr-defined]
            messages.error(request, str(error))
            return redirect(back)
        return render(request, "refused.html", {"message": str(error)}, status=409)
