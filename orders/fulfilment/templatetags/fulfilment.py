"""How weights are shown at the hub: kilograms with one decimal, as the scale reads."""

from __future__ import annotations

from django import template

from marketplace.common.money import round_half_up
from marketplace.common.quantities import BaseUnit, format_number, format_quantity

register = template.Library()


@register.filter
def tenths(grams: int | None) -> str:
    """Write grams as kilograms rounded to one decimal, without the unit."""
    return (
        "" if grams is None else format_number(round_half_up(int(grams), 100) * 100, BaseUnit.GRAM)
    )


@register.filter
def tenths_kg(grams: int | None) -> str:
    """Write grams as kilograms rounded to one decimal, with the unit."""
    return (
        ""
        if grams is None
        else format_quantity(round_half_up(int(grams), 100) * 100, BaseUnit.GRAM)
    )
