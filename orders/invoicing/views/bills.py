"""Pages of bills: the list, the month's closing, the paper, ageing, what a delivery was worth.

Buyers see their own bills; the rest is the cooperative's.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Max, Min, Q, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.common.clock import today
from marketplace.common.dates import format_date
from marketplace.common.money import format_baht
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import Buyer, RoleName
from orders.access import may_order_for
from orders.fulfilment.models import HarvestLot
from orders.invoicing import hooks
from orders.invoicing.ageing import ageing as age_lines
from orders.invoicing.forms import LotPriceForm, VoidForm
from orders.invoicing.models import (
    ASKING,
    DeliverySale,
    Document,
    DocumentKind,
    DocumentState,
    LotValue,
    Quotation,
)
from orders.invoicing.pdf import chromium
from orders.invoicing.quoting import offered
from orders.invoicing.rules import month_of
from orders.invoicing.services import issue_bills, price_lots, void_documents
from orders.invoicing.sheets import body_of, title_of
from orders.invoicing.views.common import BUYER, OFFICE, month_asked, shell_for


@requires(*OFFICE, *BUYER)
def bills(request: AccessedRequest) -> HttpResponse:
    """All bills the reader may see, the open ones first asked for."""
    mine = Document.objects.for_access(request.access).asking().select_related("buyer")
    which = request.GET.get("show", "open")
    shown = {
        "open": mine.open(),
        "late": mine.open().filter(due_day__lt=today()),
        "paid": mine.standing().filter(settled_satang=F("total_satang")),
        "void": mine.filter(state=DocumentState.VOID),
        "all": mine,
    }.get(which, mine.open())
    if request.access.is_cooperative and request.GET.get("buyer", "").isdigit():
        shown = shown.filter(buyer_id=int(request.GET["buyer"]))
    sums = mine.open().aggregate(
        count=Count("pk"),
        total=Sum(F("total_satang") - F("settled_satang")),
        late=Sum(F("total_satang") - F("settled_satang"), filter=Q(due_day__lt=today())),
    )
    page = Paginator(shown.order_by("-day", "-pk"), 50).get_page(request.GET.get("page"))
    return render(
        request,
        "invoicing/bills.html",
        {
            "shell": shell_for(request),
            "page_obj": page,
            "show": which,
            "choices": [
                ("open", _("ค้างชำระ")),
                ("late", _("เกินกำหนด")),
                ("paid", _("จ่ายแล้ว")),
                ("void", _("ยกเลิก")),
                ("all", _("ทั้งหมด")),
            ],
            "open_count": sums["count"],
            "open_satang": sums["total"] or 0,
            "late_satang": sums["late"] or 0,
            "waiting": hooks.waiting_on([one.pk for one in page]),
            "today": today(),
        },
    )


@requires(*OFFICE, *BUYER)
def bill(request: AccessedRequest, pk: int) -> HttpResponse:
    """The A4 paper of a bill, or of any other document."""
    found = get_object_or_404(
        Document.objects.for_access(request.access).select_related("buyer"), pk=pk
    )
    is_bill = found.kind == DocumentKind.BILL
    asks = found.kind in ASKING
    quotation = (
        Quotation.objects.filter(document=found).select_related("document", "order").first()
        if found.kind == DocumentKind.QUOTATION
        else None
    )
    related = Document.objects.filter(Q(links__of=found) | Q(linked__document=found)).distinct()
    words = {
        "kind": found.get_kind_display(),
        "code": found.code,
        "total": format_baht(found.total_satang),
        "due": format_date(found.due_day, "long"),
        "reference": found.reference,
        "day": format_date(found.day, "long"),
    }
    return render(
        request,
        "invoicing/bill.html",
        {
            "bill": found,
            "content": found.content,
            "heading": title_of(found),
            "mark": _("ต้นฉบับ"),
            "body": body_of(found),
            "has_pdf": found.state == "issued" and chromium() is not None,
            "waiting_satang": hooks.waiting_on([found.pk]).get(found.pk, 0) if asks else 0,
            "related": related.order_by("day", "pk"),
            "quotation": offered([quotation], today())[0] if quotation else None,
            "may_accept": quotation is not None and may_order_for(request.access, found.buyer_id),
            "may_change": is_bill and found.state == "issued" and request.access.is_treasurer,
            "pay_online": next((url for to in hooks.pay_online if (url := to(found))), "")
            if asks and request.access.has(RoleName.FINANCE)
            else "",
            "share": _("ใบแจ้งหนี้ %(code)s ยอด %(total)s บาท ครบกำหนด %(due)s อ้างอิงโอน %(reference)s")
            % words
            if is_bill
            else _("%(kind)s %(code)s ยอด %(total)s บาท วันที่ %(day)s") % words,
            "form": VoidForm() if request.access.is_treasurer else None,
            "back_url": reverse("invoicing:bills" if asks else "invoicing:papers"),
            "back_label": _("บิลทั้งหมด") if asks else _("เอกสารทั้งหมด"),
        },
    )


@requires(RoleName.TREASURER)
@require_POST
def void(request: AccessedRequest, pk: int) -> HttpResponse:
    """Void a bill, with its reason."""
    found = get_object_or_404(Document.objects.for_access(request.access), pk=pk)
    form = VoidForm(request.POST)
    if form.is_valid():
        void_documents(by=request.user, documents=[found], reason=form.cleaned_data["reason"])
        messages.success(
            request,
            _("ยกเลิก %(code)s แล้ว การส่งในใบนี้วางบิลใหม่ได้") % {"code": found.code}
            if found.kind == DocumentKind.BILL
            else _("ยกเลิก %(code)s แล้ว") % {"code": found.code},
        )
    else:
        messages.error(request, _("กรุณาบอกเหตุผลที่ยกเลิก"))
    return redirect("invoicing:bill", pk=pk)


@requires(*OFFICE)
def month(request: AccessedRequest) -> HttpResponse:
    """Closing a month: what each buyer took and nobody billed yet."""
    first = month_asked(request.GET.get("month"))
    first, last = month_of(first)
    waiting = (
        DeliverySale.objects.unbilled()
        .filter(day__range=(first, last))
        .values("buyer_id")
        .annotate(count=Count("pk"), total=Sum("total_satang"), since=Min("day"), until=Max("day"))
        .order_by("buyer__name_th")
    )
    buyers = Buyer.objects.in_bulk([row["buyer_id"] for row in waiting])
    earlier = (
        DeliverySale.objects.unbilled()
        .filter(day__lt=first)
        .aggregate(count=Count("pk"), oldest=Min("day"))
    )
    billed = Document.objects.billed().standing().filter(last_day__range=(first, last))
    return render(
        request,
        "invoicing/month.html",
        {
            "first": first,
            "last": last,
            "rows": [{**row, "buyer": buyers[row["buyer_id"]]} for row in waiting],
            "total_satang": sum(row["total"] for row in waiting),
            "earlier": earlier,
            "billed": billed.select_related("buyer").order_by("code"),
            "previous": (first - dt.timedelta(days=1)).strftime("%Y-%m"),
            "following": (last + dt.timedelta(days=1)).strftime("%Y-%m"),
            "this": first.strftime("%Y-%m"),
            "is_over": last < today(),
        },
    )


@requires(RoleName.TREASURER)
@require_POST
def issue(request: AccessedRequest) -> HttpResponse:
    """Issue the bills of one buyer's month, or of everybody's."""
    first = month_asked(request.POST.get("month"))
    chosen = DeliverySale.objects.unbilled().filter(day__range=month_of(first))
    if request.POST.get("buyer", "").isdigit():
        chosen = chosen.filter(buyer_id=int(request.POST["buyer"]))
    made: list[Document] = []
    for buyer in Buyer.objects.filter(pk__in=chosen.values("buyer_id")).order_by("pk"):
        made += issue_bills(by=request.user, buyer=buyer, month=first)
    if not made:
        messages.info(request, _("ไม่มีการส่งที่รอวางบิลในเดือนนี้"))
    elif len(made) == 1:
        messages.success(
            request,
            _("ออก %(code)s ยอด %(total)s บาท")
            % {"code": made[0].code, "total": format_baht(made[0].total_satang)},
        )
        return redirect("invoicing:bill", pk=made[0].pk)
    else:
        messages.success(
            request,
            _("ออกใบแจ้งหนี้ %(count)s ใบ รวม %(total)s บาท")
            % {
                "count": len(made),
                "total": format_baht(sum(document.total_satang for document in made)),
            },
        )
    return redirect(f"{reverse('invoicing:month')}?month={first:%Y-%m}")


@requires(*OFFICE)
def ageing(request: AccessedRequest) -> HttpResponse:
    """Open bills by buyer and days past due."""
    bills = list(Document.objects.open().select_related("buyer"))
    lines = age_lines(bills, today(), hooks.waiting_on([one.pk for one in bills]))
    return render(
        request,
        "invoicing/ageing.html",
        {
            "lines": lines,
            "totals": [sum(line.parts[place] for line in lines) for place in range(5)],
            "total_satang": sum(line.total_satang for line in lines),
            "late_satang": sum(sum(line.parts[1:]) for line in lines),
            "today": today(),
        },
    )


@requires(*OFFICE)
def delivery(request: AccessedRequest, pk: int) -> HttpResponse:
    """What an accepted delivery was worth: decision 5's equation line by line."""
    sale = get_object_or_404(
        DeliverySale.objects.for_access(request.access).select_related(
            "buyer", "delivery__order", "journal"
        ),
        delivery_id=pk,
    )
    lines = sale.lines.select_related("line__product").prefetch_related("fees__kind")
    return render(
        request,
        "invoicing/delivery.html",
        {
            "sale": sale,
            "lines": lines,
            "bill": Document.objects.filter(sales__sale=sale, sales__stands=True).first(),
        },
    )


