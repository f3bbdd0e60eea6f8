"""The room's place in Django; registers the seal."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "marketplace.ledger"

    def ready(self) -> None:
        from marketplace.ledger.guards import register_guards

        register_guards()
