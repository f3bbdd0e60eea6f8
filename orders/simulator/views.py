"""Pages of the simulator: ask, wait, read, compare."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.common.exceptions import Refusal
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.exports import xlsx
from marketplace.parties.models import RoleName
from orders.simulator.forms import ScenarioForm
from orders.simulator.models import Scenario, ScenarioState
from orders.simulator.reading import (
    Row,
    about_kitchen,
    asked_of,
    figure_rows,
    income_rows,
    short_lines,
    short_rows,
)
from orders.simulator.services import ask, ask_again, delete_scenarios

STAFF = RoleName.STAFF
LOOK = (STAFF, RoleName.TREASURER, RoleName.AGENCY)


def _may_ask(request: AccessedRequest) -> bool:
    return request.access.is_superuser or request.access.has(STAFF)


def _found(request: AccessedRequest, pk: int) -> Scenario:
    found: Scenario = get_object_or_404(Scenario.objects.for_access(request.access), pk=pk)
    return found


@requires(*LOOK)
def scenarios(request: AccessedRequest) -> HttpResponse:
    """List what was asked, newest first."""
    rows = Scenario.objects.for_access(request.access).defer("result").select_related("made_by")
    return render(
        request,
        "simulator/list.html",
        {
            "page_obj": Paginator(rows, 30).get_page(request.GET.get("page")),
            "may_ask": _may_ask(request),
        },
    )


@requires(STAFF)
def new(request: AccessedRequest) -> HttpResponse:
    """Ask a new "what if"."""
    form = ScenarioForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = ask(
                by=request.user,
                name=form.cleaned_data["name"],
                week=form.monday,
                question=form.question,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("simulator:scenario", made.pk)
    return render(request, "simulator/new.html", {"form": form, "sections": _sections(form)})


def _sections(form: ScenarioForm) -> list[dict[str, Any]]:
    titles = {
        "flood": _("น้ำท่วม"),
        "kitchen": _("ครัวใหม่มาสั่ง"),
        "joining": _("กลุ่มใหม่มาร่วม"),
    }
    return [
        {
            "title": title,
            "fields": (fields := [field for field in form if field.name.startswith(f"{part}_")]),
            "open": part == "flood" or bool(form[f"{part}_district"].value())
            or any(field.errors for field in fields),
        }
        for part, title in titles.items()
    ]  # fmt: skip


@requires(*LOOK)
def scenario(request: AccessedRequest, pk: int) -> HttpResponse:
    """Show what came of a "what if", or how far its run is."""
    found = _found(request, pk)
    context: dict[str, Any] = {
        "scenario": found,
        "asked": asked_of(found),
        "may_ask": _may_ask(request),
    }
    if found.state == ScenarioState.DONE and found.result:
        before, after = found.result["before"], found.result["after"]
        sides = (before, after)
        context |= {
            "before": before,
            "after": after,
            "heads": [_("ตามจริง"), _("ถ้าเป็นอย่างนั้น")],
            "figures": figure_rows(sides),
            "shortages": short_rows(sides),
            "income": income_rows(sides),
            "lines": short_lines(before, after),
            "kitchen": about_kitchen(found),
            "others": Scenario.objects.for_access(request.access)
            .filter(state=ScenarioState.DONE)
            .exclude(pk=pk)
            .defer("result")[:30],
        }
    return render(request, "simulator/scenario.html", context)


@requires(*LOOK)
def progress(request: AccessedRequest, pk: int) -> HttpResponse:
    """How far a run is, as a piece of the page; once it has ended the page is loaded again."""
    found = _found(request, pk)
    answer = render(request, "simulator/_progress.html", {"scenario": found})
    if not found.is_under_way:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@requires(STAFF)
def again(request: AccessedRequest, pk: int) -> HttpResponse:
    """Compute a scenario again from the market as it is now."""
    if not ask_again(by=request.user, scenarios=[_found(request, pk)]):
        messages.info(request, _("กำลังคิดอยู่แล้ว รอสักครู่"))
    return redirect("simulator:scenario", pk)


@requires(STAFF)
def delete(request: AccessedRequest, pk: int) -> HttpResponse:
    """Ask, then delete a scenario."""
    found = _found(request, pk)
    if request.method == "POST":
        delete_scenarios(by=request.user, scenarios=[found])
        messages.success(request, _("ลบ “%(name)s” แล้ว") % {"name": found.name})
        return redirect("simulator:list")
    return render(request, "simulator/delete.html", {"scenario": found})


@requires(*LOOK)
def compare(request: AccessedRequest, pk: int) -> HttpResponse:
    """Put two scenarios side by side."""
    found = _done(request, pk)
    with_ = request.GET.get("with", "")
    if not with_.isdecimal() or int(with_) == pk:
        return redirect("simulator:scenario", pk)
    other = _done(request, int(with_))
    sides = [found.result["before"], found.result["after"], other.result["after"]]
    same = found.result["before"] == other.result["before"]
    if not same:
        sides.insert(2, other.result["before"])
    return render(
        request,
        "simulator/compare.html",
        {
            "found": found,
            "other": other,
            "same": same,
            "heads": _heads(found, other, same=same),
            "figures": figure_rows(sides),
            "shortages": short_rows(sides),
            "income": income_rows(sides),
            "asked": asked_of(found),
            "other_asked": asked_of(other),
        },
    )


def _done(request: AccessedRequest, pk: int) -> Any:
    found = _found(request, pk)
    if found.state != ScenarioState.DONE:
        raise Http404
    return found


def _heads(found: Scenario, other: Scenario, *, same: bool) -> list[str]:
    if same:
        return [_("ตามจริง"), found.name, other.name]
    before = _("ตามจริง ก่อน “%(name)s”")
    return [before % {"name": found.name}, found.name, before % {"name": other.name}, other.name]


@requires(*LOOK)
def export(request: AccessedRequest, pk: int) -> HttpResponse:
    """Download a result as a sheet."""
    found = _done(request, pk)
    before, after = found.result["before"], found.result["after"]
    sides = (before, after)
    rows: list[list[object]] = [[_("สมมติว่า"), text, "", "", ""] for text in asked_of(found)]
    for topic, part in (
        (_("ตัวเลขรวม"), figure_rows(sides)),
        (_("ขาด"), short_rows(sides)),
        (_("รายได้เกษตรกร"), income_rows(sides)),
    ):
        rows += [_sheet_row(topic, row) for row in part]
    rows += [
        [_("รายการที่จะขาด"), f"{one.buyer} · {one.product}", one.before, one.after, one.text]
        for one in short_lines(before, after)
    ]
    return xlsx(
        name=f"what-if-{found.pk}",
        title=found.name,
        heads=[_("เรื่อง"), _("รายการ"), _("ตามจริง"), _("ถ้าเป็นอย่างนั้น"), _("เหตุผล")],
        rows=rows,
    )


def _sheet_row(topic: str, row: Row) -> list[object]:
    return [topic, row.label, *row.cells, ""]
