"""The cells of the order grid, written in Python: seven hundred of them through the template language
are most of what a kitchen waits for.
"""

from __future__ import annotations

from html import escape as escape_html
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from orders.grid.shapes import Cell, Row

register = template.Library()


def escape(text: object) -> str:
    """Escape for HTML; Django's own looks for lazy texts first, which costs more than the rest."""
    return escape_html(str(text))


@register.simple_tag
def grid_cells(row: Row) -> SafeString:
    """Write the cells of one row: an input with what may be promised, or why it is shut."""
    words = {"left": escape(_("จองได้")), "want": escape(_("ขอเพิ่ม"))}
    return mark_safe("".join(_cell(cell, words) for cell in row.cells))


def _cell(cell: Cell, words: dict[str, Any]) -> str:
    on = ' class="on"' if cell.on else ""
    if not cell.is_open:
        standing = f' data-q="{cell.qty}" data-p="{cell.price_satang}"' if cell.qty else ""
        text = f"<b>{escape(cell.text)}</b> " if cell.text else ""
        return (
            f'<td data-c="{cell.index}"{on}><div class="shut"{standing}>'
            f"{text}{escape(cell.shut)}</div></td>"
        )
    name, invalid = escape(cell.name), ""
    if cell.error:
        invalid = f' aria-invalid="true" aria-describedby="e-{name}"'
        below = f'<small id="e-{name}">{escape(cell.error)}</small>'
    elif cell.want:
        link = f"?why={cell.listing_id}-{cell.cycle_id}#why"
        below = f'<small><a href="{link}">{words["want"]} {escape(cell.want)}</a></small>'
    else:
        below = f"<small>{words['left']} {escape(cell.left)}</small>"
    asked = " is-open" if cell.is_asked else ""
    return (
        f'<td data-c="{cell.index}"{on}><div class="{cell.css}{asked}">'
        f'<input inputmode="decimal" autocomplete="off" name="{name}" value="{escape(cell.text)}" '
        f'aria-label="{escape(cell.label)}" placeholder=" " data-p="{cell.price_satang}" '
        f'data-m="{cell.most}"{invalid}>{below}</div></td>'
    )
