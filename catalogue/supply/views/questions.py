"""The questions about a harvest: what, how much, which days, which quality."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from catalogue.grades import Grade
from catalogue.models import GradeCard, Product
from catalogue.partner.prices import farm_gate_prices
from catalogue.standards.models import Standard
from catalogue.standards.services import valid_standards
from catalogue.supply import services
from catalogue.supply.forms import MuchForm, QualityForm, WindowForm
from catalogue.supply.models import OfferShare, Plot
from catalogue.supply.reading import amount_of
from catalogue.supply.views.answers import Draft, Teller, ask_page, go_on, window_of
from marketplace.common.clock import today
from marketplace.common.dates import format_date, harvest_day
from marketplace.common.quantities import BaseUnit
from marketplace.cycles.models import CycleState, OrderCycle
from marketplace.parties.access import AccessedRequest

FEW_DAYS, MANY_DAYS = 6, 18


def ask_what(request: AccessedRequest, teller: Teller, draft: Draft) -> HttpResponse:
    if request.method == "POST":
        product = get_object_or_404(Product.objects.trading(), pk=request.POST.get("product") or 0)
        if product.pk != draft.product:
            draft.product, draft.qty, draft.grade = product.pk, None, ""
            draft.standards, draft.min_price = [], 0
        draft.keep(request)
        return redirect("supply:tell-step", "much" if not draft.qty else draft.first_open_step())
    asked = request.GET.get("q", "").strip()
    last = services.last_told(person_id=teller.person.pk, group_id=teller.group.pk)
    products = _found(asked) if asked else _usual(teller)
    return ask_page(
        request,
        "what",
        {
            "products": products,
            "asked": asked,
            "chosen": draft.product,
            "last": last,
            "last_product": Product.objects.filter(pk=last.product_id).first() if last else None,
            "last_words": amount_of(Product.objects.get(pk=last.product_id), last.qty)
            if last
            else "",
        },
    )


def _found(asked: str) -> list[Product]:
    return list(
        Product.objects.trading()
        .filter(
            Q(title__icontains=asked) | Q(title_en__icontains=asked) | Q(aliases__icontains=asked)
        )
        .order_by("title")[:12]
    )


def _usual(teller: Teller, most: int = 6) -> list[Product]:
    """What this person told lately, then what the group told, then what is in season now."""
    shares = OfferShare.objects.filter(harvest_offer__group=teller.group).order_by("-pk")
    own = shares.filter(person=teller.person).values_list("harvest_offer__product_id", flat=True)
    of_group = shares.values_list("harvest_offer__product_id", flat=True)
    ids = list(dict.fromkeys([*own[:60], *of_group[:120]]))
    if len(ids) < most:
        month = today().month
        season = Product.objects.trading().order_by("pk").values_list("pk", "season_months")
        ids += [pk for pk, months in season if months[month - 1] == "2" and pk not in ids][:most]
    found = Product.objects.trading().in_bulk(ids)
    return [found[pk] for pk in ids if pk in found][:most]


def ask_much(request: AccessedRequest, teller: Teller, draft: Draft) -> HttpResponse:
    product = get_object_or_404(Product, pk=draft.product)
    unit = BaseUnit(product.base_unit)
    posted: QueryDict | None = None
    if request.method == "POST":
        posted = request.POST.copy()
        if posted.get("preset"):
            posted["qty"] = str(posted["preset"])
    form = MuchForm(posted, product=product, initial={"qty": draft.qty})
    if form.is_bound and form.is_valid():
        draft.qty = form.cleaned_data["qty"]
        return go_on(request, draft, "much")
    before = (
        OfferShare.objects.filter(person=teller.person, harvest_offer__product=product, qty__gt=0)
        .order_by("-pk")
        .values_list("qty", flat=True)
        .first()
    )
    presets = ("10", "20", "50", "100") if unit is BaseUnit.GRAM else ("20", "50", "100", "200")
    return ask_page(
        request,
        "much",
        {
            "form": form,
            "product": product,
            "presets": presets,
            "before": amount_of(product, before) if before else "",
            "unit": _("กิโล") if unit is BaseUnit.GRAM else product.unit_label,
            "chosen": draft.qty,
        },
        wrong=form.is_bound,
    )


def coming_days(lead_days: int, most: int) -> list[date]:
    """Delivery days that still can be picked for, from the open cycles."""
    return list(
        OrderCycle.objects.filter(
            state=CycleState.OPEN, delivery_day__gte=today() + timedelta(days=lead_days)
        )
        .order_by("delivery_day")
        .values_list("delivery_day", flat=True)[:most]
    )


def ask_days(request: AccessedRequest, teller: Teller, draft: Draft) -> HttpResponse:
    product = get_object_or_404(Product, pk=draft.product)
    lead = product.harvest_lead_days
    more = "more" in request.GET or "more" in request.POST
    days = coming_days(lead, MANY_DAYS if more else FEW_DAYS)
    form = WindowForm(request.POST if request.method == "POST" else None)
    problem = ""
    if form.is_bound and form.is_valid():
        typed = [day for day in (form.cleaned_data["first"], form.cleaned_data["last"]) if day]
        ticked = sorted(
            {d for d in coming_days(lead, 60) if d.isoformat() in request.POST.getlist("day")}
        )
        if typed:
            first, last = typed[0], typed[-1]
            possible = today() + timedelta(days=lead)
            if last < first:
                problem = _("วันสุดท้ายต้องไม่อยู่ก่อนวันแรก")
            elif first < possible:
                problem = _("เก็บไม่ทันวันส่งนี้แล้ว ส่งได้เร็วที่สุด %(day)s") % {
                    "day": format_date(possible, "day")
                }
            else:
                draft.days, draft.whole = [first.isoformat(), last.isoformat()], True
                if first == last:
                    draft.days = [first.isoformat()]
                return go_on(request, draft, "days")
        elif ticked:
            draft.days = [day.isoformat() for day in ticked]
            draft.whole = len(ticked) > 1 and request.POST.get("how") == "whole"
            return go_on(request, draft, "days")
        else:
            problem = _("แตะวันส่งอย่างน้อยหนึ่งวัน")
    chosen = set(request.POST.getlist("day")) if form.is_bound else set(draft.days)
    rows = [
        {
            "iso": day.isoformat(),
            "deliver": format_date(day, "day"),
            "harvest": format_date(harvest_day(day, lead), "day"),
            "chosen": day.isoformat() in chosen,
        }
        for day in days
    ]
    return ask_page(
        request,
        "days",
        {
            "rows": rows,
            "form": form,
            "product": product,
            "lead": lead,
            "more": more,
            "whole": request.POST.get("how", "whole" if draft.whole else "each") == "whole",
            "problem": problem,
            "amount": amount_of(product, draft.qty or 0),
        },
        wrong=form.is_bound,
    )


def ask_quality(request: AccessedRequest, teller: Teller, draft: Draft) -> HttpResponse:
    product = get_object_or_404(Product, pk=draft.product)
    first, last = window_of(draft)
    codes = valid_standards(
        group_id=teller.group.pk,
        person_ids=[teller.person.pk],
        product_id=product.pk,
        first=first,
        last=last,
    )
    plots = Plot.objects.filter(
        person=teller.person, group=teller.group, archived_at__isnull=True
    ).order_by("pk")
    form = QualityForm(
        request.POST or None,
        plots=plots,
        standards=Standard.objects.filter(pk__in=codes),
        initial={
            "grade": draft.grade or Grade.A,
            "plot": draft.plot or (plots[0].pk if len(plots) == 1 else None),
            "standards": [c for c in draft.standards if c in codes] if draft.grade else codes,
            "min_price": draft.min_price or None,
        },
    )
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        draft.grade = data["grade"]
        draft.plot = data["plot"].pk if data["plot"] else None
        draft.standards = sorted(s.pk for s in data["standards"])
        draft.min_price = data["min_price"] or 0
        return go_on(request, draft, "quality")
    prices = farm_gate_prices(days=[first], product_ids=[product.pk])
    cards = {
        card.grade: card.words
        for card in GradeCard.objects.filter(product=product, buyer__isnull=True)
    }
    chosen = form["grade"].value()
    grades = [
        {
            "value": grade.value,
            "label": grade.label,
            "price": prices.get((product.pk, grade.value, first)),
            "words": cards.get(grade.value, ""),
            "chosen": grade.value == chosen,
        }
        for grade in Grade
    ]
    return ask_page(
        request,
        "quality",
        {"form": form, "grades": grades, "product": product, "first": first, "plots": plots},
        wrong=form.is_bound,
    )
