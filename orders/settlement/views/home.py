"""The treasurer's day, the weeks ahead, and what every group is owed."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, F, Q, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.common.clock import today
from marketplace.ledger.services import run_checks
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import FarmerGroup, RoleName
from orders.invoicing.models import DeliverySale, Document, LotValue
from orders.reconciliation.models import Application, BankAccount, BankRow
from orders.settlement.models import (
    CashFloat,
    Deduction,
    EarlyPayment,
    Owed,
    PayoutBatch,
    StatementNote,
)
from orders.settlement.outlook import outlook as look_ahead
from orders.settlement.services import (
    due_of,
)
from orders.settlement.views.common import OFFICE


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
            "text": _("ข้อทักท้วงใบสรุปค่าผลผลิต"),
            "count": StatementNote.objects.filter(answered_at__isnull=True).count(),
            "url": reverse("settlement:notes"),
            "unit": _("ข้อ"),
        },
        {
            "text": _("จ่ายก่อนผู้ซื้อจ่าย รออนุมัติ"),
            "count": EarlyPayment.objects.filter(state=EarlyPayment.State.ASKED).count(),
            "url": reverse("settlement:early"),
            "unit": _("รายการ"),
        },
        {
            "text": _("เงินยืมล่วงหน้า รออนุมัติ"),
            "count": Deduction.objects.to_approve().count(),
            "url": reverse("settlement:deductions"),
            "unit": _("รายการ"),
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
