"""Pages of what growers are owed and how they are paid.

The treasurer's home, statements per group and grower, payout batches, the cash float, the cash of
the next eight weeks; growers and coordinators read their own statements. Agencies see none of it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, F, Q, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.common.clock import today
from marketplace.common.dates import format_date
from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht
from marketplace.ledger.services import balances, run_checks
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import FarmerGroup, PayoutAccount, Person, RoleName
from orders.fulfilment.models import HarvestLot
from orders.invoicing import accounts
from orders.invoicing.models import DeliverySale, Document, LotValue
from orders.invoicing.rules import month_of
from orders.reconciliation.models import Application, BankAccount, BankRow
from orders.settlement.forms import (
    BatchForm,
    CashForm,
    CloseFloatForm,
    OpenFloatForm,
    ReasonForm,
)
from orders.settlement.models import CashFloat, Owed, PayoutBatch, PayoutItem, Voucher
from orders.settlement.outlook import outlook as look_ahead
from orders.settlement.services import (
    approve_batch,
    cancel_batch,
    close_float,
    due_of,
    fail_item,
    make_batch,
    open_float,
    pay_batch,
    pay_cash,
    pay_outside,
)
from orders.settlement.services.payees import Due, live_accounts
from orders.settlement.statements import money_of, statement

OFFICE = (RoleName.STAFF, RoleName.TREASURER)


def _month(text: str | None) -> tuple[dt.date, dt.date]:
    """The month asked for ("2027-01"); this one when none or nonsense."""
    try:
        return month_of(dt.date.fromisoformat(f"{text}-01"))
    except ValueError:
        return month_of(today())


def _neighbours(first: dt.date, last: dt.date) -> dict[str, str]:
    return {
        "previous": (first - dt.timedelta(days=1)).strftime("%Y-%m"),
        "following": (last + dt.timedelta(days=1)).strftime("%Y-%m"),
    }


# ---- the treasurer's first page ----------------------------------------------------------------


@requires(RoleName.TREASURER)
def home(request: AccessedRequest) -> HttpResponse:
    """What does not add up, and what is due."""
    day = today()
    checks = run_checks()
    wrong = [check for check in checks if not check.ok]
    dues = due_of(until=day)
    late = Document.objects.open().filter(due_day__lt=day)
    tasks = [
        {
            "text": _("กระทบยอดธนาคาร"),
            "count": BankRow.objects.open().count(),
            "url": reverse("reconciliation:queue"),
            "unit": _("แถว"),
        },
        {
            "text": _("รอบโอนรออนุมัติ"),
            "count": PayoutBatch.objects.filter(state=PayoutBatch.State.DRAFT).count(),
            "url": reverse("settlement:payouts"),
            "unit": _("รอบ"),
        },
        {
            "text": _("รอบโอนอนุมัติแล้วรอส่งธนาคาร"),
            "count": PayoutBatch.objects.filter(state=PayoutBatch.State.APPROVED).count(),
            "url": reverse("settlement:payouts"),
            "unit": _("รอบ"),
        },
        {
            "text": _("บิลเกินกำหนด"),
            "count": late.count(),
            "url": reverse("invoicing:bills") + "?show=late",
            "unit": _("ใบ"),
        },
        {
            "text": _("การส่งเดือนก่อนที่ยังไม่วางบิล"),
            "count": DeliverySale.objects.unbilled().filter(day__lt=day.replace(day=1)).count(),
            "url": reverse("invoicing:month")
            + f"?month={(day.replace(day=1) - dt.timedelta(days=1)):%Y-%m}",
            "unit": _("ครั้ง"),
        },
        {
            "text": _("ล็อตที่ยังไม่มีราคาหน้าสวน"),
            "count": LotValue.objects.filter(price_satang__isnull=True)
            .exclude(basis="returned")
            .count(),
            "url": reverse("invoicing:unpriced"),
            "unit": _("ล็อต"),
        },
        {
            "text": _("จ่ายเกษตรกรก่อนผู้ซื้อจ่าย (การรับชำระถูกยกเลิก)"),
            "count": Owed.objects.paid_early().count(),
            "url": reverse("settlement:growers"),
            "unit": _("รายการ"),
        },
        {
            "text": _("หนังสือรับรองหัก ณ ที่จ่ายที่รอ"),
            "count": Application.objects.awaiting_certificate().count(),
            "url": reverse("reconciliation:certificates"),
            "unit": _("ฉบับ"),
        },
    ]
    late_satang = late.aggregate(total=Sum(F("total_satang") - F("settled_satang")))["total"] or 0
    ahead = look_ahead(day)
    return render(
        request,
        "settlement/home.html",
        {
            "today": day,
            "wrong": wrong,
            "total": len(checks),
            "due_count": len(dues),
            "due_satang": sum(due.satang for due in dues),
            "late_satang": late_satang,
            "tasks": [task for task in tasks if task["count"]],
            "ahead": ahead,
            "has_bank": BankAccount.objects.exists(),
            "float": CashFloat.objects.filter(is_open=True).first(),
        },
    )


@requires(RoleName.TREASURER)
def cash_ahead(request: AccessedRequest) -> HttpResponse:
    """The cash of the next eight weeks."""
    return render(
        request, "settlement/cash_ahead.html", {"outlook": look_ahead(today()), "today": today()}
    )


# ---- statements ---------------------------------------------------------------------------------


@requires(*OFFICE)
def growers(request: AccessedRequest) -> HttpResponse:
    """What each group's growers are owed, and what of it is due."""
    day = today()
    rows = (
        Owed.objects.unpaid()
        .values("group_id")
        .annotate(
            total=Sum("satang"),
            due=Sum("satang", filter=Q(due_day__lte=day) | Q(satang__lt=0)),
            waits=Sum("satang", filter=Q(due_day__isnull=True, satang__gt=0)),
            persons=Count("person", distinct=True),
        )
        .order_by("group__name_th")
    )
    groups = FarmerGroup.objects.in_bulk([row["group_id"] for row in rows])
    others = FarmerGroup.objects.filter(stage="active").exclude(pk__in=groups).order_by("name_th")
    return render(
        request,
        "settlement/growers.html",
        {
            "rows": [{**row, "group": groups[row["group_id"]]} for row in rows],
            "others": others,
            "total_satang": sum(row["total"] for row in rows),
            "due_satang": sum(row["due"] or 0 for row in rows),
            "early_satang": Owed.objects.paid_early().aggregate(total=Sum("satang"))["total"],
            "today": day,
        },
    )


