"""Fork of Oscar's `partner` app: the folder is ours, the label stays `partner`."""

from oscar.apps.partner import apps


class PartnerConfig(apps.PartnerConfig):
    name = "catalogue.partner"

    def ready(self) -> None:
        """Register the guards of published notices."""
        super().ready()
        from catalogue.partner.guards import register_guards

        register_guards()
