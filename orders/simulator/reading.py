"""A scenario's stored figures as rows for the page, the paper and the sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from catalogue.models import Product
from marketplace.common.money import format_baht
from marketplace.common.quantities import BaseUnit, format_quantity
from marketplace.parties.models import Buyer, FarmerGroup
from marketplace.places.models import District
from orders.allocation.explaining import badge_of, names_of, say
from orders.allocation.services.running import amount
from orders.simulator.figures import SMALL
from orders.simulator.forms import WEEKDAYS
from orders.simulator.models import Scenario
from orders.simulator.questions import NEW, Question


@dataclass(frozen=True, slots=True)
class Row:
    """A label and one text per column."""

    label: str
    cells: tuple[str, ...]
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Short:
    """A line that would be short: who, what, which day, how much before and after, and why."""

    buyer: str
    product: str
    day: date
    before: str
    after: str
    status: str
    words: str
    text: str


def _kg(grams: int) -> str:
    return format_quantity(grams, BaseUnit.GRAM)


def _part(some: int, whole: int) -> str:
    return f"{some * 1000 // whole / 10:.1f}%" if whole else "–"


def _gini(side: dict[str, Any]) -> str:
    value = side["fair"]["gini_1000"]
    return "–" if value is None else f"0.{value:03d}"


def _km(side: dict[str, Any]) -> str:
    value = side["km_10"]
    return "–" if value is None else f"{value // 10}.{value % 10}"


def figure_rows(sides: Sequence[dict[str, Any]]) -> list[Row]:
    """Return the main figures, one column a side."""
    made = [
        (_("ขอทั้งหมด"), [_kg(one["asked_g"]) for one in sides]),
        (_("จัดได้"), [_kg(one["given_g"]) for one in sides]),
        (_("ได้ของที่ขอ"), [_part(one["given_g"], one["asked_g"]) for one in sides]),
        (_("ได้ของที่มากที่สุดเท่าที่เป็นไปได้"), [_part(one["given_g"], one["bound_g"]) for one in sides]),
        (_("ยอดยืนยันที่ขาด"), [_kg(one["firm_short_g"]) for one in sides]),
        (_("รายการที่ขาด"), [str(one["short_count"]) for one in sides]),
        (_("รายได้เกษตรกรรวม"), [format_baht(one["income_satang"], sign=True) for one in sides]),
        (_("ความต่างระหว่างสวน (0 คือเท่ากันหมด)"), [_gini(one) for one in sides]),
        (_("ขายได้น้อยที่สุด สามคน ร้อยละของที่บอก"), [_least(one) for one in sides]),
        (_("ขายได้ไม่ถึงครึ่งของที่บอก คน"), [str(one["fair"]["below_half"]) for one in sides]),
        (_("มีผู้สั่ง คน"), [str(one["fair"]["people"]) for one in sides]),
        (_("ไม่มีใครสั่ง คน (ไม่นับในความต่าง)"), [str(one["fair"]["unordered"]) for one in sides]),
        (_("ระยะทางต่อกิโลกรัม (กม.)"), [_km(one) for one in sides]),
    ]
    return [Row(str(label), tuple(cells), len(set(cells)) > 1) for label, cells in made]


def _least(side: dict[str, Any]) -> str:
    return " · ".join(f"{percent}%" for percent in side["fair"]["least"]) or "–"


def short_rows(sides: Sequence[dict[str, Any]]) -> list[Row]:
    """Return what is short of each product, one column a side, the shortest first."""
    found: dict[int, list[int]] = {}
    for place, one in enumerate(sides):
        for row in one["products"]:
            short = found.setdefault(row["product"], [0] * len(sides))
            short[place] = row["asked"] - row["given"]
    products = Product.objects.in_bulk(found)
    rows = [
        (max(products[key].grams_of(qty) for qty in short), products[key], short)
        for key, short in found.items()
        if key in products and any(short)
    ]
    rows.sort(key=lambda row: (-row[0], row[1].pk))
    return [
        Row(product.name, tuple(amount(qty, product) for qty in short), len(set(short)) > 1)
        for _grams, product, short in rows
    ]


def income_rows(sides: Sequence[dict[str, Any]]) -> list[Row]:
    """Return what each group's growers are paid, one column a side."""
    found: dict[str, list[tuple[int, int] | None]] = {}
    for place, one in enumerate(sides):
        for row in one["income"]:
            cells = found.setdefault(row["group"], [None] * len(sides))
            cells[place] = row["people"], row["satang"]
    groups = FarmerGroup.objects.in_bulk([int(key) for key in found if key.isdecimal()])
    names = {str(key): group.name for key, group in groups.items()}
    names |= {NEW: _("กลุ่มใหม่ (สมมติ)"), SMALL: _("กลุ่มเล็กรวมกัน")}
    rows = []
    for key, cells in found.items():
        people = max(cell[0] for cell in cells if cell)
        label = _("%(group)s (%(n)s คน)") % {"group": names.get(key, key), "n": people}
        texts = tuple(format_baht(cell[1], sign=True) if cell else "–" for cell in cells)
        order = {NEW: 2, SMALL: 1}.get(key, 0), -max(cell[1] for cell in cells if cell)
        rows.append((order, Row(label, texts, len(set(texts)) > 1)))
    return [row for _order, row in sorted(rows, key=lambda pair: (pair[0], pair[1].label))]


