"""The room's place in Django; registers the seal and the ledger's own checks."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "marketplace.ledger"

    def ready(self) -> None:
        from marketplace.ledger.guards import register_guards
        from marketplace.ledger.hooks import register_checks
        from marketplace.ledger.services import ledger_checks

        register_guards()
        register_checks(ledger_checks)
