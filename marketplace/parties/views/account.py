"""One's own account, the role one acts in, acts done for others, and the cooperative itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.audit.models import AuditEntry
from marketplace.common.exceptions import Refusal
from marketplace.parties import services
from marketplace.parties.access import SESSION_KEY, AccessedRequest, requires
from marketplace.parties.acts import Line, describe
from marketplace.parties.forms import BuyerClassForm, CooperativeForm, HubForm, show_refusal
from marketplace.parties.models import BuyerClass, Hub, Person, Role
from marketplace.parties.views.lists import COOPERATIVE
from marketplace.parties.views.registry import form_page
from marketplace.web.homes import home_url_for
from marketplace.web.shells import shell_for


@requires()
@require_POST
def act_as(request: AccessedRequest, pk: int) -> HttpResponse:
    """Take on another of one's own roles; it decides the first page, the shell and the party."""
    role = next((one for one in request.access.roles if one.pk == pk), None)
    if role is None:
        raise Http404
    request.session[SESSION_KEY] = role.pk
    request.access.acting_role_id = role.pk
    request.access.__dict__.pop("acting", None)
    return redirect(home_url_for(request.access))


@requires()
def account(request: AccessedRequest) -> HttpResponse:
    """Show who one is here: roles, language, password."""
    context = {
        "shell": shell_for(request.access),
        "person": request.access.person,
        "choices": request.access.choices,
    }
    return render(request, "parties/account.html", context)


@requires()
def on_behalf(request: AccessedRequest) -> HttpResponse:
    """Show what was done in somebody else's name: for me, for my members, by me."""
    access = request.access
    found = AuditEntry.objects.exclude(on_behalf_of="")
    if not access.is_cooperative:
        own = f"person:{access.person_id}" if access.person_id else "nobody"
        members = [
            f"person:{pk}" for pk in Person.objects.for_access(access).values_list("pk", flat=True)
        ]
        found = found.filter(
            Q(on_behalf_of=own) | Q(on_behalf_of__in=members) | Q(actor=f"user:{request.user.pk}")
        )
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    lines: list[Line] = describe(list(page.object_list))
    context = {"shell": shell_for(access), "page_obj": page, "lines": lines}
    return render(request, "parties/on_behalf.html", context)


@requires(*COOPERATIVE)
def cooperative(request: AccessedRequest) -> HttpResponse:
    """Show the cooperative: how it is paid, its hubs, buyer classes and people."""
    party = services.the_cooperative()
    context: dict[str, Any] = {
        "party": party,
        "hubs": party.hubs.select_related("district").order_by("pk"),
        "classes": BuyerClass.objects.all(),
        "roles": Role.objects.for_access(request.access)
        .present()
        .filter(party=party)
        .select_related("user")
        .order_by("user__first_name", "pk"),
        "is_treasurer": request.access.is_treasurer,
    }
    return render(request, "parties/cooperative.html", context)


@requires("treasurer")
def cooperative_money(request: AccessedRequest) -> HttpResponse:
    """Change how the cooperative is paid and how much it may advance."""
    party = services.the_cooperative()
    initial = {name: getattr(party, name) for name in CooperativeForm.base_fields}
    form = CooperativeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_cooperative(by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("บันทึกแล้ว"))
            return redirect("parties:cooperative")
    context = {
        "form": form,
        "heading": _("การเงินของสหกรณ์"),
        "party": party,
        "yes": _("บันทึก"),
    }
    return form_page(request, context)


@requires(*COOPERATIVE)
def hub_edit(request: AccessedRequest, pk: int) -> HttpResponse:
    """Change a hub's name, place and intake hours."""
    hub = get_object_or_404(Hub, pk=pk)
    initial = {name: getattr(hub, name) for name in ("name", "intake_from", "intake_until")}
    form = HubForm(request.POST or None, initial={**initial, "district": hub.district_id})
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        district = data.pop("district")
        try:
            services.change_hub(by=request.user, hub=hub, district_code=district.pk, **data)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("บันทึกศูนย์รับแล้ว"))
            return redirect("parties:cooperative")
    context = {
        "form": form,
        "heading": _("แก้ %(name)s") % {"name": hub.name},
        "back_url": reverse("parties:cooperative"),
        "yes": _("บันทึกศูนย์รับ"),
    }
    return form_page(request, context)


@requires(*COOPERATIVE)
def buyer_class(request: AccessedRequest, code: str) -> HttpResponse:
    """Change until when a class may order and what a small drop costs."""
    found = get_object_or_404(BuyerClass, pk=code)
    initial = {name: getattr(found, name) for name in BuyerClassForm.base_fields}
    form = BuyerClassForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_buyer_class(by=request.user, buyer_class=found, **form.cleaned_data)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("บันทึกแล้ว ใช้กับรอบส่งที่จะเปิดใหม่"))
            return redirect("parties:cooperative")
    context = {
        "form": form,
        "heading": _("เวลาปิดรับและค่าส่งของ%(name)s") % {"name": found},
        "back_url": reverse("parties:cooperative"),
        "yes": _("บันทึก"),
        "note": _("รอบที่เปิดแล้วไม่เปลี่ยนตาม แก้ทีละรอบได้ที่หน้ารอบส่ง"),
    }
    return form_page(request, context)
