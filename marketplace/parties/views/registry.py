"""Coming in, and one party's page: details, terms, stage, sites."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from marketplace.common.exceptions import Refusal
from marketplace.parties import hooks, services
from marketplace.parties.access import AccessedRequest, public, requires
from marketplace.parties.forms import (
    BuyerTermsForm,
    DetailsForm,
    GroupTermsForm,
    NewPartyForm,
    RegisterForm,
    SiteForm,
    StageForm,
    show_refusal,
)
from marketplace.parties.models import (
    Buyer,
    DeliverySite,
    FarmerGroup,
    Party,
    PartyKind,
    PayoutAccount,
    Role,
    RoleName,
)
from marketplace.parties.services import SiteInput
from marketplace.parties.views.lists import COOPERATIVE, REGISTRIES
from marketplace.web.shells import shell_for

BUYERS_PEOPLE = (
    RoleName.REQUESTER,
    RoleName.APPROVER,
    RoleName.RECEIVER,
    RoleName.FINANCE,
)


@public
def register(request: AccessedRequest) -> HttpResponse:
    """Let a group or a buyer apply."""
    first = {"kind": request.GET.get("as", PartyKind.GROUP)}
    form = RegisterForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["website"]:
            return redirect("parties:registered")  # a machine filled in what nobody sees
        try:
            services.register_party(
                by=request.access.user,
                kind=form.cleaned_data["kind"],
                district_code=form.cleaned_data["district"].pk,
                terms=form.terms(),
                **form.details(),
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("parties:registered")
    return render(
        request, "parties/register.html", {"form": form}, status=422 if form.errors else 200
    )


@public
def registered(request: AccessedRequest) -> HttpResponse:
    """Say what happens next with an application."""
    return render(request, "parties/registered.html")


def _party(request: AccessedRequest, pk: int) -> Party:
    found: Party = get_object_or_404(
        Party.objects.for_access(request.access).select_related("district"), pk=pk
    )
    return found


def own_kind(party: Party) -> Any:
    """The group, buyer or agency that a party is."""
    registry = REGISTRIES.get(PartyKind(party.kind))
    if registry is None:
        raise Http404
    return registry.model.objects.select_related("district").get(pk=party.pk)


def party_url(party: Party) -> str:
    """The name of the page of a party's kind."""
    registry = REGISTRIES.get(PartyKind(party.kind))
    return registry.detail_url if registry else "parties:cooperative"


def _detail(request: AccessedRequest, pk: int, kind: PartyKind) -> HttpResponse:
    registry = REGISTRIES[kind]
    found = registry.model.objects.for_access(request.access).select_related("district")
    party: Any = get_object_or_404(found, pk=pk)
    access = request.access
    context: dict[str, Any] = {
        "party": party,
        "registry": registry,
        "kind": kind,
        "shell": shell_for(access),
        "may_change": access.is_cooperative,
        "stage_form": StageForm(),
        "roles": Role.objects.for_access(access)
        .present()
        .filter(party_id=pk)
        .select_related("user")
        .order_by("user__first_name", "pk")
        if access.is_cooperative
        else [],
    }
    if kind == PartyKind.GROUP:
        context["member_count"] = party.memberships.present().count()
        context["may_see_members"] = access.is_cooperative or pk in access.coordinated_group_ids
        context["accounts"] = PayoutAccount.objects.for_access(access).filter(group_id=pk)
        context["account_url"] = hooks.payee_url(FarmerGroup.objects.get(pk=pk))
        context["sees_accounts"] = context["may_see_members"]
    if kind == PartyKind.BUYER:
        context["sites"] = DeliverySite.objects.for_access(access).filter(buyer_id=pk)
    return render(request, "parties/detail.html", context)


@requires(*COOPERATIVE, RoleName.AGENCY, RoleName.COORDINATOR, RoleName.GROWER)
def group(request: AccessedRequest, pk: int) -> HttpResponse:
    """Show one group."""
    return _detail(request, pk, PartyKind.GROUP)


