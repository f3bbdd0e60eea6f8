"""Fork of Oscar's `catalogue` app: the folder is ours, the label stays `catalogue`."""

from django.utils.translation import gettext_lazy as _
from oscar.apps.catalogue import apps

from marketplace.web.shells import Entry, register_navigation


class CatalogueConfig(apps.CatalogueConfig):
    name = "catalogue"

    def ready(self) -> None:
        """Register the menu."""
        super().ready()
        register_navigation(
            Entry(
                "market",
                _("สินค้าและเกรด"),
                "goods:products",
                frozenset({"staff", "treasurer"}),
                icon="leaf",
                order=50,
            ),
            Entry(
                "market",
                _("รายการขาย"),
                "catalogue:index",
                frozenset({"requester", "approver"}),
                icon="leaf",
                order=30,
            ),
            Entry(
                "market",
                _("สเปกของเรา"),
                "goods:specifications",
                frozenset({"requester", "approver"}),
                icon="settings",
                order=70,
            ),
        )
