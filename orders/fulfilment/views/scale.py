"""The scale: who and what, the weight, the grade, next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalogue.grades import Grade
from catalogue.models import GradeCard, Product
from catalogue.partner.prices import farm_gate_prices
from marketplace.common.dates import format_date
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.money import format_baht_short, value_of
from marketplace.common.quantities import BaseUnit, parse_quantity
from marketplace.cycles.models import OrderCycle
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import Person
from marketplace.web.messages import undoable
from orders.allocation.models import Allocation
from orders.allocation.services.running import amount
from orders.fulfilment import services
from orders.fulfilment.board import current_cycle
from orders.fulfilment.exceptions import OutOfRange
from orders.fulfilment.models import CrateType, HarvestLot, Weighing
from orders.fulfilment.paying import pay_day_words
from orders.fulfilment.views.common import STAFF, form_key, the_cycle


@dataclass(slots=True)
class Row:
    """One grower and product at the scale, base units."""

    person: Person
    product: Product
    group: str
    grade: str
    plan_qty: int
    weighed_qty: int

    @property
    def value(self) -> str:
        return f"{self.person.pk}:{self.product.pk}"

    @property
    def waits(self) -> bool:
        """Whether more is to come: nothing weighed yet, or clearly less than planned."""
        return self.weighed_qty < self.plan_qty * 8 // 10

    @property
    def left(self) -> str:
        return amount(max(0, self.plan_qty - self.weighed_qty), self.product)

    @property
    def weighed(self) -> str:
        return amount(self.weighed_qty, self.product)


@requires(*STAFF)
def now(request: AccessedRequest) -> HttpResponse:
    """Go to the scale of the cycle that the hub works on."""
    found = current_cycle()
    if found is None:
        return render(request, "fulfilment/no_cycle.html")
    return redirect("fulfilment:scale", pk=found.pk)


@requires(*STAFF)
def scale(request: AccessedRequest, pk: int) -> HttpResponse:
    """Weigh: the list, the weight, the grade; asks once about a figure out of range."""
    cycle = the_cycle(pk)
    typed: dict[str, Any] = {"key": form_key(), "crates": "1"}
    question, problems = "", []
    if request.method == "POST":
        typed = request.POST.dict()
        try:
            lot = _record(request, cycle)
        except Refusal as refusal:
            items = refusal.items if isinstance(refusal, Refusals) else [refusal]
            question = next((str(r) for r in items if isinstance(r, OutOfRange)), "")
            problems = [str(r) for r in items if not isinstance(r, OutOfRange)]
        else:
            weighing = lot.weighings.get(key=typed["key"])
            undoable(
                request,
                _("%(name)s %(product)s %(qty)s เกรด %(grade)s")
                % {
                    "name": lot.person,
                    "product": lot.product.name,
                    "qty": amount(weighing.net_qty, lot.product),
                    "grade": lot.grade,
                },
                reverse("fulfilment:undo-weighing", args=[weighing.pk]),
            )
            return redirect(f"{reverse('fulfilment:scale', args=[pk])}?last={lot.code}")
    rows = _rows(cycle)
    status = 409 if question or problems else 200
    return render(
        request,
        "fulfilment/scale.html",
        _page(cycle, rows, typed, question, problems, request.GET.get("last", "")),
        status=status,
    )


def _record(request: AccessedRequest, cycle: OrderCycle) -> HarvestLot:
    person, product = _who(request)
    grade = request.POST.get("grade", "")
    if grade not in Grade.values:
        raise Refusal(_("เลือกเกรดก่อน"), code="grade")
    crates: list[tuple[int, int]] = []
    gross = pieces = 0
    text = request.POST.get("weight", "")
    if product.base_unit == BaseUnit.PIECE:
        pieces = parse_quantity(text, unit=BaseUnit.PIECE, allow_zero=False)
    else:
        gross = parse_quantity(text, unit=BaseUnit.GRAM, allow_zero=False)
        count = request.POST.get("crates", "0").strip() or "0"
        if not count.isdecimal() or int(count) > 200:
            raise Refusal(_("จำนวนตะกร้าเป็นเลข 0 ถึง 200"), code="crates")
        kind = request.POST.get("crate_type", "")
        if int(count) and kind.isdecimal():
            crates = [(int(kind), int(count))]
    return services.record_weighings(
        by=request.user,
        weighings=[
            services.WeighingInput(
                key=request.POST.get("key", "")[:64] or form_key(),
                cycle_id=cycle.pk,
                person_id=person.pk,
                product_id=product.pk,
                grade=grade,
                crates=crates,
                gross_g=gross,
                pieces=pieces,
                confirm=request.POST.get("confirm") == "1",
            )
        ],
    )[0]


def _who(request: AccessedRequest) -> tuple[Person, Product]:
    who = request.POST.get("who", "")
    if who == "other":
        who = f"{request.POST.get('person', '')}:{request.POST.get('product', '')}"
    person_id, _colon, product_id = who.partition(":")
    if not (person_id.isdecimal() and product_id.isdecimal()):
        raise Refusal(_("แตะชื่อเกษตรกรกับผลผลิตก่อน"), code="who")
    person = Person.objects.filter(pk=int(person_id)).first()
    product = Product.objects.filter(pk=int(product_id)).first()
    if person is None or product is None:
        raise Refusal(_("แตะชื่อเกษตรกรกับผลผลิตก่อน"), code="who")
    return person, product


def _rows(cycle: OrderCycle) -> list[Row]:
    """Return the day's list: who is to bring what, and what was weighed of it."""
    plan: dict[tuple[int, int], Row] = {}
    planned = list(
        Allocation.objects.planned(cycle.pk)
        .values_list("person_id", "product_id", "group__name_th", "grade")
        .annotate(total=Sum("qty"))
        .order_by("group__name_th", "person__called", "person__name", "product__title", "-total")
    )
    weighed: dict[tuple[int, int], int] = {}
    extra: dict[tuple[int, int], tuple[str, str]] = {}
    for person, product, group, grade, total in (
        HarvestLot.objects.filter(cycle=cycle, kind=HarvestLot.Kind.OWN, intake_qty__gt=0)
        .values_list("person_id", "product_id", "group__name_th", "grade")
        .annotate(total=Sum("intake_qty"))
        .order_by("group__name_th", "person_id", "product_id", "grade")
    ):
        key = (person or 0, product)
        weighed[key] = weighed.get(key, 0) + total
        extra[key] = (group or "", grade)
    wanted = [*[(row[0], row[1]) for row in planned], *extra]
    persons = Person.objects.in_bulk({person for person, _product in wanted})
    products = Product.objects.in_bulk({product for _person, product in wanted})
    for person, product, group, grade, total in planned:
        row = plan.get((person, product))
        if row is None:
            plan[person, product] = Row(
                persons[person],
                products[product],
                group,
                grade,
                total,
                weighed.get((person, product), 0),
            )
        else:
            row.plan_qty += total
    for key, (group, grade) in extra.items():
        if key not in plan:
            plan[key] = Row(persons[key[0]], products[key[1]], group, grade, 0, weighed[key])
    return list(plan.values())


