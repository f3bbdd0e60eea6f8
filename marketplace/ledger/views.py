"""Pages of the books: do they add up, the trial balance, an account, a journal; treasurers only."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from marketplace.common.clock import now
from marketplace.common.dates import parse_date
from marketplace.common.exceptions import Refusal
from marketplace.common.money import to_decimal
from marketplace.ledger.chart import in_chart_order, number_of
from marketplace.ledger.hooks import source_links
from marketplace.ledger.models import Account, AccountType
from marketplace.ledger.querysets import (
    balance_after,
    entries_page,
    journal_with_entries,
    trial_balance,
)
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
    day: dt.date | None = None
    try:
        day = parse_date(request.GET["day"]) if request.GET.get("day", "").strip() else None
    except Refusal as refusal:
        messages.error(request, str(refusal))
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
            "day": day,
            "at": now(),
        },
    )


@requires(RoleName.TREASURER)
def account(request: HttpRequest, code: str) -> HttpResponse:
    """An account's entries, each with the other sides of its journal and where it comes from."""
    found = get_object_or_404(Account, pk=code)
    page = entries_page(found, request.GET.get("page"))
    after = balance_after(found, page)
    links = source_links(entry.source for entry in page)
    side = 1 if found.type in (AccountType.ASSET, AccountType.EXPENSE) else -1
    rows = [
        {
            "entry": entry,
            "link": links[entry.source],
            "after": after[entry.pk] * side,
            "debit": max(0, entry.satang),
            "credit": max(0, -entry.satang),
        }
        for entry in page
    ]
    return render(
        request, "ledger/account.html", {"account": found, "page_obj": page, "rows": rows}
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
