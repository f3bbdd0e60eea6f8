"""Delivery days: the list, a season in one action, one day, the questions of holidays."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.common.clock import now, today
from marketplace.common.dates import BANGKOK, bangkok_date, format_date, parse_date
from marketplace.common.exceptions import Refusal
from marketplace.cycles import hooks, services
from marketplace.cycles.forms import CutoffForm, DayForm, HolidayForm, SeasonForm, show_refusal
from marketplace.cycles.models import Cutoff, CycleState, DayQuestion, Holiday, OrderCycle
from marketplace.cycles.rules import MOVABLE
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import Buyer, BuyerClass, RoleName

OFFICE = (RoleName.STAFF, RoleName.TREASURER)
READING = (*OFFICE, RoleName.AGENCY, RoleName.COORDINATOR)
PER_PAGE = 40
STATUS: dict[str, str] = {
    CycleState.OPEN: "ok",
    CycleState.CLOSED: "warn",
    CycleState.ALLOCATED: "info",
    CycleState.INTAKE: "info",
    CycleState.DISPATCHED: "info",
    CycleState.ACCEPTED: "ok",
    CycleState.CANCELLED: "wait",
}


@requires(*READING)
def cycle_list(request: AccessedRequest) -> HttpResponse:
    """Show the delivery days, from today on or those that are past."""
    past = request.GET.get("show") == "past"
    found = OrderCycle.objects.for_access(request.access).with_last_cutoff().select_related("hub")
    if past:
        found = found.filter(delivery_day__lt=today()).order_by("-delivery_day", "-pk")
    else:
        found = found.to_come().order_by("delivery_day", "pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    named: dict[Any, list[Holiday]] = {}
    for holiday in Holiday.objects.filter(day__in=[c.delivery_day for c in page]):
        named.setdefault(holiday.day, []).append(holiday)
    rows = [
        {
            "cycle": cycle,
            "status": STATUS[cycle.state],
            "holidays": named.get(cycle.delivery_day, []),
        }
        for cycle in page
    ]
    context = {
        "rows": rows,
        "page_obj": page,
        "past": past,
        "today": today(),
        "standing": found.standing().count(),
        "waiting": DayQuestion.objects.for_access(request.access).waiting().count(),
    }
    return render(request, "cycles/list.html", context)


@requires(*OFFICE)
def season(request: AccessedRequest) -> HttpResponse:
    """Open a season: choose range and weekdays, look at the days, open them in one action."""
    asked = request.GET if "first" in request.GET else None
    form = SeasonForm(request.POST or asked, initial={"first": today(), "weekdays": [0, 2, 4]})
    days: list[services.SeasonDay] = []
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            days = services.preview_season(
                hub=data["hub"],
                first=data["first"],
                last=data["last"],
                weekdays=data["weekdays"],
            )
            if request.method == "POST":
                ticked = {parse_date(text) for text in request.POST.getlist("day")}
                wanted = [one.day for one in days if one.day in ticked and not one.why_not]
                if wanted:
                    services.open_cycles(by=request.user, hub=data["hub"], days=wanted)
                    messages.success(
                        request, _("เปิดรอบส่งแล้ว %(count)s วัน") % {"count": len(wanted)}
                    )
                    return redirect("cycles:list")
                form.add_error(None, _("ไม่มีวันที่เปิดได้ ติ๊กวันที่ต้องการก่อน"))
        except Refusal as refusal:
            show_refusal(form, refusal)
    context = {
        "form": form,
        "days": days,
        "possible": sum(1 for one in days if not one.why_not),
        "on_holidays": sum(1 for one in days if one.holidays and not one.why_not),
        "classes": BuyerClass.objects.all(),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "cycles/season.html", context, status=status)


@requires(*READING)
def detail(request: AccessedRequest, pk: int) -> HttpResponse:
    """Show one delivery day: how far it is, its cut-offs, what was asked about it."""
    cycle = _cycle(request, pk)
    cutoffs = {row.buyer_class_id: row for row in cycle.cutoffs.all()}
    moment = now()
    rows = [
        {
            "buyer_class": one,
            "at": cutoffs[one.pk].at,
            "passed": cutoffs[one.pk].at <= moment,
        }
        for one in BuyerClass.objects.all()
        if one.pk in cutoffs
    ]
    context = {
        "cycle": cycle,
        "status": STATUS[cycle.state],
        "cutoffs": rows,
        "holidays": Holiday.objects.filter(day=cycle.delivery_day),
        "questions": DayQuestion.objects.for_access(request.access)
        .filter(cycle=cycle)
        .select_related("holiday", "answered_by")
        .order_by("asked_at"),
        "may_change": request.access.is_cooperative,
        "movable": cycle.state in MOVABLE,
        "steps": _steps(cycle),
    }
    return render(request, "cycles/detail.html", context)


@requires(*OFFICE)
def cutoff(request: AccessedRequest, pk: int, code: str) -> HttpResponse:
    """Change one class's cut-off of a cycle."""
    cycle = _cycle(request, pk)
    row = get_object_or_404(
        Cutoff.objects.select_related("buyer_class"), cycle=cycle, buyer_class=code
    )
    local = bangkok_date(row.at)
    initial = {"day": local, "time": _clock(row)}
    form = CutoffForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_cutoff(
                by=request.user, cycle=cycle, buyer_class=row.buyer_class, at=form.at()
            )
        except Refusal as refusal:
            form.add_error("day", str(refusal))
        else:
            messages.success(request, _("เปลี่ยนเวลาปิดรับแล้ว"))
            return redirect("cycles:detail", pk)
    context = {
        "form": form,
        "heading": _("เวลาปิดรับของ%(name)s") % {"name": row.buyer_class},
        "note": _("เฉพาะรอบส่ง %(day)s") % {"day": format_date(cycle.delivery_day, "full")},
        "back_url": reverse("cycles:detail", args=[pk]),
        "yes": _("เปลี่ยนเวลาปิดรับ"),
    }
    return _form_page(request, context)


