"""The coordinator's grid: members down, produce across, one delivery day and grade at a time."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from catalogue.grades import Grade
from catalogue.models import Product
from catalogue.partner.prices import farm_gate_prices
from catalogue.supply import services
from catalogue.supply.models import HarvestOffer
from catalogue.supply.reading import consequences_of
from catalogue.supply.services.telling import Cell
from catalogue.supply.views.offers import KEEPERS
from catalogue.supply.views.questions import coming_days
from marketplace.common.clock import today
from marketplace.common.dates import format_date, harvest_and_delivery, parse_date
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.quantities import BaseUnit, format_number, parse_quantity
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import FarmerGroup, Person

USUAL_COLUMNS = 8
DAYS_SHOWN = 8


@dataclass
class Sheet:
    """One grid: where it stands, what is on it, and what was typed."""

    group: FarmerGroup
    day: date
    days: list[date]
    grade: str
    persons: list[Person]
    products: list[Product]
    person: Person | None
    typed: dict[Cell, str] = field(default_factory=dict)
    wrong: dict[Cell, str] = field(default_factory=dict)

    @property
    def address(self) -> dict[str, Any]:
        """What the address of this sheet says."""
        return {"group": self.group.pk, "day": self.day.isoformat(), "grade": self.grade}

    def url(self, **more: object) -> str:
        """The address of a sheet like this."""
        extra = [p.pk for p in self.products]
        return f"{reverse('supply:grid')}?{urlencode({**self.address, 'product': extra, **more}, doseq=True)}"


def _sheet(request: AccessedRequest) -> Sheet | None:
    asked = request.POST if request.method == "POST" else request.GET
    groups = FarmerGroup.objects.active().order_by("name_th")
    if not request.access.is_cooperative:
        groups = groups.filter(pk__in=request.access.coordinated_group_ids)
    acting = request.access.acting
    wanted = asked.get("group", "")
    group = groups.filter(pk=int(wanted)).first() if wanted.isdigit() else None
    if group is None and not wanted:
        group = groups.filter(pk=acting.party_id if acting else 0).first() or groups.first()
    days = coming_days(0, DAYS_SHOWN)
    if group is None or not days:
        return None
    try:
        day = parse_date(asked["day"]) if asked.get("day") else days[0]
    except Refusal:
        day = days[0]
    grade = asked.get("grade", "")
    persons = list(
        Person.objects.filter(memberships__group=group, memberships__until__isnull=True)
        .distinct()
        .order_by("name", "pk")
    )
    chosen = asked.get("person", "")
    return Sheet(
        group=group,
        day=day,
        days=days if day in days else sorted({day, *days}),
        grade=grade if grade in Grade.values else Grade.A.value,
        persons=persons,
        products=_columns(group, day, [int(pk) for pk in asked.getlist("product") if pk.isdigit()]),
        person=next((p for p in persons if str(p.pk) == chosen), persons[0] if persons else None),
    )


def _columns(group: FarmerGroup, day: date, extra: list[int]) -> list[Product]:
    """The produce this group told lately or for this day, and what was asked for."""
    lately = (
        HarvestOffer.objects.filter(group=group)
        .filter(Q(first_day__lte=day, last_day__gte=day) | Q(last_day__gte=today() - timedelta(90)))
        .order_by("-pk")
        .values_list("product_id", "first_day", "last_day")[:400]
    )
    on_day = dict.fromkeys(pk for pk, first, last in lately if first <= day <= last)
    usual = dict.fromkeys(pk for pk, _first, _last in lately)
    ids = list(dict.fromkeys([*on_day, *extra, *list(usual)[:USUAL_COLUMNS]]))
    if not ids:
        month = day.month - 1
        season = Product.objects.trading().order_by("pk").values_list("pk", "season_months")
        ids = [pk for pk, months in season if months[month] == "2"][:USUAL_COLUMNS]
    products = Product.objects.trading().in_bulk(ids)
    return [products[pk] for pk in ids if pk in products]


@requires(*KEEPERS)
def grid(request: AccessedRequest) -> HttpResponse:
    """Show or take the grid of one delivery day."""
    sheet = _sheet(request)
    if sheet is None or not sheet.persons:
        return render(request, "supply/grid_empty.html", {"sheet": sheet})
    shown = services.day_shares(group_id=sheet.group.pk, day=sheet.day, grade=sheet.grade)
    shown_qty = {cell: share.qty for cell, share in shown.items()}
    consequences, agreed = None, ""
    problems: list[str] = []
    if request.method == "POST":
        cells = _typed(request, sheet, shown_qty)
        agreed = json.dumps([[*cell, qty] for cell, qty in sorted(cells.items())])
        if not sheet.wrong:
            day: dict[str, Any] = {
                "group_id": sheet.group.pk,
                "day": sheet.day,
                "grade": sheet.grade,
            }
            foreseen = services.foresee_day(cells=cells, **day)
            if foreseen and request.POST.get("agreed") != agreed:
                consequences = consequences_of(foreseen, named=request.access.is_cooperative)
            else:
                try:
                    changes = services.set_day_shares(by=request.user, cells=cells, **day)
                except Refusal as refusal:
                    problems = _mark(sheet, refusal)
                else:
                    _thank(request, len(changes))
                    person = (
                        {"person": sheet.person.pk}
                        if "one" in request.POST and sheet.person
                        else {}
                    )
                    return redirect(sheet.url(**person))
    wrong = bool(sheet.wrong or problems)
    return render(
        request,
        "supply/grid.html",
        {
            **_page(sheet, shown),
            "consequences": consequences,
            "agreed": agreed,
            "problems": problems,
        },
        status=422 if wrong else 200,
    )


def _thank(request: AccessedRequest, count: int) -> None:
    if count:
        messages.success(
            request,
            _("บันทึก %(count)s ช่องแล้ว สมาชิกเห็น และเลิกทำได้ภายใน 1 วัน") % {"count": count},
        )
    else:
        messages.info(request, _("ไม่มีช่องไหนเปลี่ยน"))


def _typed(request: AccessedRequest, sheet: Sheet, now_qty: dict[Cell, int]) -> dict[Cell, int]:
    """Return the cells that differ from what the typist was shown; keep every text as typed."""
    try:
        seen = {(int(p), int(q)): int(n) for p, q, n in json.loads(request.POST.get("seen", "[]"))}
    except (ValueError, TypeError):
        seen = dict(now_qty)
    cells: dict[Cell, int] = {}
    for person in sheet.persons:
        for product in sheet.products:
            cell = (person.pk, product.pk)
            text = request.POST.get(f"c{person.pk}-{product.pk}")
            if text is None:
                continue
            sheet.typed[cell] = text
            try:
                qty = parse_quantity(text, unit=BaseUnit(product.base_unit)) if text.strip() else 0
            except Refusal as refusal:
                sheet.wrong[cell] = str(refusal)
                continue
            if qty != seen.get(cell, 0) and qty != now_qty.get(cell, 0):
                cells[cell] = qty
    return cells


def _mark(sheet: Sheet, refusal: Refusal) -> list[str]:
    """Put refusals on their cells; return those that belong to none."""
    loose = []
    for item in refusal.items if isinstance(refusal, Refusals) else [refusal]:
        where = item.where if isinstance(item.where, dict) else {}
        if "person" in where and "product" in where:
            sheet.wrong[where["person"], where["product"]] = str(item)
        else:
            loose.append(str(item))
    return loose


def _page(sheet: Sheet, shown: dict[Cell, Any]) -> dict[str, Any]:
    prices = farm_gate_prices(days=[sheet.day], product_ids=[p.pk for p in sheet.products])
    columns = [
        {
            "product": p,
            "price": prices.get((p.pk, sheet.grade, sheet.day)),
            "sum": format_number(_told_of(sheet, shown, p), BaseUnit(p.base_unit)),
            "both": harvest_and_delivery(sheet.day, p.harvest_lead_days),
        }
        for p in sheet.products
    ]
    rows = [_row(sheet, shown, person) for person in sheet.persons]
    told = sum(1 for row in rows if row["told"])
    number = sheet.persons.index(sheet.person) if sheet.person else 0
    others = sorted({p.harvest_lead_days for p in sheet.products})
    wide = HarvestOffer.objects.open().on_day(sheet.day).filter(group=sheet.group)
    return {
        "sheet": sheet,
        "columns": columns,
        "rows": rows,
        "told": told,
        "one": rows[number] if rows else None,
        "number": number + 1,
        "before_url": sheet.url(person=sheet.persons[number - 1].pk) if number else "",
        "after_url": sheet.url(person=sheet.persons[number + 1].pk)
        if number + 1 < len(sheet.persons)
        else "",
        "tabs": [
            {
                "day": day,
                "label": _("ส่ง %(day)s") % {"day": format_date(day, "day")},
                "url": sheet.url(day=day.isoformat()),
                "current": day == sheet.day,
            }
            for day in sheet.days
        ],
        "grades": [
            {
                "label": grade.label,
                "url": sheet.url(grade=grade.value),
                "current": grade.value == sheet.grade,
            }
            for grade in Grade
        ],
        "both": harvest_and_delivery(sheet.day, others[0]) if others else "",
        "leads_differ": len(others) > 1,
        "seen": json.dumps([[*cell, share.qty] for cell, share in shown.items()]),
        "more_products": Product.objects.trading()
        .exclude(pk__in=[p.pk for p in sheet.products])
        .order_by("title"),
        "wide": wide.exclude(first_day=sheet.day, last_day=sheet.day).count(),
        "text": _text(sheet, rows),
        "cells_wrong": list(dict.fromkeys(sheet.wrong.values())),
    }


def _amount(text: str, unit: BaseUnit) -> int:
    """Return base units of a cell's text; what is no quantity counts as nothing."""
    try:
        return max(0, parse_quantity(text, unit=unit)) if text.strip() else 0
    except Refusal:
        return 0


