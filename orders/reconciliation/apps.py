"""The room's place in Django; registers its guards."""

from django.apps import AppConfig


class ReconciliationConfig(AppConfig):
    name = "orders.reconciliation"

    def ready(self) -> None:
        from orders.reconciliation.guards import register_guards

        register_guards()
