"""The year's business of every member, and a proposed share of the surplus, on a page and as xlsx."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from marketplace.common.clock import today
from marketplace.common.dates import format_range
from marketplace.common.money import to_decimal
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.exports import xlsx
from marketplace.parties.models import Cooperative, RoleName
from orders.settlement.forms import YearForm
from orders.settlement.year_end import BusinessYear, business_year


@requires(RoleName.TREASURER)
def members_year(request: AccessedRequest) -> HttpResponse:
    """Each member's kilograms and baht between two days, with a share at the rate that is typed."""
    day = today()
    usual: dict[str, Any] = {
        "first": day.replace(month=1, day=1),
        "last": day.replace(month=12, day=31),
        "rate": 0,
    }
    form = YearForm(request.GET if "first" in request.GET else None, initial=usual)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else usual
    year = None
    if not form.is_bound or form.is_valid():
        year = business_year(asked["first"], asked["last"], int(Decimal(asked["rate"]) * 100))
        if request.GET.get("format") == "xlsx":
            return _sheet(year)
    return render(
        request,
        "settlement/year_end.html",
        {
            "form": form,
            "year": year,
            "cooperative": Cooperative.objects.get(),
            "query": request.GET.urlencode() if form.is_bound else "",
        },
    )


def _sheet(year: BusinessYear) -> HttpResponse:
    def rows() -> Iterator[list[object]]:
        for place, row in enumerate(year.rows, start=1):
            yield [
                place,
                row.code,
                row.person.name if row.person else _("ของกลุ่มรวม"),
                row.group.name_th,
                Decimal(row.grams) / 1000,
                to_decimal(row.satang),
                to_decimal(row.booked_satang),
                to_decimal(row.share_satang),
            ]
        yield [
            "",
            "",
            _("รวม"),
            format_range(year.first, year.last),
            Decimal(year.grams) / 1000,
            to_decimal(year.satang),
            to_decimal(year.booked_satang),
            to_decimal(year.share_satang),
        ]

    return xlsx(
        name=f"members-{year.first:%Y-%m-%d}",
        title=_("ส่วนธุรกิจของสมาชิก"),
        heads=[
            _("ลำดับ"),
            _("รหัสสมาชิก"),
            _("ชื่อ"),
            _("กลุ่ม"),
            _("กิโลกรัม"),
            _("มูลค่า บาท"),
            _("ตามบัญชี บาท"),
            _("เสนอเฉลี่ยคืน %(rate)s%%") % {"rate": f"{Decimal(year.rate_bp) / 100:.2f}"},
        ],
        rows=rows(),
    )