@requires(*OFFICE, RoleName.COORDINATOR)
def group_statement(request: AccessedRequest, pk: int) -> HttpResponse:
    """A group's statement of a month: every grower's part and every delivery."""
    groups = FarmerGroup.objects.all()
    if not request.access.is_cooperative:
        groups = groups.filter(pk__in=request.access.coordinated_group_ids)
    group = get_object_or_404(groups, pk=pk)
    first, last = _month(request.GET.get("month"))
    return render(
        request,
        "settlement/statement.html",
        {
            "group": group,
            "statement": statement(first=first, last=last, group=group),
            "account": _account_of(request, group=group),
            "back_url": reverse("settlement:growers")
            if request.access.is_cooperative
            else reverse("settlement:mine"),
            "back_label": _("ค่าผลผลิต"),
            **_neighbours(first, last),
        },
    )


@requires(*OFFICE, RoleName.COORDINATOR, RoleName.GROWER)
def person_statement(request: AccessedRequest, pk: int) -> HttpResponse:
    """A grower's statement of a month."""
    person = get_object_or_404(Person.objects.for_access(request.access), pk=pk)
    first, last = _month(request.GET.get("month"))
    return render(
        request,
        "settlement/statement.html",
        {
            "person": person,
            "statement": statement(first=first, last=last, person=person),
            "account": _account_of(request, person=person),
            "back_url": reverse("settlement:growers")
            if request.access.is_cooperative
            else reverse("settlement:mine"),
            "back_label": _("ค่าผลผลิต"),
            **_neighbours(first, last),
        },
    )


