"""Where this room stands in the menus, and which of its pages come first."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from marketplace.parties.access import Access
from marketplace.parties.models import RoleName
from marketplace.web.homes import register_home
from marketplace.web.shells import Entry, register_navigation

OFFICE = frozenset({RoleName.STAFF.value, RoleName.TREASURER.value})
STAFF = frozenset({RoleName.STAFF.value})
RECEIVER = frozenset({RoleName.RECEIVER.value})
COORDINATOR = frozenset({RoleName.COORDINATOR.value})
GROWER = frozenset({RoleName.GROWER.value})


def register_menus() -> None:
    """Register the entries of this room and of the allocation."""
    register_navigation(
        Entry("today", _("รอบส่งวันนี้"), "fulfilment:today", OFFICE, "calendar", 10),
        Entry("today", _("ชั่งรับ"), "fulfilment:scale-now", STAFF, "scale", 20),
        Entry("today", _("จัดแพ็คและออกส่ง"), "fulfilment:packing-now", STAFF, "box", 30),
        Entry("today", _("ตามผลตรวจรับ"), "fulfilment:chase", OFFICE, "check", 40, badge=_chase),
        Entry("today", _("ของเหลือและของคืน"), "fulfilment:waiting", OFFICE, "undo", 50, badge=_lots),
        Entry("today", _("ตะกร้า"), "fulfilment:crates", OFFICE, "basket", 60),
        Entry("market", _("การจัดสรร"), "allocation:runs", OFFICE, "chart", 230),
        Entry("group", _("หน้ากลุ่ม"), "fulfilment:coordinator-home", COORDINATOR, "home", 10),
        Entry("group", _("ส่วนแบ่งทั้งฤดู"), "allocation:season", COORDINATOR, "chart", 40),
        Entry("today", _("หน้าฉัน"), "fulfilment:grower-home", GROWER, "home", 10, tab=True),
        Entry("buyer", _("ตรวจรับ"), "fulfilment:arrivals", RECEIVER, "check", 5, tab=True),
    )
    register_home(RoleName.STAFF, "fulfilment:today")
    register_home(RoleName.GROWER, "fulfilment:grower-home")
    register_home(RoleName.COORDINATOR, "fulfilment:coordinator-home")
    register_home(RoleName.RECEIVER, "fulfilment:arrivals")


def _chase(access: Access) -> int:
    from orders.fulfilment.board import to_chase

    return int(to_chase().count())


def _lots(access: Access) -> int:
    from orders.fulfilment.board import waiting_lots

    return int(waiting_lots().count())
