"""The grid of a draft: showing, saving, filling."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Min
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from catalogue.partner.models import StockRecord
from marketplace.common.clock import now, today
from marketplace.common.dates import format_range, format_time
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.cycles.models import OrderCycle
from marketplace.parties.access import AccessedRequest, requires
from marketplace.web.messages import undoable
from orders import services
from orders.access import WRITERS, draft_to_change, sites_to_order_for
from orders.forms import CopyForm, DraftForm
from orders.grid import (
    Grid,
    Sheet,
    build_grid,
    read_typed,
    refusals_by_cell,
    sheet_of_draft,
)
from orders.models import OrderDraft
from orders.services import CellInput
from orders.views.common import page, zones_of
from orders.views.explaining import explanation, number_in

NEW_DRAFT_DAYS = 14
SHOWS = (
    ("", gettext_lazy("ทั้งหมด")),
    ("often", gettext_lazy("สั่งบ่อย")),
    ("filled", gettext_lazy("ที่ใส่แล้ว")),
    ("open", gettext_lazy("ที่จองได้")),
)


@requires(*WRITERS)
@require_GET
def grid(request: AccessedRequest) -> HttpResponse:
    """Lead to the draft somebody is working on, else to a new one."""
    acting = request.access.acting
    drafts = OrderDraft.objects.for_access(request.access).filter(
        state=OrderDraft.State.OPEN, last_day__gte=today()
    )
    if acting is not None and acting.party_id in request.access.buyer_ids:
        drafts = drafts.filter(buyer_id=acting.party_id)
    elif request.access.is_cooperative:
        return redirect("orders:drafts")
    draft = drafts.order_by("-saved_at").first()
    return redirect("orders:draft", draft.pk) if draft else redirect("orders:draft-new")


@requires(*WRITERS)
@require_GET
def drafts(request: AccessedRequest) -> HttpResponse:
    """List drafts: open ones first, then what was placed or put away."""
    rows = (
        OrderDraft.objects.for_access(request.access)
        .filter(state=OrderDraft.State.OPEN)
        .select_related("buyer", "site", "created_by")
        .annotate(filled=Count("cells"), first_filled=Min("cells__cycle__delivery_day"))
        .order_by("-saved_at")
    )
    put_away = (
        OrderDraft.objects.for_access(request.access)
        .filter(state=OrderDraft.State.DISCARDED, saved_at__gte=now() - dt.timedelta(days=30))
        .select_related("buyer", "site")
        .order_by("-saved_at")[:20]
    )
    return page(
        request,
        "orders/drafts.html",
        {
            "page_obj": Paginator(rows, 30).get_page(request.GET.get("page")),
            "put_away": put_away,
        },
    )


@requires(*WRITERS)
def draft_new(request: AccessedRequest) -> HttpResponse:
    """Begin a draft."""
    sites = sites_to_order_for(request.access)
    acting = request.access.acting
    if acting is not None and acting.party_id in request.access.buyer_ids:
        sites = sites.filter(buyer_id=acting.party_id)
    first = today() + dt.timedelta(days=1)
    cycle = (
        OrderCycle.objects.filter(state="open", delivery_day__gt=today(), cutoffs__at__gt=now())
        .order_by("delivery_day")
        .first()
    )
    if cycle is not None:
        first = cycle.delivery_day
    form = DraftForm(
        request.POST or None,
        sites=sites,
        initial={
            "site": sites.first(),
            "first_day": first,
            "last_day": first + dt.timedelta(days=NEW_DRAFT_DAYS - 1),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            draft = services.start_draft(by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.where if refusal.where in form.fields else None, str(refusal))
        else:
            return redirect("orders:draft", draft.pk)
    return page(request, "orders/draft_new.html", {"form": form, "no_site": not sites.exists()})


@requires(*WRITERS)
def draft_copy(request: AccessedRequest, pk: int) -> HttpResponse:
    """Copy a draft to other days."""
    draft = draft_to_change(request.access, pk)
    shift = dt.timedelta(days=7)
    form = CopyForm(
        request.POST or None,
        initial={
            "first_day": draft.first_day + shift,
            "last_day": draft.last_day + shift,
            "name": draft.name,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            copy = services.duplicate_draft(by=request.user, draft=draft, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("คัดลอกร่างแล้ว วันที่ปิดรับไปแล้วไม่ได้คัดลอกมา"))
            return redirect("orders:draft", copy.pk)
    return page(request, "orders/draft_copy.html", {"form": form, "draft": draft})


@requires(*WRITERS)
@require_GET
def draft(request: AccessedRequest, pk: int) -> HttpResponse:
    """Show a draft's grid; a placed one leads to its order."""
    found = draft_to_change(request.access, pk)
    if found.order is not None:
        return redirect("orders:order", found.order.number)
    if found.state == OrderDraft.State.DISCARDED:
        return page(request, "orders/draft_discarded.html", {"draft": found})
    return _show(request, found)


