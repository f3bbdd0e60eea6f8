"""The treasurer's price notices: next week's edited from this week's, on one page."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from catalogue.models import Product
from catalogue.partner import sheets
from catalogue.partner.forms import DraftForm, PercentForm
from catalogue.partner.models import PriceNotice, StockRecord
from catalogue.partner.prices import notices_by_day
from catalogue.partner.services import (
    discard_draft,
    draft_notice,
    first_free_day,
    guide_rows,
    publish_notice,
    save_notice_prices,
)
from marketplace.common import clock
from marketplace.common.dates import format_date
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.money import to_decimal
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import Cooperative, RoleName

OFFICE = (RoleName.TREASURER, RoleName.STAFF)


def _latest_before(notice: PriceNotice) -> PriceNotice | None:
    return (
        PriceNotice.objects.published()
        .filter(valid_from__lt=notice.valid_from)
        .order_by("-valid_from")
        .first()
    )


@requires(*OFFICE)
def index(request: AccessedRequest) -> HttpResponse:
    """What holds today, what comes, drafts and history."""
    return _index(request, DraftForm(initial={"valid_from": _next_monday()}))


def _index(request: AccessedRequest, form: DraftForm, status: int = 200) -> HttpResponse:
    notices = list(
        PriceNotice.objects.for_access(request.access)
        .annotate(line_count=Count("prices"))
        .select_related("created_by", "published_by")
        .order_by("-valid_from", "-pk")[:60]
    )
    today = clock.today()
    current = notices_by_day([today]).get(today)
    return render(
        request,
        "prices/notices.html",
        {
            "drafts": [n for n in notices if n.state == PriceNotice.State.DRAFT],
            "published": [n for n in notices if n.state == PriceNotice.State.PUBLISHED],
            "current_id": current,
            "today": today,
            "form": form,
        },
        status=status,
    )


def _next_monday() -> Any:
    today = clock.today()
    return first_free_day(today + timedelta(days=7 - today.weekday()))


@requires(RoleName.TREASURER)
@require_POST
def draft(request: AccessedRequest) -> HttpResponse:
    """Begin next week's notice as a copy of the latest; the first one ever from usual prices."""
    form = DraftForm(request.POST)
    if not form.is_valid():
        return _index(request, form, status=422)
    latest = PriceNotice.objects.published().order_by("-valid_from").first()
    try:
        notice = draft_notice(
            by=request.user, valid_from=form.cleaned_data["valid_from"], copy_of=latest
        )
        if latest is None:
            save_notice_prices(
                by=request.user,
                notice=notice,
                rows=guide_rows(products=Product.objects.trading()),
            )
    except Refusal as refusal:
        form.add_error("valid_from", str(refusal))
        return _index(request, form, status=422)
    return redirect("prices:notice", pk=notice.pk)


@requires(*OFFICE)
def edit(request: AccessedRequest, pk: int) -> HttpResponse:
    """The one page: every product and grade down, farm gate, fees and class prices across."""
    notice = get_object_or_404(PriceNotice.objects.for_access(request.access), pk=pk)
    editable = notice.state == PriceNotice.State.DRAFT and request.access.is_treasurer
    across = sheets.columns()
    grades = ("A", "B", "C") if request.GET.get("grades") == "all" else ("A",)
    before = _latest_before(notice)
    lines = sheets.lines_of(notice, across, only_priced=not editable, grades=grades, before=before)
    choices = [(column.key, column.label) for column in across]
    percent = PercentForm(choices=choices, initial={"columns": [sheets.FARM_GATE]})
    status = 200
    if request.method == "POST":
        if not editable:
            messages.error(request, _("ประกาศราคานี้แก้ไม่ได้ ให้ออกประกาศใหม่แทน"))
            return redirect("prices:notice", pk=notice.pk)
        had = {(line.product.pk, line.grade) for line in lines if not line.is_empty}
        sheets.take_typed(lines, request.POST)
        act = request.POST.get("act", "save")
        if act == "percent":
            percent = PercentForm(request.POST, choices=choices)
        if not sheets.errors_in(lines) and (act != "percent" or percent.is_valid()):
            if act == "percent":
                changed = sheets.raise_by(
                    lines, set(percent.cleaned_data["columns"]), percent.basis_points
                )
            kept = [line for line in lines if not line.is_empty]
            try:
                save_notice_prices(
                    by=request.user,
                    notice=notice,
                    rows=[line.row() for line in kept],
                    drop=had - {(line.product.pk, line.grade) for line in kept},
                )
            except Refusals as refusals:
                sheets.place_errors(lines, refusals.items)
            else:
                if act == "percent":
                    messages.success(request, _("ปรับราคา %(count)d ช่องแล้ว") % {"count": changed})
                else:
                    messages.success(
                        request, _("บันทึกร่าง %(count)d รายการแล้ว") % {"count": len(kept)}
                    )
                if act == "publish":
                    return redirect("prices:publish", pk=notice.pk)
                return redirect(request.get_full_path())
        status = 422
    return render(
        request,
        "prices/notice.html",
        {
            "notice": notice,
            "before": before,
            "columns": across,
            "lines": lines,
            "bad": sheets.errors_in(lines),
            "editable": editable,
            "percent": percent,
            "all_grades": len(grades) > 1,
            "today": clock.today(),
        },
        status=status,
    )


