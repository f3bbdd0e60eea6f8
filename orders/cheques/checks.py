"""Whether cheques and the ledger agree, what they paid on bills, and what closing a month needs."""

from __future__ import annotations

import datetime as dt

from django.db.models import F, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.common.money import format_baht
from marketplace.ledger.hooks import Check, CloseLine
from marketplace.ledger.services import balances
from orders.cheques.models import Cheque, ChequePart, ChequeState
from orders.invoicing import accounts
from orders.invoicing.checks import differing, named


def on_bills() -> dict[int, int]:
    """What cleared cheques settled on each bill, tax withheld included: primary key → satang."""
    return _by_bill(F("paid_satang") + F("paid_withheld_satang"))


def withheld_from(bills: list[int]) -> dict[int, int]:
    """Tax withheld from bills beside a cleared cheque: primary key → satang."""
    return {pk: satang for pk, satang in _by_bill(F("paid_withheld_satang")).items() if pk in bills}


def _by_bill(what: object) -> dict[int, int]:
    return dict(
        ChequePart.objects.filter(cheque__state=ChequeState.CLEARED)
        .order_by()
        .values("document_id")
        .annotate(total=Sum(what))
        .values_list("document_id", "total")
    )


def withheld() -> int:
    """Tax withheld beside all cleared cheques, satang."""
    return sum(_by_bill(F("paid_withheld_satang")).values())


def on_deposits() -> dict[str, int]:
    """What cleared cheques brought to each deposit account: account's code → satang."""
    found: dict[str, int] = {}
    for code, satang in Cheque.objects.filter(on_deposit_satang__gt=0).values_list(
        "buyer__code", "on_deposit_satang"
    ):
        found[f"deposit:{code}"] = found.get(f"deposit:{code}", 0) + satang
    return found


def checks() -> list[Check]:
    """All of this room."""
    sums = dict(
        Cheque.objects.order_by()
        .values("state")
        .annotate(total=Sum("satang"))
        .values_list("state", "total")
    )
    held, at_bank = sums.get(ChequeState.HELD, 0), sums.get(ChequeState.DEPOSITED, 0)
    facts = {
        accounts.CHEQUE_IN_HAND: held,
        accounts.CHEQUE_COLLECTING: at_bank,
        accounts.CHEQUE_UNCLEARED: -held - at_bank,
    }
    books = balances(facts)
    wrong = differing(books, facts)
    return [
        Check(
            "cheques-true",
            not wrong,
            named(wrong) if wrong else str(Cheque.objects.waiting().count()),
            gettext_lazy("เช็คในมือและเช็คที่ฝาก = บัญชีเช็ค"),
            (
                ("", format_baht(held), gettext_lazy("อยู่ในมือ")),
                ("+", format_baht(at_bank), gettext_lazy("ฝากแล้ว รอเรียกเก็บ")),
                (
                    "=",
                    format_baht(-books.get(accounts.CHEQUE_UNCLEARED, 0)),
                    gettext_lazy("เช็ครอเรียกเก็บ"),
                ),
            ),
        )
    ]


def close_lines(first: dt.date, last: dt.date) -> list[CloseLine]:
    """No cheque whose date had come by the month's last day still lies in the drawer."""
    late = Cheque.objects.to_deposit(last).filter(received_on__lte=last)
    count, satang = late.count(), late.aggregate(total=Sum("satang"))["total"] or 0
    return [
        CloseLine(
            "cheques-deposited",
            not count,
            _("ฝากเช็คที่ถึงวันแล้วครบทุกใบ"),
            _("ยังไม่ฝาก %(count)d ใบ %(baht)s บาท") % {"count": count, "baht": format_baht(satang)}
            if count
            else "",
            reverse("cheques:list"),
            must=False,
        )
    ]