def _page(
    cycle: OrderCycle,
    rows: list[Row],
    typed: dict[str, Any],
    question: str,
    problems: list[str],
    last: str,
) -> dict[str, Any]:
    products = {row.product.pk: row.product for row in rows}
    prices = farm_gate_prices(days=[cycle.delivery_day], product_ids=set(products) or {0})
    cards = {
        (card.product_id, card.grade): card
        for card in GradeCard.objects.filter(product_id__in=products, buyer__isnull=True)
    }
    facts = [
        {
            "product": product,
            "unit": product.unit_label if product.base_unit == BaseUnit.PIECE else _("กก."),
            "per": product.per,
            "grades": [
                {
                    "grade": grade.value,
                    "price": prices.get((product.pk, grade.value, cycle.delivery_day)),
                    "card": cards.get((product.pk, grade.value)),
                }
                for grade in Grade
            ],
        }
        for product in products.values()
    ]
    waiting = [row for row in rows if row.waits]
    done = [row for row in rows if not row.waits]
    weighed_g = sum(row.product.grams_of(row.weighed_qty) for row in rows)
    return {
        "cycle": cycle,
        "waiting": waiting,
        "done": done,
        "total": len(rows),
        "weighed_g": weighed_g,
        "facts": facts,
        "typed": typed,
        "question": question,
        "problems": problems,
        "last": HarvestLot.objects.filter(code=last, cycle=cycle).select_related("person").first(),
        "crate_types": CrateType.objects.filter(archived_at__isnull=True),
        "grades": Grade,
        "persons": Person.objects.filter(
            blanked_at__isnull=True, memberships__until__isnull=True, memberships__isnull=False
        )
        .distinct()
        .order_by("called", "name"),
        "products": Product.objects.trading().order_by("title"),
    }


