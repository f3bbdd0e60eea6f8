"""What is typed on the pages of the books."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.web.forms import BuddhistDateField, KitForm


class DaysForm(KitForm):
    """From which accounting day to which; both may stay open."""

    filters = True

    since = BuddhistDateField(label=_("ตั้งแต่วันที่"), required=False)
    until = BuddhistDateField(label=_("ถึงวันที่"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            raise ValidationError({"until": _("วันสุดท้ายอยู่ก่อนวันแรก")}, code="backwards")
        return cleaned


class DayForm(KitForm):
    """At the end of which day; open means everything."""

    filters = True

    day = BuddhistDateField(label=_("ณ สิ้นวันที่"), required=False)
