"""The form of a "what if": a name, a week, and up to three things that happen in it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.grades import Grade
from catalogue.models import Product
from marketplace.common.clock import today
from marketplace.common.dates import format_date
from marketplace.places.models import District
from marketplace.web.forms import BahtField, Chips, KitForm, MultiChips, QuantityField
from orders.simulator.questions import Flood, Joining, Kitchen, Question
from orders.simulator.week import open_weeks

WEEKDAYS = (
    (0, _("จ.")), (1, _("อ.")), (2, _("พ.")), (3, _("พฤ.")), (4, _("ศ.")), (5, _("ส.")), (6, _("อา.")),
)  # fmt: skip
MOST_G = 100_000_000
"""A hundred tonnes: more is a slip of the finger."""


def _products() -> Any:
    # Kilograms are asked for, so only what is weighed.
    return Product.objects.filter(archived_at__isnull=True, base_unit="gram").order_by("title")


class ProductsField(forms.ModelMultipleChoiceField):
    """Products by their names in the reader's language."""

    widget = MultiChips

    def label_from_instance(self, obj: Product) -> str:
        """Return the product's name."""
        return obj.name


class ScenarioForm(KitForm):
    """What is asked; a part counts when its district is chosen."""

    name = forms.CharField(
        label=_("ตั้งชื่อ"), max_length=80, help_text=_("เช่น น้ำท่วมระโนดครึ่งหนึ่ง เก็บไว้เปิดดูและเทียบได้")
    )
    week = forms.ChoiceField(label=_("สัปดาห์"))
    flood_district = forms.ChoiceField(label=_("อำเภอที่น้ำท่วม"), required=False)
    flood_percent = forms.IntegerField(
        label=_("ผลผลิตเสียหาย ร้อยละ"), required=False, min_value=1, max_value=100, initial=50
    )
    flood_days = forms.TypedMultipleChoiceField(
        label=_("วันส่งที่เสียหาย"),
        required=False,
        choices=WEEKDAYS,
        coerce=int,
        widget=MultiChips,
        help_text=_("ไม่เลือกเลยคือทั้งสัปดาห์"),
    )
    kitchen_district = forms.ChoiceField(label=_("ครัวใหม่อยู่อำเภอ"), required=False)
    kitchen_products = ProductsField(label=_("ครัวใหม่สั่ง"), queryset=None, required=False)
    kitchen_g = QuantityField(
        label=_("กก. ต่อสัปดาห์ ของแต่ละอย่าง"), required=False, min_value=1_000, max_value=MOST_G
    )
    kitchen_price = BahtField(label=_("ราคาที่ครัวจ่าย บาทต่อ กก."), required=False, min_value=1)
    kitchen_grade = forms.ChoiceField(
        label=_("รับเกรดต่ำสุด"), required=False, choices=Grade, initial=Grade.B, widget=Chips
    )
    kitchen_contract = forms.BooleanField(label=_("มีข้อตกลงซื้อขาย ได้ก่อนผู้ซื้อทั่วไป"), required=False)
    joining_district = forms.ChoiceField(label=_("กลุ่มใหม่อยู่อำเภอ"), required=False)
    joining_products = ProductsField(label=_("กลุ่มใหม่ปลูก"), queryset=None, required=False)
    joining_g = QuantityField(
        label=_("กก. ต่อสัปดาห์ ของแต่ละอย่าง"), required=False, min_value=1_000, max_value=MOST_G
    )
    joining_grade = forms.ChoiceField(
        label=_("เกรดที่ได้"), required=False, choices=Grade, initial=Grade.A, widget=Chips
    )
    joining_members = forms.IntegerField(
        label=_("สมาชิกกี่คน"), required=False, min_value=1, max_value=500, initial=10
    )

    parts = {
        "flood": ("percent",),
        "kitchen": ("products", "g", "price", "grade"),
        "joining": ("products", "g", "grade", "members"),
    }
    telling = {
        "kitchen": ("products", "g", "price"),
        "joining": ("products", "g"),
        "flood": ("days",),
    }
    """Fields without a first value: filled in, they say that the part is meant."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = today()
        self.fields["week"].choices = [  # type: ignore[attr-defined]
            (
                monday.isoformat(),
                _("%(first)s ถึง %(last)s")
                % {
                    "first": format_date(monday, "day"),
                    "last": format_date(monday + timedelta(days=6), "day"),
                },
            )
            for monday in open_weeks(here)
        ]
        districts = [(row.pk, str(row)) for row in District.objects.order_by("name_th")]
        for part in self.parts:
            self.fields[f"{part}_district"].choices = [  # type: ignore[attr-defined]
                ("", _("ไม่มี")),
                *districts,
            ]
        for part in ("kitchen", "joining"):
            self.fields[f"{part}_products"].queryset = _products()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for what a chosen part lacks, and for the district of one that is half filled in."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        chosen = [part for part in self.parts if data.get(f"{part}_district")]
        for part, names in self.parts.items():
            if part in chosen:
                for name in names:
                    key = f"{part}_{name}"
                    if key not in self.errors and not data.get(key):
                        self.add_error(key, _("ใส่ช่องนี้ด้วย หรือเลือกอำเภอเป็น “ไม่มี”"))
            elif any(data.get(f"{part}_{name}") for name in self.telling[part]):
                self.add_error(f"{part}_district", _("เลือกอำเภอก่อน"))
        if not chosen and not self.errors:
            self.add_error(None, _("เลือกอย่างน้อยหนึ่งเรื่อง: น้ำท่วม ครัวใหม่ หรือกลุ่มใหม่"))
        return data

    @property
    def monday(self) -> date:
        """The week's first day."""
        return date.fromisoformat(self.cleaned_data["week"])

    @property
    def question(self) -> Question:
        """What was asked, once the form is valid."""
        data = self.cleaned_data
        flood = kitchen = joining = None
        if data["flood_district"]:
            flood = Flood(
                district=data["flood_district"],
                percent=data["flood_percent"],
                weekdays=tuple(sorted(data["flood_days"])) or tuple(range(7)),
            )
        if data["kitchen_district"]:
            kitchen = Kitchen(
                district=data["kitchen_district"],
                products=_keys(data["kitchen_products"]),
                week_g=data["kitchen_g"],
                price_satang=data["kitchen_price"],
                grade=data["kitchen_grade"],
                contract=data["kitchen_contract"],
            )
        if data["joining_district"]:
            joining = Joining(
                district=data["joining_district"],
                products=_keys(data["joining_products"]),
                week_g=data["joining_g"],
                grade=data["joining_grade"],
                members=data["joining_members"],
            )
        return Question(flood, kitchen, joining)


def _keys(products: Any) -> tuple[int, ...]:
    return tuple(sorted(product.pk for product in products))
