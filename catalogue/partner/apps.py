"""Fork of Oscar's `partner` app: the folder is ours, the label stays `partner`."""

from django.utils.translation import gettext_lazy as _
from oscar.apps.partner import apps

from marketplace.web.shells import Entry, register_navigation


class PartnerConfig(apps.PartnerConfig):
    name = "catalogue.partner"

    def ready(self) -> None:
        """Register the guards of published notices and the menu."""
        super().ready()
        from catalogue.partner.guards import register_guards

        register_guards()
        register_navigation(
            Entry(
                "market",
                _("ประกาศราคา"),
                "prices:notices",
                frozenset({"staff", "treasurer"}),
                icon="coin",
                order=40,
            ),
            Entry(
                "market",
                _("รายการขาย"),
                "prices:listings",
                frozenset({"staff", "treasurer"}),
                icon="list",
                order=45,
            ),
            Entry(
                "market",
                _("กระดานราคา"),
                "prices:board",
                frozenset({"grower", "coordinator", "agency"}),
                icon="coin",
                order=60,
                tab=True,
            ),
        )
