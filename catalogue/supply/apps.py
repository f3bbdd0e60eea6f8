"""The room's place in Django."""

from django.apps import AppConfig

from marketplace.common import guards


class SupplyConfig(AppConfig):
    name = "catalogue.supply"

    def ready(self) -> None:
        guards.append_only("supply_sharechange")