def short_lines(before: dict[str, Any], after: dict[str, Any]) -> list[Short]:
    """Return the lines that would be short, with the first reason of each."""
    known = {row["line"]: row["short"] for row in before["short"]}
    products = Product.objects.in_bulk({row["product"] for row in after["short"]})
    buyers = Buyer.objects.in_bulk({row["buyer"] for row in after["short"]} - {NEW})
    names = names_of(products.values())
    rows = []
    for row in after["short"]:
        product = products[row["product"]]
        status, words = badge_of(row["code"], row["data"])
        earlier = known.get(row["line"], 0)
        buyer = _("ครัวใหม่ (สมมติ)") if row["buyer"] == NEW else buyers[row["buyer"]].name
        rows.append(
            Short(
                buyer=buyer,
                product=product.name,
                day=date.fromisoformat(row["day"]),
                before=amount(earlier, product) if earlier else "–",
                after=amount(row["short"], product),
                status=status,
                words=words,
                text=say(row["code"], row["data"], product, names),
            )
        )
    return rows


def asked_of(scenario: Scenario) -> list[str]:
    """Return what is supposed to happen, in sentences."""
    question = Question.of_data(scenario.question)
    districts = District.objects.in_bulk(
        [p.district for p in (question.flood, question.kitchen, question.joining) if p]
    )
    products = Product.objects.in_bulk(question.products)

    def listed(keys: tuple[int, ...]) -> str:
        return ", ".join(products[key].name for key in keys if key in products)

    told = []
    if flood := question.flood:
        words = dict(WEEKDAYS)
        days = " ".join(str(words[day]) for day in flood.weekdays)
        told.append(
            _("น้ำท่วม %(district)s ผลผลิตเสียหาย %(percent)s%% วันส่ง %(days)s")
            % {
                "district": districts[flood.district],
                "percent": flood.percent,
                "days": _("ทั้งสัปดาห์") if len(flood.weekdays) == 7 else days,
            }
        )
    if kitchen := question.kitchen:
        text = (
            _("ครัวใหม่ที่ %(district)s มีข้อตกลง สั่ง %(products)s อย่างละ %(kg)s ต่อสัปดาห์ กก. ละ %(price)s")
            if kitchen.contract
            else _("ครัวใหม่ที่ %(district)s สั่ง %(products)s อย่างละ %(kg)s ต่อสัปดาห์ กก. ละ %(price)s")
        )
        told.append(
            text
            % {
                "district": districts[kitchen.district],
                "products": listed(kitchen.products),
                "kg": _kg(kitchen.week_g),
                "price": format_baht(kitchen.price_satang, sign=True),
            }
        )
    if joining := question.joining:
        told.append(
            _(
                "กลุ่มใหม่ %(n)s คนที่ %(district)s เปิดจอง %(products)s อย่างละ %(kg)s ต่อสัปดาห์ เกรด %(grade)s"
            )
            % {
                "n": joining.members,
                "district": districts[joining.district],
                "products": listed(joining.products),
                "kg": _kg(joining.week_g),
                "grade": joining.grade,
            }
        )
    return told


def about_kitchen(scenario: Scenario) -> str:
    """Return what the new kitchen gets and pays beside what growers are paid for it, or nothing."""
    kitchen = Question.of_data(scenario.question).kitchen
    new = scenario.result["after"]["new"] if scenario.result else None
    if kitchen is None or new is None:
        return ""
    paid = new["given_g"] * kitchen.price_satang // 1000
    rest = paid - new["farm_gate_satang"]
    words = {
        "given": _kg(new["given_g"]),
        "asked": _kg(new["asked_g"]),
        "paid": format_baht(paid, sign=True),
        "growers": format_baht(new["farm_gate_satang"], sign=True),
        "rest": format_baht(abs(rest), sign=True),
    }
    if rest < 0:
        return (
            _(
                "ครัวใหม่ได้ %(given)s จาก %(asked)s จ่าย %(paid)s "
                "ไม่พอค่าผลผลิต %(growers)s กองราคาต้องเติม %(rest)s ยังไม่รวมค่าดำเนินการ"
            )
            % words
        )
    return (
        _(
            "ครัวใหม่ได้ %(given)s จาก %(asked)s จ่าย %(paid)s "
            "เป็นค่าผลผลิต %(growers)s เหลือเป็นค่าดำเนินการและกองราคา %(rest)s"
        )
        % words
    )
