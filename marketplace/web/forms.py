"""Form fields and form classes of the kit.

`KitForm` and `KitModelForm` draw themselves with `parts/form.html`; any other form does so through
`{% include "parts/field.html" %}`. Money fields clean to integer satang, quantity fields to integer
base units, date fields to a `datetime.date`; what a parser of `marketplace.common` refuses becomes
the field's error, in the parser's words.
"""

import datetime
from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates
from django.template import loader
from django.utils.translation import gettext_lazy as _

from marketplace.common import dates, money, quantities
from marketplace.common.exceptions import Refusal

Parsed = TypeVar("Parsed")

PLEASE_FILL = _("ยังไม่ได้ใส่ช่องนี้")
PLEASE_CHOOSE = _("ยังไม่ได้เลือก")


# ---- widgets -----------------------------------------------------------------------------------


class Chips(forms.RadioSelect):
    """One choice of few, as chips in a row."""

    kit_look = "chips"


class MultiChips(forms.CheckboxSelectMultiple):
    """Several choices of few, as chips in a row."""

    kit_look = "chips"


class Picks(forms.RadioSelect):
    """One choice of few that need a sentence each, as cards below each other."""

    kit_look = "picks"


class Stepper(forms.TextInput):
    """A number between − and + buttons; without JavaScript it is a plain number box.

    Args:
        step: What one press adds, in the unit shown.
        least: The smallest number the buttons go down to.
        most: The largest number the buttons go up to, or None.
    """

    kit_look = "stepper"

    def __init__(
        self, *, step: str = "1", least: str = "0", most: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.attrs.setdefault("inputmode", "decimal")
        self.attrs.setdefault("autocomplete", "off")
        self.attrs["data-step"] = step
        self.attrs["data-least"] = least
        if most is not None:
            self.attrs["data-most"] = most


def look_of(widget: forms.Widget) -> str:
    """Return how a widget is drawn: text, check, checks, chips, picks, stepper, file or hidden."""
    chosen = getattr(widget, "kit_look", None)
    if chosen is not None:
        return str(chosen)
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "checks"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.FileInput):
        return "file"
    return "text"


def control_attrs(field: forms.BoundField, look: str = "") -> dict[str, Any]:
    """Return the HTML attributes that dress a field's control in the kit.

    The hint is named by `aria-describedby` while the field is in order, the error once it is not,
    because the error is shown in the hint's place.
    """
    widget = field.field.widget
    look = look or look_of(widget)
    attrs: dict[str, Any] = {}
    if look in ("text", "file", "stepper"):
        classes = [str(widget.attrs.get("class", ""))]
        if look != "stepper" and "in" not in classes[0].split():
            classes.append("in")
        attrs["class"] = " ".join(filter(None, classes))
        if not attrs["class"]:
            del attrs["class"]
    if field.auto_id and not field.is_hidden and not widget.attrs.get("aria-describedby"):
        if field.errors:
            attrs["aria-describedby"] = f"{field.auto_id}_error"
        elif field.help_text:
            attrs["aria-describedby"] = f"{field.auto_id}_helptext"
    return attrs


# ---- forms -------------------------------------------------------------------------------------


class KitRenderer(DjangoTemplates):
    """Draws forms with the parts of `marketplace/web/templates`, widgets with Django's own."""

    form_template_name = "parts/form.html"
    field_template_name = "parts/field.html"

    def get_template(self, template_name: str) -> Any:
        """Find a form template among the site's, a widget template among Django's."""
        if template_name.startswith("parts/"):
            return loader.get_template(template_name)
        return super().get_template(template_name)


class KitBoundField(forms.BoundField):
    """A field whose control wears the kit's classes even when a template prints it alone."""

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        """Add the kit's attributes under those that were asked for."""
        if widget is None or widget is self.field.widget:
            attrs = {**control_attrs(self), **attrs}
        return super().build_widget_attrs(attrs, widget)


class KitFormMixin(forms.BaseForm):
    """What makes a form one of the kit's."""

    default_renderer = KitRenderer
    bound_field_class = KitBoundField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if (
                field.error_messages.get("required")
                == forms.Field.default_error_messages["required"]
            ):
                field.error_messages["required"] = (
                    PLEASE_CHOOSE if isinstance(field, forms.ChoiceField) else PLEASE_FILL
                )


class KitForm(KitFormMixin, forms.Form):
    """A form that draws itself with the kit."""


class KitModelForm(KitFormMixin, forms.ModelForm):
    """A model form that draws itself with the kit."""


# ---- fields ------------------------------------------------------------------------------------


def _parsed(parse: Callable[[], Parsed]) -> Parsed:
    """Return what a parser of `marketplace.common` makes of a text, its refusal as a form error."""
    try:
        return parse()
    except Refusal as refusal:
        raise ValidationError(str(refusal), code="refused") from refusal


