"""Template tags and filters of the kit: `{% load web %}`.

Drawings, status, figures, dates and form controls. Figures and dates are only formatted here, by
`marketplace.common`; empty values come out empty, so that `|default:"–"` can follow.
"""

import datetime
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import quote
from zlib import crc32

from django import template
from django.forms import (
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    FileInput,
    RadioSelect,
)
from django.template.context import RequestContext
from django.template.defaultfilters import stringfilter
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketplace.common import dates, money, quantities
from marketplace.web.drawings import (
    ICONS,
    LOGO,
    PRODUCE,
    PRODUCE_ALIASES,
    PRODUCE_FALLBACK,
    PRODUCE_TONES,
)
from marketplace.web.forms import control_attrs, look_of

register = template.Library()

STATUSES = frozenset({"ok", "warn", "bad", "info", "wait", ""})

MESSAGE_STATUS = {"success": "ok", "error": "bad", "warning": "warn", "info": "info"}


# ---- drawings ----------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw a line icon; decoration unless `label` says what it means.

    Args:
        name: A key of `drawings.ICONS`; an unknown one draws nothing, the word beside it remains.
        label: Read aloud in place of the icon; leave empty when a word stands beside it.
    """
    shapes = ICONS.get(name)
    if shapes is None:
        return SafeString("")
    if label:
        return format_html(
            '<svg class="i" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>',
            label,
            mark_safe(shapes),
        )
    return format_html(
        '<svg class="i" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', mark_safe(shapes)
    )


def _drawing_key(name: Any) -> str:
    key = str(name or "").strip().lower()
    key = PRODUCE_ALIASES.get(key, key)
    return key if key in PRODUCE else PRODUCE_FALLBACK


@register.simple_tag
def produce_drawing(name: Any = "", label: str = "") -> SafeString:
    """Draw a kind of produce by its drawing key (`drawings.PRODUCE`); unknown keys get a basket."""
    shapes = mark_safe(PRODUCE[_drawing_key(name)])
    if label:
        return format_html(
            '<svg viewBox="0 0 64 64" role="img" aria-label="{}">{}</svg>', label, shapes
        )
    return format_html('<svg viewBox="0 0 64 64" aria-hidden="true">{}</svg>', shapes)


@register.simple_tag
def produce(product: Any, look: str = "thumb") -> SafeString:
    """Draw a product on the ground colour of its kind.

    Args:
        product: Anything with a `drawing` key, or the key itself.
        look: "thumb" (48 px square), "pic" (16:9 head of a card) or "bare" (the drawing alone).
    """
    name = product if isinstance(product, str) else getattr(product, "drawing", "")
    drawing = produce_drawing(name)
    if look == "bare":
        return drawing
    return format_html(
        '<span class="{}" data-tone="{}">{}</span>',
        "pic" if look == "pic" else "thumb",
        PRODUCE_TONES[_drawing_key(name)],
        drawing,
    )


@register.simple_tag
def logo() -> SafeString:
    """Draw the brand: toddy palm, field and lake under a ส้มจุก sun."""
    return format_html('<svg viewBox="0 0 48 48" aria-hidden="true">{}</svg>', mark_safe(LOGO))


# ---- status ------------------------------------------------------------------------------------


@register.simple_tag
def badge(status: str, text: Any) -> SafeString:
    """Show a status as word, shape and colour.

    Args:
        status: ok, warn, bad, info or wait; anything else is shown as wait.
        text: At most three words.
    """
    return format_html(
        '<span class="badge" data-s="{}">{}</span>',
        status if status in STATUSES else "wait",
        text,
    )


@register.filter
def message_status(message: Any) -> str:
    """Return the kit's status of a Django message (its level tag)."""
    return MESSAGE_STATUS.get(getattr(message, "level_tag", ""), "wait")


@register.filter
def undo_url(message: Any) -> str:
    """Return the address that undoes what a message tells of (`web.messages.undoable`)."""
    for tag in (getattr(message, "extra_tags", "") or "").split():
        if tag.startswith("undo:"):
            return tag.removeprefix("undo:")
    return ""


# ---- figures and days --------------------------------------------------------------------------


