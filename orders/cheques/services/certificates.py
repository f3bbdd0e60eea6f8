"""Certificates of tax withheld from what a cheque paid."""

from __future__ import annotations

import datetime as dt

from marketplace.accounts.models import User
from marketplace.common.transactions import unit_of_work
from orders.cheques.models import Cheque, ChequePart, ChequeState
from orders.cheques.services.handing import locked_cheque
from orders.invoicing.services import receive_certificate


@unit_of_work
def note_cheque_certificate(
    *, by: User | None, cheque: Cheque, number: str, day: dt.date
) -> list[ChequePart]:
    """Take in the certificates (50 ทวิ) of the tax withheld from a cleared cheque's bills.

    Bills whose certificate came already are left alone.

    Args:
        number: as it stands on the paper.
        day: the paper's date.

    Raises:
        NotInThatState: the cheque has not cleared; Refusal: code "empty", no number.
    """
    found = locked_cheque(cheque, ChequeState.CLEARED)
    parts = list(
        found.parts.filter(paid_withheld_satang__gt=0, certificate="").order_by("document_id")
    )
    for part in parts:
        receive_certificate(
            by=by,
            buyer=found.buyer,
            number=number,
            certified_on=day,
            parts={part.document_id: part.paid_withheld_satang},
            source=f"cheque_part:{part.pk}",
        )
        part.certificate = " ".join(number.split())[:60]
    ChequePart.objects.bulk_update(parts, ["certificate"])
    return parts
