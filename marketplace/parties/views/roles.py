"""Inviting users, ending roles, handing on one-time links."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.accounts.models import User
from marketplace.common.exceptions import Refusal
from marketplace.parties import services
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.forms import InviteForm, show_refusal
from marketplace.parties.models import Party, Role
from marketplace.parties.views.lists import COOPERATIVE
from marketplace.parties.views.registry import back_to, form_page


@requires(*COOPERATIVE)
def invite(request: AccessedRequest, pk: int) -> HttpResponse:
    """Give somebody roles at a party; a new user gets a one-time link."""
    party = get_object_or_404(Party.objects.for_access(request.access), pk=pk)
    first = {}
    if not Role.objects.for_access(request.access).filter(party=party).exists():
        first = {"full_name": party.contact_name, "email": party.email, "phone": party.phone}
    form = InviteForm(request.POST or None, party=party, initial=first)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            user = services.invite(
                by=request.user,
                party=party,
                names=data["names"],
                full_name=data["full_name"],
                email=data["email"],
                phone=data["phone"],
                person=data.get("person"),
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            if not user.has_usable_password() and services.may_hand_link(
                by=request.user, user=user
            ):
                return _link_page(request, party, user)
            messages.success(
                request, _("ให้บทบาทกับ %(user)s แล้ว เข้าสู่ระบบด้วยรหัสผ่านเดิมได้เลย") % {"user": user}
            )
            return back_to(party)
    context = {
        "form": form,
        "heading": _("เชิญผู้ใช้ของ %(name)s") % {"name": party.name},
        "party": party,
        "yes": _("เชิญและสร้างลิงก์"),
    }
    return form_page(request, context)


@requires(*COOPERATIVE)
@require_POST
def link(request: AccessedRequest, pk: int) -> HttpResponse:
    """Make a new one-time link for a user who has no password yet."""
    role = get_object_or_404(
        Role.objects.for_access(request.access).present().select_related("party", "user"), pk=pk
    )
    return _link_page(request, role.party, role.user)


def _link_page(request: AccessedRequest, party: Party, user: User) -> HttpResponse:
    """Show the link once; it is never stored, so the page is not kept by the browser either."""
    path = services.hand_link(by=request.user, user=user, party=party)
    address = request.build_absolute_uri(path)
    services.send_invitation(user=user, party=party, link=address)
    context = {
        "party": party,
        "invited": user,
        "text": services.invitation_text(party=party, link=address),
        "back_url": back_to(party).headers["Location"],
    }
    answer = render(request, "parties/link.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@requires(*COOPERATIVE)
@require_POST
def role_end(request: AccessedRequest, pk: int) -> HttpResponse:
    """End one role from now on."""
    role = get_object_or_404(
        Role.objects.for_access(request.access).select_related("party", "user"), pk=pk
    )
    services.end_roles(by=request.user, roles=[role])
    messages.success(
        request,
        _("%(user)s ไม่เป็น%(role)sแล้ว") % {"user": role.user, "role": role.get_name_display()},
    )
    return back_to(role.party)
