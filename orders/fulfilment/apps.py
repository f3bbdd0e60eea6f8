"""The room's place in Django; registers its guards."""

from django.apps import AppConfig


class FulfilmentConfig(AppConfig):
    name = "orders.fulfilment"

    def ready(self) -> None:
        from orders.allocation.hooks import allocations_moved
        from orders.fulfilment.guards import register_guards
        from orders.fulfilment.services.notices import follow_moves

        register_guards()
        if follow_moves not in allocations_moved:
            allocations_moved.append(follow_moves)
