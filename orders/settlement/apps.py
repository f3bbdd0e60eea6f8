"""The room's place in Django; hears what invoicing tells and offers payouts to the bank queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from marketplace.accounts.models import User
    from orders.invoicing.hooks import OwedFact
    from orders.invoicing.models import Document


class SettlementConfig(AppConfig):
    name = "orders.settlement"

    def ready(self) -> None:
        from marketplace.ledger.hooks import register_checks
        from orders.invoicing import hooks as invoicing
        from orders.reconciliation import hooks as reconciliation
        from orders.settlement.checks import checks
        from orders.settlement.guards import register_guards
        from orders.settlement.services.payouts import confirm, expected_on_bank, unconfirm

        register_guards()
        register_checks(checks)
        invoicing.growers_owed.append(_owed)
        invoicing.documents_changed.append(_documents_changed)
        reconciliation.payout_targets.append(
            reconciliation.PayoutTargets(
                expected=expected_on_bank, applied=confirm, undone=unconfirm
            )
        )


def _owed(facts: list[OwedFact], by: User | None) -> None:
    from orders.settlement.services import owe

    owe(by=by, facts=facts)


def _documents_changed(documents: list[Document], by: User | None) -> None:
    from orders.settlement.services import release_paid

    release_paid(by=by, documents=documents)
