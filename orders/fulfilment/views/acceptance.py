"""Acceptance: on the receiver's phone, on the driver's at the dock, or typed from the signed paper."""

from __future__ import annotations

import base64
import binascii
from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Sum
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from catalogue.grades import Grade
from catalogue.models import GradeCard
from marketplace.common.clock import now, today
from marketplace.common.dates import bangkok_at
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.quantities import BaseUnit, format_number, parse_quantity
from marketplace.parties.access import AccessedRequest, requires
from orders.allocation.services.running import amount
from orders.fulfilment import services
from orders.fulfilment.board import to_chase
from orders.fulfilment.models import Acceptance, Cause, CrateMovement, CrateType, Pack
from orders.fulfilment.views.common import BUYERS, OFFICE
from orders.fulfilment.views.packing import _crates, _delivery, back_url
from orders.models import Delivery, Line
from orders.states import STATUS_LOOK, DeliveryState

MOST_BYTES = 8_000_000
QUICK_REASONS = ("เหี่ยว", "ช้ำ", "หนอน", "ผิดขนาด", "ผิดของ")


@requires("receiver", "requester", "approver")
def arrivals(request: AccessedRequest) -> HttpResponse:
    """Show the receiver what comes today and what still waits to be accepted."""
    mine = (
        Delivery.objects.for_access(request.access)
        .select_related("order__buyer", "order__site", "cycle")
        .prefetch_related("lines__product")
    )
    waiting = mine.filter(state=DeliveryState.DISPATCHED).order_by(
        "cycle__delivery_day", "order__site__receive_from", "pk"
    )
    coming = mine.filter(
        state__in=(DeliveryState.ALLOCATED, DeliveryState.PACKED, DeliveryState.PLACED),
        cycle__delivery_day__gte=today(),
    ).order_by("cycle__delivery_day", "pk")[:6]
    done = mine.filter(state=DeliveryState.ACCEPTED).order_by("-cycle__delivery_day", "-pk")[:6]
    context = {
        "waiting": list(waiting),
        "coming": list(coming),
        "done": list(done),
        "day": today(),
        "looks": STATUS_LOOK,
    }
    return render(request, "fulfilment/arrivals.html", context)


@requires(*OFFICE)
def chase(request: AccessedRequest) -> HttpResponse:
    """Show deliveries that left and that nobody has accepted; none is accepted by silence."""
    moment = now()
    rows = []
    for row in to_chase():
        due = bangkok_at(row.cycle.delivery_day, row.order.site.receive_until)
        rows.append(
            {
                "delivery": row,
                "due": due,
                "late": moment > due,
                "text": _(
                    "ขอผลตรวจรับของ %(site)s ใบจอง %(number)s รับแล้วกี่กิโล มีอะไรไม่รับไหม ตอบกลับได้เลย"
                )
                % {"site": row.order.site.name, "number": row.order.number},
            }
        )
    return render(
        request,
        "fulfilment/chase.html",
        {"rows": rows, "late": sum(1 for row in rows if row["late"])},
    )


@requires("receiver", "staff")
def accept(request: AccessedRequest, pk: int) -> HttpResponse:
    """Record the acceptance of a delivery, line by line."""
    found = _delivery(request, pk)
    if Acceptance.objects.filter(delivery=found).exists():
        return redirect("fulfilment:accepted", pk=pk)
    lines = _lines(found)
    method = _method(request)
    typed: dict[str, str] = {}
    problems: list[str] = []
    if request.method == "POST":
        typed = {key: value for key, value in request.POST.items() if isinstance(value, str)}
        try:
            services.record_acceptance(
                by=request.user,
                delivery=found,
                method=method,
                receiver_name=request.POST.get("receiver_name", ""),
                lines=_answers(request, lines),
                crates_back=_crates(request, "back"),
                signature=_signature(request.POST.get("signature", "")),
                photo=_photo(request),
                note=request.POST.get("note", ""),
            )
        except Refusal as refusal:
            problems = _place(refusal, lines)
        else:
            messages.success(request, _("บันทึกการตรวจรับแล้ว"))
            return redirect("fulfilment:accepted", pk=pk)
    for row in lines:
        row["typed"] = {
            name: typed.get(f"{name}_{row['line'].pk}", "")
            for name in ("out", "weight", "rejected", "down", "grade", "cause", "reason")
        }
    context = {
        "shell": "shells/office.html" if _by_staff(request) else "shells/farmer.html",
        "delivery": found,
        "lines": lines,
        "method": method,
        "methods": Acceptance.Method,
        "by_staff": _by_staff(request),
        "problems": problems,
        "receiver_name": typed.get("receiver_name") or _name(request),
        "typed": typed,
        "crate_types": _crates_out(found),
        "reasons": [_(word) for word in QUICK_REASONS],
        "causes": Cause,
        "waits": found.state == DeliveryState.DISPATCHED,
    }
    return render(request, "fulfilment/accept.html", context, status=409 if problems else 200)