@requires(*OFFICE)
def unpriced(request: AccessedRequest) -> HttpResponse:
    """Lots taken in without an announced price, by product, grade and day; the treasurer prices them."""
    waiting = (
        LotValue.objects.filter(price_satang__isnull=True)
        .exclude(basis="returned")
        .select_related("lot__product", "lot__cycle")
        .order_by("lot__cycle__delivery_day", "lot__product__title", "lot__grade", "lot_id")
    )
    groups: dict[tuple[Any, ...], dict[str, Any]] = {}
    for value in waiting:
        lot = value.lot
        key = (lot.cycle.delivery_day, lot.product_id, lot.grade)
        group = groups.setdefault(key, {"lot": lot, "lots": [], "qty": 0})
        group["lots"].append(lot)
        group["qty"] += value.qty
    form = LotPriceForm(request.POST or None)
    if request.method == "POST" and request.access.is_treasurer:
        lots = HarvestLot.objects.filter(
            pk__in=[pk for pk in request.POST.getlist("lot") if pk.isdigit()]
        )
        if form.is_valid():
            priced = price_lots(
                by=request.user,
                lots=list(lots),
                farm_gate_satang=form.cleaned_data["farm_gate"],
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, _("ใส่ราคาแล้ว %(count)s ล็อต") % {"count": len(priced)})
            return redirect("invoicing:unpriced")
    return render(
        request,
        "invoicing/unpriced.html",
        {"groups": list(groups.values()), "form": form, "posted": request.POST.getlist("lot")},
    )
