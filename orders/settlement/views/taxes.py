"""The month's tax reports: output VAT and tax withheld, on a page, on paper and as xlsx."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from marketplace.common.money import to_decimal
from marketplace.ledger.periods import last_day_of
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.exports import xlsx
from marketplace.parties.models import Cooperative, RoleName
from orders.invoicing.views.common import month_asked
from orders.settlement.taxes import VatReport, Withheld, vat_report, withheld_report


@requires(RoleName.TREASURER)
def taxes(request: AccessedRequest) -> HttpResponse:
    """รายงานภาษีขาย and ภาษีถูกหัก ณ ที่จ่าย of one month; every line leads to its document."""
    first = month_asked(request.GET.get("month"))
    last = last_day_of(first)
    report, withheld = vat_report(first, last), withheld_report(first, last)
    wanted = request.GET.get("format")
    if wanted == "vat":
        return _vat_sheet(report, first)
    if wanted == "withheld":
        return _withheld_sheet(withheld, first)
    return render(
        request,
        "settlement/taxes.html",
        {
            "cooperative": Cooperative.objects.get(),
            "first": first,
            "last": last,
            "report": report,
            "withheld": withheld,
            "previous": (first - dt.timedelta(days=1)).strftime("%Y-%m"),
            "following": (last + dt.timedelta(days=1)).strftime("%Y-%m"),
        },
    )


def _vat_sheet(report: VatReport, first: dt.date) -> HttpResponse:
    def rows() -> Iterator[list[object]]:
        for place, row in enumerate(report.rows, start=1):
            yield [
                place,
                row.day,
                row.code,
                str(row.what),
                row.buyer,
                row.tax_id,
                row.branch,
                to_decimal(row.taxed_satang),
                to_decimal(row.vat_satang),
                to_decimal(row.other_satang),
            ]
        yield [
            "",
            "",
            "",
            _("รวม"),
            "",
            "",
            "",
            to_decimal(report.taxed_satang),
            to_decimal(report.vat_satang),
            to_decimal(report.other_satang),
        ]

    return xlsx(
        name=f"vat-{first:%Y-%m}",
        title=_("รายงานภาษีขาย"),
        heads=[
            _("ลำดับ"),
            _("วันที่"),
            _("เลขที่เอกสาร"),
            _("รายการ"),
            _("ผู้ซื้อ"),
            _("เลขประจำตัวผู้เสียภาษี"),
            _("สาขา"),
            _("มูลค่าที่เสียภาษี"),
            _("ภาษีขาย"),
            _("มูลค่าที่ยกเว้น"),
        ],
        rows=rows(),
    )


def _withheld_sheet(withheld: list[Withheld], first: dt.date) -> HttpResponse:
    def rows() -> Iterator[list[object]]:
        for one in withheld:
            yield [one.account.name, "", "", _("ยอดยกมา"), "", to_decimal(one.opening_satang)]
            for row in one.rows:
                yield [
                    one.account.name,
                    row.day,
                    row.link.label,
                    row.words,
                    row.buyer,
                    to_decimal(row.satang),
                ]
            yield [one.account.name, "", "", _("ยอดยกไป"), "", to_decimal(one.closing_satang)]

    return xlsx(
        name=f"withholding-{first:%Y-%m}",
        title=_("ภาษีหัก ณ ที่จ่าย"),
        heads=[_("บัญชี"), _("วันที่"), _("เลขที่เอกสาร"), _("รายการ"), _("ผู้ซื้อ"), _("บาท")],
        rows=rows(),
    )
