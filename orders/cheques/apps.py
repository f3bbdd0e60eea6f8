"""The room's place in Django; its guards, checks, menu, reminder, and its door to the bank queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from marketplace.parties.access import Access


class ChequesConfig(AppConfig):
    name = "orders.cheques"

    def ready(self) -> None:
        from marketplace.cycles.hooks import register_job
        from marketplace.ledger.hooks import register_checks, register_close_lines
        from marketplace.web.shells import Entry, register_navigation
        from orders.cheques import checks
        from orders.cheques.bank import register_with_the_bank, to_the_bank
        from orders.cheques.guards import register_guards
        from orders.cheques.services import chase_undeposited
        from orders.cheques.services.handing import waiting_on_bills
        from orders.cheques.sources import register_sources
        from orders.invoicing import hooks

        register_guards()
        register_checks(checks.checks)
        register_close_lines(checks.close_lines)
        register_sources()
        register_with_the_bank()
        register_job("cheques.chase_undeposited", chase_undeposited)
        hooks.paid_otherwise.append(checks.on_bills)
        hooks.deposited_otherwise.append(checks.on_deposits)
        hooks.withheld_otherwise.append(checks.withheld)
        hooks.withheld_from.append(checks.withheld_from)
        hooks.waiting_payments.append(waiting_on_bills)
        hooks.bank_errands.append(to_the_bank)
        register_navigation(
            Entry(
                "books",
                _("เช็ครับ"),
                "cheques:list",
                frozenset({"treasurer"}),
                "bill",
                512,
                badge=_to_deposit,
            ),
            Entry(
                "buyer",
                _("เช็ค"),
                "cheques:list",
                frozenset({"requester", "approver", "finance"}),
                "bill",
                61,
            ),
        )


def _to_deposit(access: Access) -> int:
    from marketplace.common.clock import today
    from orders.cheques.models import Cheque

    return Cheque.objects.for_access(access).to_deposit(today()).count()
