"""Pages of the chart of accounts and of the months that close."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal
from marketplace.ledger.chain import START
from marketplace.ledger.chart import KINDS, in_chart_order, kind_of, number_of
from marketplace.ledger.models import Account, ChainNight, Journal, PeriodAct
from marketplace.ledger.periods import (
    close_lines,
    close_month,
    closed_until,
    last_day_of,
    month_of,
    next_to_close,
    reopen_month,
)
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import RoleName


@requires(RoleName.TREASURER)
def chart(request: AccessedRequest) -> HttpResponse:
    """ผังบัญชี: every account with its number, its balance and what it is for, by group."""
    accounts = sorted(Account.objects.all(), key=in_chart_order)
    groups: dict[str, dict[str, object]] = {}
    used = set()
    for account in accounts:
        kind = kind_of(account.code, account.type)
        used.add(kind.code)
        group = groups.setdefault(
            kind.number[:2], {"number": kind.number[:2], "name": kind.group, "rows": []}
        )
        rows = group["rows"]
        assert isinstance(rows, list)
        rows.append(
            {
                "account": account,
                "number": number_of(account),
                "purpose": kind.purpose,
                "debit_side": account.type in ("asset", "expense"),
            }
        )
    return render(
        request,
        "ledger/chart.html",
        {
            "groups": [groups[number] for number in sorted(groups)],
            "count": len(accounts),
            "families": [kind for kind in KINDS if kind.is_family and kind.code not in used],
        },
    )


@requires(RoleName.TREASURER)
def close(request: AccessedRequest) -> HttpResponse:
    """ปิดงวด: what must hold before the next month closes, and the log of what was closed."""
    month, until = next_to_close(), closed_until()
    lines = close_lines(month) if month else []
    acts = list(PeriodAct.objects.select_related("by").order_by("-at", "-pk")[:36])
    last_close = None
    if until is not None:
        last_close = next(act for act in acts if act.month == month_of(until))
    over = month is not None and last_day_of(month) < today()
    return render(
        request,
        "ledger/close.html",
        {
            "month": month,
            "last_day": last_day_of(month) if month else None,
            "journals": Journal.objects.filter(day__range=(month, last_day_of(month))).count()
            if month
            else 0,
            "lines": lines,
            "red": [line for line in lines if not line.ok],
            "over": over,
            "ready": over and all(line.ok or not line.must for line in lines),
            "acts": acts,
            "last_close": last_close,
            "may_reopen": last_close is not None and last_close.by_id != request.user.pk,
            "night": ChainNight.objects.order_by("day").last(),
            "start": START,
        },
    )


def _month(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Refusal(_("เดือนไม่ถูกต้อง กรุณาโหลดหน้านี้ใหม่"), code="month") from None


@requires(RoleName.TREASURER)
@require_POST
def close_now(request: AccessedRequest) -> HttpResponse:
    """Close the month that the page showed."""
    try:
        close_month(by=request.user, month=_month(request.POST.get("month", "")))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("ปิดงวดแล้ว ไม่มีรายการใดลงในงวดนี้ได้อีก"))
    return redirect("ledger:close")


@requires(RoleName.TREASURER)
@require_POST
def reopen(request: AccessedRequest) -> HttpResponse:
    """Open the last closed month again, with its reason."""
    try:
        reopen_month(
            by=request.user,
            month=_month(request.POST.get("month", "")),
            reason=request.POST.get("reason", "")[:200],
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("เปิดงวดอีกครั้งแล้ว เมื่อแก้ไขเสร็จให้ปิดงวดใหม่"))
    return redirect("ledger:close")
