"""The room's place in Django."""

from django.apps import AppConfig


class AllocationConfig(AppConfig):
    name = "orders.allocation"

    def ready(self) -> None:
        from marketplace.common.guards import append_only
        from marketplace.cycles.hooks import cutoff_reached
        from orders.allocation.services.cancelling import free_cancelled
        from orders.allocation.services.running import allocate_closed
        from orders.hooks import deliveries_cancelled

        append_only(
            "allocation_lineoutcome", "allocation_farmeroutcome", "allocation_allocationmove"
        )
        if allocate_closed not in cutoff_reached:
            cutoff_reached.append(allocate_closed)
        if free_cancelled not in deliveries_cancelled:
            deliveries_cancelled.append(free_cancelled)
