"""The room's place in Django; its guards, checks, menu and periodic pull."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from orders.invoicing.models import Document


class GatewayConfig(AppConfig):
    name = "orders.gateway"

    def ready(self) -> None:
        from marketplace.common.guards import append_only, refuse, register
        from marketplace.cycles.hooks import register_job
        from marketplace.ledger.hooks import register_checks
        from marketplace.web.shells import Entry, register_navigation
        from orders.gateway import checks
        from orders.gateway.client import is_on
        from orders.gateway.services import catch_up
        from orders.gateway.services.payouts import expected_on_bank, taken_from_bank
        from orders.invoicing import accounts, hooks
        from orders.reconciliation.hooks import Awaited, register_awaited

        append_only("gateway_balancemovement")
        register(
            refuse("gateway_stripeevent", "UPDATE", except_columns=("processed_at",)),
            refuse("gateway_stripeevent", "DELETE"),
            refuse("gateway_payment", "DELETE"),
            refuse("gateway_refund", "DELETE"),
            refuse("gateway_payout", "DELETE"),
        )
        register_checks(checks.checks)
        register_job("gateway.catch_up", catch_up)
        hooks.paid_otherwise.append(checks.on_bills)
        hooks.pay_online.append(_pay_online)
        hooks.deposited_otherwise.append(checks.on_deposits)
        register_awaited(
            Awaited(
                prefix="stripe_payout",
                label=_("เงินที่ Stripe โอนเข้า"),
                account=accounts.STRIPE_CLEARING,
                money_in=True,
                expected=expected_on_bank,
                words=("stripe",),
            )
        )
        register_awaited(
            Awaited(
                prefix="stripe_debit",
                label=_("เงินที่ Stripe หักคืน"),
                account=accounts.STRIPE_CLEARING,
                money_in=False,
                expected=taken_from_bank,
                words=("stripe",),
            )
        )
        if is_on():
            register_navigation(
                Entry(
                    "books",
                    _("รับชำระออนไลน์"),
                    "gateway:overview",
                    frozenset({"treasurer"}),
                    "bank",
                    515,
                )
            )


def _pay_online(document: Document) -> str:
    from orders.gateway.client import is_on

    return reverse("gateway:pay", args=[document.pk]) if is_on() and document.open_satang else ""