@requires(*OFFICE)
def change(request: AccessedRequest, pk: int) -> HttpResponse:
    """Move, join or skip a day without having been asked."""
    cycle = _cycle(request, pk)
    form = DayForm(request.POST or None, buyers=_buyers(cycle), keep=False)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_day(by=request.user, cycle=cycle, **form.wanted())
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("เปลี่ยนวันแล้ว แจ้งผู้ที่เกี่ยวข้องรายละหนึ่งข้อความ"))
            return redirect("cycles:detail", pk)
    context = {
        "form": form,
        "heading": _("ย้ายหรืองดรอบส่ง %(day)s") % {"day": format_date(cycle.delivery_day, "full")},
        "note": _("ผู้ซื้อและกลุ่มที่มีของในวันนี้ได้ข้อความรายละหนึ่งครั้ง"),
        "picked": _picked(cycle),
        "back_url": reverse("cycles:detail", args=[pk]),
        "yes": _("เปลี่ยนวันและแจ้งทุกคน"),
    }
    return _form_page(request, context)


@requires(*OFFICE)
def questions(request: AccessedRequest) -> HttpResponse:
    """Show the days that wait for a decision, and the days off to come."""
    waiting = (
        DayQuestion.objects.for_access(request.access)
        .waiting()
        .select_related("cycle__hub", "holiday")
        .prefetch_related(
            Prefetch("other_days", DayQuestion.objects.open().select_related("cycle"))
        )
        .order_by("cycle__delivery_day", "pk")
    )
    form = HolidayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_holiday(by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("เพิ่มวันหยุดแล้ว ถ้าตรงรอบส่งจะถามที่นี่"))
            return redirect("cycles:questions")
    context = {
        "page_obj": Paginator(waiting, PER_PAGE).get_page(request.GET.get("page")),
        "holidays": Holiday.objects.filter(day__gte=today())[:20],
        "form": form,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "cycles/questions.html", context, status=status)


@requires(*OFFICE)
def answer(request: AccessedRequest, pk: int) -> HttpResponse:
    """Decide what happens to a cycle that falls on a holiday."""
    question = get_object_or_404(
        DayQuestion.objects.for_access(request.access).select_related("cycle", "holiday"), pk=pk
    )
    if question.answer and request.method != "POST":
        return redirect("cycles:detail", question.cycle_id)
    if question.same_as_id and DayQuestion.objects.waiting().filter(pk=question.same_as_id):
        return redirect("cycles:answer", question.same_as_id)
    cycles = [one.cycle for one in question.days()] if not question.answer else [question.cycle]
    form = DayForm(
        request.POST or None,
        buyers=_buyers(*cycles),
        keep=True,
        days=[cycle.delivery_day for cycle in cycles],
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_question(by=request.user, question=question, **form.wanted())
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("ตัดสินใจแล้ว แจ้งผู้ที่เกี่ยวข้องรายละหนึ่งข้อความ"))
            return redirect("cycles:questions")
    context = {
        "form": form,
        "heading": _("%(day)s ตรงกับ%(holiday)s")
        % {
            "day": _(" หรือ ").join(
                format_date(cycle.delivery_day, "full" if len(cycles) == 1 else "day")
                for cycle in cycles
            ),
            "holiday": question.holiday or question.reason,
        },
        "note": _("ครัวโรงพยาบาลทำอาหารทุกวัน ถามก่อนงดส่ง"),
        "picked": _picked(*cycles),
        "back_url": reverse("cycles:questions"),
        "yes": _("บันทึกการตัดสินใจ"),
    }
    return _form_page(request, context)


def _cycle(request: AccessedRequest, pk: int) -> OrderCycle:
    found: OrderCycle = get_object_or_404(
        OrderCycle.objects.for_access(request.access).select_related("hub"), pk=pk
    )
    return found


def _picked(*cycles: OrderCycle) -> list[str]:
    """What has been picked for these days already and will have to wait, in short lines."""
    return [line for cycle in cycles for ask in hooks.goods_on_day for line in ask(cycle)]


def _buyers(*cycles: OrderCycle) -> QuerySet[Buyer]:
    """Buyers who may be treated apart: those with deliveries that day, as far as a room says."""
    found: QuerySet[Buyer] = Buyer.objects.active().order_by("name_th")
    if hooks.buyers_on_day:
        keys = {key for ask in hooks.buyers_on_day for one in cycles for key in ask(one)}
        found = found.filter(pk__in=keys)
    return found


_ORDER = (
    CycleState.OPEN,
    CycleState.CLOSED,
    CycleState.ALLOCATED,
    CycleState.INTAKE,
    CycleState.DISPATCHED,
    CycleState.ACCEPTED,
)


def _steps(cycle: OrderCycle) -> list[dict[str, Any]]:
    """The way of a cycle with where it stands; empty for one that was called off."""
    if cycle.state == CycleState.CANCELLED:
        return []
    here = _ORDER.index(CycleState(cycle.state))
    return [
        {
            "label": state.label,
            "status": "ok" if n < here else ("info" if n == here else ""),
            "current": n == here,
        }
        for n, state in enumerate(_ORDER)
    ]


def _clock(row: Cutoff) -> Any:
    return row.at.astimezone(BANGKOK).time()


def _form_page(request: AccessedRequest, context: dict[str, Any]) -> HttpResponse:
    form = context["form"]
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "cycles/form.html", context, status=status)
