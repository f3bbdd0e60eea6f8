"""The room's place in Django; hears what fulfilment tells; menus and checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from marketplace.accounts.models import User
    from orders.fulfilment.hooks import LotCorrection
    from orders.fulfilment.models import Acceptance, Disposition, HarvestLot


class InvoicingConfig(AppConfig):
    name = "orders.invoicing"

    def ready(self) -> None:
        from catalogue.partner.hooks import add_price_source
        from marketplace.cycles.hooks import register_job
        from marketplace.ledger.hooks import register_checks, register_close_lines
        from marketplace.web.homes import register_home
        from marketplace.web.shells import Entry, register_navigation
        from orders.fulfilment import hooks
        from orders.invoicing import hooks as own
        from orders.invoicing.checks import checks
        from orders.invoicing.closing import close_lines
        from orders.invoicing.guards import register_guards
        from orders.invoicing.paper_checks import paper_checks
        from orders.invoicing.services import keep_holidays
        from orders.invoicing.services.quotations import quoted_prices
        from orders.invoicing.sources import register_sources

        office = frozenset({"staff", "treasurer"})

        register_guards()
        register_checks(checks, paper_checks)
        register_close_lines(close_lines)
        register_sources()
        register_job("invoicing.keep_holidays", keep_holidays)
        register_navigation(
            Entry("billing", _("ใบแจ้งหนี้"), "invoicing:bills", office, "bill", 500),
            Entry("billing", _("วางบิลสิ้นเดือน"), "invoicing:month", office, "calendar", 505),
            Entry("billing", _("วันวางบิล"), "invoicing:carrying", office, "truck", 506),
            Entry("billing", _("เอกสารที่ต้องออก"), "invoicing:waiting", office, "list", 507),
            Entry("billing", _("เอกสาร"), "invoicing:papers", office, "print", 508),
            Entry("billing", _("ใบเสนอราคา"), "invoicing:quotations", office, "bill", 510),
            Entry("billing", _("ชุดเอกสารตามใบสั่งซื้อ"), "invoicing:sets", office, "list", 509),
            Entry(
                "buyer",
                _("ชุดเอกสารตามใบสั่งซื้อ"),
                "invoicing:sets",
                frozenset({"requester", "approver", "finance"}),
                "list",
                63,
            ),
            Entry("books", _("ภาษีมูลค่าเพิ่ม"), "invoicing:vat", frozenset({"treasurer"}), "edit", 565),
            Entry("billing", _("เงื่อนไขเอกสาร"), "invoicing:terms-list", office, "edit", 560),
            Entry("billing", _("ลูกหนี้ตามอายุ"), "invoicing:ageing", office, "clock", 540),
            Entry(
                "buyer",
                _("บิล"),
                "invoicing:bills",
                frozenset({"requester", "approver", "finance"}),
                "bill",
                60,
                tab=True,
            ),
            Entry(
                "buyer",
                _("เอกสาร"),
                "invoicing:papers",
                frozenset({"requester", "approver", "finance"}),
                "print",
                62,
            ),
            Entry(
                "buyer",
                _("ใบเสนอราคา"),
                "invoicing:quotations",
                frozenset({"requester", "approver", "finance"}),
                "bill",
                63,
            ),
        )
        register_home("finance", "invoicing:bills")
        add_price_source(quoted_prices)
        own.paid_otherwise.append(_credited_on_bills)
        own.deposited_otherwise.append(_credited_to_deposits)
        hooks.lots_taken_in.append(_lots_taken_in)
        hooks.lots_corrected.append(_lots_corrected)
        hooks.lots_disposed.append(_lots_disposed)
        hooks.deliveries_accepted.append(_deliveries_accepted)


def _lots_taken_in(lots: list[HarvestLot], by: User | None) -> None:
    from orders.invoicing.services import take_in_lots

    take_in_lots(by=by, lots=lots)


def _lots_corrected(corrections: list[LotCorrection], by: User | None) -> None:
    from orders.invoicing.services import correct_lots

    correct_lots(by=by, corrections=corrections)


def _lots_disposed(dispositions: list[Disposition], by: User | None) -> None:
    from orders.invoicing.services import dispose_lots

    dispose_lots(by=by, dispositions=dispositions)


def _deliveries_accepted(acceptances: list[Acceptance], by: User | None) -> None:
    from orders.invoicing.services import sell_deliveries

    sell_deliveries(by=by, acceptances=acceptances)


def _credited_on_bills() -> dict[int, int]:
    from orders.invoicing.services.changes import credited_on_bills

    return credited_on_bills()


def _credited_to_deposits() -> dict[str, int]:
    from orders.invoicing.services.changes import credited_to_deposits

    return credited_to_deposits()
