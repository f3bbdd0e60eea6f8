"""Pages of the books over a stretch of days: an account's statement, the journal, a source's trail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from marketplace.common.clock import today
from marketplace.common.money import to_decimal
from marketplace.ledger.exports import beancount, csv_journal, voucher_number
from marketplace.ledger.forms import DaysForm
from marketplace.ledger.hooks import source_links
from marketplace.ledger.models import Account, AccountType, Entry, Journal
from marketplace.ledger.statements import Statement, account_statement, journals_between, trail
from marketplace.parties.access import requires
from marketplace.parties.exports import xlsx
from marketplace.parties.models import RoleName

Days = tuple[dt.date | None, dt.date | None]


def days_asked(request: HttpRequest) -> tuple[DaysForm, Days]:
    """The days of the address (`?since=…&until=…`); what is no day is said and left open."""
    form = DaysForm(request.GET if "since" in request.GET or "until" in request.GET else None)
    if not form.is_valid():
        return form, (None, None)
    return form, (form.cleaned_data["since"], form.cleaned_data["until"])


@requires(RoleName.TREASURER)
def account(request: HttpRequest, code: str) -> HttpResponse:
    """An account's statement over some days, each entry with where it comes from; also as xlsx."""
    found = get_object_or_404(Account, pk=code)
    form, (first, last) = days_asked(request)
    statement = account_statement(found, first, last)
    side = 1 if found.type in (AccountType.ASSET, AccountType.EXPENSE) else -1
    if request.GET.get("format") == "xlsx":
        return statement_sheet(found, statement, side)
    page = statement.page(request.GET.get("page") or (1 if first else None))
    return render(
        request,
        "ledger/account.html",
        {
            "account": found,
            "page_obj": page,
            "rows": _rows(statement, page, side),
            "terms": _terms(statement, side),
            "form": form,
            "chosen": bool(first or last),
        },
    )


def _terms(statement: Statement, side: int) -> list[tuple[str, int, str]]:
    """The statement as an equation, seen from the account's own side."""
    debit = (statement.debit_satang, _("เดบิต"))
    credit = (statement.credit_satang, _("เครดิต"))
    more, less = (debit, credit) if side > 0 else (credit, debit)
    return [
        ("", statement.opening_satang * side, _("ยอดยกมา")),
        ("+", *more),
        ("−", *less),
        ("=", statement.closing_satang * side, _("ยอดยกไป")),
    ]


def _rows(statement: Statement, entries: Iterable[Entry], side: int) -> list[dict[str, Any]]:
    listed = list(entries)
    after = statement.balances(listed)
    links = source_links(entry.source for entry in listed)
    return [
        {
            "entry": entry,
            "link": links[entry.source],
            "after": after[entry.pk] * side,
            "debit": max(0, entry.satang),
            "credit": max(0, -entry.satang),
        }
        for entry in listed
    ]


def statement_sheet(account: Account, statement: Statement, side: int) -> HttpResponse:
    def rows() -> Iterator[list[object]]:
        running = statement.opening_satang
        yield ["", "", _("ยอดยกมา"), "", "", "", to_decimal(running * side)]
        for entry in statement.entries.iterator(2000):
            running += entry.satang
            yield [
                entry.journal.day,
                voucher_number(entry.journal_id),
                entry.journal.description,
                entry.memo,
                to_decimal(max(0, entry.satang)),
                to_decimal(max(0, -entry.satang)),
                to_decimal(running * side),
            ]

    return xlsx(
        name="account-" + account.pk.replace(":", "-"),
        title=account.name,
        heads=[
            _("วันที่"),
            _("เลขที่ใบสำคัญ"),
            _("รายการ"),
            _("หมายเหตุ"),
            _("เดบิต"),
            _("เครดิต"),
            _("คงเหลือ"),
        ],
        rows=rows(),
    )


@requires(RoleName.TREASURER)
def journals(request: HttpRequest) -> HttpResponseBase:
    """The journal over some days, newest first; also as CSV for accounting software and beancount."""
    form, (first, last) = days_asked(request)
    wanted = request.GET.get("format", "")
    if wanted == "csv":
        return _file(csv_journal(first, last), "journal", "csv", "text/csv; charset=utf-8")
    if wanted == "beancount":
        return _file(beancount(first, last), "books", "beancount", "text/plain; charset=utf-8")
    text = request.GET.get("q", "").strip()
    reversals = request.GET.get("only") == "reversals"
    book = journals_between(first, last, text=text, reversals=reversals)
    page = Paginator(book, 50).get_page(request.GET.get("page"))
    links = source_links(journal.source for journal in page)
    return render(
        request,
        "ledger/journals.html",
        {
            "page_obj": page,
            "rows": [
                {
                    "journal": journal,
                    "number": voucher_number(journal.pk),
                    "link": links[journal.source],
                    "reversed_by": getattr(journal, "reversed_by", None),
                }
                for journal in page
            ],
            "form": form,
            "chosen": bool(first or last),
            "q": text,
            "reversals": reversals,
        },
    )


def _file(lines: Iterator[str], name: str, ending: str, kind: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(lines, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}-{today():%Y%m%d}.{ending}"'
    answer["Cache-Control"] = "no-store"
    return answer


@requires(RoleName.TREASURER)
def trail_of(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Every journal that stands on a document, a delivery line or a bank row: the way back into the books."""
    source = f"{kind}:{pk}"
    found = trail(source)
    sources = {entry.source for journal in found for entry in journal.entries.all()}
    links = source_links({source} | sources)
    if not found and links[source].label == source:
        raise Http404
    return render(
        request,
        "ledger/trail.html",
        {
            "link": links[source],
            "rows": [_in_trail(journal, source) for journal in found],
        },
    )


def _in_trail(journal: Journal, source: str) -> dict[str, Any]:
    entries = sorted(journal.entries.all(), key=lambda entry: (entry.satang < 0, entry.account_id))
    return {
        "journal": journal,
        "number": voucher_number(journal.pk),
        "reversed_by": getattr(journal, "reversed_by", None),
        "entries": [
            {
                "entry": entry,
                "own": entry.source == source,
                "debit": max(0, entry.satang),
                "credit": max(0, -entry.satang),
            }
            for entry in entries
        ],
    }
