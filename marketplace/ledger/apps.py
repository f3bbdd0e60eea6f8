"""The room's place in Django; registers its seal, its own checks, its jobs and its menu."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "marketplace.ledger"

    def ready(self) -> None:
        from marketplace.cycles.hooks import register_job
        from marketplace.ledger.chain import seal_night
        from marketplace.ledger.closing import own_lines
        from marketplace.ledger.guards import register_guards
        from marketplace.ledger.hooks import register_checks, register_close_lines
        from marketplace.ledger.reference import chart_after_migrate
        from marketplace.ledger.services import ledger_checks
        from marketplace.web.shells import Entry, register_navigation

        treasurer = frozenset({"treasurer"})

        register_guards()
        register_navigation(
            Entry("money", _("ยอดตรงกันไหม"), "ledger:adds-up", treasurer, "check", 560),
            Entry("money", _("งบทดลอง"), "ledger:trial", treasurer, "list", 565),
            Entry("money", _("สมุดรายวัน"), "ledger:journals", treasurer, "list", 568),
            Entry("money", _("ผังบัญชี"), "ledger:chart", treasurer, "list", 570),
            Entry("money", _("ปิดงวด"), "ledger:close", treasurer, "calendar", 575),
        )
        register_checks(ledger_checks)
        register_close_lines(own_lines)
        register_job("ledger.seal_night", seal_night)
        post_migrate.connect(
            chart_after_migrate, sender=self, dispatch_uid="ledger.chart_after_migrate"
        )
