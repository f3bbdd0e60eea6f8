"""Harvest notices: what each member is asked to pick, texts to pass on, the answers."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.common.dates import format_date, harvest_and_delivery
from marketplace.common.exceptions import Refusal
from marketplace.cycles.models import CycleState, OrderCycle
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import FarmerGroup, Person
from orders.allocation.models import Allocation
from orders.allocation.services.running import amount
from orders.fulfilment import services
from orders.fulfilment.models import HarvestNotice, NoticeRow
from orders.fulfilment.services.notices import notice_line
from orders.fulfilment.views.common import STAFF, tell_refusal, the_cycle

NAMED_GROUP_ROLES = ("staff", "treasurer", "coordinator")


@requires(*NAMED_GROUP_ROLES)
def notices(request: AccessedRequest, pk: int) -> HttpResponse:
    """Show what each group and each member is asked to pick, with texts to pass on."""
    cycle = the_cycle(pk)
    found = list(
        HarvestNotice.objects.for_access(request.access)
        .filter(cycle=cycle)
        .select_related("group")
        .order_by("group__name_th")
    )
    rows: dict[int, list[NoticeRow]] = defaultdict(list)
    for row in (
        NoticeRow.objects.filter(notice__in=found)
        .filter(Q(qty__gt=0) | Q(changed_at__isnull=False))
        .select_related("person", "product", "acknowledged_by")
        .order_by("person__called", "person__name", "product__title")
    ):
        rows[row.notice_id].append(row)
    groups = [_group_notice(cycle, notice, rows[notice.pk]) for notice in found]
    planned = Allocation.objects.planned(cycle.pk).for_access(request.access)
    waiting = FarmerGroup.objects.filter(pk__in=planned.values_list("group_id", flat=True)).exclude(
        pk__in=[notice.group_id for notice in found]
    )
    context = {
        "cycle": cycle,
        "groups": groups,
        "waiting": list(waiting),
        "people": len({row.person_id for listed in rows.values() for row in listed}),
        "quiet": len(
            {
                row.person_id
                for listed in rows.values()
                for row in listed
                if row.qty and row.acknowledged_at is None
            }
        ),
        "may_issue": request.access.is_cooperative and cycle.state == CycleState.ALLOCATED,
    }
    return render(request, "fulfilment/notices.html", context)


def _group_notice(
    cycle: OrderCycle, notice: HarvestNotice, rows: list[NoticeRow]
) -> dict[str, Any]:
    people: dict[int, dict[str, Any]] = {}
    for row in rows:
        member = people.setdefault(row.person_id, {"person": row.person, "rows": []})
        member["rows"].append(
            {"row": row, "text": notice_line(row), "qty": amount(row.qty, row.product)}
        )
    for member in people.values():
        member["acknowledged"] = all(
            one["row"].acknowledged_at or not one["row"].qty for one in member["rows"]
        )
        member["text"] = personal_text(
            cycle, member["person"], [one["row"] for one in member["rows"]]
        )
        member["keys"] = [one["row"].pk for one in member["rows"]]
    lines = [
        _("ใบแจ้งเก็บ %(group)s ส่ง %(day)s")
        % {"group": notice.group.name, "day": format_date(cycle.delivery_day, "day")}
    ]
    for member in people.values():
        listed = ", ".join(
            _("%(product)s %(qty)s") % {"product": one["row"].product.title, "qty": one["qty"]}
            for one in member["rows"]
            if one["row"].qty
        )
        if listed:
            lines.append(f"{member['person']}: {listed}")
    lead = min((row.product.harvest_lead_days for row in rows), default=1)
    lines.append(harvest_and_delivery(cycle.delivery_day, lead))
    return {
        "notice": notice,
        "members": list(people.values()),
        "text": "\n".join(lines),
        "lead": lead,
        "grams": sum(row.product.grams_of(row.qty) for row in rows),
    }


def personal_text(cycle: OrderCycle, person: Person, rows: list[NoticeRow]) -> str:
    """Return what one grower is asked to pick, as a short text to pass on."""
    lines = [
        _("%(name)s ส่ง %(day)s") % {"name": person, "day": format_date(cycle.delivery_day, "day")}
    ]
    lines += [notice_line(row) for row in rows]
    lead = min((row.product.harvest_lead_days for row in rows), default=1)
    lines.append(harvest_and_delivery(cycle.delivery_day, lead))
    return "\n".join(lines)


@require_POST
@requires(*STAFF)
def issue(request: AccessedRequest, pk: int) -> HttpResponse:
    """Send the harvest notices of a cycle."""
    cycle = the_cycle(pk)
    try:
        made = services.issue_notices(cycle=cycle, by=request.user)
    except Refusal as refusal:
        tell_refusal(request, refusal)
    else:
        people = NoticeRow.objects.filter(notice__in=made, qty__gt=0).values("person").distinct()
        messages.success(
            request,
            _("ส่งใบแจ้งเก็บแล้ว %(groups)s กลุ่ม %(people)s ราย คัดลอกข้อความส่งต่อทาง LINE ได้ด้านล่าง")
            % {"groups": len(made), "people": people.count()},
        )
    return redirect("fulfilment:notices", pk=pk)


@require_POST
@requires("grower", "coordinator", "staff")
def acknowledge(request: AccessedRequest) -> HttpResponse:
    """Note that somebody will pick as asked."""
    keys = [int(key) for key in request.POST.getlist("row") if key.isdecimal()]
    rows = list(NoticeRow.objects.for_access(request.access).filter(pk__in=keys))
    if keys and not rows:
        get_object_or_404(NoticeRow.objects.for_access(request.access), pk=keys[0])
    services.acknowledge_rows(by=request.user, rows=rows)
    messages.success(request, _("รับทราบแล้ว ขอบคุณ"))
    cycle = request.POST.get("cycle", "")
    if cycle.isdecimal():
        return redirect("fulfilment:notices", pk=int(cycle))
    return redirect("fulfilment:grower-home")
