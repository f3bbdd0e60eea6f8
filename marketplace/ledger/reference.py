"""Opening the chart of accounts. Accounts per buyer, group, person and bank account are opened
when first used.
"""

from __future__ import annotations

from typing import Any

from django.db import connections

from marketplace.common.transactions import unit_of_work
from marketplace.ledger.chart import KINDS
from marketplace.ledger.models import Account


@unit_of_work
def load_chart() -> int:
    """Open the accounts of the chart that are missing; return how many the chart has."""
    fixed = [kind for kind in KINDS if not kind.is_family]
    Account.objects.bulk_create(
        [
            Account(
                code=kind.code,
                name_th=kind.name_th,
                name_en=kind.name_en,
                type=kind.type,
                bounded=kind.bounded,
            )
            for kind in fixed
        ],
        ignore_conflicts=True,
    )
    return len(fixed)


def chart_after_migrate(*, using: str = "default", plan: Any = (), **_sent: Any) -> None:
    """Open what a newer chart added, where books stand already (a receiver of post_migrate)."""
    if plan and not any(backwards for _migration, backwards in plan):
        tables = connections[using].introspection.table_names()
        if using == "default" and Account._meta.db_table in tables and Account.objects.exists():
            load_chart()
