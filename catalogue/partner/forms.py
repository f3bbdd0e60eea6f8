"""Forms of the price and listing pages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalogue.grades import Grade
from catalogue.models import Product
from catalogue.partner.services import SOURCES
from catalogue.standards.models import Standard
from marketplace.parties.models import Party, Stage
from marketplace.web.forms import BuddhistDateField, Chips, KitForm


class DraftForm(KitForm):
    """The first delivery day of a new notice."""

    valid_from = BuddhistDateField(label=_("ใช้กับวันส่งตั้งแต่"))


class PercentForm(KitForm):
    """A percentage and the columns it changes."""

    percent = forms.DecimalField(
        label=_("ปรับ (%)"),
        min_value=Decimal(-90),
        max_value=Decimal(200),
        max_digits=5,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 5, "class": "in in--n"}),
        error_messages={
            "invalid": _("ใส่ตัวเลข เช่น 5 หรือ -3.5"),
            "min_value": _("ลดได้ไม่เกิน 90%%"),
            "max_value": _("ขึ้นได้ไม่เกิน 200%%"),
        },
    )
    columns = forms.MultipleChoiceField(
        label=_("ช่องที่ปรับ"), error_messages={"required": _("เลือกช่องที่จะปรับ")}
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["columns"].choices = choices  # type: ignore[attr-defined]

    @property
    def basis_points(self) -> int:
        """The percentage in basis points."""
        return int(self.cleaned_data["percent"] * 100)


class ListingForm(KitForm):
    """Several products from one source, at once."""

    party = forms.ModelChoiceField(
        label=_("แหล่งที่มา"), queryset=Party.objects.none(), empty_label=None
    )
    min_grade = forms.ChoiceField(
        label=_("ตั้งแต่เกรด"), choices=Grade.choices, initial=Grade.A, widget=Chips
    )
    required_standard = forms.ModelChoiceField(
        label=_("ต้องมีมาตรฐาน"),
        queryset=Standard.objects.none(),
        required=False,
        empty_label=_("ไม่กำหนด"),
    )
    products = forms.ModelMultipleChoiceField(
        label=_("สินค้า"), queryset=Product.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["party"].queryset = Party.objects.filter(
            kind__in=SOURCES, stage=Stage.ACTIVE
        ).order_by("kind", "name_th")
        fields["required_standard"].queryset = Standard.objects.all()
        fields["products"].queryset = Product.objects.trading().order_by("title")
        fields["products"].label_from_instance = lambda product: product.name

    def clean_products(self) -> list[Product]:
        """At least one."""
        chosen = list(self.cleaned_data["products"])
        if not chosen:
            raise ValidationError(_("เลือกสินค้าอย่างน้อยหนึ่งอย่าง"))
        return chosen
