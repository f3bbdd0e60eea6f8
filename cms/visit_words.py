"""The facts of a visit in plain words."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from cms.models.visits import Halal
from marketplace.common.clock import today
from marketplace.common.dates import format_date

MONSOON_MONTHS = frozenset({11, 12, 1})
"""When the north-east monsoon brings rain and waves to Songkhla."""


def halal(kind: str, number: str, until: date | None) -> str:
    """Say which kind of halal food there is; a certificate past its last day is said to be so.

    Args:
        kind: a value of `Halal`, or empty where the community has not said.
        number: the certificate's number.
        until: the last day on which it is valid.
    """
    if kind != Halal.CERTIFIED or until is None:
        return str(Halal(kind).label) if kind else ""
    told = {"number": number, "day": format_date(until)}
    if until < today():
        return _("ใบรับรองฮาลาล %(number)s หมดอายุเมื่อ %(day)s") % told
    return _("มีใบรับรองฮาลาล %(number)s ใช้ได้ถึง %(day)s") % told
