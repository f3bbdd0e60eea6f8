"""Where bank rows and accounts, sources of ledger entries, can be looked at."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.common.dates import format_date
from marketplace.ledger.hooks import SourceLink, register_source
from orders.reconciliation.models import BankAccount, BankRow


def _rows(pks: list[int]) -> dict[int, SourceLink]:
    return {
        row.pk: SourceLink(
            _("แถวธนาคาร %(day)s") % {"day": format_date(row.day)},
            reverse("reconciliation:row", args=[row.pk]),
        )
        for row in BankRow.objects.filter(pk__in=pks)
    }


def _accounts(pks: list[int]) -> dict[int, SourceLink]:
    return {
        account.pk: SourceLink(str(account), reverse("reconciliation:accounts"))
        for account in BankAccount.objects.filter(pk__in=pks)
    }


def pay_to() -> list[str]:
    """The bank account that bills name, for transfers."""
    account = BankAccount.objects.filter(archived_at__isnull=True).first()
    if account is None:
        return []
    return [
        _("%(bank)s เลขที่ %(number)s ชื่อบัญชี %(name)s")
        % {"bank": account.bank, "number": account.number, "name": account.name}
    ]


def register_sources() -> None:
    """Register what this room can show."""
    register_source("bank_row", _rows)
    register_source("bank_account", _accounts)
