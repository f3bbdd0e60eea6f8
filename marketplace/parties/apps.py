"""The room's place in Django: its menu entries and first pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from marketplace.parties.access import Access


class PartiesConfig(AppConfig):
    name = "marketplace.parties"

    def ready(self) -> None:
        from marketplace.common.guards import register
        from marketplace.parties.guards import GUARDS
        from marketplace.web.homes import register_home
        from marketplace.web.shells import Entry, register_navigation

        register(*GUARDS)
        office = frozenset({"staff", "treasurer"})
        reading = office | {"agency"}
        register_navigation(
            Entry(
                "group", _("สมาชิก"), "parties:my-members", frozenset({"coordinator"}), "users", 80
            ),
            Entry(
                "registry",
                _("คำขอเข้าร่วม"),
                "parties:applications",
                office,
                "mail",
                900,
                badge=_waiting,
            ),
            Entry("registry", _("กลุ่มเกษตรกร"), "parties:groups", reading, "leaf", 910),
            Entry("registry", _("ผู้ซื้อ"), "parties:buyers", reading, "basket", 920),
            Entry("registry", _("เกษตรกร"), "parties:persons", office, "user", 930),
            Entry("registry", _("หน่วยงานสนับสนุน"), "parties:agencies", office, "chart", 940),
            Entry("registry", _("สหกรณ์และศูนย์รับ"), "parties:cooperative", office, "settings", 950),
        )
        register_home("agency", "parties:groups")


def _waiting(access: Access) -> int:
    from marketplace.parties.models import Party, Stage

    return Party.objects.for_access(access).filter(stage=Stage.APPLIED).count()
