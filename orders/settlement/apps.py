"""The room's place in Django; hears what invoicing tells and offers payouts to the bank queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from marketplace.accounts.models import User
    from marketplace.parties.access import Access
    from marketplace.parties.models import Person
    from orders.invoicing.hooks import OwedFact
    from orders.invoicing.models import Document


class SettlementConfig(AppConfig):
    name = "orders.settlement"

    def ready(self) -> None:
        from marketplace.cycles.hooks import register_job
        from marketplace.ledger.hooks import register_checks, register_close_lines
        from marketplace.parties import hooks as parties
        from marketplace.web.homes import register_home
        from marketplace.web.shells import Entry, register_navigation
        from orders.fulfilment import hooks as fulfilment
        from orders.invoicing import hooks as invoicing
        from orders.reconciliation import hooks as reconciliation
        from orders.settlement import hand_checks, hooks, payables, payment_checks
        from orders.settlement.checks import checks
        from orders.settlement.closing import close_lines
        from orders.settlement.guards import register_guards
        from orders.settlement.services import returns
        from orders.settlement.services.owing import pay_days_of
        from orders.settlement.services.payouts import confirm, expected_on_bank, unconfirm
        from orders.settlement.sources import register_sources
        from orders.settlement.statements import money_of
        from orders.settlement.taxes import tax_close_lines, vat_report_check
        from orders.settlement.views.payees import payee_page

        register_guards()
        reconciliation.register_awaited(returns.awaited())
        parties.payee_pages.append(payee_page)
        parties.person_blanked.append(_person_blanked)
        register_job("settlement.blank_words", _blank_words)
        hooks.payables += [
            payables.bought_outside,
            payables.taken_by_banks,
            payables.handed_on,
        ]
        reconciliation.register_awaited(payment_checks.awaited())
        register_checks(checks, vat_report_check, payment_checks.checks, hand_checks.checks)
        register_close_lines(
            close_lines, tax_close_lines, payment_checks.close_lines, hand_checks.close_lines
        )
        register_sources()
        fulfilment.grower_money.append(money_of)
        fulfilment.pay_days.append(pay_days_of)
        treasurer, office = frozenset({"treasurer"}), frozenset({"staff", "treasurer"})
        register_navigation(
            Entry("today", _("วันนี้ของเหรัญญิก"), "settlement:home", treasurer, "home", 10),
            Entry("paying", _("ค่าผลผลิตค้างจ่าย"), "settlement:growers", office, "leaf", 520),
            Entry("paying", _("เงินยืมและรายการหัก"), "settlement:deductions", treasurer, "coin", 523),
            Entry("paying", _("นำส่งเงินที่หัก"), "settlement:hand-ons", treasurer, "coin", 523),
            Entry("paying", _("จ่ายก่อนผู้ซื้อ"), "settlement:early", treasurer, "clock", 524),
            Entry("paying", _("โอนจ่าย"), "settlement:payouts", treasurer, "coin", 525),
            Entry("paying", _("ผู้รับเงิน"), "settlement:payees", treasurer, "user", 522),
            Entry("paying", _("จ่ายเงินสด"), "settlement:cash", treasurer, "cash", 530),
            Entry(
                "paying",
                _("ใบสำคัญจ่าย"),
                "settlement:payment-vouchers",
                treasurer,
                "bill",
                532,
                badge=_vouchers_asked,
            ),
            Entry("books", _("ส่วนธุรกิจของสมาชิก"), "settlement:members-year", treasurer, "list", 558),
            Entry("books", _("รายงานภาษี"), "settlement:taxes", treasurer, "list", 556),
            Entry("books", _("เงินสด 8 สัปดาห์"), "settlement:ahead", treasurer, "chart", 550),
            Entry(
                "group",
                _("ค่าผลผลิต"),
                "settlement:mine",
                frozenset({"grower", "coordinator"}),
                "coin",
                50,
                tab=True,
            ),
        )
        register_home("treasurer", "settlement:home")
        invoicing.growers_owed.append(_owed)
        invoicing.documents_changed.append(_documents_changed)
        invoicing.documents_reopened.append(_documents_reopened)
        reconciliation.payout_targets.append(
            reconciliation.PayoutTargets(
                expected=expected_on_bank, applied=confirm, undone=unconfirm
            )
        )


def _vouchers_asked(access: Access) -> int:
    from orders.settlement.models import PaymentVoucher

    return PaymentVoucher.objects.for_access(access).asked().count()


def _person_blanked(person: Person, by: User | None) -> None:
    from orders.settlement.services import blank_words

    blank_words(by=by, persons=[person])


def _blank_words() -> int:
    from orders.settlement.services import blank_words

    return blank_words(by=None)


def _owed(facts: list[OwedFact], by: User | None) -> None:
    from orders.settlement.services import owe

    owe(by=by, facts=facts)


def _documents_changed(documents: list[Document], by: User | None) -> None:
    from orders.settlement.services import release_paid

    release_paid(by=by, documents=documents)


def _documents_reopened(documents: list[Document], by: User | None) -> None:
    from orders.settlement.services import wait_again

    wait_again(by=by, documents=documents)