def _account_of(
    request: AccessedRequest, *, person: Person | None = None, group: FarmerGroup | None = None
) -> PayoutAccount | None:
    """Where the money goes, masked; staff who are not treasurers are not shown it."""
    if request.access.is_cooperative and not request.access.is_treasurer:
        return None
    return PayoutAccount.objects.filter(person=person, group=group, ended_at__isnull=True).first()


@requires(RoleName.GROWER, RoleName.COORDINATOR)
def mine(request: AccessedRequest) -> HttpResponse:
    """A grower's money: what was earned, when it comes, every statement; a coordinator's groups."""
    person = Person.objects.filter(pk=request.access.person_id or 0).first()
    groups = FarmerGroup.objects.filter(pk__in=request.access.coordinated_group_ids)
    owed = (
        list(
            Owed.objects.filter(person=person)
            .order_by("-day")
            .values("day__year", "day__month")
            .annotate(total=Sum("satang"))
            .order_by("-day__year", "-day__month")[:12]
        )
        if person
        else []
    )
    return render(
        request,
        "settlement/mine.html",
        {
            "person": person,
            "money": money_of(person) if person else None,
            "months": [
                {
                    "first": dt.date(row["day__year"], row["day__month"], 1),
                    "satang": row["total"],
                }
                for row in owed
            ],
            "groups": [
                {
                    "group": group,
                    "open_satang": Owed.objects.filter(group=group)
                    .unpaid()
                    .aggregate(total=Sum("satang"))["total"]
                    or 0,
                }
                for group in groups
            ],
        },
    )


# ---- batches ------------------------------------------------------------------------------------


@requires(RoleName.TREASURER)
def payouts(request: AccessedRequest) -> HttpResponse:
    """Batches, and what could be gathered into the next one."""
    form = BatchForm(request.POST or None, initial={"due_until": today()})
    if request.method == "POST" and form.is_valid():
        try:
            batch = make_batch(
                by=request.user,
                due_until=form.cleaned_data["due_until"],
                method=form.cleaned_data["method"],
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("ทำ %(code)s แล้ว %(total)s บาท ให้อีกคนอนุมัติ")
                % {"code": batch.code, "total": format_baht(batch.total_satang)},
            )
            return redirect("settlement:batch", pk=batch.pk)
    until = form.cleaned_data.get("due_until") if form.is_bound and form.is_valid() else today()
    dues = due_of(until=until or today())
    page = Paginator(
        PayoutBatch.objects.for_access(request.access)
        .annotate(count=Count("items"))
        .order_by("-pk"),
        30,
    ).get_page(request.GET.get("page"))
    return render(
        request,
        "settlement/payouts.html",
        {
            "form": form,
            "ways": _by_way(dues),
            "due_satang": sum(due.satang for due in dues),
            "due_count": len(dues),
            "page_obj": page,
        },
    )


def _by_way(dues: list[Due]) -> list[dict[str, Any]]:
    """What is due, by how it is paid; those without a way last."""
    where = live_accounts(dues)
    ways: dict[str, dict[str, Any]] = {}
    for due in dues:
        account = where.get((due.group.pk, due.person.pk if due.person else 0))
        key = account.method if account else ""
        way = ways.setdefault(
            key,
            {
                "key": key,
                "label": account.get_method_display() if account else _("ยังไม่บอกวิธีรับเงิน"),
                "dues": [],
                "satang": 0,
            },
        )
        way["dues"].append(due)
        way["satang"] += due.satang
    order = {"bank": 0, "promptpay": 1, "cash": 2, "": 3}
    return sorted(ways.values(), key=lambda way: order.get(way["key"], 9))


