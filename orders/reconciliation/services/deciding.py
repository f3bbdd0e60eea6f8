"""What rows may pay: certain matches posted in bulk, suggestions for a person; rows read in sets."""

from __future__ import annotations

from collections.abc import Iterable

from marketplace.accounts.models import User
from marketplace.common.codes import read_payment_reference
from marketplace.common.transactions import unit_of_work
from marketplace.parties.models import Buyer
from orders.invoicing.models import Document
from orders.reconciliation.models import (
    Application,
    BankAccount,
    BankRow,
    MatchingChoice,
    PayerRule,
)
from orders.reconciliation.rules import Match, OpenDocument, Suggestion, certain_matches, match_all
from orders.reconciliation.services.applying import ApplicationInput, apply_rows
from orders.reconciliation.statements import StatementRow

_AT_ONCE = 400
"""Rows posted in one go; keeps lists of parameters and memory small."""


def waiting_buyers() -> set[int]:
    """Buyers whose money never posts by itself, by the latest choice made for each."""
    latest: dict[int, bool] = {}
    for buyer, automatic in MatchingChoice.objects.order_by("pk").values_list(
        "buyer_id", "automatic"
    ):
        latest[buyer] = automatic
    return {buyer for buyer, automatic in latest.items() if not automatic}


def open_documents() -> list[OpenDocument]:
    """Open bills as the matching rules see them; a part-paid bill no longer expects tax withheld."""
    waiting = waiting_buyers()
    return [
        OpenDocument(
            id=str(document.pk),
            reference=document.reference,
            buyer=str(document.buyer_id),
            open_satang=document.open_satang,
            withholding_satang=0 if document.settled_satang else document.withholding_satang,
            due=document.due_day,
            automatic=document.buyer_id not in waiting,
        )
        for document in Document.objects.open()
    ]


def as_statement_row(row: BankRow) -> StatementRow:
    """A bank row as the matching rules see it: what is still open on it."""
    return StatementRow(
        row_number=row.pk,
        value_date=row.day,
        time=row.time,
        in_satang=row.open_satang if row.in_satang else 0,
        out_satang=row.open_satang if row.out_satang else 0,
        balance_satang=row.balance_satang,
        description=row.description,
        channel=row.channel,
        reference=row.reference,
        ordinal=1,
    )


def decide(rows: Iterable[BankRow]) -> dict[int, Match | tuple[Suggestion, ...]]:
    """What each row may pay: a certain match, or suggestions; nothing is saved."""
    listed = list(rows)
    account = BankAccount.objects.filter(pk=listed[0].account_id).first() if listed else None
    return decide_rows(
        [as_statement_row(row) for row in listed],
        fee_tolerance_satang=account.fee_tolerance_satang if account else 0,
    )


def decide_rows(
    rows: Iterable[StatementRow], *, fee_tolerance_satang: int = 0
) -> dict[int, Match | tuple[Suggestion, ...]]:
    """The same for rows as the rules see them, by their row number."""
    decided = match_all(
        rows,
        open_documents(),
        references_in=read_payment_reference,
        buyer_names=payer_names(),
        fee_tolerance_satang=fee_tolerance_satang,
    )
    return {row.row_number: decision for row, decision in decided}


def payer_names() -> dict[str, set[str]]:
    """Per buyer the words by which a bank may name it: its names, code and learned rules."""
    names = {
        str(pk): {name_th, name_en, code}
        for pk, name_th, name_en, code in Buyer.objects.values_list(
            "pk", "name_th", "name_en", "code"
        )
    }
    for buyer, words in PayerRule.objects.filter(ended_at__isnull=True).values_list(
        "buyer_id", "words"
    ):
        names[str(buyer)].add(words)
    return names


@unit_of_work
def match_automatically(*, by: User | None = None, account: BankAccount) -> list[Application]:
    """Post by themselves the untouched rows that name one open bill and pay it to the satang, or
    that less the tax its buyer withholds; all other rows, and those of buyers for whom this was
    switched off, wait for a person.

    Args:
        by: None for the system.
        account: whose queue.
    """
    BankAccount.objects.select_for_update().get(pk=account.pk)
    rows = account.rows.filter(applied_satang=0, in_satang__gt=0).order_by("day", "place")
    certain = certain_matches(
        [as_statement_row(row) for row in rows],
        open_documents(),
        references_in=read_payment_reference,
    )
    made: list[Application] = []
    for first in range(0, len(certain), _AT_ONCE):
        some = certain[first : first + _AT_ONCE]
        documents = Document.objects.select_related("buyer").in_bulk(
            [int(match.document.id) for match in some]
        )
        made += apply_rows(
            by=by,
            applications={
                match.row.row_number: [
                    ApplicationInput(
                        satang=match.received_satang,
                        document=documents[int(match.document.id)],
                        withheld_satang=match.withholding_satang,
                    )
                ]
                for match in some
            },
            automatic=True,
        )
    return made
