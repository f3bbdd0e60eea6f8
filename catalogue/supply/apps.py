"""The room's place in Django."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from marketplace.common import guards

if TYPE_CHECKING:
    from marketplace.parties.access import Access


class SupplyConfig(AppConfig):
    name = "catalogue.supply"

    def ready(self) -> None:
        from catalogue.standards.hooks import on_certificates_ended
        from catalogue.supply.acts import details_of
        from catalogue.supply.services import stand_by_certificates
        from marketplace.parties.acts import register_details, register_words
        from marketplace.web.homes import register_home
        from marketplace.web.shells import Entry, register_navigation

        guards.append_only("supply_sharechange")
        on_certificates_ended(stand_by_certificates)

        office = frozenset({"staff", "treasurer"})
        keepers = office | {"coordinator"}
        grower = frozenset({"grower"})
        register_navigation(
            Entry("today", _("บอกผลผลิต"), "supply:tell", grower, "leaf", 20, tab=True),
            Entry("today", _("ผลผลิตของฉัน"), "supply:mine", grower, "basket", 30, tab=True),
            Entry("group", _("บอกผลผลิตแทน"), "supply:grid", frozenset({"coordinator"}), "grid", 20),
            Entry("market", _("บอกผลผลิตแทน"), "supply:grid", office, "grid", 210),
            Entry("market", _("ผลผลิตที่เปิดจอง"), "supply:offers", keepers | {"agency"}, "leaf", 200),
            Entry("market", _("กระดานผลผลิต"), "supply:board", office | {"agency"}, "chart", 190),
            Entry(
                "market",
                _("ผลผลิตขาด"),
                "supply:shortages",
                office,
                "alert",
                220,
                badge=_open_shortages,
            ),
            Entry("registry", _("แปลง"), "supply:plots", keepers | grower, "map", 935),
        )
        register_home("coordinator", "supply:grid")
        register_details(details_of)
        register_words(
            {
                "supply.share.changed": _("เปลี่ยนจำนวนผลผลิต"),
                "supply.share.undone": _("เลิกทำการเปลี่ยนจำนวน"),
                "supply.offer.closed": _("ปิดจองผลผลิต"),
                "supply.offer.reopened": _("เปิดจองผลผลิตอีกครั้ง"),
                "supply.offer.standard_dropped": _("ถอดมาตรฐานออกจากผลผลิต"),
                "supply.plot.added": _("เพิ่มแปลง"),
                "supply.plot.archived": _("เลิกใช้แปลง"),
                "supply.shortage.made": _("ผลผลิตขาด"),
                "supply.shortage.settled": _("จัดการผลผลิตขาดแล้ว"),
                "supply.shortage.covered": _("ผลผลิตที่ขาดมีของมาแทนแล้ว"),
            }
        )


def _open_shortages(access: Access) -> int:
    from catalogue.supply.models import Shortage

    return Shortage.objects.filter(settled_at__isnull=True).count()
