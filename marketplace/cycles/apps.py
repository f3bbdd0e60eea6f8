"""The room's place in Django; the clockwork of the house hangs here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from marketplace.parties.access import Access


class CyclesConfig(AppConfig):
    name = "marketplace.cycles"

    def ready(self) -> None:
        from marketplace.cycles.hooks import register_job
        from marketplace.cycles.services import ask_about_holidays, close_due_cycles
        from marketplace.notifications.services import send_waiting
        from marketplace.web.shells import Entry, register_navigation

        register_job("cycles.close_due_cycles", close_due_cycles)
        register_job("cycles.ask_about_holidays", ask_about_holidays)
        register_job("notifications.send_waiting", send_waiting)

        office = frozenset({"staff", "treasurer"})
        reading = office | {"agency", "coordinator"}
        register_navigation(
            Entry("market", _("รอบส่ง"), "cycles:list", reading, "calendar", 300),
            Entry(
                "market",
                _("วันหยุดและวันย้าย"),
                "cycles:questions",
                office,
                "clock",
                310,
                badge=_waiting,
            ),
        )


def _waiting(access: Access) -> int:
    from marketplace.cycles.models import DayQuestion

    return DayQuestion.objects.for_access(access).waiting().count()
