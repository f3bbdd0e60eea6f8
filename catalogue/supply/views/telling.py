"""Telling a harvest on a phone: five screens, one question each, kept as a draft on the way.

The draft lives in the session: going back, closing the phone or a broken line loses nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from catalogue.grades import Grade
from catalogue.models import GradeCard, Product
from catalogue.partner.prices import farm_gate_prices
from catalogue.standards.models import Standard
from catalogue.standards.services import valid_standards
from catalogue.supply import services
from catalogue.supply.forms import MuchForm, QualityForm, WindowForm, words_of
from catalogue.supply.models import OfferShare, Plot, ShareChange
from catalogue.supply.reading import amount_of, days_of
from catalogue.supply.services import OfferInput, ShareInput
from marketplace.common.clock import today
from marketplace.common.dates import format_date, harvest_and_delivery, harvest_day
from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht_short, value_of
from marketplace.common.quantities import BaseUnit
from marketplace.cycles.models import CycleState, OrderCycle
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import FarmerGroup, Membership, PartyKind, Person, RoleName

TELLERS = (RoleName.GROWER, RoleName.COORDINATOR)
STEPS = ("what", "much", "days", "quality", "check")
DRAFT, DONE = "supply_tell", "supply_told"
FEW_DAYS, MANY_DAYS = 6, 18


@dataclass
class Draft:
    """What has been answered so far; quantities in base units, days as ISO text."""

    key: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    product: int | None = None
    qty: int | None = None
    days: list[str] = field(default_factory=list)
    whole: bool = False
    grade: str = ""
    plot: int | None = None
    standards: list[str] = field(default_factory=list)
    min_price: int = 0

    @classmethod
    def of(cls, request: AccessedRequest) -> Draft:
        kept = request.session.get(DRAFT)
        try:
            return cls(**kept) if kept else cls()
        except TypeError:  # a draft of an older version of this page
            return cls()

    def keep(self, request: AccessedRequest) -> None:
        request.session[DRAFT] = self.__dict__

    @property
    def delivery_days(self) -> list[date]:
        return [date.fromisoformat(day) for day in self.days]

    def first_open_step(self) -> str:
        """The first question that has no answer yet."""
        if self.product is None:
            return "what"
        if not self.qty:
            return "much"
        if not self.days:
            return "days"
        if not self.grade:
            return "quality"
        return "check"


@dataclass(frozen=True)
class Teller:
    """Who tells, for which group."""

    person: Person
    group: FarmerGroup


def teller_of(request: AccessedRequest) -> Teller | None:
    """Return the person and group that this user tells for; None when there is none."""
    person_id = request.access.person_id
    if person_id is None:
        return None
    groups = list(
        Membership.objects.filter(person_id=person_id, until__isnull=True, group__stage="active")
        .order_by("pk")
        .values_list("group_id", flat=True)
    )
    acting = request.access.acting
    if not groups:
        return None
    chosen = (
        acting.party_id
        if acting and acting.party.kind == PartyKind.GROUP and acting.party_id in groups
        else groups[0]
    )
    return Teller(Person.objects.get(pk=person_id), FarmerGroup.objects.get(pk=chosen))


@requires(*TELLERS)
def start(request: AccessedRequest) -> HttpResponse:
    """Begin anew, or with what was told last."""
    teller = teller_of(request)
    if teller is None:
        return render(request, "supply/nobody.html")
    draft = Draft()
    if request.method == "POST" and "same" in request.POST:
        last = services.last_told(person_id=teller.person.pk, group_id=teller.group.pk)
        if last is not None:
            draft.product, draft.qty, draft.grade = last.product_id, last.qty, last.grade
            draft.standards, draft.min_price = list(last.standards), last.min_price_satang
            if Plot.objects.filter(pk=last.plot_id or 0, archived_at__isnull=True).exists():
                draft.plot = last.plot_id
    draft.keep(request)
    return redirect("supply:tell-step", draft.first_open_step())


@requires(*TELLERS)
def step(request: AccessedRequest, name: str) -> HttpResponse:
    """Ask one question, or keep its answer and go on to the next."""
    if name not in STEPS:
        raise Http404
    teller = teller_of(request)
    if teller is None:
        return render(request, "supply/nobody.html")
    draft = Draft.of(request)
    missing = draft.first_open_step()
    if STEPS.index(name) > STEPS.index(missing):
        told = request.POST.get("key")
        if name == "check" and told and told == request.session.get(DONE, {}).get("key"):
            return redirect("supply:told")
        return redirect("supply:tell-step", missing)
    ask: Callable[[AccessedRequest, Teller, Draft], HttpResponse] = {
        "what": _what,
        "much": _much,
        "days": _days,
        "quality": _quality,
        "check": _check,
    }[name]
    return ask(request, teller, draft)


def _next(request: AccessedRequest, draft: Draft, name: str) -> HttpResponse:
    """Go to the next open question; when all are answered, back to the last screen."""
    draft.keep(request)
    following = STEPS[STEPS.index(name) + 1]
    missing = draft.first_open_step()
    return redirect("supply:tell-step", missing if missing == "check" else following)


def _show(
    request: AccessedRequest, name: str, context: dict[str, Any], *, wrong: bool = False
) -> HttpResponse:
    number = STEPS.index(name) + 1
    back = STEPS[number - 2] if number > 1 else None
    return render(
        request,
        f"supply/tell_{name}.html",
        {
            "step": name,
            "number": number,
            "steps": range(1, len(STEPS) + 1),
            "back": back,
            **context,
        },
        status=422 if wrong else 200,
    )


# what ------------------------------------------------------------------------------------------


def _what(request: AccessedRequest, teller: Teller, draft: Draft) -> HttpResponse:
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
    return _show(
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


# how much --------------------------------------------------------------------------------------


def _much(request: AccessedRequest, teller: Teller, draft: Draft) -> HttpResponse:
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
        return _next(request, draft, "much")
    before = (
        OfferShare.objects.filter(person=teller.person, harvest_offer__product=product, qty__gt=0)
        .order_by("-pk")
        .values_list("qty", flat=True)
        .first()
    )
    presets = ("10", "20", "50", "100") if unit is BaseUnit.GRAM else ("20", "50", "100", "200")
    return _show(
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


# which days ------------------------------------------------------------------------------------


def coming_days(lead_days: int, most: int) -> list[date]:
    """Delivery days that still can be picked for, from the open cycles."""
    return list(
        OrderCycle.objects.filter(
            state=CycleState.OPEN, delivery_day__gte=today() + timedelta(days=lead_days)
        )
        .order_by("delivery_day")
        .values_list("delivery_day", flat=True)[:most]
    )


def _days(request: AccessedRequest, teller: Teller, draft: Draft) -> HttpResponse:
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
                return _next(request, draft, "days")
        elif ticked:
            draft.days = [day.isoformat() for day in ticked]
            draft.whole = len(ticked) > 1 and request.POST.get("how") == "whole"
            return _next(request, draft, "days")
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
    return _show(
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


# grade, plot, standard, price ------------------------------------------------------------------


def _window(draft: Draft) -> tuple[date, date]:
    days = draft.delivery_days
    return min(days), max(days)


def _quality(request: AccessedRequest, teller: Teller, draft: Draft) -> HttpResponse:
    product = get_object_or_404(Product, pk=draft.product)
    first, last = _window(draft)
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
        return _next(request, draft, "quality")
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
    return _show(
        request,
        "quality",
        {"form": form, "grades": grades, "product": product, "first": first, "plots": plots},
        wrong=form.is_bound,
    )


# reading it back -------------------------------------------------------------------------------


def inputs_of(draft: Draft, teller: Teller) -> list[OfferInput]:
    """Return the offers a finished draft means: one a day, or one over the whole window."""
    assert draft.product is not None
    assert draft.qty is not None
    first, last = _window(draft)
    windows = [(first, last)] if draft.whole else [(day, day) for day in draft.delivery_days]
    return [
        OfferInput(
            group_id=teller.group.pk,
            product_id=draft.product,
            grade=draft.grade,
            first_day=start,
            last_day=end,
            shares=[ShareInput(teller.person.pk, draft.qty, draft.plot)],
            standards=draft.standards,
            min_price_satang=draft.min_price,
        )
        for start, end in windows
    ]


def read_back(draft: Draft, product: Product, who: str) -> list[str]:
    """Put the draft into short sentences, as they are spoken."""
    lead, days = product.harvest_lead_days, draft.delivery_days
    facts = {
        "who": who,
        "product": product.name,
        "amount": amount_of(product, draft.qty or 0),
        "grade": Grade(draft.grade).label,
    }
    if draft.whole:
        first, last = _window(draft)
        lines = [
            _("%(who)sจะมี%(product)s %(amount)s %(grade)s") % facts,
            _("ส่งวันไหนก็ได้ ตั้งแต่ %(first)s ถึง %(last)s")
            % {"first": format_date(first, "full"), "last": format_date(last, "full")},
            _("เก็บได้ตั้งแต่ %(first)s ถึง %(last)s")
            % {
                "first": format_date(harvest_day(first, lead), "day"),
                "last": format_date(harvest_day(last, lead), "day"),
            },
        ]
    else:
        lines = [
            (
                _("%(who)sจะมี%(product)s %(amount)s %(grade)s")
                if len(days) == 1
                else _("%(who)sจะมี%(product)s วันละ %(amount)s %(grade)s")
            )
            % facts,
            *(harvest_and_delivery(day, lead) for day in days),
        ]
    return lines


def _check(request: AccessedRequest, teller: Teller, draft: Draft) -> HttpResponse:
    product = get_object_or_404(Product, pk=draft.product)
    problem: Refusal | None = None
    if request.method == "POST":
        try:
            made = services.tell_harvests(
                by=request.user, key=draft.key, offers=inputs_of(draft, teller)
            )
        except Refusal as refusal:
            problem = refusal
        else:
            request.session[DONE] = {"key": draft.key, "offers": [offer.pk for offer in made]}
            del request.session[DRAFT]
            return redirect("supply:told")
    prices = farm_gate_prices(days=draft.delivery_days, product_ids=[product.pk])
    found = {prices.get((product.pk, draft.grade, day)) for day in draft.delivery_days}
    price = found.pop() if len(found) == 1 else None
    qty = (draft.qty or 0) * (1 if draft.whole else len(draft.days))
    return _show(
        request,
        "check",
        {
            "lines": read_back(draft, product, str(teller.person)),
            "product": product,
            "draft": draft,
            "plot": Plot.objects.filter(pk=draft.plot or 0).first(),
            "standards": Standard.objects.filter(pk__in=draft.standards),
            "price": price,
            "worth": format_baht_short(value_of(qty, price, per=product.per)) if price else "",
            "problems": words_of(problem),
        },
        wrong=problem is not None,
    )


@requires(*TELLERS)
def told(request: AccessedRequest) -> HttpResponse:
    """Say that it was taken, and offer to undo it."""
    ids = request.session.get(DONE, {}).get("offers", [])
    person_id = request.access.person_id or 0
    shares = list(
        OfferShare.objects.for_access(request.access)
        .filter(harvest_offer_id__in=ids, person_id=person_id)
        .select_related("harvest_offer__product")
        .order_by("harvest_offer__first_day", "pk")
    )
    if not shares:
        return redirect("supply:mine")
    newest = {c.share_id: c for c in ShareChange.objects.filter(share__in=shares).order_by("pk")}
    undone = {c.share_id for c in newest.values() if c.undoes_id}
    rows = [
        {
            "share": s,
            "change": newest.get(s.pk),
            "undone": s.pk in undone,
            "words": amount_of(s.harvest_offer.product, s.qty),
            "days": days_of(s.harvest_offer),
        }
        for s in shares
    ]
    return render(request, "supply/told.html", {"rows": rows})
