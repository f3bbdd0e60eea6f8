"""The visitor's two pages: asking, and seeing what became of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from wagtail.models import Page

from cms.enquiries import rules
from cms.enquiries.forms import AskForm
from cms.enquiries.models import Enquiry, EnquiryState
from cms.enquiries.pages import community_of
from cms.enquiries.services import send_enquiry
from cms.enquiries.stamps import Stamp, form_stamp, link_stamp, read_form_stamp, read_link_stamp
from cms.models import CommunityPage
from marketplace.common.clock import now
from marketplace.common.exceptions import Refusal
from marketplace.parties.access import public


def _about(pk: int) -> tuple[Page, CommunityPage]:
    page = get_object_or_404(Page.objects.live().public(), pk=pk).specific
    community = community_of(page)
    if community is None:
        raise Http404
    return page, community


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: the last address that a proxy of ours wrote down, else the
    connection's own; what the sender claims of itself is never believed.
    """
    chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    proxies = settings.TRUSTED_PROXIES
    if proxies and len(chain) >= proxies and chain[-proxies]:
        return chain[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))


@public
@never_cache
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a community for a day and a group; spam gets the same answer as a person."""
    page, community = _about(pk)
    context: dict[str, Any] = {"page": page, "community": community}
    if request.method != "POST":
        context["form"] = AskForm(initial={"stamp": form_stamp(page.pk)})
        return render(request, "enquiries/ask.html", context)
    form = AskForm(request.POST)
    stamp = read_form_stamp(request.POST.get("stamp", ""))
    if stamp is not None and (stamp.page != page.pk or stamp.at > now()):
        stamp = None
    if stamp is not None and now() - stamp.at > rules.FORM_GOOD_FOR:
        fresh = request.POST.copy()
        fresh["stamp"] = form_stamp(page.pk)
        form = AskForm(fresh)
        form.add_error(None, _("หน้านี้เปิดไว้นานเกินไป ตรวจดูแล้วกดส่งอีกครั้ง"))
    elif form.is_valid():
        spare = read_form_stamp(form_stamp(page.pk))
        told = stamp or spare
        assert told is not None
        try:
            made = send_enquiry(
                page=page.pk,
                community=community,
                asked=form.asked(get_language() or "th"),
                nonce=told.nonce,
                address=address_of(request),
                trap=request.POST.get(AskForm.TRAP, ""),
                seconds=(now() - stamp.at).total_seconds() if stamp else None,
            )
        except Refusal as refusal:
            where = refusal.where if isinstance(refusal.where, str) else None
            form.add_error(where if where in form.fields else None, str(refusal))
        else:
            at = made.sent_at if made else now()
            return redirect("ask:sent", link_stamp(told.nonce, page.pk, at))
    return render(request, "enquiries/ask.html", {**context, "form": form}, status=422)


@public
@never_cache
def sent(request: HttpRequest, token: str) -> HttpResponse:
    """What became of an enquiry, for whoever holds the secret link; no personal data."""
    stamp: Stamp | None = read_link_stamp(token)
    if stamp is None:
        raise Http404
    page = get_object_or_404(Page, pk=stamp.page).specific
    kept = Enquiry.objects.filter(nonce=stamp.nonce).first()
    state = kept.state if kept else EnquiryState.NEW
    answer = render(
        request,
        "enquiries/sent.html",
        {
            "page": page,
            "community": community_of(page),
            "state": state,
            "sent_at": stamp.at,
            "late": rules.waits_too_long(state, stamp.at, now()),
            "reply": kept.reply if kept else "",
            "link": request.build_absolute_uri(request.path),
        },
    )
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