@requires(RoleName.TREASURER)
def batch(request: AccessedRequest, pk: int) -> HttpResponse:
    """One batch: who made it, who may approve it, where it stands."""
    found = get_object_or_404(
        PayoutBatch.objects.for_access(request.access).select_related(
            "made_by", "approved_by", "sent_by"
        ),
        pk=pk,
    )
    items = found.items.select_related("group", "person").prefetch_related(
        "owed__owed__lot__product"
    )
    return render(
        request,
        "settlement/batch.html",
        {
            "batch": found,
            "items": items,
            "may_approve": request.user.pk != found.made_by_id,
            "form": ReasonForm(),
            "share": "\n".join(
                [
                    _("โอนค่าผลผลิต %(code)s") % {"code": found.code},
                    *(f"{item.payee} {format_baht(item.satang)}" for item in items),
                ]
            ),
        },
    )


@requires(RoleName.TREASURER)
@require_POST
def move_batch(request: AccessedRequest, pk: int, step: str) -> HttpResponse:
    """Approve, send or cancel a batch."""
    found = get_object_or_404(PayoutBatch.objects.for_access(request.access), pk=pk)
    if step == "approve":
        approve_batch(by=request.user, batch=found)
        messages.success(request, _("อนุมัติ %(code)s แล้ว") % {"code": found.code})
    elif step == "send":
        pay_batch(by=request.user, batch=found)
        messages.success(request, _("บันทึกว่าส่งธนาคารแล้ว จะขึ้นว่าจ่ายแล้วเมื่อรายการเข้าสมุดบัญชี"))
    elif step == "cancel":
        cancel_batch(by=request.user, batch=found, reason=request.POST.get("reason", ""))
        messages.success(request, _("ยกเลิก %(code)s แล้ว") % {"code": found.code})
    else:
        raise Http404
    return redirect("settlement:batch", pk=pk)


@requires(RoleName.TREASURER)
@require_POST
def fail(request: AccessedRequest, pk: int) -> HttpResponse:
    """Note that the bank could not pay one payee."""
    item = get_object_or_404(PayoutItem.objects.filter(batch__isnull=False), pk=pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("กรุณาบอกเหตุผลที่ธนาคารแจ้ง"))
    else:
        fail_item(by=request.user, item=item, reason=form.cleaned_data["reason"])
        messages.success(request, _("ยอดของ %(payee)s กลับมาค้างจ่าย") % {"payee": item.payee})
    return redirect("settlement:batch", pk=item.batch_id)


# ---- cash ----------------------------------------------------------------------------------------


