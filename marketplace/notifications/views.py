"""The inbox behind the bell."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from marketplace.notifications import services
from marketplace.notifications.models import Message
from marketplace.parties.access import AccessedRequest, requires
from marketplace.web.shells import shell_for


@requires()
def inbox(request: AccessedRequest) -> HttpResponse:
    """Show the messages to the reader and her parties, the newest first."""
    found = Message.objects.for_access(request.access).on_screen()
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "unread": services.unread_count(request.access.recipients),
        "shell": shell_for(request.access),
    }
    return render(request, "notifications/inbox.html", context)


@requires()
@require_POST
def read(request: AccessedRequest, pk: int) -> HttpResponse:
    """Mark a message as read and go where it leads."""
    message = get_object_or_404(Message.objects.for_access(request.access).on_screen(), pk=pk)
    services.mark_read(recipients=request.access.recipients, pk=pk)
    if message.url and url_has_allowed_host_and_scheme(message.url, {request.get_host()}):
        return redirect(message.url)
    return redirect("notifications:inbox")


@requires()
@require_POST
def read_all(request: AccessedRequest) -> HttpResponse:
    """Mark every message of the reader and her parties as read."""
    services.mark_read(recipients=request.access.recipients)
    return redirect("notifications:inbox")
