"""The room's place in Django; registers its guards."""

from django.apps import AppConfig


class FulfilmentConfig(AppConfig):
    name = "orders.fulfilment"

    def ready(self) -> None:
        from orders.fulfilment.guards import register_guards

        register_guards()
