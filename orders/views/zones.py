"""Delivery zones and the dated table of their fees, for the hub's staff."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import RoleName
from orders.shipping import services
from orders.shipping.forms import NewZoneForm, ZoneFeeForm, ZoneForm
from orders.shipping.models import DeliveryZone, ZoneDistrict, ZoneFee

OFFICE = (RoleName.STAFF, RoleName.TREASURER)


@requires(*OFFICE)
def zones(request: AccessedRequest) -> HttpResponse:
    """Show every zone with its districts, what it costs now, and what is to come."""
    found = DeliveryZone.objects.prefetch_related(
        Prefetch("members", ZoneDistrict.objects.select_related("district")),
        Prefetch("fees", ZoneFee.objects.order_by("-from_day")),
    )
    rows = []
    for zone in found:
        fees = list(zone.fees.all())
        begun = [fee for fee in fees if fee.from_day <= today()]
        rows.append(
            {
                "zone": zone,
                "districts": [member.district for member in zone.members.all()],
                "now": begun[0] if begun else None,
                "coming": [fee for fee in reversed(fees) if fee.from_day > today()],
                "before": begun[1:6],
            }
        )
    return render(request, "orders/zones.html", {"rows": rows})


@requires(*OFFICE)
def zone_new(request: AccessedRequest) -> HttpResponse:
    """Make a zone with its first fee."""
    form = NewZoneForm(request.POST or None, initial={"from_day": today()})
    if request.method == "POST" and form.is_valid():
        try:
            zone = services.open_zone(by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            _beside(form, refusal)
        else:
            messages.success(request, _("เพิ่มเขต %(name)s แล้ว") % {"name": zone.name})
            return redirect("orders:zones")
    return _form_page(request, form, heading=_("เขตส่งใหม่"), yes=_("เพิ่มเขต"), note=_after())


@requires(*OFFICE)
def zone(request: AccessedRequest, pk: int) -> HttpResponse:
    """Give a zone another name or other districts."""
    found = get_object_or_404(DeliveryZone, pk=pk)
    form = ZoneForm(
        request.POST or None,
        initial={
            "name": found.name,
            "districts": found.members.values_list("district_id", flat=True),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.save_zone(by=request.user, zone=found, **form.cleaned_data)
        except Refusal as refusal:
            _beside(form, refusal)
        else:
            messages.success(request, _("บันทึกเขตแล้ว"))
            return redirect("orders:zones")
    heading = _("แก้เขต %(name)s") % {"name": found.name}
    return _form_page(request, form, heading=heading, yes=_("บันทึกเขต"), note=_after())


@requires(*OFFICE)
def zone_fee(request: AccessedRequest, pk: int) -> HttpResponse:
    """Say what a zone costs from a day on."""
    found = get_object_or_404(DeliveryZone, pk=pk)
    form = ZoneFeeForm(request.POST or None, initial={"from_day": today()})
    if request.method == "POST" and form.is_valid():
        try:
            services.set_zone_fee(by=request.user, zone=found, **form.cleaned_data)
        except Refusal as refusal:
            _beside(form, refusal)
        else:
            messages.success(request, _("ตั้งค่าส่งแล้ว"))
            return redirect("orders:zones")
    heading = _("ค่าส่งเขต %(name)s") % {"name": found.name}
    return _form_page(request, form, heading=heading, yes=_("ตั้งค่าส่ง"), note=_after())


def _after() -> str:
    return _("ใช้กับใบจองที่ส่งหลังจากนี้ ใบที่ส่งแล้วคิดค่าส่งเท่าเดิม")


def _beside(form: Any, refusal: Refusal) -> None:
    form.add_error(refusal.where if refusal.where in form.fields else None, str(refusal))


def _form_page(
    request: AccessedRequest, form: Any, *, heading: str, yes: str, note: str
) -> HttpResponse:
    context = {
        "form": form,
        "heading": heading,
        "yes": yes,
        "note": note,
        "back_url": reverse("orders:zones"),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "parties/form.html", context, status=status)
