"""Forms of this room; what the services refuse becomes an error of the form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.grades import Grade
from catalogue.models import Product
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.quantities import BaseUnit
from marketplace.web.forms import BahtField, Chips, KitForm, QuantityField
from orders.fulfilment.models import Disposition


def show_refusal(form: forms.BaseForm, refusal: Refusal) -> None:
    """Put a refusal beside the field it is about, else above the form."""
    for one in refusal.items if isinstance(refusal, Refusals) else [refusal]:
        field = one.where if isinstance(one.where, str) and one.where in form.fields else None
        form.add_error(field, str(one.message))


class OutsideForm(KitForm):
    """Goods bought on the market in need."""

    key = forms.CharField(widget=forms.HiddenInput)
    product = forms.ModelChoiceField(
        label=_("ผลผลิต"), queryset=Product.objects.none(), empty_label=_("เลือกผลผลิต")
    )
    grade = forms.ChoiceField(label=_("เกรด"), choices=Grade.choices, widget=Chips)
    qty = forms.CharField(label=_("จำนวน"), help_text=_("กก. หรือจำนวนชิ้น ตามหน่วยของผลผลิต"))
    vendor = forms.CharField(label=_("ซื้อจาก"), max_length=160, help_text=_("ชื่อร้านหรือแผง และตลาด"))
    cost = BahtField(label=_("จ่ายไปทั้งหมด (บาท)"), min_value=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["product"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Product.objects.trading().order_by("title")
        self.initial.setdefault("grade", Grade.A)

    def clean(self) -> dict[str, Any]:
        """Read the quantity in the product's own unit."""
        from marketplace.common.quantities import parse_quantity

        data = super().clean() or {}
        product = data.get("product")
        if product is not None and data.get("qty"):
            try:
                data["qty"] = parse_quantity(
                    data["qty"], unit=BaseUnit(product.base_unit), allow_zero=False
                )
            except Refusal as refusal:
                self.add_error("qty", str(refusal.message))
        return data


class DisposeForm(KitForm):
    """What to do with what is left of one lot."""

    key = forms.CharField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("ทำอะไรกับของ"), choices=Disposition.Kind.choices, widget=Chips)
    value = BahtField(label=_("ขายต่อได้เงิน (บาท)"), required=False, help_text=_("ใส่เฉพาะเมื่อขายต่อ"))
    reason = forms.CharField(label=_("หมายเหตุ"), max_length=200, required=False)

    def __init__(self, *args: Any, unit: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = _("กี่กิโลกรัม") if unit == BaseUnit.GRAM else _("กี่ชิ้น")
        self.fields["qty"] = QuantityField(unit, label=label, min_value=1)
        self.order_fields(["key", "kind", "qty", "value", "reason"])


class LotForm(KitForm):
    """Another grade for a lot, or holding it back."""

    grade = forms.ChoiceField(label=_("เกรด"), choices=Grade.choices, widget=Chips)
    reason = forms.CharField(label=_("เหตุผล"), max_length=200, required=False)


class MoveForm(KitForm):
    """Move quantity from one member to another."""

    key = forms.CharField(widget=forms.HiddenInput)
    to_share = forms.ChoiceField(label=_("ย้ายให้ใคร"))
    reason = forms.CharField(label=_("เพราะอะไร"), max_length=200, required=False)

    def __init__(
        self, *args: Any, unit: str, members: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        label = _("กี่กิโลกรัม") if unit == BaseUnit.GRAM else _("กี่ชิ้น")
        self.fields["qty"] = QuantityField(unit, label=label, min_value=1)
        chosen = self.fields["to_share"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = members
        self.order_fields(["key", "to_share", "qty", "reason"])
