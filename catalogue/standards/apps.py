"""The room's place in Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from marketplace.web.shells import Entry, register_navigation


class StandardsConfig(AppConfig):
    name = "catalogue.standards"

    def ready(self) -> None:
        """Register the menu."""
        register_navigation(
            Entry(
                "registry",
                _("ใบรับรอง"),
                "standards:certificates",
                frozenset({"staff", "treasurer", "coordinator", "agency"}),
                icon="check",
                order=40,
            )
        )
