"""The room's place in Django; its guards, checks, menu, and what it tells orders, bills and bank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from marketplace.accounts.models import User
    from marketplace.parties.access import Access
    from marketplace.parties.models import Buyer
    from orders.hooks import Panel


class DepositsConfig(AppConfig):
    name = "orders.deposits"

    def ready(self) -> None:
        from marketplace.ledger.hooks import register_checks, register_close_lines
        from marketplace.web.shells import Entry, register_navigation
        from orders import hooks as order_hooks
        from orders.deposits import checks
        from orders.deposits.bank import register_with_the_bank, returned_payables
        from orders.deposits.guards import register_guards
        from orders.deposits.sources import register_sources
        from orders.invoicing import hooks
        from orders.settlement.hooks import payables

        register_guards()
        register_checks(checks.checks)
        register_close_lines(checks.close_lines)
        register_sources()
        register_with_the_bank()
        payables.append(returned_payables)
        hooks.paid_otherwise.append(checks.on_bills)
        hooks.deposited_otherwise.append(checks.off_deposits)
        order_hooks.ordered.append(_ordered)
        order_hooks.placing_panels.append(_credit_panel)
        register_navigation(
            Entry(
                "books",
                _("เงินมัดจำและวงเงิน"),
                "deposits:list",
                frozenset({"treasurer"}),
                "bill",
                514,
                badge=_waiting,
            ),
            Entry(
                "buyer",
                _("เงินรับล่วงหน้า"),
                "deposits:list",
                frozenset({"finance", "approver"}),
                "bill",
                63,
            ),
        )


def _ordered(buyer: Buyer, by: User | None) -> None:
    from orders.deposits.services import require_credit

    require_credit(buyer, by)


def _credit_panel(buyer: Buyer, satang: int) -> Panel | None:
    from orders.deposits.reading import credit_panel

    return credit_panel(buyer, satang)


def _waiting(access: Access) -> int:
    from orders.deposits.models import CreditAllowance, DepositUse

    if not access.is_treasurer:
        return 0
    asked = CreditAllowance.objects.filter(state="asked").count()
    return DepositUse.objects.for_access(access).asked().count() + asked
