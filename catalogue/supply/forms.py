"""The forms of this room. They check spelling; what is allowed is decided by the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.grades import Grade
from catalogue.models import Product
from catalogue.standards.models import Standard
from catalogue.supply.models import HarvestOffer, Plot
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.quantities import BaseUnit
from marketplace.parties.models import FarmerGroup, Person
from marketplace.places.models import District
from marketplace.web.forms import BahtField, BuddhistDateField, KitForm, QuantityField, Stepper

SQUARE_METRES_PER_RAI = 1600


def words_of(refusal: Refusal | None) -> list[str]:
    """Return what a refusal says, each thing once."""
    if refusal is None:
        return []
    items = refusal.items if isinstance(refusal, Refusals) else [refusal]
    return list(dict.fromkeys(str(item) for item in items))


def show_refusal(form: forms.BaseForm, refusal: Refusal) -> None:
    """Put refusals above the form; nothing typed is lost."""
    for text in words_of(refusal):
        form.add_error(None, text)


def stepper_for(product: Product) -> Stepper:
    """A stepper in strides a grower thinks in: five kilograms, or single pieces."""
    return Stepper(step="5" if product.base_unit == BaseUnit.GRAM else "1", least="0")


class MuchForm(KitForm):
    """How much; typed in the product's unit."""

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["qty"] = QuantityField(
            product.base_unit,
            label=_("จำนวน (%(unit)s)") % {"unit": product.unit_label},
            min_value=1,
            widget=stepper_for(product),
        )


class WindowForm(KitForm):
    """Days typed by hand, both delivery days."""

    first = BuddhistDateField(label=_("ส่งได้ตั้งแต่"), required=False)
    last = BuddhistDateField(label=_("ถึง"), required=False)


class QualityForm(KitForm):
    """Grade, plot, standards and the price below which it is not for sale."""

    grade = forms.ChoiceField(label=_("เกรด"), choices=Grade.choices, initial=Grade.A)
    plot = forms.ModelChoiceField(label=_("แปลง"), queryset=Plot.objects.none(), required=False)
    standards = forms.ModelMultipleChoiceField(
        label=_("มาตรฐาน"), queryset=Standard.objects.none(), required=False
    )
    min_price = BahtField(label=_("ต่ำกว่ากี่บาทไม่ขาย"), required=False)

    def __init__(self, *args: Any, plots: Any, standards: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plot"].queryset = plots  # type: ignore[attr-defined]
        self.fields["standards"].queryset = standards  # type: ignore[attr-defined]


class ShareForm(KitForm):
    """A share's new quantity."""

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["qty"] = QuantityField(
            product.base_unit,
            label=_("จำนวน (%(unit)s)") % {"unit": product.unit_label},
            widget=stepper_for(product),
        )


class SharesForm(KitForm):
    """All shares of one offer, and one more member."""

    def __init__(
        self, *args: Any, offer: HarvestOffer, shares: Any, others: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        unit = offer.product.base_unit
        for share in shares:
            self.fields[f"s{share.pk}"] = QuantityField(
                unit, label=str(share.person), initial=share.qty
            )
        self.fields["person"] = forms.ModelChoiceField(
            label=_("เพิ่มสมาชิก"), queryset=others, required=False, empty_label=_("เลือกสมาชิก")
        )
        self.fields["qty"] = QuantityField(
            unit,
            label=_("จำนวน (%(unit)s)") % {"unit": offer.product.unit_label},
            required=False,
            min_value=1,
        )

    def clean(self) -> dict[str, Any]:
        """A new member comes with a quantity."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("person") and not data.get("qty") and "qty" not in self.errors:
            self.add_error("qty", _("ใส่จำนวนของสมาชิกที่เพิ่ม"))
        return data


class OfferFilter(KitForm):
    """What the list of offers shows."""

    STATES = (
        ("", _("เปิดจองอยู่")),
        ("closed", _("ปิดแล้ว")),
        ("over", _("เลยวันส่งแล้ว")),
        ("all", _("ทั้งหมด")),
    )

    q = forms.CharField(label=_("ผลผลิต"), required=False)
    group = forms.ModelChoiceField(
        label=_("กลุ่ม"),
        queryset=FarmerGroup.objects.none(),
        required=False,
        empty_label=_("ทุกกลุ่ม"),
    )
    day = BuddhistDateField(label=_("วันส่ง"), required=False)
    state = forms.ChoiceField(label=_("สถานะ"), choices=STATES, required=False)

    def __init__(self, *args: Any, groups: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]
        if groups is None or groups.count() < 2:
            del self.fields["group"]


class PlotForm(KitForm):
    """A piece of land of a member."""

    person = forms.ModelChoiceField(
        label=_("สมาชิก"), queryset=Person.objects.none(), empty_label=_("เลือกสมาชิก")
    )
    name = forms.CharField(label=_("ชื่อแปลง"), max_length=120, help_text=_("เช่น แปลงหลังบ้าน"))
    district = forms.ModelChoiceField(
        label=_("อำเภอ"), queryset=District.objects.all(), empty_label=_("เลือกอำเภอ")
    )
    tambon = forms.CharField(label=_("ตำบล"), max_length=80, required=False)
    rai = forms.DecimalField(
        label=_("เนื้อที่ (ไร่)"),
        required=False,
        min_value=0,
        max_value=10_000,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )

    def __init__(self, *args: Any, persons: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = persons  # type: ignore[attr-defined]

    @property
    def area_sqm(self) -> int | None:
        """Square metres of what was typed in rai."""
        rai = self.cleaned_data.get("rai")
        return None if rai is None else int(rai * SQUARE_METRES_PER_RAI)


class SettleForm(KitForm):
    """How a shortage was dealt with."""

    how = forms.CharField(label=_("จัดการอย่างไร"), max_length=200)
