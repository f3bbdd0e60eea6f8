"""Packing and sending off: packs with labels, notes, crates."""

from __future__ import annotations

import io
from collections import defaultdict
from typing import Any

import segno
from django.contrib import messages
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from catalogue.standards.models import Standard
from marketplace.common.dates import format_date
from marketplace.common.exceptions import Refusal
from marketplace.cycles.models import CycleState, OrderCycle
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import Cooperative, Party
from orders.allocation.models import Run
from orders.allocation.services.running import amount
from orders.fulfilment import services
from orders.fulfilment.board import current_cycle, make_board
from orders.fulfilment.models import (
    CrateMovement,
    CrateType,
    DeliveryNote,
    LotAssignment,
    Pack,
)
from orders.fulfilment.views.common import BUYERS, OFFICE, STAFF, tell_refusal, the_cycle
from orders.models import Delivery, Line
from orders.states import STATUS_LOOK, DeliveryState


@requires(*STAFF)
def now(request: AccessedRequest) -> HttpResponse:
    """Go to the packing of the cycle that the hub works on."""
    found = current_cycle()
    if found is None:
        return render(request, "fulfilment/no_cycle.html")
    return redirect("fulfilment:packing", pk=found.pk)


@requires(*STAFF)
def packing(request: AccessedRequest, pk: int) -> HttpResponse:
    """Pack and send the deliveries of a day, all or the chosen ones."""
    cycle = the_cycle(pk)
    if request.method == "POST":
        _act(request, cycle)
        return redirect("fulfilment:packing", pk=pk)
    board = make_board(cycle)
    intake = board.intake
    rows = [
        {
            "row": row,
            "look": STATUS_LOOK.get(row.delivery.state, "wait"),
            "packable": row.delivery.state == DeliveryState.ALLOCATED and intake is not None,
            "sendable": row.delivery.state == DeliveryState.PACKED,
        }
        for row in board.deliveries
    ]
    context = {
        "cycle": cycle,
        "rows": rows,
        "intake": intake,
        "to_pack": sum(1 for row in rows if row["packable"]),
        "to_send": sum(1 for row in rows if row["sendable"]),
        "open_intake": intake is None and cycle.state in (CycleState.ALLOCATED, CycleState.INTAKE),
    }
    return render(request, "fulfilment/packing.html", context)


def _act(request: AccessedRequest, cycle: OrderCycle) -> None:
    keys = [int(key) for key in request.POST.getlist("delivery") if key.isdecimal()]
    mine = Delivery.objects.for_access(request.access).filter(cycle=cycle)
    chosen = mine.filter(pk__in=keys)
    act = request.POST.get("act", "")
    try:
        if act == "pack":
            wanted = chosen if keys else mine.filter(state=DeliveryState.ALLOCATED)
            packs = services.pack_deliveries(by=request.user, deliveries=list(wanted))
            messages.success(request, _("แพ็คแล้ว %(count)s แพ็ค") % {"count": len(packs)})
        elif act == "send":
            wanted = chosen if keys else mine.filter(state=DeliveryState.PACKED)
            notes = services.dispatch(
                by=request.user,
                deliveries=list(wanted),
                driver=request.POST.get("driver", ""),
            )
            messages.success(request, _("ออกส่งแล้ว %(count)s แห่ง") % {"count": len(notes)})
    except Refusal as refusal:
        tell_refusal(request, refusal)


@requires(*STAFF)
def delivery(request: AccessedRequest, pk: int) -> HttpResponse:
    """Show one delivery: its packs and the lots in them; pack it, send it with its crates."""
    found = _delivery(request, pk)
    if request.method == "POST":
        try:
            if request.POST.get("act") == "pack":
                services.pack_deliveries(by=request.user, deliveries=[found])
                messages.success(request, _("แพ็คแล้ว พิมพ์ป้ายได้"))
            else:
                services.dispatch(
                    by=request.user,
                    deliveries=[found],
                    crates_out={found.pk: _crates(request, "out")},
                    driver=request.POST.get("driver", ""),
                )
                messages.success(request, _("ออกส่งแล้ว ใบส่งของพร้อมพิมพ์"))
        except Refusal as refusal:
            tell_refusal(request, refusal)
        return redirect("fulfilment:delivery", pk=pk)
    intake = Run.objects.filter(cycle=found.cycle_id, kind=Run.Kind.INTAKE, is_current=True).first()
    context = {
        "delivery": found,
        "lines": _lines(found, intake),
        "crate_types": CrateType.objects.filter(archived_at__isnull=True),
        "packable": found.state == DeliveryState.ALLOCATED and intake is not None,
        "sendable": found.state == DeliveryState.PACKED,
        "look": STATUS_LOOK.get(found.state, "wait"),
        "note": DeliveryNote.objects.filter(delivery=found).first(),
        "crates_of": CrateMovement.objects.filter(delivery=found).select_related("crate_type"),
    }
    return render(request, "fulfilment/delivery.html", context)


def _delivery(request: AccessedRequest, pk: int) -> Delivery:
    return get_object_or_404(
        Delivery.objects.for_access(request.access).select_related(
            "order__buyer", "order__site", "order__purchase_order", "cycle"
        ),
        pk=pk,
    )


def _crates(request: AccessedRequest, way: str) -> dict[int, int]:
    """Return the counts of crates typed, by type; what is no count counts as none."""
    found = {}
    for kind in CrateType.objects.values_list("pk", flat=True):
        text = request.POST.get(f"crate_{way}_{kind}", "").strip()
        if text.isdecimal() and 0 < int(text) <= 500:
            found[kind] = int(text)
    return found