def _empty(value: Any) -> bool:
    return value is None or value == ""


@register.filter
def baht(satang: int | str | None, sign: str = "sign") -> str:
    """Write satang as baht with two decimals; `|baht:"plain"` leaves the ฿ out, as ledgers do."""
    return "" if _empty(satang) else money.format_baht(int(satang or 0), sign=sign == "sign")


@register.filter
def baht_short(satang: int | str | None) -> str:
    """Write satang as baht the way a price tag does, without needless decimals."""
    return "" if _empty(satang) else money.format_baht_short(int(satang or 0))


@register.filter
def kg(grams: int | str | None) -> str:
    """Write grams as kilograms with their unit."""
    return (
        ""
        if _empty(grams)
        else quantities.format_quantity(int(grams or 0), quantities.BaseUnit.GRAM)
    )


@register.filter
def qty(base_units: int | str | None, unit: str = "gram") -> str:
    """Write base units (grams or pieces) with their unit."""
    if _empty(base_units):
        return ""
    return quantities.format_quantity(int(base_units or 0), quantities.BaseUnit(unit))


@register.filter
def number(base_units: int | str | None, unit: str = "gram") -> str:
    """Write base units as the bare figure, for a column whose head names the unit."""
    if _empty(base_units):
        return ""
    return quantities.format_number(int(base_units or 0), quantities.BaseUnit(unit))


def _local_day(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return dates.bangkok_date(value)
    return value


@register.filter
def be(day: datetime.date | None, style: dates.Style = "long") -> str:
    """Write a day in the active language; Thai counts years in the Buddhist era.

    Args:
        day: A date, or an aware moment whose day in Bangkok is meant.
        style: A style of `dates.format_date`: day, short, long or full.
    """
    return "" if _empty(day) else dates.format_date(_local_day(day), style)


@register.filter
def thai_day(day: datetime.date | None) -> str:
    """Write a day with its weekday first: พ. 16 ธ.ค."""
    return be(day, "day")


@register.filter
def thai_date(day: datetime.date | None) -> str:
    """Write a day in full, once per screen: พุธ 9 ธันวาคม 2569."""
    return be(day, "full")


@register.filter
def clock_time(moment: datetime.datetime | None) -> str:
    """Write the time of a moment: 06.05 น."""
    return "" if moment is None or _empty(moment) else dates.format_time(moment)


@register.simple_tag
def both_days(delivery_day: datetime.date, lead_days: int) -> str:
    """Write when to pick and when it is delivered: เก็บ อ. 15 ธ.ค. · ส่ง พ. 16 ธ.ค."""
    return dates.harvest_and_delivery(delivery_day, lead_days)


@register.filter
def percent(part: Any, whole: Any = 1) -> str:
    """Write a share as a percentage with at most one decimal, rounded half up.

    Args:
        part: The part (int, Decimal or Fraction), or a ratio when `whole` is left out.
        whole: The whole in the same unit; of nothing there is no share, so 0 comes out empty.
    """
    if _empty(part) or _empty(whole) or not whole:
        return ""
    tenths = Fraction(part) / Fraction(whole) * 1000
    shown = Decimal(tenths.numerator) / Decimal(tenths.denominator)
    shown = shown.quantize(Decimal(1), rounding=ROUND_HALF_UP) / 10
    text = f"{shown:,.1f}".removesuffix(".0").replace("-", money.MINUS)
    return f"{text}%"


# ---- links and pages ---------------------------------------------------------------------------


@register.simple_tag
def home_url() -> str:
    """Return the first page in the active language."""
    try:
        return reverse("wagtail_serve", args=[""])
    except NoReverseMatch:
        return "/"


@register.filter
@stringfilter
def line_share_url(text: str) -> str:
    """Return LINE's share link for a text; it needs no key and works on a phone and a desktop."""
    return "https://line.me/R/share?text=" + quote(text, safe="")


@register.inclusion_tag("parts/share.html", takes_context=True)
def share_text(context: RequestContext, text: str, label: str = "") -> dict[str, Any]:
    """Offer "คัดลอกข้อความ" and "ส่งทาง LINE" for a text that a person must pass on.

    Args:
        context: The page's context; counts the texts on one page.
        text: What is passed on, as plain text with line breaks.
        label: Names the list when there are several on a page ("สายส่ง 2").
    """
    counter = (context.render_context.get("web_share") or 0) + 1
    context.render_context["web_share"] = counter
    return {
        "text": str(text).strip(),
        "label": label,
        "share_id": f"share-{counter}-{crc32(str(text).encode()):x}",
    }


@register.simple_tag
def page_numbers(page_obj: Any) -> Iterator[int | str]:
    """Return the page numbers to show around a page of a paginator, with … for those left out."""
    pages: Iterator[int | str] = page_obj.paginator.get_elided_page_range(
        page_obj.number, on_each_side=1, on_ends=1
    )
    return pages


@register.filter
def language_short(code: str) -> str:
    """Return the short name a language calls itself in the switch."""
    return {"th": "ไทย", "en": "EN", "ms": "MS"}.get(code[:2], code.upper())


@register.simple_tag(takes_context=True)
def signed_in(context: RequestContext) -> dict[str, Any]:
    """Return who is signed in and which roles they may take on, for the account menu.

    Works before the access middleware has run, on error pages and for people without a party.
    """
    request = context.get("request")
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"name": "", "party": "", "roles": []}
    access = getattr(request, "access", None)
    person = getattr(access, "person", None)
    full_name = user.get_full_name() if hasattr(user, "get_full_name") else ""
    return {
        "name": str(person or full_name or user),
        "party": str(getattr(access, "party", None) or ""),
        "roles": list(getattr(access, "choices", None) or []),
    }


