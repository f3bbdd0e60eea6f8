"""Fork of Oscar's `order` app: the folder is ours, the label stays `order`."""

from oscar.apps.order import apps


class OrderConfig(apps.OrderConfig):
    name = "orders"

    def ready(self) -> None:
        super().ready()
        from catalogue.supply import hooks as supply
        from marketplace.common.guards import append_only
        from marketplace.cycles import hooks as cycles
        from orders import analytics
        from orders.services.moving import move_deliveries
        from orders.services.shortages import follow_shortages

        append_only("order_linerevision", "order_revisionfee")
        analytics.take_over()
        cycles.day_moved.append(move_deliveries)
        supply.shortage_made.append(follow_shortages)
