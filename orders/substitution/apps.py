"""The room's place in Django; its job, its menu, and what it shows on others' pages."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from marketplace.parties.access import Access
    from orders.hooks import Panel
    from orders.models import Order


class SubstitutionConfig(AppConfig):
    name = "orders.substitution"

    def ready(self) -> None:
        from marketplace.cycles.hooks import register_job
        from marketplace.web.shells import Entry, register_navigation
        from orders import hooks
        from orders.allocation.hooks import substitutes_for
        from orders.substitution.reading import words_for
        from orders.substitution.services import follow_up

        register_job("substitution.follow_up", follow_up)
        substitutes_for.append(words_for)
        hooks.home_panels.append(_home_panel)
        hooks.order_panels.append(_order_panel)
        register_navigation(
            Entry(
                "buyer",
                _("ของทดแทน"),
                "substitution:list",
                frozenset({"requester", "approver"}),
                "swap",
                45,
                badge=_waiting,
            ),
            Entry(
                "market",
                _("ของทดแทน"),
                "substitution:list",
                frozenset({"staff", "treasurer"}),
                "swap",
                232,
            ),
        )


def _waiting(access: Access) -> int:
    from orders.substitution.models import Proposal

    return Proposal.objects.for_access(access).waiting().count()


def _home_panel(access: Access, day: dt.date) -> Panel | None:
    from orders.substitution.reading import home_panel

    return home_panel(access)


def _order_panel(access: Access, order: Order) -> Panel | None:
    from orders.substitution.reading import order_panel

    return order_panel(order)