def _by_staff(request: AccessedRequest) -> bool:
    return request.access.is_cooperative


def _method(request: AccessedRequest) -> str:
    if not _by_staff(request):
        return str(Acceptance.Method.OWN_PHONE)
    asked = request.POST.get("method") or request.GET.get("method", "")
    if asked in (Acceptance.Method.DRIVER, Acceptance.Method.PAPER):
        return asked
    return str(Acceptance.Method.DRIVER)


def _name(request: AccessedRequest) -> str:
    return "" if _by_staff(request) else request.user.get_full_name()


def _lines(found: Delivery) -> list[dict[str, Any]]:
    """Return the lines of a delivery with what was packed of each."""
    lines = list(
        Line.objects.filter(delivery=found)
        .select_related("product", "standard")
        .order_by("product__title", "pk")
    )
    packed = dict(
        Pack.objects.filter(delivery=found)
        .values_list("line")
        .annotate(total=Sum("qty"))
        .order_by()
    )
    packs: dict[int, list[Pack]] = defaultdict(list)
    for pack in Pack.objects.filter(delivery=found).order_by("number"):
        packs[pack.line_id].append(pack)
    cards: dict[tuple[int, str], GradeCard] = {}
    for card in (
        GradeCard.objects.filter(product__in=[line.product_id for line in lines])
        .filter(buyer__isnull=True)
        .order_by("pk")
    ):
        cards[card.product_id, card.grade] = card
    for card in GradeCard.objects.filter(
        product__in=[line.product_id for line in lines], buyer=found.order.buyer_id
    ).order_by("pk"):
        cards[card.product_id, card.grade] = card
    return [
        {
            "line": line,
            "product": line.product,
            "unit": "" if line.base_unit == BaseUnit.PIECE else _("กก."),
            "ordered": amount(line.ordered_qty, line.product),
            "delivered_qty": packed.get(line.pk, 0),
            "delivered": amount(packed.get(line.pk, 0), line.product),
            "number": format_number(packed.get(line.pk, 0), BaseUnit(line.base_unit)),
            "short": line.ordered_qty > packed.get(line.pk, 0),
            "packs": packs[line.pk],
            "outside": any(pack.outside for pack in packs[line.pk]),
            "card": cards.get((line.product_id, line.min_grade)),
            "lower": [g for g in Grade if g.rank > Grade(line.min_grade).rank],
            "problem": "",
        }
        for line in lines
        if line.ordered_qty
    ]


def _answers(
    request: AccessedRequest, lines: list[dict[str, Any]]
) -> list[services.AcceptanceInput]:
    """Read what was said of each line; a line without an answer is left out and refused later."""
    found = []
    bad: list[Refusal] = []
    for row in lines:
        line = row["line"]
        unit = BaseUnit(line.base_unit)
        delivered = row["delivered_qty"]
        answer = request.POST.get(f"out_{line.pk}", "")
        if not delivered or not answer:
            continue

        def typed(name: str, key: int = line.pk, unit: BaseUnit = unit) -> int:
            return parse_quantity(request.POST.get(f"{name}_{key}", ""), unit=unit)

        try:
            values: dict[str, Any] = {"accepted_qty": delivered}
            if answer == "weight":
                values["accepted_qty"] = typed("weight")
                values["reason"] = _("ชั่งได้ไม่เท่าใบส่ง")
            elif answer == "reject":
                values["rejected_qty"] = typed("rejected")
                values["accepted_qty"] = max(0, delivered - values["rejected_qty"])
            elif answer == "down":
                values["downgraded_qty"] = typed("down")
                values["accepted_qty"] = max(0, delivered - values["downgraded_qty"])
                values["downgraded_grade"] = request.POST.get(f"grade_{line.pk}", "")
            if answer in ("reject", "down"):
                values["cause"] = request.POST.get(f"cause_{line.pk}", "")
                values["reason"] = request.POST.get(f"reason_{line.pk}", "")
                values["rejected_packs"] = tuple(request.POST.getlist(f"pack_{line.pk}"))
            found.append(services.AcceptanceInput(line_id=line.pk, **values))
        except Refusal as refusal:
            bad.append(
                Refusal(
                    f"{line.product.name}: {refusal}", code=refusal.code, where={"line": line.pk}
                )
            )
    Refusals.raise_if_any(bad)
    return found