def _lines(found: Delivery, intake: Run | None) -> list[dict[str, Any]]:
    lines = list(
        Line.objects.filter(delivery=found)
        .select_related("product", "standard")
        .order_by("product__title", "pk")
    )
    packs: dict[int, list[Pack]] = defaultdict(list)
    for pack in (
        Pack.objects.filter(delivery=found)
        .prefetch_related("lots__lot__person", "lots__lot__group")
        .order_by("line_id", "number")
    ):
        packs[pack.line_id].append(pack)
    given = dict(
        LotAssignment.objects.filter(run=intake, line__delivery=found)
        .values_list("line")
        .annotate(total=Sum("qty"))
        .order_by()
    )
    return [
        {
            "line": line,
            "ordered": amount(line.ordered_qty, line.product),
            "given": amount(
                sum(pack.qty for pack in packs[line.pk])
                if packs[line.pk]
                else given.get(line.pk, 0),
                line.product,
            ),
            "short": max(0, line.ordered_qty - given.get(line.pk, 0)) if intake else 0,
            "short_text": amount(max(0, line.ordered_qty - given.get(line.pk, 0)), line.product),
            "packs": [
                {
                    "pack": pack,
                    "qty": amount(pack.qty, line.product),
                    "lots": [
                        {"lot": part.lot, "qty": amount(part.qty, line.product)}
                        for part in pack.lots.all()
                    ],
                }
                for pack in packs[line.pk]
            ],
        }
        for line in lines
        if line.ordered_qty
    ]


def qr_svg(text: str, *, scale: int = 3) -> SafeString:
    """Return a QR code as inline SVG."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", scale=scale, border=2, xmldecl=False, svgns=True, nl=False
    )
    return mark_safe(out.getvalue().decode())


@requires(*STAFF)
def labels(request: AccessedRequest, pk: int) -> HttpResponse:
    """Print the labels of a delivery's packs, each with the QR code of its story."""
    found = _delivery(request, pk)
    names = {row.pk: str(row) for row in Standard.objects.all()}
    rows = []
    for pack in (
        Pack.objects.filter(delivery=found)
        .select_related("line__product")
        .prefetch_related("lots__lot__group")
        .order_by("line__product__title", "number")
    ):
        parts = list(pack.lots.all())
        common = set.intersection(*(set(part.lot.standards) for part in parts)) if parts else set()
        rows.append(
            {
                "pack": pack,
                "qty": amount(pack.qty, pack.line.product),
                "qr": qr_svg(request.build_absolute_uri(f"/t/{pack.code}")),
                "groups": sorted({part.lot.group.name for part in parts if part.lot.group}),
                "standards": [names[code] for code in sorted(common) if code in names],
                "best_before": min((part.lot.best_before for part in parts), default=None),
            }
        )
    return render(
        request,
        "fulfilment/labels.html",
        {"delivery": found, "labels": rows, "back_url": reverse("fulfilment:delivery", args=[pk])},
    )


@requires(*OFFICE, *BUYERS)
def note(request: AccessedRequest, pk: int) -> HttpResponse:
    """Show the delivery note as it was issued."""
    found = _delivery(request, pk)
    paper = get_object_or_404(DeliveryNote.objects.for_access(request.access), delivery=found)
    lines = [
        {
            **row,
            "ordered": _shown(row["ordered_qty"], row),
            "delivered": _shown(row["delivered_qty"], row),
            "outside": _shown(row["outside_qty"], row) if row["outside_qty"] else "",
        }
        for row in paper.content["lines"]
    ]
    context = {
        "delivery": found,
        "note": paper,
        "lines": lines,
        "cooperative": Cooperative.objects.first(),
        "back_url": back_url(request, found),
        "qr": qr_svg(request.build_absolute_uri(f"/fulfilment/deliveries/{found.pk}/accept/")),
        "text": "\n".join(
            [
                _("ใบส่งของ %(code)s ส่ง %(day)s")
                % {"code": paper.code, "day": format_date(found.cycle.delivery_day, "day")},
                *[f"{row['product']} {row['grade']} {row['delivered']}" for row in lines],
            ]
        ),
    }
    return render(request, "fulfilment/note.html", context)


def back_url(request: AccessedRequest, found: Delivery) -> str:
    """Return where a paper of a delivery leads back to: the hub's page of it, or the order."""
    if request.access.is_cooperative:
        return reverse("fulfilment:delivery", args=[found.pk])
    if request.access.has("receiver", "requester", "approver"):
        return reverse("fulfilment:arrivals")
    return ""


def _shown(qty: int, row: dict[str, Any]) -> str:
    from marketplace.common.quantities import BaseUnit, format_quantity

    unit = BaseUnit(row["unit"])
    label = None if unit == BaseUnit.GRAM else row["unit_label"]
    return format_quantity(qty, unit, unit_label=label)


@requires(*OFFICE)
def crates(request: AccessedRequest) -> HttpResponse:
    """Show how many crates each party holds."""
    rows = (
        CrateMovement.objects.values_list("party_id", "crate_type_id")
        .annotate(out=Sum("out_count"), back=Sum("back_count"))
        .order_by("party__name_th", "crate_type__order")
    )
    listed = list(rows)
    parties = Party.objects.in_bulk({row[0] for row in listed})
    kinds = CrateType.objects.in_bulk({row[1] for row in listed})
    context = {
        "rows": [
            {
                "party": parties[party],
                "kind": kinds[kind],
                "out": out,
                "back": back,
                "held": out - back,
            }
            for party, kind, out, back in listed
        ],
    }
    return render(request, "fulfilment/crates.html", context)