@requires(RoleName.TREASURER)
def cash(request: AccessedRequest) -> HttpResponse:
    """The cash float: open it, pay from it, close it by somebody else's count."""
    opened = CashFloat.objects.for_access(request.access).filter(is_open=True).first()
    action = request.POST.get("action", "")
    open_form = OpenFloatForm(request.POST if action == "open" else None)
    close_form = CloseFloatForm(request.POST if action == "close" else None)
    pay_form = CashForm(
        request.POST if action == "pay" else None, request.FILES if action == "pay" else None
    )
    try:
        if action == "open" and open_form.is_valid():
            open_float(
                by=request.user,
                counted_satang=open_form.cleaned_data["counted"],
                withdrawn_satang=open_form.cleaned_data["withdrawn"] or 0,
            )
            messages.success(request, _("เปิดเงินสดย่อยแล้ว"))
            return redirect("settlement:cash")
        if action == "close" and close_form.is_valid() and opened is not None:
            closed = close_float(
                by=request.user,
                cash_float=opened,
                counted_satang=close_form.cleaned_data["counted"],
                note=close_form.cleaned_data["note"],
            )
            messages.success(
                request,
                _("ปิดเงินสดย่อยแล้ว ตรงกัน")
                if not closed.difference_satang
                else _("ปิดเงินสดย่อยแล้ว ต่างไป %(difference)s บาท")
                % {"difference": format_baht(closed.difference_satang)},
            )
            return redirect("settlement:cash")
        if action == "pay" and pay_form.is_valid():
            return redirect("settlement:voucher", pk=_pay(request, pay_form).pk)
    except Refusal as refusal:
        {"open": open_form, "close": close_form, "pay": pay_form}[action].add_error(
            None, str(refusal)
        )
    dues = due_of(until=today())
    where = live_accounts(dues)
    rows = []
    total = 0
    for due in dues:
        account = where.get((due.group.pk, due.person.pk if due.person else 0))
        if account is None or account.method == PayoutAccount.Method.CASH:
            total += due.satang
            rows.append({"due": due, "payee": _payee_key(due), "key": uuid4().hex})
    unpaid_outside = HarvestLot.objects.filter(
        kind=HarvestLot.Kind.OUTSIDE, cost_satang__gt=0, value__isnull=False, vouchers__isnull=True
    ).select_related("product", "cycle")
    return render(
        request,
        "settlement/cash.html",
        {
            "float": opened,
            "left_satang": balances([accounts.FLOAT])[accounts.FLOAT],
            "safe_satang": balances([accounts.SAFE])[accounts.SAFE],
            "open_form": open_form,
            "close_form": close_form,
            "pay_form": pay_form,
            "posted_payee": request.POST.get("payee", ""),
            "rows": rows,
            "total_satang": total,
            "outside": [{"lot": lot, "key": uuid4().hex} for lot in unpaid_outside.order_by("pk")],
            "vouchers": opened.vouchers.select_related("group", "person") if opened else [],
            "past": CashFloat.objects.filter(is_open=False).select_related(
                "opened_by", "closed_by"
            )[:10],
            "may_close": opened is not None and request.user.pk != opened.opened_by_id,
        },
    )


def _payee_key(due: Due) -> str:
    return f"{due.group.pk}:{due.person.pk if due.person else 0}"


def _pay(request: AccessedRequest, form: CashForm) -> Voucher:
    cleaned = form.cleaned_data
    kind, __, rest = cleaned["payee"].partition(":")
    if kind == "lot":
        lot = get_object_or_404(HarvestLot, pk=int(rest) if rest.isdigit() else 0)
        return pay_outside(
            by=request.user, lot=lot, key=cleaned["key"], signed_by=cleaned["signed_by"]
        )
    group = get_object_or_404(FarmerGroup, pk=int(kind) if kind.isdigit() else 0)
    person = Person.objects.filter(pk=int(rest) if rest.isdigit() else 0).first()
    return pay_cash(
        by=request.user,
        payee=person or group,
        group=group,
        key=cleaned["key"],
        signed_by=cleaned["signed_by"],
        signed_how=cleaned["signed_how"],
        witnesses=cleaned["witnesses"],
        photo=cleaned["photo"],
    )


@requires(RoleName.TREASURER, RoleName.COORDINATOR, RoleName.GROWER)
def voucher(request: AccessedRequest, pk: int) -> HttpResponse:
    """The paper of a receipt voucher."""
    if not request.access.is_treasurer and request.access.is_cooperative:
        raise PermissionDenied
    found = get_object_or_404(
        Voucher.objects.for_access(request.access).select_related("by", "group", "person"), pk=pk
    )
    return render(
        request,
        "settlement/voucher.html",
        {
            "voucher": found,
            "content": found.content,
            "rows": [
                {**row, "day": dt.date.fromisoformat(row["day"])} for row in found.content["rows"]
            ],
            "back_url": reverse("settlement:cash")
            if request.access.is_treasurer
            else reverse("settlement:mine"),
            "back_label": _("เงินสด") if request.access.is_treasurer else _("ค่าผลผลิต"),
            "share": _("จ่ายเงินสด %(code)s %(payee)s %(total)s บาท วันที่ %(day)s")
            % {
                "code": found.code,
                "payee": found.content["payee"],
                "total": format_baht(found.satang),
                "day": format_date(found.day),
            },
        },
    )