def _told_of(sheet: Sheet, shown: dict[Cell, Any], product: Product) -> int:
    """Return base units that all members tell of a product, as the cells stand."""
    told = 0
    for person in sheet.persons:
        cell = (person.pk, product.pk)
        if cell in sheet.typed:
            told += _amount(sheet.typed[cell], BaseUnit(product.base_unit))
        elif cell in shown:
            told += shown[cell].qty
    return told


def _row(sheet: Sheet, shown: dict[Cell, Any], person: Person) -> dict[str, Any]:
    cells: list[dict[str, Any]] = []
    kilos = 0
    for product in sheet.products:
        cell = (person.pk, product.pk)
        share = shown.get(cell)
        unit = BaseUnit(product.base_unit)
        written = format_number(share.qty, unit) if share and share.qty else ""
        value = sheet.typed.get(cell, written)
        kilos += product.grams_of(_amount(value, unit))
        cells.append(
            {
                "name": f"c{person.pk}-{product.pk}",
                "product": product,
                "value": value,
                "kilos": f"{product.grams_of(1000 if unit is BaseUnit.GRAM else 1) / 1000:g}",
                "wrong": sheet.wrong.get(cell, ""),
                "share": share,
                "taken": format_number(share.taken_qty, unit) if share and share.taken_qty else "",
            }
        )
    return {
        "person": person,
        "cells": cells,
        "kilos": kilos,
        "told": any(c["share"] is not None and c["share"].qty for c in cells),
    }


def _text(sheet: Sheet, rows: list[dict[str, Any]]) -> str:
    """Who told what, one line a person, to be passed on."""
    lines = [
        f"{row['person']}: "
        + ", ".join(f"{c['product'].name} {c['value']}" for c in row["cells"] if c["value"])
        for row in rows
        if row["told"]
    ]
    if not lines:
        return ""
    head = harvest_and_delivery(
        sheet.day, sheet.products[0].harvest_lead_days if sheet.products else 1
    )
    return "\n".join([f"{sheet.group.name} {head}", *lines])