def _place(refusal: Refusal, lines: list[dict[str, Any]]) -> list[str]:
    """Put each refusal beside its line; return all of them for the head of the page."""
    by_line = {row["line"].pk: row for row in lines}
    found = []
    for one in refusal.items if isinstance(refusal, Refusals) else [refusal]:
        found.append(str(one.message))
        key = one.where.get("line") if isinstance(one.where, dict) else None
        if key in by_line:
            by_line[key]["problem"] = str(one.message)
    return found


def _signature(text: str) -> bytes | None:
    """Return the PNG of a signature drawn on glass."""
    head, _comma, body = text.partition(",")
    if head != "data:image/png;base64" or len(body) > MOST_BYTES:
        return None
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        return None


def _photo(request: AccessedRequest) -> UploadedFile | None:
    photo = request.FILES.get("photo")
    if not isinstance(photo, UploadedFile):
        return None
    if (photo.size or 0) > MOST_BYTES or not (photo.content_type or "").startswith("image/"):
        raise Refusal(_("รูปใหญ่เกิน 8 MB หรือไม่ใช่รูป ถ่ายใหม่อีกครั้ง"), code="photo")
    return photo


def _crates_out(found: Delivery) -> list[dict[str, Any]]:
    out = dict(
        CrateMovement.objects.filter(delivery=found)
        .values_list("crate_type")
        .annotate(total=Sum("out_count"))
        .order_by()
    )
    return [
        {"kind": kind, "out": out.get(kind.pk, 0)}
        for kind in CrateType.objects.filter(archived_at__isnull=True)
    ]


@requires(*OFFICE, *BUYERS)
def accepted(request: AccessedRequest, pk: int) -> HttpResponse:
    """Show what was accepted, beside what was delivered."""
    found = _delivery(request, pk)
    acceptance = get_object_or_404(
        Acceptance.objects.for_access(request.access).select_related("by"), delivery=found
    )
    rows = []
    for row in acceptance.lines.select_related("line__product").order_by("line__product__title"):
        product = row.line.product
        rows.append(
            {
                "row": row,
                "product": product,
                **{
                    name: amount(getattr(row, f"{name}_qty"), product)
                    for name in (
                        "ordered",
                        "delivered",
                        "accepted",
                        "downgraded",
                        "rejected",
                        "over",
                        "short",
                    )
                },
            }
        )
    context = {
        "delivery": found,
        "acceptance": acceptance,
        "back_url": back_url(request, found),
        "rows": rows,
        "odd": sum(
            1
            for row in rows
            if row["row"].rejected_qty or row["row"].downgraded_qty or row["row"].short_qty
        ),
        "crates": CrateMovement.objects.filter(delivery=found).select_related("crate_type"),
    }
    return render(request, "fulfilment/accepted.html", context)


@requires(*OFFICE, *BUYERS)
def proof(request: AccessedRequest, pk: int, what: str) -> FileResponse:
    """Show the signature or the photo of an acceptance."""
    acceptance = get_object_or_404(
        Acceptance.objects.for_access(request.access), delivery=_delivery(request, pk)
    )
    kept = {"signature": acceptance.signature, "photo": acceptance.photo}.get(what)
    if not kept:
        raise Http404
    kind = "image/png" if what == "signature" else "image/jpeg"
    response = FileResponse(kept.open("rb"), content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    return response
