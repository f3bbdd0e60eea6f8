"""The room's place in Django; its menu entry, and the job that takes up what the queue missed."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SimulatorConfig(AppConfig):
    name = "orders.simulator"

    def ready(self) -> None:
        from marketplace.cycles.hooks import register_job
        from marketplace.web.shells import Entry, register_navigation
        from orders.simulator.services import take_up

        register_job("simulator.take_up", take_up)
        register_navigation(
            Entry(
                "market",
                _("ลองคิดล่วงหน้า"),
                "simulator:list",
                frozenset({"staff", "treasurer", "agency"}),
                "chart",
                235,
            )
        )
