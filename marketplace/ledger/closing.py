"""The ledger's own lines of the month's checklist."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.ledger.hooks import CloseLine
from marketplace.ledger.services import run_checks


def own_lines(first: dt.date, last: dt.date) -> list[CloseLine]:
    """Every check of "ยอดตรงกันไหม" is green."""
    wrong = [check for check in run_checks() if not check.ok]
    return [
        CloseLine(
            "checks-green",
            not wrong,
            _("ยอดตรงกันทุกข้อ"),
            " · ".join(str(check.title or check.name) for check in wrong),
            reverse("ledger:adds-up"),
        )
    ]
