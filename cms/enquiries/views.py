"""Pages of those who answer visitors: the list, one enquiry with what to pass on."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from cms.enquiries import rules
from cms.enquiries.forms import ReplyForm
from cms.enquiries.models import Enquiry, EnquiryState, Halal, Reach
from cms.enquiries.services import move_enquiries
from cms.enquiries.telling import visitor_url
from cms.hosting.people import sees_all_communities
from marketplace.common.clock import now, today
from marketplace.common.dates import format_date
from marketplace.common.exceptions import Refusal
from marketplace.parties.access import AccessedRequest, requires
from marketplace.web.shells import shell_for


@requires()
def enquiries(request: AccessedRequest) -> HttpResponse:
    """Enquiries to the communities a reader speaks for; the office and the editors see all."""
    own = Enquiry.objects.for_access(request.access)
    shows = ["open", *EnquiryState.values, "all"]
    show = request.GET.get("show", "open")
    show = show if show in shows else "open"
    shown = own.open().order_by("wanted_day", "pk") if show == "open" else own
    if show not in ("open", "all"):
        shown = own.filter(state=show)
    return render(
        request,
        "enquiries/list.html",
        {
            "shell": shell_for(request.access),
            "page_obj": Paginator(shown.select_related("page"), 50).get_page(
                request.GET.get("page")
            ),
            "show": show,
            "waiting": own.filter(state=EnquiryState.NEW).count(),
            "late_before": now() - rules.ANSWER_WITHIN,
            "all": sees_all_communities(request.access),
            "choices": [
                ("open", _("ยังไม่จบ")),
                *((state.value, state.label) for state in EnquiryState),
                ("all", _("ทั้งหมด")),
            ],
        },
    )


@requires()
def enquiry(request: AccessedRequest, pk: int) -> HttpResponse:
    """One enquiry: how to reach the visitor, what to pass on, what became of it."""
    one = get_object_or_404(
        Enquiry.objects.for_access(request.access).select_related("page", "acted_by"), pk=pk
    )
    choices = [] if one.blanked_at else rules.choices_from(one.state, one.wanted_day, today())
    if request.method == "POST":
        # A stale form may name a step that no longer follows: the service says so in words.
        form = ReplyForm(request.POST, choices=[s for s in EnquiryState.values if s != "expired"])
        if form.is_valid():
            try:
                move_enquiries(
                    by=request.user,
                    enquiries=[one],
                    to=form.cleaned_data["to"],
                    reply=form.cleaned_data["reply"],
                )
            except Refusal as refusal:
                messages.error(request, str(refusal))
            else:
                messages.success(request, _("บันทึกแล้ว ผู้มาเยือนเห็นที่ลิงก์ของเขา"))
            return redirect("enquiries:enquiry", one.pk)
    else:
        form = ReplyForm(
            choices=choices, initial={"to": "answered" if "answered" in choices else ""}
        )
    return render(
        request,
        "enquiries/enquiry.html",
        {
            "shell": shell_for(request.access),
            "enquiry": one,
            "form": form if choices else None,
            "late": rules.waits_too_long(one.state, one.sent_at, now()),
            "text": text_to_pass_on(one, request.build_absolute_uri(request.path)),
            "visitor_link": request.build_absolute_uri(visitor_url(one)),
        },
    )


def text_to_pass_on(one: Enquiry, url: str) -> str:
    """An enquiry as plain text for LINE; `url`: where to answer."""
    said = {
        "page": one.page.title,
        "n": one.group_size,
        "day": format_date(one.wanted_day, "long"),
        "halal": Halal(one.halal).label,
        "name": one.name,
        "reach": Reach(one.reach).label,
        "contact": one.contact,
        "speaks": one.speaks,
        "message": one.message,
    }
    lines = [
        _("มีผู้มาเยือนถาม: %(page)s") % said,
        _("%(n)s คน วันที่ %(day)s") % said,
        _("อาหารฮาลาล: %(halal)s") % said,
        _("คุณ%(name)s · %(reach)s %(contact)s") % said if one.contact else "",
        _("ภาษา: %(speaks)s") % said if one.speaks else "",
        one.message,
        url,
    ]
    return "\n".join(line for line in lines if line)