@requires(*COOPERATIVE, RoleName.AGENCY, *BUYERS_PEOPLE)
def buyer(request: AccessedRequest, pk: int) -> HttpResponse:
    """Show one buyer."""
    return _detail(request, pk, PartyKind.BUYER)


@requires(*COOPERATIVE, RoleName.AGENCY)
def agency(request: AccessedRequest, pk: int) -> HttpResponse:
    """Show one agency."""
    return _detail(request, pk, PartyKind.AGENCY)


@requires(*COOPERATIVE)
def add(request: AccessedRequest, kind: str) -> HttpResponse:
    """Write down a group, buyer or agency that came by phone; it is active at once."""
    registry = REGISTRIES.get(kind)  # type: ignore[call-overload]
    if registry is None:
        raise Http404
    form = NewPartyForm(request.POST or None, kind=kind)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.register_party(
                by=request.user,
                kind=kind,
                district_code=form.cleaned_data["district"].pk,
                terms=form.terms(),
                **form.details(),
            )
            services.approve_parties(by=request.user, parties=[made])
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("เพิ่ม%(name)sแล้ว") % {"name": made.name})
            return redirect(registry.detail_url, made.pk)
    context = {
        "form": form,
        "heading": _("เพิ่ม%(kind)s") % {"kind": registry.title},
        "back": registry.list_url,
        "yes": _("บันทึกและเปิดใช้งาน"),
    }
    return form_page(request, context)


@requires(*COOPERATIVE)
def edit(request: AccessedRequest, pk: int) -> HttpResponse:
    """Change name, place and contact of a party."""
    party = _party(request, pk)
    initial = {
        **{name: getattr(party, name) for name in DetailsForm.DETAILS},
        "district": party.district_id,
    }
    form = DetailsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_details(
                by=request.user,
                party=party,
                district_code=form.cleaned_data["district"].pk,
                details=form.details(),
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("บันทึกข้อมูลแล้ว"))
            return back_to(party)
    context = {
        "form": form,
        "heading": _("แก้ข้อมูล %(name)s") % {"name": party.name},
        "party": party,
        "yes": _("บันทึกข้อมูล"),
    }
    return form_page(request, context)


@requires(*COOPERATIVE)
def terms(request: AccessedRequest, pk: int) -> HttpResponse:
    """Change the terms of a group or a buyer."""
    party = own_kind(_party(request, pk))
    form_class = {PartyKind.GROUP: GroupTermsForm, PartyKind.BUYER: BuyerTermsForm}.get(party.kind)
    if form_class is None:
        raise Http404
    initial = {name: getattr(party, name) for name in form_class.base_fields}
    form = form_class(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_terms(by=request.user, party=party, terms=form.cleaned_data)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("บันทึกเงื่อนไขแล้ว ใช้กับของที่จองหรือชั่งตั้งแต่ตอนนี้"))
            return back_to(party)
    context = {
        "form": form,
        "heading": _("เงื่อนไขของ %(name)s") % {"name": party.name},
        "party": party,
        "yes": _("บันทึกเงื่อนไข"),
    }
    return form_page(request, context)


_DONE = {
    "approve": gettext_lazy("อนุมัติ %(name)s แล้ว ขั้นต่อไปเชิญผู้ใช้คนแรก"),
    "refuse": gettext_lazy("ปฏิเสธคำขอของ %(name)s แล้ว แจ้งเหตุผลให้ทราบแล้ว"),
    "suspend": gettext_lazy("พัก %(name)s ไว้แล้ว"),
    "archive": gettext_lazy("เลิกใช้ %(name)s แล้ว ประวัติยังอยู่ครบ"),
    "restore": gettext_lazy("เปิดใช้ %(name)s อีกครั้งแล้ว"),
}


