"""Posting rules of documents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from marketplace.ledger.rules import EntryInput, JournalInput


def bill_issued(
    *,
    pk: int,
    code: str,
    day: dt.date,
    buyer_name: str,
    unbilled: str,
    receivable: str,
    satang: int,
) -> JournalInput:
    """A bill is issued: what was delivered becomes what is asked for.

    ====================  ====  ==========
    receivable:<buyer>    Dr    the bill's total
    unbilled:<buyer>      Cr    the same
    ====================  ====  ==========

    Voiding a bill reverses this journal.
    """
    source = f"document:{pk}"
    return JournalInput(
        key=f"document:{pk}",
        event="bill.issued",
        day=day,
        description=f"{code} {buyer_name}",
        source=source,
        entries=[
            EntryInput(receivable, satang, source, code),
            EntryInput(unbilled, -satang, source, code),
        ],
    )


def credit_note_issued(
    *,
    pk: int,
    code: str,
    day: dt.date,
    buyer_name: str,
    lines: Sequence[tuple[int, int]],
    vat: str,
    claims: str,
    vat_satang: int,
    bill: int,
    receivable: str,
    applied_satang: int,
    deposit: str,
    rest_satang: int,
) -> JournalInput:
    """A credit note takes something off a bill; what the bill can no longer bear is kept for the buyer.

    ====================  ====  ==================================================
    claims                Dr    per line: value taken off, without VAT
    vat:output            Dr    its VAT
    receivable:<buyer>    Cr    what was still open on the bill
    deposit:<buyer>       Cr    the rest: it was paid already
    ====================  ====  ==================================================

    `lines`: (order line, satang). Voiding it reverses this journal.
    """
    source = f"document:{pk}"
    return JournalInput(
        key=source,
        event="credit_note.issued",
        day=day,
        description=f"{code} {buyer_name}",
        source=source,
        entries=[
            *(EntryInput(claims, satang, f"line:{line}", code) for line, satang in lines),
            EntryInput(vat, vat_satang, source, code),
            EntryInput(receivable, -applied_satang, f"document:{bill}", code),
            EntryInput(deposit, -rest_satang, source, code),
        ],
    )


def debit_note_issued(
    *,
    pk: int,
    code: str,
    day: dt.date,
    buyer_name: str,
    lines: Sequence[tuple[int, int]],
    vat: str,
    claims: str,
    vat_satang: int,
    receivable: str,
) -> JournalInput:
    """A debit note asks for more than the bill did.

    ====================  ====  ==================================================
    receivable:<buyer>    Dr    the note's total
    claims                Cr    per line: value added, without VAT
    vat:output            Cr    its VAT
    ====================  ====  ==================================================

    `lines`: (order line, satang). Voiding it reverses this journal.
    """
    source = f"document:{pk}"
    total = vat_satang + sum(satang for _line, satang in lines)
    return JournalInput(
        key=source,
        event="debit_note.issued",
        day=day,
        description=f"{code} {buyer_name}",
        source=source,
        entries=[
            EntryInput(receivable, total, source, code),
            *(EntryInput(claims, -satang, f"line:{line}", code) for line, satang in lines),
            EntryInput(vat, -vat_satang, source, code),
        ],
    )


def certificate_received(
    *,
    pk: int,
    code: str,
    day: dt.date,
    buyer_name: str,
    parts: Sequence[tuple[int, int]],
    withheld: str,
    certified: str,
) -> JournalInput:
    """A withholding certificate came: the tax is no longer awaited, it can be claimed.

    ================  ====  ==================================================
    wht:certified     Dr    the certificate's tax
    wht:receivable    Cr    per bill it was withheld from
    ================  ====  ==================================================

    `parts`: (bill, satang). Voiding it reverses this journal.
    """
    source = f"document:{pk}"
    return JournalInput(
        key=source,
        event="certificate.received",
        day=day,
        description=f"{code} {buyer_name}",
        source=source,
        entries=[
            EntryInput(certified, sum(satang for _bill, satang in parts), source, code),
            *(EntryInput(withheld, -satang, f"document:{bill}", code) for bill, satang in parts),
        ],
    )
