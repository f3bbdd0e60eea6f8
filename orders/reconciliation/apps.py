"""The room's place in Django; registers its guards, checks and menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from marketplace.parties.access import Access


class ReconciliationConfig(AppConfig):
    name = "orders.reconciliation"

    def ready(self) -> None:
        from marketplace.ledger.hooks import register_checks, register_close_lines
        from marketplace.web.shells import Entry, register_navigation
        from orders.invoicing import hooks
        from orders.reconciliation.checks import checks
        from orders.reconciliation.closing import close_lines
        from orders.reconciliation.guards import register_guards
        from orders.reconciliation.sources import pay_to, register_sources

        register_guards()
        register_checks(checks)
        register_close_lines(close_lines)
        register_sources()
        hooks.pay_to.append(pay_to)
        hooks.withheld_from.append(_withheld_from)
        register_navigation(
            Entry(
                "money",
                _("กระทบยอดธนาคาร"),
                "reconciliation:queue",
                frozenset({"treasurer"}),
                "bank",
                510,
                badge=_waiting,
            )
        )


def _withheld_from(bills: list[int]) -> dict[int, int]:
    from orders.reconciliation.models import Application

    found: dict[int, int] = {}
    for bill, satang in (
        Application.objects.standing()
        .filter(document__in=bills)
        .values_list("document_id", "withheld_satang")
    ):
        found[bill] = found.get(bill, 0) + satang
    return found


def _waiting(access: Access) -> int:
    from orders.reconciliation.models import BankRow

    return BankRow.objects.for_access(access).open().count()
