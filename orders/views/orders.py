"""The pages of placed orders: list, one order, changing it, taking days off, paper."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, Max, Min, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from openpyxl import Workbook

from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.money import from_decimal
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import Cooperative, RoleName
from orders import hooks, services
from orders.access import (
    READERS,
    WRITERS,
    may_file_papers_for,
    may_order_for,
    order_to_change,
)
from orders.forms import CancelForm, OrderFilter
from orders.grid import build_grid, read_typed, refusals_by_cell, sheet_of_order
from orders.models import Delivery, Line, Order
from orders.reading import days_of, history_of, sheet_rows, text_of, window_of
from orders.services import CellInput
from orders.states import STATUS_LOOK, DeliveryState, OrderState
from orders.views.common import page
from orders.views.drafts import grid_context

A_PAGE = 30
MOST_EXPORTED = 100_000


def _filtered(request: AccessedRequest) -> tuple[Any, OrderFilter]:
    """Return the orders the reader may see and asked for, and the filter's form."""
    form = OrderFilter(request.GET or None)
    rows = Order.objects.for_access(request.access)
    if not form.is_valid():
        return rows, form
    wanted = form.cleaned_data
    if text := wanted["q"].strip():
        rows = rows.filter(
            Q(number__icontains=text)
            | Q(purchase_order__number__icontains=text)
            | Q(site__name__icontains=text)
            | Q(buyer__name_th__icontains=text)
        )
    if wanted["state"]:
        rows = rows.filter(status=wanted["state"])
    if wanted["without_po"]:
        rows = rows.filter(purchase_order=None).exclude(status=OrderState.CANCELLED)
    days = Delivery.objects.filter(order=OuterRef("pk"))
    if wanted["first_day"]:
        days = days.filter(cycle__delivery_day__gte=wanted["first_day"])
    if wanted["last_day"]:
        days = days.filter(cycle__delivery_day__lte=wanted["last_day"])
    if wanted["first_day"] or wanted["last_day"]:
        rows = rows.filter(Exists(days))
    return rows, form


@requires(*READERS)
@require_GET
def order_list(request: AccessedRequest) -> HttpResponse:
    """List orders, newest first."""
    rows, form = _filtered(request)
    rows = (
        rows.select_related("buyer", "site", "purchase_order")
        .annotate(
            first_day=Min("deliveries__cycle__delivery_day"),
            last_day=Max("deliveries__cycle__delivery_day"),
            days=Count("deliveries", filter=~Q(deliveries__state=DeliveryState.CANCELLED)),
        )
        .order_by("-date_placed", "-pk")
    )
    found = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return page(
        request,
        "orders/list.html",
        {
            "page_obj": found,
            "form": form,
            "filtered": any(request.GET.get(name) for name in form.fields),
            "rows": [
                {
                    "order": row,
                    "look": STATUS_LOOK[row.status],
                    "worth": from_decimal(row.total_excl_tax),
                }
                for row in found
            ],
            "query": request.GET.urlencode(),
            "may_order": _orders_anywhere(request),
        },
    )


def _orders_anywhere(request: AccessedRequest) -> bool:
    return request.access.is_superuser or request.access.has(*WRITERS)