@require_POST
@requires(*STAFF)
def undo(request: AccessedRequest, pk: int) -> HttpResponse:
    """Take a reading back; pressing twice is harmless."""
    weighing = get_object_or_404(Weighing.objects.select_related("lot"), pk=pk)
    get_object_or_404(HarvestLot.objects.for_access(request.access), pk=weighing.lot_id)
    try:
        services.reverse_weighing(by=request.user, weighing=weighing, reason=_("กดเลิกทำที่เครื่องชั่ง"))
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("เลิกทำแล้ว ชั่งใหม่ได้เลย"))
    return redirect("fulfilment:scale", pk=weighing.lot.cycle_id)


@requires("staff", "treasurer", "coordinator", "grower")
def slip(request: AccessedRequest, code: str) -> HttpResponse:
    """Show the weigh slip of a lot, to print or to pass on."""
    lot = get_object_or_404(
        HarvestLot.objects.for_access(request.access).select_related(
            "product", "person", "group", "cycle__hub"
        ),
        code=code,
        person__isnull=False,
        kind=HarvestLot.Kind.OWN,
    )
    price = farm_gate_prices(days=[lot.cycle.delivery_day], product_ids={lot.product_id}).get(
        (lot.product_id, lot.grade, lot.cycle.delivery_day)
    )
    weighings = list(lot.weighings.select_related("by").order_by("pk"))
    value = value_of(lot.intake_qty, price, per=lot.product.per) if price is not None else None
    pay = pay_day_words([lot])[lot.pk]
    words = {
        "name": lot.person,
        "product": lot.product.name,
        "grade": lot.grade,
        "net": amount(lot.intake_qty, lot.product),
        "gross": amount(sum(w.gross_g for w in weighings), lot.product),
        "tare": amount(sum(w.tare_g for w in weighings), lot.product),
        "day": format_date(lot.cycle.delivery_day, "day"),
        "code": lot.code,
    }
    lines = [
        _("ใบชั่ง %(code)s ส่ง %(day)s") % words,
        _("%(name)s %(product)s เกรด %(grade)s สุทธิ %(net)s") % words,
    ]
    if lot.product.base_unit == BaseUnit.GRAM:
        lines.append(_("รวม %(gross)s ตะกร้า %(tare)s") % words)
    if value is not None and price is not None:
        lines.append(
            _("ราคา %(price)s ได้ %(value)s")
            % {"price": format_baht_short(price), "value": format_baht_short(value)}
        )
    lines.append(pay)
    context = {
        "lot": lot,
        "weighings": weighings,
        "price": price,
        "value": value,
        "pay": pay,
        "text": "\n".join(lines),
        "back_url": reverse("fulfilment:grower-home")
        if request.access.has("grower") and not request.access.is_cooperative
        else reverse("fulfilment:lots", args=[lot.cycle_id])
        if request.access.is_cooperative
        else reverse("fulfilment:coordinator-home"),
        "is_gram": lot.product.base_unit == BaseUnit.GRAM,
    }
    return render(request, "fulfilment/slip.html", context)
