"""The room of the people who receive visitors for a community: its job and its menu entry."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HostingConfig(AppConfig):
    name = "cms.hosting"

    def ready(self) -> None:
        from cms.hosting.facts import ask_again
        from marketplace.cycles.hooks import register_job
        from marketplace.web.shells import Entry, register_navigation

        register_job("hosting.ask_again", ask_again)
        register_navigation(
            Entry(
                "market",
                _("ตรวจสอบข้อมูลหน้าเว็บ"),
                "hosting:facts",
                frozenset({"staff", "treasurer"}),
                "check",
                391,
            )
        )
