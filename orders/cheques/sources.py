"""Where cheques and deposit slips, sources of ledger entries, can be looked at."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.ledger.hooks import SourceLink, register_source
from orders.cheques.models import Cheque, DepositSlip


def _cheques(pks: list[int]) -> dict[int, SourceLink]:
    return {
        cheque.pk: SourceLink(
            _("เช็ค %(cheque)s") % {"cheque": cheque}, reverse("cheques:cheque", args=[cheque.pk])
        )
        for cheque in Cheque.objects.filter(pk__in=pks)
    }


def _slips(pks: list[int]) -> dict[int, SourceLink]:
    return {
        pk: SourceLink(_("ใบนำฝาก %(pk)s") % {"pk": pk}, reverse("cheques:slip", args=[pk]))
        for pk in DepositSlip.objects.filter(pk__in=pks).values_list("pk", flat=True)
    }


def register_sources() -> None:
    """Register what this room can show."""
    register_source("cheque", _cheques)
    register_source("cheque_return", _cheques)
    register_source("cheque_slip", _slips)
