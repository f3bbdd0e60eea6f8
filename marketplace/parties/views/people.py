"""Members of groups, persons, and where their money goes."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from marketplace.parties import hooks, services
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.forms import (
    BlankForm,
    JoinForm,
    LeaveForm,
    NewMemberForm,
    PersonForm,
    show_refusal,
)
from marketplace.parties.models import FarmerGroup, Membership, PayoutAccount, Person, RoleName
from marketplace.parties.services import PersonInput
from marketplace.parties.views.lists import COOPERATIVE
from marketplace.parties.views.registry import form_page
from marketplace.web.shells import shell_for


def _groups(request: AccessedRequest) -> QuerySet[FarmerGroup]:
    """The groups whose members the asker looks after."""
    found: QuerySet[FarmerGroup] = FarmerGroup.objects.for_access(request.access)
    if request.access.is_cooperative:
        return found
    return found.filter(pk__in=request.access.coordinated_group_ids)


@requires(RoleName.COORDINATOR)
def my_members(request: AccessedRequest) -> HttpResponse:
    """Lead a coordinator to the members of the group she acts for."""
    acting = request.access.acting
    mine = request.access.coordinated_group_ids
    if acting and acting.party_id in mine:
        return redirect("parties:members", acting.party_id)
    if mine:
        return redirect("parties:members", mine[0])
    return redirect("home_for_role")


@requires(*COOPERATIVE, RoleName.COORDINATOR)
def members(request: AccessedRequest, pk: int) -> HttpResponse:
    """Show who is a member of a group, and who was."""
    group = get_object_or_404(_groups(request), pk=pk)
    rows = (
        Membership.objects.for_access(request.access)
        .filter(group=group)
        .select_related("person__district", "person__user")
        .order_by("person__name", "pk")
    )
    context = {
        "group": group,
        "present": [row for row in rows if row.until is None],
        "former": [row for row in rows if row.until is not None],
    }
    return render(request, "parties/members.html", context)


@requires(*COOPERATIVE, RoleName.COORDINATOR)
def member_add(request: AccessedRequest, pk: int) -> HttpResponse:
    """Add a new person to a group."""
    group = get_object_or_404(_groups(request), pk=pk)
    initial = {"since": today(), "district": group.district_id}
    form = NewMemberForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            with unit_of_work():
                made = services.add_persons(
                    by=request.user,
                    persons=[
                        PersonInput(
                            name=data["name"],
                            called=data["called"],
                            phone=data["phone"],
                            district_code=data["district"].pk,
                        )
                    ],
                )
                services.join_group(by=request.user, group=group, persons=made, since=data["since"])
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("เพิ่ม %(name)s เป็นสมาชิกแล้ว") % {"name": made[0]})
            return redirect("parties:members", pk)
    context = {
        "form": form,
        "heading": _("เพิ่มสมาชิก %(group)s") % {"group": group.name},
        "back_url": reverse("parties:members", args=[pk]),
        "yes": _("เพิ่มสมาชิก"),
        "other_url": reverse("parties:member-join", args=[pk]),
        "other_label": _("คนนี้มีทะเบียนแล้ว เลือกจากรายชื่อ"),
    }
    return form_page(request, context)


@requires(*COOPERATIVE)
def member_join(request: AccessedRequest, pk: int) -> HttpResponse:
    """Make a person who is known already a member of a group."""
    group = get_object_or_404(_groups(request), pk=pk)
    known = (
        Person.objects.for_access(request.access)
        .present()
        .exclude(memberships__group=group, memberships__until__isnull=True)
    )
    form = JoinForm(request.POST or None, persons=known, initial={"since": today()})
    if request.method == "POST" and form.is_valid():
        person = form.cleaned_data["person"]
        try:
            services.join_group(
                by=request.user, group=group, persons=[person], since=form.cleaned_data["since"]
            )
        except Refusal as refusal:
            form.add_error("person", str(refusal))
        else:
            messages.success(request, _("เพิ่ม %(name)s เป็นสมาชิกแล้ว") % {"name": person})
            return redirect("parties:members", pk)
    context = {
        "form": form,
        "heading": _("เพิ่มสมาชิก %(group)s") % {"group": group.name},
        "back_url": reverse("parties:members", args=[pk]),
        "yes": _("เพิ่มสมาชิก"),
    }
    return form_page(request, context)


@requires(*COOPERATIVE, RoleName.COORDINATOR)
def member_leave(request: AccessedRequest, pk: int) -> HttpResponse:
    """Write down a member's last day."""
    membership = get_object_or_404(
        Membership.objects.for_access(request.access)
        .present()
        .filter(group__in=_groups(request))
        .select_related("person", "group"),
        pk=pk,
    )
    form = LeaveForm(request.POST or None, initial={"until": today()})
    if request.method == "POST" and form.is_valid():
        try:
            services.leave_group(
                by=request.user,
                group=membership.group,
                persons=[membership.person],
                until=form.cleaned_data["until"],
            )
        except Refusal as refusal:
            form.add_error("until", str(refusal))
        else:
            messages.success(request, _("บันทึกแล้ว %(name)s ออกจากกลุ่ม") % {"name": membership.person})
            return redirect("parties:members", membership.group_id)
    context = {
        "form": form,
        "heading": _("%(name)s ออกจาก %(group)s")
        % {"name": membership.person, "group": membership.group.name},
        "back_url": reverse("parties:members", args=[membership.group_id]),
        "yes": _("บันทึกวันออก"),
        "note": _("ประวัติผลผลิต ใบชั่ง และเงินของสมาชิกยังอยู่ครบ"),
    }
    return form_page(request, context)