@requires(*READERS)
@require_GET
def export(request: AccessedRequest) -> HttpResponse:
    """Give the lines of the listed orders as a spreadsheet."""
    rows, _form = _filtered(request)
    lines = (
        Line.objects.filter(order__in=rows.values("pk"), quantity__gt=0)
        .select_related(
            "order__buyer",
            "order__site",
            "order__purchase_order",
            "delivery",
            "cycle",
            "product",
        )
        .order_by("-order_id", "cycle__delivery_day", "title")[:MOST_EXPORTED]
    )
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("ใบจอง"))
    sheet.append(
        [
            _("เลขที่ใบจอง"),
            _("ผู้ซื้อ"),
            _("จุดส่ง"),
            _("วันส่ง"),
            _("ผลผลิต"),
            _("เกรด"),
            _("มาตรฐาน"),
            _("ยืนยันแล้ว"),
            _("ขอเพิ่ม"),
            _("หน่วย"),
            _("ราคาต่อหน่วย (บาท)"),
            _("เป็นเงิน (บาท)"),
            _("สถานะ"),
            _("ใบสั่งซื้อ"),
        ]
    )
    for row in sheet_rows(lines.iterator(chunk_size=2000)):
        sheet.append(row)
    out = BytesIO()
    book.save(out)
    answer = HttpResponse(
        out.getvalue(),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    answer["Content-Disposition"] = f'attachment; filename="orders-{today().isoformat()}.xlsx"'
    return answer


def _seen(request: AccessedRequest, number: str) -> Order:
    order: Order = get_object_or_404(
        Order.objects.for_access(request.access).select_related(
            "buyer__buyer_class", "site", "purchase_order", "user", "split_from"
        ),
        number=number,
    )
    return order


@requires(*READERS)
@require_GET
def order(request: AccessedRequest, number: str) -> HttpResponse:
    """Show an order by day, with its history."""
    found = _seen(request, number)
    days = days_of(found.deliveries.select_related("cycle"))
    live = [day for day in days if not day.cancelled]
    may_change = may_order_for(request.access, found.buyer_id)
    panels = [
        panel for ask in hooks.order_panels if (panel := ask(request.access, found)) is not None
    ]
    return page(
        request,
        "orders/order.html",
        {
            "order": found,
            "days": days,
            "live": live,
            "window": window_of(days),
            "look": STATUS_LOOK[found.status],
            "grams": sum(day.grams for day in live),
            "firm_grams": sum(day.firm_grams for day in live),
            "wanted_grams": sum(day.wanted_grams for day in live),
            "worth": sum(day.worth for day in live),
            "fee": sum(day.delivery.fee_satang for day in live),
            "history": history_of(found),
            "text": text_of(found, days),
            "parts": [*found.parts.all(), *([found.split_from] if found.split_from else [])],
            "may_change": may_change and any(day.can_change for day in days),
            "may_cancel": may_change
            and any(_may_cancel(request, day.delivery, day.can_change) for day in live),
            "may_file": may_file_papers_for(request.access, found.buyer_id),
            "panels": sorted(panels, key=lambda panel: panel.order),
        },
    )


def _may_cancel(request: AccessedRequest, delivery: Delivery, before_cutoff: bool) -> bool:
    if before_cutoff:
        return True
    staff = request.access.is_superuser or request.access.has(RoleName.STAFF)
    return staff and delivery.state in (
        DeliveryState.PLACED,
        DeliveryState.ALLOCATED,
        DeliveryState.PACKED,
    )


@requires(*WRITERS)
def change(request: AccessedRequest, number: str) -> HttpResponse:
    """Change an order in the grid, day by day until each cut-off."""
    found = order_to_change(request.access, number)
    errors: dict[str, str] = {}
    typed: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        typed = {name: str(text) for name, text in request.POST.items() if name.startswith("c-")}
        read = read_typed(typed)
        errors = dict(read.errors)
        held = sheet_of_order(found).asked
        cells: list[CellInput] = [
            cell for cell in read.cells if held.get((cell.listing_id, cell.cycle_id), 0) != cell.qty
        ]
        version = request.POST.get("version", "")
        try:
            if errors:
                raise Refusals([Refusal(text, where={}) for text in errors.values()])
            services.amend_order(
                by=request.user,
                order=found,
                cells=cells,
                reason=request.POST.get("reason", "").strip()[:120],
                version=int(version) if version.isdigit() else None,
            )
        except Refusal as refusal:
            errors = {**errors, **refusals_by_cell(refusal)}
            if not errors:
                messages.error(request, str(refusal))
            status = 409
        else:
            if cells:
                messages.success(request, _("แก้ใบจองแล้ว %(count)s ช่อง") % {"count": len(cells)})
            else:
                messages.info(request, _("ไม่มีช่องไหนเปลี่ยน"))
            return redirect("orders:order", found.number)
    sheet = sheet_of_order(found)
    day = request.GET.get("day", "")
    drawn = build_grid(
        sheet,
        show=request.GET.get("show", "filled" if not request.GET else ""),
        query=request.GET.get("q", "").strip(),
        day_id=int(day) if day.isdigit() else None,
        typed=typed,
        errors=errors,
    )
    found.refresh_from_db(fields=["version"])
    return page(
        request,
        "orders/change.html",
        grid_context(drawn, sheet)
        | {
            "order": found,
            "version": found.version,
            "save_url": reverse("orders:change", args=[found.number]),
            "errors": list(errors.items()),
            "q": request.GET.get("q", "").strip(),
            "all_rows": request.GET.get("show") == "all",
        },
        status=status,
    )


@requires(*WRITERS)
def cancel(request: AccessedRequest, number: str) -> HttpResponse:
    """Ask, then take one delivery or all that can still go off an order."""
    found = order_to_change(request.access, number)
    days = [
        day
        for day in days_of(found.deliveries.select_related("cycle"))
        if not day.cancelled and _may_cancel(request, day.delivery, day.can_change)
    ]
    chosen = request.GET.get("delivery") or request.POST.get("delivery") or ""
    if chosen.isdigit():
        days = [day for day in days if day.delivery.pk == int(chosen)]
    form = CancelForm(request.POST or None)
    if not days:
        messages.info(request, _("ไม่มีวันส่งที่ยกเลิกได้ วันที่ปิดรับแล้วให้ติดต่อศูนย์"))
        return redirect("orders:order", found.number)
    if request.method == "POST" and form.is_valid():
        after = any(not day.can_change for day in days)
        services.cancel_deliveries(
            by=request.user,
            deliveries=[day.delivery for day in days],
            reason=form.cleaned_data["reason"],
            after_cutoff=after,
        )
        messages.success(request, _("ยกเลิกแล้ว %(count)s วันส่ง") % {"count": len(days)})
        return redirect("orders:order", found.number)
    return page(
        request,
        "orders/cancel.html",
        {
            "order": found,
            "days": days,
            "form": form,
            "chosen": chosen,
            "grams": sum(day.grams for day in days),
        },
    )


@requires(*READERS)
@require_GET
def paper(request: AccessedRequest, number: str) -> HttpResponse:
    """Show an order as a paper."""
    found = _seen(request, number)
    days = [day for day in days_of(found.deliveries.select_related("cycle")) if not day.cancelled]
    return page(
        request,
        "orders/paper.html",
        {
            "order": found,
            "days": days,
            "window": window_of(days),
            "worth": sum(day.worth for day in days),
            "fee": sum(day.delivery.fee_satang for day in days),
            "total": from_decimal(found.total_excl_tax),
            "grams": sum(day.grams for day in days),
            "cooperative_name": Cooperative.objects.get().name,
            "back_url": reverse("orders:order", args=[found.number]),
        },
    )
