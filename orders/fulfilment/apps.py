"""The room's place in Django; registers its guards."""

from django.apps import AppConfig


class FulfilmentConfig(AppConfig):
    name = "orders.fulfilment"

    def ready(self) -> None:
        from marketplace.cycles.hooks import day_moved, goods_on_day
        from orders.allocation.hooks import allocations_moved, plan_shrunk, run_stored
        from orders.fulfilment.guards import register_guards
        from orders.fulfilment.menus import register_menus
        from orders.fulfilment.services.notices import (
            follow_day,
            follow_moves,
            follow_plan,
            follow_run,
            picked_for,
        )

        register_guards()
        register_menus()
        if follow_moves not in allocations_moved:
            allocations_moved.append(follow_moves)
        if follow_plan not in plan_shrunk:
            plan_shrunk.append(follow_plan)
        if follow_run not in run_stored:
            run_stored.append(follow_run)
        if follow_day not in day_moved:
            day_moved.append(follow_day)
        if picked_for not in goods_on_day:
            goods_on_day.append(picked_for)
