"""Forms of the product and grade card pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalogue.models import Product, TaxCategory
from catalogue.season import month_name
from catalogue.services import GradeCardInput, ProduceFacts
from marketplace.parties.models import Buyer
from marketplace.web.forms import BuddhistDateField, Chips, KitForm, QuantityField

LEVELS = [("0", _("ไม่มี")), ("1", _("มี")), ("2", _("มีมาก"))]
MOST_PHOTO_BYTES = 5 * 1024 * 1024


class FactsForm(KitForm):
    """Season, keeping and least harvest of one product."""

    aliases = forms.CharField(
        label=_("ชื่ออื่น"), required=False, max_length=400, help_text=_("คั่นด้วยจุลภาค ใช้ค้นหา")
    )
    description = forms.CharField(
        label=_("คำแนะนำสินค้า"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    harvest_lead_days = forms.IntegerField(
        label=_("เก็บก่อนวันส่งกี่วัน"), min_value=0, max_value=30, help_text=_("0 คือเก็บเช้าวันส่ง")
    )
    shelf_life_days = forms.IntegerField(label=_("เก็บได้นานกี่วัน"), min_value=1, max_value=3650)

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "aliases": product.aliases,
            "description": product.description,
            "harvest_lead_days": product.harvest_lead_days,
            "shelf_life_days": product.shelf_life_days,
            "min_harvest_qty": product.min_harvest_qty,
            **{f"month_{n}": product.season_months[n - 1] for n in range(1, 13)},
        }
        super().__init__(*args, **kwargs)
        self.product = product
        self.fields["min_harvest_qty"] = QuantityField(
            product.base_unit,
            label=_("น้อยสุดที่คุ้มเก็บ ต่อคนต่อวัน (%(unit)s)") % {"unit": product.unit_label},
            min_value=1,
        )
        for number in range(1, 13):
            self.fields[f"month_{number}"] = forms.ChoiceField(
                label=month_name(number), choices=LEVELS
            )

    @property
    def months(self) -> list[forms.BoundField]:
        """The twelve month fields."""
        return [self[f"month_{number}"] for number in range(1, 13)]

    @property
    def others(self) -> list[forms.BoundField]:
        """Every other field."""
        return [field for field in self if not field.name.startswith("month_")]

    def facts(self) -> ProduceFacts:
        """What the form says."""
        data = self.cleaned_data
        return ProduceFacts(
            product=self.product,
            season_months="".join(data[f"month_{number}"] for number in range(1, 13)),
            shelf_life_days=data["shelf_life_days"],
            harvest_lead_days=data["harvest_lead_days"],
            min_harvest_qty=data["min_harvest_qty"],
            aliases=data["aliases"],
            description=data["description"],
        )


class TaxForm(KitForm):
    """A tax category from a day on."""

    kind = forms.ChoiceField(label=_("ประเภทภาษี"), choices=TaxCategory.Kind.choices, widget=Chips)
    valid_from = BuddhistDateField(label=_("ตั้งแต่วันที่"))
    reason = forms.CharField(
        label=_("เหตุผล"), max_length=200, help_text=_("เช่น ประมวลรัษฎากร มาตรา 81(1)(ก)")
    )


class CardForm(KitForm):
    """A grade in words, with a photo."""

    words_th = forms.CharField(
        label=_("เกรดนี้เป็นอย่างไร"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        help_text=_("ขนาด การตัดแต่ง ความสด และสิ่งที่ไม่รับ"),
    )
    words_en = forms.CharField(
        label=_("ภาษาอังกฤษ"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        required=False,
    )
    photo = forms.ImageField(
        label=_("รูปตัวอย่าง"), required=False, widget=forms.FileInput(attrs={"accept": "image/*"})
    )

    def clean_photo(self) -> Any:
        """At most five megabytes."""
        photo = self.cleaned_data.get("photo")
        if photo is not None and photo.size > MOST_PHOTO_BYTES:
            raise ValidationError(_("รูปใหญ่เกิน 5 MB ถ่ายใหม่ให้เล็กลงหรือย่อก่อน"))
        return photo

    def card(self, product: Product, grade: str, buyer: Buyer | None = None) -> GradeCardInput:
        """What the form says."""
        data = self.cleaned_data
        return GradeCardInput(
            product, grade, data["words_th"], data["words_en"], buyer, data["photo"] or None
        )
