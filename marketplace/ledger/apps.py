"""The room's place in Django; registers the seal the ledger's own checks and its menu."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "marketplace.ledger"

    def ready(self) -> None:
        from marketplace.ledger.guards import register_guards
        from marketplace.ledger.hooks import register_checks
        from marketplace.ledger.services import ledger_checks
        from marketplace.web.shells import Entry, register_navigation

        treasurer = frozenset({"treasurer"})

        register_guards()
        register_navigation(
            Entry("money", _("ยอดตรงกันไหม"), "ledger:adds-up", treasurer, "check", 560),
            Entry("money", _("งบทดลอง"), "ledger:trial", treasurer, "list", 565),
        )
        register_checks(ledger_checks)