@register.simple_block_tag
def wrap(content: str, element: str = "p", css: str = "") -> SafeString:
    """Put an element around its content, or nothing at all when a page left the block empty."""
    if not content.strip():
        return SafeString("")
    # The element's name is written in our own templates, never by a visitor.
    return format_html(
        "<{0}{1}>{2}</{0}>",
        mark_safe(element),
        format_html(' class="{}"', css) if css else "",
        mark_safe(content.strip()),  # rendered, hence already escaped
    )


# ---- forms -------------------------------------------------------------------------------------


@register.filter
def look(field: BoundField) -> str:
    """Return how a field is drawn: text, check, checks, chips, tiles, stepper, file or hidden."""
    return look_of(field.field.widget)


@register.simple_tag
def control(field: BoundField, look: str = "", bare: bool = False, hint: Any = "") -> SafeString:
    """Draw the control of a field of any form with the kit's classes and its hint or error tied on.

    Args:
        field: The bound field.
        look: Overrides what `look_of` would choose.
        bare: Leave out the form's own hint and placeholder, as other people's forms speak English.
        hint: The hint a page gives in place of the form's.
    """
    attrs = control_attrs(field, look)
    if bare:
        attrs["placeholder"] = False
        if not hint and not field.errors:
            attrs["aria-describedby"] = False
    if hint and not field.errors and field.auto_id:
        attrs["aria-describedby"] = f"{field.auto_id}_helptext"
    return field.as_widget(attrs=attrs)


@register.filter
def is_group(field: BoundField) -> bool:
    """Say whether a field is several controls that need a fieldset and a legend."""
    return isinstance(field.field.widget, RadioSelect | CheckboxSelectMultiple)


@register.filter
def is_check(field: BoundField) -> bool:
    """Say whether a field is one tick box, whose label stands behind it."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def has_files(form: Any) -> bool:
    """Say whether a form needs `enctype="multipart/form-data"`."""
    return any(isinstance(field.widget, FileInput) for field in form.fields.values())


@register.simple_tag
def optional_note(field: BoundField) -> str:
    """Return "(ไม่บังคับ)" for a field that may stay empty; required is the rule and says nothing.

    Nor does a form that only chooses what a list shows: there nothing has to be filled in.
    """
    if field.field.required or getattr(field.form, "filters", False):
        return ""
    return _("(ไม่บังคับ)")


@register.simple_tag
def active_language() -> str:
    """Return the active language code without its region."""
    return (get_language() or "th").split("-")[0]
