"""Fork of Oscar's `order` app: the folder is ours, the label stays `order`."""

from oscar.apps.order import apps


class OrderConfig(apps.OrderConfig):
    name = "orders"

    def ready(self) -> None:
        super().ready()
        from catalogue.supply import hooks as supply
        from marketplace.common.guards import append_only
        from marketplace.cycles import hooks as cycles
        from orders import analytics
        from orders.holders import name_lines
        from orders.services.moving import buyers_on, follow_cutoff, move_deliveries
        from orders.services.shortages import follow_covered, follow_shortages

        append_only("order_linerevision", "order_revisionfee")
        analytics.take_over()
        cycles.day_moved.append(move_deliveries)
        cycles.buyers_on_day.append(buyers_on)
        cycles.cutoff_changed.append(follow_cutoff)
        supply.shortage_made.append(follow_shortages)
        supply.shortage_covered.append(follow_covered)
        supply.name_holders.append(name_lines)
        _menus()


def _menus() -> None:
    from django.utils.translation import gettext_lazy as _

    from marketplace.web.homes import register_home
    from marketplace.web.shells import Entry, register_navigation

    buying = frozenset({"requester", "approver"})
    reading = buying | {"receiver", "finance"}
    office = frozenset({"staff", "treasurer"})
    register_navigation(
        Entry("buyer", _("วันนี้"), "orders:home", reading, "home", 10, tab=True),
        Entry(
            "buyer",
            _("ตารางสั่ง"),
            "orders:grid",
            buying,
            "grid",
            20,
            tab=True,
            also=("/orders/drafts/", "/checkout/"),
        ),
        Entry("buyer", _("ใบจอง"), "orders:list", reading, "list", 40, tab=True),
        Entry("buyer", _("ใบสั่งซื้อ"), "orders:purchase-orders", reading, "bill", 60),
        Entry("market", _("ใบจอง"), "orders:list", office, "list", 300),
        Entry("market", _("ร่างของผู้ซื้อ"), "orders:drafts", frozenset({"staff"}), "grid", 310),
        Entry("market", _("ใบสั่งซื้อ"), "orders:purchase-orders", office, "bill", 320),
        Entry("market", _("ค่าส่งตามเขต"), "orders:zones", office, "truck", 330),
    )
    for role in sorted(reading):
        register_home(role, "orders:home")
