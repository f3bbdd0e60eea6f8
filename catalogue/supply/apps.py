"""The room's place in Django."""

from django.apps import AppConfig

from marketplace.common import guards


class SupplyConfig(AppConfig):
    name = "catalogue.supply"

    def ready(self) -> None:
        from catalogue.standards.hooks import on_certificates_ended
        from catalogue.supply.services import stand_by_certificates

        guards.append_only("supply_sharechange")
        on_certificates_ended(stand_by_certificates)
