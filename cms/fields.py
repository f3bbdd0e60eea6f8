"""A season as an editor enters it: twelve choices, stored as twelve digits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.season import month_name

LEVELS = [("0", _("ไม่มี")), ("1", _("มี")), ("2", _("ดีที่สุด"))]


class SeasonWidget(forms.MultiWidget):
    """Twelve small selects, each under the name of its month."""

    template_name = "cms/widgets/season.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__([forms.Select(choices=LEVELS) for _month in range(12)], attrs)

    def decompress(self, value: str | None) -> list[str]:
        return list(value or "0" * 12)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for month, part in enumerate(context["widget"]["subwidgets"], start=1):
            part["month"] = month_name(month)
            part["attrs"]["aria-label"] = part["month"]
        return context


class SeasonFormField(forms.MultiValueField):
    widget = SeasonWidget

    def __init__(self, **kwargs: Any) -> None:
        for meant_for_text in ("max_length", "min_length", "empty_value", "strip"):
            kwargs.pop(meant_for_text, None)
        fields = [forms.ChoiceField(choices=LEVELS) for _month in range(12)]
        super().__init__(fields, **kwargs)

    def compress(self, data_list: list[str]) -> str:
        return "".join(data_list) or "0" * 12


class SeasonField(models.CharField):
    """Twelve digits, January first: 0 not to be had, 1 to be had, 2 the best of it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 12)
        kwargs.setdefault("default", "0" * 12)
        super().__init__(*args, **kwargs)
        self.validators.append(RegexValidator(r"^[012]{12}$", _("เลือกครบทั้ง 12 เดือน")))

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(
            **{"form_class": SeasonFormField, "widget": SeasonWidget, **kwargs}
        )
