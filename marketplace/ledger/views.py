"""Pages of the books: do they add up, the trial balance, a journal; treasurers only."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from marketplace.common.clock import now
from marketplace.common.money import to_decimal
from marketplace.ledger.chart import in_chart_order, number_of
from marketplace.ledger.forms import DayForm
from marketplace.ledger.hooks import source_links
from marketplace.ledger.querysets import journal_with_entries, trial_balance
from marketplace.ledger.services import run_checks
from marketplace.parties.access import requires
from marketplace.parties.exports import xlsx
from marketplace.parties.models import RoleName


@requires(RoleName.TREASURER)
def adds_up(request: HttpRequest) -> HttpResponse:
    """ยอดตรงกันไหม: every balance computed again from all entries and facts."""
    checks = run_checks()
    wrong = [check for check in checks if not check.ok]
    return render(
        request,
        "ledger/adds_up.html",
        {
            "checks": [check for check in checks if check.ok],
            "wrong": wrong,
            "total": len(checks),
            "right": len(checks) - len(wrong),
            "at": now(),
        },
    )


@requires(RoleName.TREASURER)
def trial(request: HttpRequest) -> HttpResponse:
    """The trial balance at the end of a day (`?day=2027-01-31`), or of everything; also as xlsx."""
    form = DayForm(request.GET if "day" in request.GET else None)
    day: dt.date | None = form.cleaned_data["day"] if form.is_valid() else None
    lines = sorted(trial_balance(day), key=lambda line: in_chart_order(line.account))
    if request.GET.get("format") == "xlsx":
        return xlsx(
            name=f"trial-balance-{day:%Y%m%d}-made" if day else "trial-balance",
            title=_("งบทดลอง"),
            heads=[_("เลขที่"), _("บัญชี"), _("หมวด"), _("เดบิต"), _("เครดิต")],
            rows=[
                (
                    number_of(line.account),
                    line.account.name,
                    line.account.get_type_display(),
                    to_decimal(line.debit_satang),
                    to_decimal(line.credit_satang),
                )
                for line in lines
            ],
        )
    return render(
        request,
        "ledger/trial.html",
        {
            "lines": lines,
            "debit": sum(line.debit_satang for line in lines),
            "credit": sum(line.credit_satang for line in lines),
            "form": form,
            "day": day,
            "at": now(),
        },
    )


@requires(RoleName.TREASURER)
def journal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A journal with both sides."""
    found = journal_with_entries(pk)
    if found is None:
        raise Http404
    entries = sorted(found.entries.all(), key=lambda entry: (entry.satang < 0, entry.account_id))
    links = source_links([found.source, *(entry.source for entry in entries)])
    rows = [
        {
            "entry": entry,
            "link": links[entry.source],
            "debit": max(0, entry.satang),
            "credit": max(0, -entry.satang),
        }
        for entry in entries
    ]
    return render(
        request,
        "ledger/journal.html",
        {
            "journal": found,
            "rows": rows,
            "source": links[found.source],
            "total": sum(row["debit"] for row in rows),
            "reversed_by": getattr(found, "reversed_by", None),
        },
    )