@requires(*COOPERATIVE)
@require_POST
def stage(request: AccessedRequest, pk: int) -> HttpResponse:
    """Approve, refuse, suspend, archive or bring back a party."""
    party = _party(request, pk)
    form = StageForm(request.POST)
    if not form.is_valid():
        raise Http404
    act, reason = form.cleaned_data["act"], form.cleaned_data["reason"]
    parties = [party]
    if act == "approve":
        services.approve_parties(by=request.user, parties=parties)
    elif act == "refuse":
        services.refuse_parties(by=request.user, parties=parties, reason=reason)
    elif act == "suspend":
        services.suspend_parties(by=request.user, parties=parties, reason=reason)
    elif act == "archive":
        services.archive_parties(by=request.user, parties=parties, reason=reason)
    else:
        services.restore_parties(by=request.user, parties=parties)
    messages.success(request, str(_DONE[act]) % {"name": party.name})
    return back_to(party)


@requires(*COOPERATIVE)
def site_add(request: AccessedRequest, pk: int) -> HttpResponse:
    """Open a delivery site of a buyer."""
    buyer_row = get_object_or_404(Buyer.objects.for_access(request.access), pk=pk)
    form = SiteForm(request.POST or None, initial={"district": buyer_row.district_id})
    if request.method == "POST" and form.is_valid():
        try:
            services.add_sites(by=request.user, sites=[_site(form, buyer_row)])
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("เพิ่มจุดส่งแล้ว"))
            return redirect("parties:buyer", pk)
    context = {
        "form": form,
        "heading": _("เพิ่มจุดส่งของ %(name)s") % {"name": buyer_row.name},
        "party": buyer_row,
        "yes": _("เพิ่มจุดส่ง"),
    }
    return form_page(request, context)


@requires(*COOPERATIVE)
def site_edit(request: AccessedRequest, pk: int) -> HttpResponse:
    """Correct a delivery site."""
    site = _open_site(request, pk)
    initial = {
        name: getattr(site, name) for name in ("name", "address", "receive_from", "receive_until")
    }
    form = SiteForm(request.POST or None, initial={**initial, "district": site.district_id})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_site(by=request.user, site=site, to=_site(form, site.buyer))
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("บันทึกจุดส่งแล้ว"))
            return redirect("parties:buyer", site.buyer_id)
    context = {
        "form": form,
        "heading": _("แก้จุดส่ง %(name)s") % {"name": site.name},
        "party": site.buyer,
        "yes": _("บันทึกจุดส่ง"),
    }
    return form_page(request, context)


@requires(*COOPERATIVE)
@require_POST
def site_close(request: AccessedRequest, pk: int) -> HttpResponse:
    """Close a delivery site for new orders."""
    site = get_object_or_404(DeliverySite.objects.for_access(request.access), pk=pk)
    services.archive_sites(by=request.user, sites=[site])
    messages.success(request, _("ปิดจุดส่ง %(name)s แล้ว ใบจองที่มีอยู่ยังส่งตามเดิม") % {"name": site.name})
    return redirect("parties:buyer", site.buyer_id)


def _open_site(request: AccessedRequest, pk: int) -> DeliverySite:
    found: DeliverySite = get_object_or_404(
        DeliverySite.objects.for_access(request.access).open().select_related("buyer"), pk=pk
    )
    return found


def _site(form: SiteForm, buyer_row: Buyer) -> SiteInput:
    data = form.cleaned_data
    return SiteInput(
        buyer=buyer_row,
        name=data["name"],
        district_code=data["district"].pk,
        address=data["address"],
        receive_from=data["receive_from"],
        receive_until=data["receive_until"],
    )


def back_to(party: Party) -> HttpResponse:
    if party.kind == PartyKind.COOPERATIVE:
        return redirect("parties:cooperative")
    return redirect(party_url(party), party.pk)


def form_page(request: AccessedRequest, context: dict[str, Any]) -> HttpResponse:
    """One form on a page of its own; an error answers 422 so that htmx and robots know."""
    form = context["form"]
    party = context.get("party")
    if party is not None and "back_url" not in context:
        context["back_url"] = back_to(party).headers["Location"]
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "parties/form.html", context, status=status)