@requires(*COOPERATIVE, RoleName.COORDINATOR, RoleName.GROWER)
def person(request: AccessedRequest, pk: int) -> HttpResponse:
    """Show one person: groups, sign-in, and to those who may see it where her money goes."""
    access = request.access
    found = get_object_or_404(
        Person.objects.for_access(access).select_related("district", "user"), pk=pk
    )
    context = {
        "person": found,
        "shell": shell_for(access),
        "memberships": found.memberships.select_related("group").order_by("-since"),
        "accounts": PayoutAccount.objects.for_access(access)
        .filter(person=found)
        .order_by("-since"),
        "sees_accounts": access.is_cooperative or access.person_id == pk,
        "account_url": hooks.payee_url(found),
        "may_change": access.is_cooperative or access.has(RoleName.COORDINATOR),
    }
    return render(request, "parties/person.html", context)


@requires(*COOPERATIVE, RoleName.COORDINATOR)
def person_edit(request: AccessedRequest, pk: int) -> HttpResponse:
    """Correct what is written about a person."""
    found = get_object_or_404(Person.objects.for_access(request.access).present(), pk=pk)
    initial = {name: getattr(found, name) for name in ("name", "called", "phone")}
    form = PersonForm(request.POST or None, initial={**initial, "district": found.district_id})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.change_person(
                by=request.user,
                person=found,
                name=data["name"],
                called=data["called"],
                phone=data["phone"],
                district_code=data["district"].pk,
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("บันทึกข้อมูลแล้ว"))
            return redirect("parties:person", pk)
    context = {
        "form": form,
        "heading": _("แก้ข้อมูล %(name)s") % {"name": found},
        "back_url": reverse("parties:person", args=[pk]),
        "yes": _("บันทึกข้อมูล"),
    }
    return form_page(request, context)


@requires(*COOPERATIVE)
def person_blank(request: AccessedRequest, pk: int) -> HttpResponse:
    """Take a person's data out of the market, after asking."""
    found = get_object_or_404(Person.objects.for_access(request.access).present(), pk=pk)
    form = BlankForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.blank_person(by=request.user, person=found, reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("ลบข้อมูลส่วนตัวแล้ว ตัวเลขในเอกสารเดิมยังอยู่"))
            return redirect("parties:persons")
    context = {
        "form": form,
        "heading": _("ลบข้อมูลส่วนตัวของ %(name)s") % {"name": found},
        "back_url": reverse("parties:person", args=[pk]),
        "yes": _("ลบข้อมูลส่วนตัว"),
        "danger": True,
        "note": _(
            "ชื่อ เบอร์โทร บัญชีรับเงิน และการเข้าสู่ระบบจะหายไป เรียกคืนไม่ได้ น้ำหนักและเงินในเอกสารเดิมยังอยู่"
        ),
    }
    return form_page(request, context)
