"""The room's place in Django; the clockwork of the house hangs here."""

from django.apps import AppConfig


class CyclesConfig(AppConfig):
    name = "marketplace.cycles"

    def ready(self) -> None:
        from marketplace.cycles.hooks import register_job
        from marketplace.cycles.services import close_due_cycles
        from marketplace.notifications.services import send_waiting

        register_job("cycles.close_due_cycles", close_due_cycles)
        register_job("notifications.send_waiting", send_waiting)