class BuddhistDateField(forms.Field):
    """A day typed in the Buddhist or the Christian era (a year above 2400 is Buddhist).

    Cleans to `datetime.date`, shows 16/12/2569.
    """

    widget = forms.TextInput
    default_hint = _("วัน/เดือน/ปี เช่น 16/12/2569")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", self.default_hint)
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Ask phones for digits and browsers for no suggestions."""
        return {"inputmode": "text", "autocomplete": "off", "data-date": "be"}

    def prepare_value(self, value: Any) -> Any:
        """Show a day as dd/mm/yyyy of the Buddhist era; what was typed stays as typed."""
        if isinstance(value, datetime.datetime):
            value = value.date()
        if isinstance(value, datetime.date):
            return f"{value.day:02d}/{value.month:02d}/{value.year + 543}"
        return value

    def to_python(self, value: Any) -> datetime.date | None:
        """Return the day, or None for nothing."""
        if isinstance(value, datetime.datetime):
            return value.date()
        if isinstance(value, datetime.date):
            return value
        text = str(value or "").strip()
        return _parsed(lambda: dates.parse_date(text)) if text else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare days, not spellings of a day."""
        return _has_changed(self, initial, data)


class _NumberField(forms.Field):
    """What money and quantity fields share: an integer within bounds, typed as people write it."""

    widget = forms.TextInput
    too_small = _("ต้องไม่น้อยกว่า %(limit)s")
    too_large = _("ต้องไม่เกิน %(limit)s")

    def __init__(
        self, *, min_value: int | None = None, max_value: int | None = None, **kwargs: Any
    ) -> None:
        self.min_value, self.max_value = min_value, max_value
        super().__init__(**kwargs)

    def parse(self, text: str) -> int:
        """Return the integer a text means; Refusal if it means none."""
        raise NotImplementedError

    def shown(self, value: int) -> str:
        """Return how a value is written in an error about it."""
        raise NotImplementedError

    def typed(self, value: int) -> str:
        """Return how a value is written inside the box."""
        raise NotImplementedError

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Ask phones for the number pad and set figures flush right."""
        attrs = {"inputmode": "decimal", "autocomplete": "off"}
        return attrs if look_of(widget) == "stepper" else {**attrs, "class": "in in--n"}

    def prepare_value(self, value: Any) -> Any:
        """Show an integer as people write it; what was typed stays as typed."""
        return self.typed(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        """Return the integer, or None for nothing."""
        if isinstance(value, int):
            return value
        text = str(value or "").strip()
        return _parsed(lambda: self.parse(text)) if text else None

    def validate(self, value: Any) -> None:
        """Refuse a missing value and one outside the bounds."""
        super().validate(value)
        if value is None:
            return
        if self.min_value is not None and value < self.min_value:
            raise ValidationError(
                self.too_small, code="too_small", params={"limit": self.shown(self.min_value)}
            )
        if self.max_value is not None and value > self.max_value:
            raise ValidationError(
                self.too_large, code="too_large", params={"limit": self.shown(self.max_value)}
            )

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare values, not spellings of a value."""
        return _has_changed(self, initial, data)


class BahtField(_NumberField):
    """An amount typed in baht; cleans to integer satang.

    Bounds are satang; `min_value` is 0 unless said otherwise, None takes negative amounts.
    """

    def __init__(self, *, min_value: int | None = 0, **kwargs: Any) -> None:
        super().__init__(min_value=min_value, **kwargs)

    def parse(self, text: str) -> int:
        """Return satang."""
        negative = self.min_value is None or self.min_value < 0
        return money.parse_baht(text, allow_negative=negative)

    def shown(self, value: int) -> str:
        """Return the amount with its sign."""
        return money.format_baht(value, sign=True)

    def typed(self, value: int) -> str:
        """Return the amount with two decimals and no sign."""
        return money.format_baht(value, sign=False)


class QuantityField(_NumberField):
    """A quantity typed in kilograms or pieces; cleans to integer base units.

    Args:
        unit: "gram" (typed in kilograms) or "piece".
        min_value: Least quantity in base units; 0 unless said otherwise.
    """

    def __init__(self, unit: str = "gram", *, min_value: int | None = 0, **kwargs: Any) -> None:
        self.unit = quantities.BaseUnit(unit)
        super().__init__(min_value=min_value, **kwargs)

    def parse(self, text: str) -> int:
        """Return base units."""
        return quantities.parse_quantity(text, unit=self.unit)

    def shown(self, value: int) -> str:
        """Return the quantity with its unit."""
        return quantities.format_quantity(value, self.unit)

    def typed(self, value: int) -> str:
        """Return the quantity without its unit."""
        return quantities.format_number(value, self.unit)


def _has_changed(field: forms.Field, initial: Any, data: Any) -> bool:
    if field.disabled:
        return False
    try:
        return bool(field.to_python(data) != field.to_python(initial))
    except ValidationError:
        return True
