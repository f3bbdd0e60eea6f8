"""Lists of parties and persons: search, filter, pages, spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.common.dates import bangkok_date, format_date
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.exports import xlsx
from marketplace.parties.forms import ListForm
from marketplace.parties.models import (
    Agency,
    Buyer,
    FarmerGroup,
    Party,
    PartyKind,
    Person,
    RoleName,
    Stage,
)

COOPERATIVE = (RoleName.STAFF, RoleName.TREASURER)
PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Registry:
    """What the list of one kind of party shows."""

    kind: str
    title: str | Promise
    empty: str | Promise
    drawing: str
    model: type[Party]
    list_url: str
    detail_url: str
    export_url: str

    def rows(self, request: AccessedRequest) -> tuple[ListForm, Any]:
        """The form as filled in and the parties that it leaves, in the order of names."""
        form = ListForm(
            request.GET, without=() if self.kind == PartyKind.BUYER else ("buyer_class",)
        )
        found: Any = self.model.objects.for_access(request.access).select_related("district")
        if self.kind == PartyKind.GROUP:
            found = found.with_member_count()
        if self.kind == PartyKind.BUYER:
            found = found.with_site_count().select_related("district", "buyer_class")
        if not form.is_valid():
            return form, found.none()
        wanted = form.cleaned_data
        found = found.matching(wanted["q"])
        if wanted["district"]:
            found = found.filter(district=wanted["district"])
        if wanted.get("buyer_class"):
            found = found.filter(buyer_class=wanted["buyer_class"])
        if wanted["stage"]:
            found = found.filter(stage=wanted["stage"])
        else:
            found = found.exclude(stage=Stage.ARCHIVED)
        return form, found.order_by("name_th", "pk")


REGISTRIES = {
    PartyKind.GROUP: Registry(
        PartyKind.GROUP,
        _("กลุ่มเกษตรกร"),
        _("ยังไม่มีกลุ่มตามที่ค้นหา"),
        "leafy",
        FarmerGroup,
        "parties:groups",
        "parties:group",
        "parties:groups-export",
    ),
    PartyKind.BUYER: Registry(
        PartyKind.BUYER,
        _("ผู้ซื้อ"),
        _("ยังไม่มีผู้ซื้อตามที่ค้นหา"),
        "basket",
        Buyer,
        "parties:buyers",
        "parties:buyer",
        "parties:buyers-export",
    ),
    PartyKind.AGENCY: Registry(
        PartyKind.AGENCY,
        _("หน่วยงานสนับสนุน"),
        _("ยังไม่มีหน่วยงานตามที่ค้นหา"),
        "jar",
        Agency,
        "parties:agencies",
        "parties:agency",
        "parties:agencies-export",
    ),
}


def _list(request: AccessedRequest, kind: PartyKind) -> HttpResponse:
    registry = REGISTRIES[kind]
    form, found = registry.rows(request)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "parties/list.html",
        {"registry": registry, "form": form, "page_obj": page, "kind": kind},
    )


@requires(*COOPERATIVE, RoleName.AGENCY)
def groups(request: AccessedRequest) -> HttpResponse:
    """Show the farmer groups."""
    return _list(request, PartyKind.GROUP)


@requires(*COOPERATIVE, RoleName.AGENCY)
def buyers(request: AccessedRequest) -> HttpResponse:
    """Show the buyers."""
    return _list(request, PartyKind.BUYER)


@requires(*COOPERATIVE)
def agencies(request: AccessedRequest) -> HttpResponse:
    """Show the support agencies."""
    return _list(request, PartyKind.AGENCY)


@requires(*COOPERATIVE)
def applications(request: AccessedRequest) -> HttpResponse:
    """Show who waits to be let in, the longest first."""
    waiting = (
        Party.objects.for_access(request.access)
        .filter(stage=Stage.APPLIED)
        .select_related("district")
        .order_by("registered_at", "pk")
    )
    page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "parties/applications.html", {"page_obj": page})


def _export(request: AccessedRequest, kind: PartyKind) -> HttpResponse:
    registry = REGISTRIES[kind]
    _form, found = registry.rows(request)
    heads = [
        _("รหัส"),
        _("ชื่อ"),
        _("ชื่อภาษาอังกฤษ"),
        _("สถานะ"),
        _("อำเภอ"),
        _("ที่อยู่"),
        _("ผู้ติดต่อ"),
        _("โทรศัพท์"),
        _("อีเมล"),
        _("เลขประจำตัวผู้เสียภาษี"),
        _("เข้าร่วมเมื่อ"),
    ]
    if kind == PartyKind.GROUP:
        heads += [_("สมาชิก"), _("จดทะเบียน"), _("จ่ายตามน้ำหนัก"), _("รอบจ่ายเงิน")]
    if kind == PartyKind.BUYER:
        heads += [_("ประเภท"), _("จุดส่ง"), _("เครดิตกี่วัน"), _("วางบิล")]
    return xlsx(
        name=kind,
        title=str(registry.title),
        heads=[str(head) for head in heads],
        rows=_export_rows(found, kind),
    )


def _export_rows(found: Any, kind: PartyKind) -> Iterator[list[object]]:
    for party in found.iterator(chunk_size=500):
        row: list[object] = [
            party.code,
            party.name_th,
            party.name_en,
            party.get_stage_display(),
            str(party.district),
            party.address,
            party.contact_name,
            party.phone,
            party.email,
            party.tax_id,
            format_date(bangkok_date(party.approved_at)) if party.approved_at else "",
        ]
        if kind == PartyKind.GROUP:
            row += [
                party.member_count,
                str(_("จดทะเบียน")) if party.legally_registered else str(_("ยังไม่จด")),
                party.get_weight_basis_display(),
                party.get_release_rule_display(),
            ]
        if kind == PartyKind.BUYER:
            row += [
                str(party.buyer_class),
                party.site_count,
                party.payment_days,
                party.get_billing_plan_display(),
            ]
        yield row


@requires(*COOPERATIVE, RoleName.AGENCY)
def groups_export(request: AccessedRequest) -> HttpResponse:
    """Answer with the groups of the list as a spreadsheet."""
    return _export(request, PartyKind.GROUP)


@requires(*COOPERATIVE, RoleName.AGENCY)
def buyers_export(request: AccessedRequest) -> HttpResponse:
    """Answer with the buyers of the list as a spreadsheet."""
    return _export(request, PartyKind.BUYER)


@requires(*COOPERATIVE)
def agencies_export(request: AccessedRequest) -> HttpResponse:
    """Answer with the agencies of the list as a spreadsheet."""
    return _export(request, PartyKind.AGENCY)


def _persons(request: AccessedRequest) -> tuple[ListForm, Any]:
    form = ListForm(request.GET, without=("buyer_class", "stage"))
    found = Person.objects.for_access(request.access).select_related("district")
    if not form.is_valid():
        return form, found.none()
    wanted = form.cleaned_data
    found = found.matching(wanted["q"]).present()
    if wanted["district"]:
        found = found.filter(district=wanted["district"])
    return form, found.prefetch_related("memberships__group").order_by("name", "pk")


@requires(*COOPERATIVE)
def persons(request: AccessedRequest) -> HttpResponse:
    """Show the growers."""
    form, found = _persons(request)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "parties/persons.html", {"form": form, "page_obj": page})


@requires(*COOPERATIVE)
def persons_export(request: AccessedRequest) -> HttpResponse:
    """Answer with the growers of the list as a spreadsheet; bank data is never in it."""
    _form, found = _persons(request)
    return xlsx(
        name="persons",
        title=str(_("เกษตรกร")),
        heads=[
            str(head)
            for head in (_("รหัส"), _("ชื่อ"), _("เรียกว่า"), _("โทรศัพท์"), _("อำเภอ"), _("กลุ่ม"))
        ],
        rows=(
            [
                person.code,
                person.name,
                person.called,
                person.phone,
                str(person.district),
                ", ".join(m.group.name for m in person.memberships.all() if m.until is None),
            ]
            for person in found.iterator(chunk_size=500)
        ),
    )
