"""The room's place in Django; registers its guards and checks."""

from django.apps import AppConfig


class ReconciliationConfig(AppConfig):
    name = "orders.reconciliation"

    def ready(self) -> None:
        from marketplace.ledger.hooks import register_checks
        from orders.reconciliation.checks import checks
        from orders.reconciliation.guards import register_guards

        register_guards()
        register_checks(checks)