def _show(
    request: AccessedRequest,
    found: OrderDraft,
    *,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    sheet = sheet_of_draft(found)
    asked = request.GET.get("why", "")
    show = request.GET.get("show", "")
    drawn = build_grid(
        sheet,
        show=show if not errors else "",
        query=request.GET.get("q", "").strip(),
        day_id=number_in(request.GET.get("day", "")),
        asked_cell=f"c-{asked}" if asked else "",
        typed=typed,
        errors=errors,
    )
    context = grid_context(drawn, sheet) | {
        "draft": found,
        "shows": [(key, word, key == show) for key, word in SHOWS],
        "show": show,
        "q": request.GET.get("q", "").strip(),
        "version": found.version,
        "save_url": reverse("orders:draft-save", args=[found.pk]),
        "why_url": reverse("orders:draft-why", args=[found.pk]),
        "window": format_range(found.first_day, found.last_day),
        "closed_filled": sum(1 for cell in drawn.cells() if cell.qty and not cell.is_open),
        "errors": list((errors or {}).items()),
    }
    if asked:
        context |= explanation(found, sheet, asked) or {}
    return page(request, "orders/grid.html", context, status=status)


def grid_context(drawn: Grid, sheet: Sheet) -> dict[str, Any]:
    """Return what `grid_table.html` and its sums need."""
    first_open = next((day for day in drawn.days if day.of.is_open), None)
    rule = sheet.buyer.buyer_class
    return {
        "grid": drawn,
        "buyer": sheet.buyer,
        "first_open": first_open,
        "rule": rule,
        "zones": zones_of(drawn),
        "below_minimum": [day for day in drawn.days if day.is_small],
        "months": len({day.month for day in drawn.days}) > 1,
    }


@requires(*WRITERS)
@require_POST
def draft_save(request: AccessedRequest, pk: int) -> HttpResponse:
    """Save typed cells: some by the page itself (JSON), or the whole form."""
    found = draft_to_change(request.access, pk)
    if request.content_type == "application/json":
        return _save_some(request, found)
    typed = {name: str(text) for name, text in request.POST.items() if name.startswith("c-")}
    read = read_typed(typed)
    errors = read.errors
    cells = _without(read.cells, _unchanged(found, read.cells))
    version = number_in(request.POST.get("version", ""))
    try:
        if errors:
            raise Refusals([Refusal(text, where={}) for text in errors.values()])
        found = services.save_cells(by=request.user, draft=found, cells=cells, version=version)
    except Refusal as refusal:
        errors = {**errors, **refusals_by_cell(refusal)}
        if not errors:
            messages.error(request, str(refusal))
        found.refresh_from_db()
        return _show(request, found, typed=typed, errors=errors or {"": ""}, status=409)
    if request.POST.get("then") == "review":
        return redirect(f"{reverse('checkout:index')}?draft={found.pk}")
    messages.success(request, _("บันทึกร่างแล้ว %(time)s") % {"time": format_time(found.saved_at)})
    return redirect("orders:draft", found.pk)


def _unchanged(found: OrderDraft, cells: list[CellInput]) -> set[tuple[int, int]]:
    held = {
        (listing, cycle): qty
        for listing, cycle, qty in found.cells.values_list("listing_id", "cycle_id", "qty")
    }
    return {
        (cell.listing_id, cell.cycle_id)
        for cell in cells
        if held.get((cell.listing_id, cell.cycle_id), 0) == cell.qty
    }


def _without(cells: list[CellInput], keys: set[tuple[int, int]]) -> list[CellInput]:
    return [cell for cell in cells if (cell.listing_id, cell.cycle_id) not in keys]


def _save_some(request: AccessedRequest, found: OrderDraft) -> JsonResponse:
    """Save what can be saved of some cells; answer with what is wrong with the others."""
    try:
        sent = json.loads(request.body)
        typed = {str(name): str(text)[:40] for name, text in dict(sent["cells"]).items()}
        version = int(sent["version"])
    except (ValueError, TypeError, KeyError, AttributeError):
        return JsonResponse({"message": _("ส่งข้อมูลมาไม่ครบ กรุณาเปิดหน้านี้ใหม่")}, status=400)
    read = read_typed(typed)
    errors, cells = dict(read.errors), read.cells
    try:
        try:
            found = services.save_cells(by=request.user, draft=found, cells=cells, version=version)
        except Refusals as refusal:
            wrong = refusals_by_cell(refusal)
            errors |= wrong
            good = [c for c in cells if f"c-{c.listing_id}-{c.cycle_id}" not in wrong]
            found = services.save_cells(by=request.user, draft=found, cells=good, version=version)
    except Refusal as refusal:
        return JsonResponse({"message": str(refusal), "code": refusal.code}, status=409)
    products = StockRecord.objects.filter(pk__in={cell.listing_id for cell in cells}).values_list(
        "product_id", flat=True
    )
    drawn = build_grid(sheet_of_draft(found), only_products=list(products))
    return JsonResponse(
        {
            "version": found.version,
            "saved": _("บันทึกแล้ว %(time)s") % {"time": format_time(found.saved_at)},
            "cells": {
                cell.name: {"left": cell.left, "most": cell.most, "want": cell.want}
                for cell in drawn.cells()
            },
            "errors": errors,
        }
    )


@requires(*WRITERS)
@require_POST
def draft_fill(request: AccessedRequest, pk: int) -> HttpResponse:
    """Fill empty cells with what the site had one or two weeks before."""
    found = draft_to_change(request.access, pk)
    days_back = 14 if request.POST.get("back") == "14" else 7
    day = OrderCycle.objects.filter(pk=number_in(request.POST.get("day", "")) or 0).first()
    count = services.fill_like_earlier(
        by=request.user,
        draft=found,
        days_back=days_back,
        only_day=day.delivery_day if day else None,
    )
    if count:
        messages.success(request, _("เติมให้ %(count)s ช่อง ช่องที่มีอยู่แล้วไม่เปลี่ยน") % {"count": count})
    else:
        messages.info(request, _("ไม่มีอะไรให้เติม ช่วงก่อนหน้าไม่มีใบจองของจุดส่งนี้ หรือช่องเต็มแล้ว"))
    url = reverse("orders:draft", args=[found.pk])
    return redirect(f"{url}?day={day.pk}" if day else url)


@requires(*WRITERS)
@require_POST
def draft_drop_closed(request: AccessedRequest, pk: int) -> HttpResponse:
    """Empty the cells whose day has closed."""
    found = draft_to_change(request.access, pk)
    count = services.drop_closed_cells(by=request.user, draft=found)
    messages.success(request, _("เอาออก %(count)s ช่องที่ปิดรับแล้ว") % {"count": count})
    return redirect("orders:draft", found.pk)


@requires(*WRITERS)
@require_POST
def draft_discard(request: AccessedRequest, pk: int) -> HttpResponse:
    """Put a draft away; it can be taken out again."""
    found = draft_to_change(request.access, pk)
    services.discard_draft(by=request.user, draft=found)
    undoable(request, _("ทิ้งร่างแล้ว"), reverse("orders:draft-restore", args=[found.pk]))
    return redirect("orders:drafts")


@requires(*WRITERS)
@require_POST
def draft_restore(request: AccessedRequest, pk: int) -> HttpResponse:
    """Take a discarded draft out again."""
    found = services.restore_draft(by=request.user, draft=draft_to_change(request.access, pk))
    return redirect("orders:draft", found.pk)
