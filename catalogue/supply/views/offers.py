"""The offers of a group or of all groups: list, one offer, closing, plots."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalogue.supply import services
from catalogue.supply.forms import OfferFilter, PlotForm, SharesForm, show_refusal
from catalogue.supply.models import HarvestOffer, OfferShare, Plot, ShareChange
from catalogue.supply.reading import (
    amount_of,
    consequences_of,
    days_of,
    excel_of,
    figure_of,
    offers_for,
    open_text,
    state_of,
)
from catalogue.supply.services import NewShare, PlotInput, ShareChangeInput
from catalogue.supply.views.mine import history_rows
from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.exports import xlsx
from marketplace.parties.models import FarmerGroup, Membership, Person, RoleName

KEEPERS = (RoleName.COORDINATOR, RoleName.STAFF, RoleName.TREASURER)
READERS = (*KEEPERS, RoleName.AGENCY)
PLOTTERS = (RoleName.GROWER, *KEEPERS)
PER_PAGE = 40


def _groups(request: AccessedRequest) -> Any:
    found = FarmerGroup.objects.active().order_by("name_th")
    if request.access.sees_all_parties:
        return found
    return found.filter(pk__in=request.access.group_ids)


def _chosen(request: AccessedRequest) -> tuple[OfferFilter, Any]:
    form = OfferFilter(request.GET or None, groups=_groups(request))
    data: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
    group = data.get("group")
    return form, offers_for(
        request.access,
        product=data.get("q", ""),
        group_id=group.pk if group else None,
        day=data.get("day"),
        state=data.get("state", ""),
    )


@requires(*READERS)
def offer_list(request: AccessedRequest) -> HttpResponse:
    """List offers with what is offered, reserved and free."""
    form, found = _chosen(request)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "offer": offer,
            "days": days_of(offer),
            "state": state_of(offer),
            "offered": figure_of(offer.product, offer.offered_qty),
            "reserved": figure_of(offer.product, offer.reserved_qty),
            "taken": figure_of(offer.product, offer.taken_qty),
            "free": figure_of(offer.product, offer.free_qty),
        }
        for offer in page
    ]
    return render(
        request,
        "supply/offers.html",
        {"form": form, "rows": rows, "page_obj": page, "text": open_text(page)},
    )


@requires(*READERS)
def offers_xlsx(request: AccessedRequest) -> HttpResponse:
    """The same list as a spreadsheet."""
    _form, found = _chosen(request)
    return xlsx(
        name="harvest-offers",
        title=_("ผลผลิตที่เปิดจอง"),
        heads=[
            _("กลุ่ม"),
            _("ผลผลิต"),
            _("เกรด"),
            _("มาตรฐาน"),
            _("ส่งตั้งแต่"),
            _("ถึง"),
            _("หน่วย"),
            _("เปิดจอง"),
            _("จองแล้ว"),
            _("จัดสรรแล้ว"),
            _("จองได้"),
            _("สถานะ"),
        ],
        rows=(
            [
                offer.group.name,
                offer.product.name,
                offer.grade,
                offer.standard_codes,
                offer.first_day,
                offer.last_day,
                offer.product.unit_label,
                excel_of(offer.product, offer.offered_qty),
                excel_of(offer.product, offer.reserved_qty),
                excel_of(offer.product, offer.taken_qty),
                excel_of(offer.product, offer.free_qty),
                state_of(offer)[1],
            ]
            for offer in found
        ),
    )


@requires(*READERS)
def offer(request: AccessedRequest, pk: int) -> HttpResponse:
    """Show one offer: its members' shares, its history; change shares and let members join.

    A cut below what is reserved says what will happen before it is done.
    """
    found = get_object_or_404(
        HarvestOffer.objects.for_access(request.access).select_related("group", "product"), pk=pk
    )
    may_change = request.access.has(*KEEPERS) or request.access.is_superuser
    shares = list(
        OfferShare.objects.for_access(request.access)
        .filter(harvest_offer=found)
        .select_related("person", "plot")
        .order_by("pk")
    )
    others = Person.objects.filter(
        memberships__group=found.group_id, memberships__until__isnull=True
    ).exclude(shares__harvest_offer=found)
    form = SharesForm(
        request.POST if request.method == "POST" and may_change else None,
        offer=found,
        shares=shares,
        others=others.order_by("name"),
    )
    consequences = None
    if form.is_bound and form.is_valid():
        wanted = {s.pk: form.cleaned_data[f"s{s.pk}"] for s in shares}
        foreseen = services.foresee_cut(wanted=wanted)
        agreed = ",".join(f"{pk}:{qty}" for pk, qty in sorted(wanted.items()))
        if foreseen and request.POST.get("agreed") != agreed:
            consequences = consequences_of(foreseen, named=request.access.is_cooperative)
        elif _save(request, found, form, wanted):
            return redirect("supply:offer", found.pk)
    history = list(
        ShareChange.objects.filter(share__in=shares)
        .select_related("acted_by", "share__person")
        .order_by("-at", "-pk")[:60]
    )
    product = found.product
    rows = [
        {
            "share": s,
            "field": form[f"s{s.pk}"],
            "qty": figure_of(product, s.qty),
            "taken": figure_of(product, s.taken_qty),
        }
        for s in shares
    ]
    return render(
        request,
        "supply/offer.html",
        {
            "offer": found,
            "product": product,
            "days": days_of(found),
            "state": state_of(found),
            "figures": [
                {"label": _("เปิดจอง"), "value": amount_of(product, found.offered_qty)},
                {"label": _("จองแล้ว"), "value": amount_of(product, found.reserved_qty)},
                {"label": _("จัดสรรแล้ว"), "value": amount_of(product, found.taken_qty)},
                {"label": _("จองได้"), "value": amount_of(product, found.free_qty)},
            ],
            "standards": list(found.standards.all()),
            "rows": rows,
            "form": form,
            "others": others.exists(),
            "consequences": consequences,
            "agreed": agreed if consequences else "",
            "may_change": may_change,
            "over": found.last_day < today(),
            "history": history_rows(history),
            "text": open_text([found]),
        },
        status=422 if form.errors else 200,
    )


def _save(
    request: AccessedRequest, found: HarvestOffer, form: SharesForm, wanted: dict[int, int]
) -> bool:
    data = form.cleaned_data
    try:
        changes = services.save_shares(
            by=request.user,
            changes=[ShareChangeInput(pk, qty) for pk, qty in wanted.items()],
            newcomers=[NewShare(found.pk, data["person"].pk, data["qty"])]
            if data.get("person")
            else [],
        )
    except Refusal as refusal:
        show_refusal(form, refusal)
        return False
    if changes or data.get("person"):
        messages.success(request, _("บันทึกแล้ว เลิกทำได้ภายใน 1 วัน"))
    return True


@requires(*KEEPERS)
@require_POST
def change_state(request: AccessedRequest, pk: int) -> HttpResponse:
    """Close an offer, or open it again."""
    found = get_object_or_404(HarvestOffer.objects.for_access(request.access), pk=pk)
    try:
        if "reopen" in request.POST:
            services.reopen_offers(by=request.user, offers=[found])
            messages.success(request, _("เปิดจองอีกครั้งแล้ว"))
        else:
            services.close_offers(by=request.user, offers=[found])
            messages.success(request, _("ปิดจองแล้ว ที่จองไว้ยังต้องเก็บส่งตามเดิม"))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("supply:offer", found.pk)


@requires(*PLOTTERS)
def plots(request: AccessedRequest) -> HttpResponse:
    """List plots and add one."""
    access = request.access
    persons = Person.objects.for_access(access).filter(memberships__until__isnull=True).distinct()
    form = PlotForm(request.POST or None, persons=persons.order_by("name"))
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        groups = Membership.objects.filter(person=data["person"], until__isnull=True)
        if not access.sees_all_parties:
            groups = groups.filter(group_id__in=access.group_ids)
        group_id = groups.order_by("pk").values_list("group_id", flat=True).first()
        try:
            services.add_plots(
                by=request.user,
                plots=[
                    PlotInput(
                        person_id=data["person"].pk,
                        group_id=group_id or 0,
                        name=data["name"],
                        district_id=data["district"].pk,
                        tambon=data["tambon"],
                        area_sqm=form.area_sqm,
                    )
                ],
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("เพิ่มแปลงแล้ว"))
            return redirect("supply:plots")
    found = (
        Plot.objects.for_access(access)
        .filter(archived_at__isnull=True)
        .select_related("person", "group", "district")
        .order_by("group__name_th", "person__name", "pk")
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    office = access.is_cooperative or access.has(RoleName.COORDINATOR)
    return render(
        request,
        "supply/plots.html",
        {
            "form": form,
            "page_obj": page,
            "shell": "shells/office.html" if office else "shells/farmer.html",
            "many_groups": access.sees_all_parties,
        },
        status=422 if form.errors else 200,
    )


@requires(*PLOTTERS)
@require_POST
def archive_plot(request: AccessedRequest, pk: int) -> HttpResponse:
    """Take a plot out of use."""
    plot = get_object_or_404(Plot.objects.for_access(request.access), pk=pk)
    try:
        services.archive_plots(by=request.user, plots=[plot])
        messages.success(request, _("เลิกใช้แปลงแล้ว ประวัติยังอยู่"))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("supply:plots")