@requires(RoleName.TREASURER)
def publish(request: AccessedRequest, pk: int) -> HttpResponse:
    """Show what the notice changes, then publish it."""
    notice = get_object_or_404(PriceNotice, pk=pk)
    if request.method == "POST":
        try:
            publish_notice(by=request.user, notice=notice)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("prices:notice", pk=notice.pk)
        messages.success(
            request,
            _("ประกาศราคาที่ใช้กับวันส่งตั้งแต่ %(day)s แล้ว")
            % {"day": format_date(notice.valid_from, "day")},
        )
        return redirect("prices:notice", pk=notice.pk)
    if notice.state == PriceNotice.State.PUBLISHED:
        return redirect("prices:notice", pk=notice.pk)
    across = sheets.columns()
    before = _latest_before(notice)
    lines = sheets.lines_of(notice, across, only_priced=True, before=before)
    return render(
        request,
        "prices/publish.html",
        {
            "notice": notice,
            "before": before,
            "lines": lines,
            "moved": _moved(lines),
            "below": [
                (line, cell)
                for line in lines
                for cell in line.cells
                if cell.pool is not None and cell.pool < 0
            ],
            "unpriced": _unpriced(lines),
        },
    )


def _moved(lines: list[sheets.Line]) -> list[tuple[sheets.Line, sheets.Cell, int]]:
    """Farm-gate prices that differ from the notice before, the largest change first."""
    found = [
        (line, cell, cell.satang - cell.before)
        for line in lines
        for cell in line.cells
        if cell.column.kind == "farm_gate"
        and cell.satang is not None
        and cell.before is not None
        and cell.satang != cell.before
    ]
    return sorted(found, key=lambda entry: -abs(entry[2]))


def _unpriced(lines: list[sheets.Line]) -> list[StockRecord]:
    """Listings that nobody could order under this notice."""
    priced = {
        (line.product.pk, line.grade)
        for line in lines
        if any(cell.column.kind == "class" and cell.satang for cell in line.cells)
    }
    return [
        listing
        for listing in StockRecord.objects.trading().for_display()
        if (listing.product_id, listing.min_grade) not in priced
    ]


@requires(RoleName.TREASURER)
@require_POST
def discard(request: AccessedRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    notice = get_object_or_404(PriceNotice, pk=pk)
    try:
        discard_draft(by=request.user, notice=notice)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("prices:notice", pk=notice.pk)
    messages.success(request, _("ทิ้งร่างประกาศราคาแล้ว"))
    return redirect("prices:notices")


@requires(*OFFICE)
def paper(request: AccessedRequest, pk: int) -> HttpResponse:
    """The notice as a paper for the wall of a group's meeting place."""
    notice = get_object_or_404(PriceNotice.objects.for_access(request.access), pk=pk)
    across = sheets.columns()
    return render(
        request,
        "prices/paper.html",
        {
            "notice": notice,
            "columns": across,
            "lines": sheets.lines_of(notice, across, only_priced=True),
            "cooperative": Cooperative.objects.first(),
            "back_url": f"/prices/{notice.pk}/",
        },
    )


@requires(*OFFICE)
def workbook(request: AccessedRequest, pk: int) -> HttpResponse:
    """The notice as a workbook: figures as numbers in baht."""
    notice = get_object_or_404(PriceNotice.objects.for_access(request.access), pk=pk)
    across = sheets.columns()
    book = Workbook()
    sheet: Any = book.active
    sheet.title = _("ประกาศราคา")
    head = [_("สินค้า"), _("หน่วย"), _("เกรด"), *(column.label for column in across)]
    head += [
        _("กองกลาง: %(buyer)s") % {"buyer": column.label}
        for column in across
        if column.kind == "class"
    ]
    sheet.append([_("ใช้กับวันส่งตั้งแต่"), format_date(notice.valid_from, "long")])
    sheet.append([_("บาทต่อหน่วย")])
    sheet.append(head)
    for cell in sheet[3]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="bottom")
    for line in sheets.lines_of(notice, across, only_priced=True):
        sheet.append(
            [
                line.product.name,
                line.product.unit_label,
                line.grade,
                *(_baht(cell.satang) for cell in line.cells),
                *(_baht(cell.pool) for cell in line.cells if cell.column.kind == "class"),
            ]
        )
    for row in sheet.iter_rows(min_row=4, min_col=4):
        for cell in row:
            cell.number_format = "#,##0.00"
    sheet.freeze_panes = "D4"
    sheet.column_dimensions["A"].width = 28
    target = BytesIO()
    book.save(target)
    response = HttpResponse(
        target.getvalue(),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    response["Content-Disposition"] = (
        f'attachment; filename="price-notice-{notice.valid_from.isoformat()}.xlsx"'
    )
    return response


def _baht(satang: int | None) -> Decimal | None:
    """A number for a spreadsheet."""
    return None if satang is None else to_decimal(satang)
