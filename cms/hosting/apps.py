"""The room of the people who receive visitors for a community: its job and its menu entry."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HostingConfig(AppConfig):
    name = "cms.hosting"

    def ready(self) -> None:
        from wagtail.signals import (
            page_published,
            task_submitted,
            workflow_approved,
            workflow_rejected,
        )

        from cms.hosting import publishing
        from cms.hosting.facts import ask_again
        from marketplace.cycles.hooks import register_job
        from marketplace.web.shells import Entry, register_navigation

        register_job("hosting.ask_again", ask_again)
        page_published.connect(publishing.carry_facts, dispatch_uid="hosting.carry")
        task_submitted.connect(publishing.tell_editors, dispatch_uid="hosting.waits")
        for decided in (workflow_approved, workflow_rejected):
            decided.connect(publishing.tell_host, dispatch_uid="hosting.decided")
        register_navigation(
            Entry(
                "market",
                _("หน้าเว็บของชุมชน"),
                "hosting:pages",
                frozenset({"staff", "treasurer"}),
                "edit",
                392,
            )
        )
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
