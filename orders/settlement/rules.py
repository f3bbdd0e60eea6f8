"""When growers are paid: decisions that need no database."""

from __future__ import annotations

import datetime as dt

from marketplace.parties.models import ReleaseRule


def pay_day(rule: str, release_days: int, delivery_day: dt.date) -> dt.date | None:
    """The day on which what is owed for a delivery day may be paid.

    Args:
        rule: the group's release rule.
        release_days: for the rule "every n days": days after the delivery day.
        delivery_day: of the lot's cycle.

    Returns:
        None while the rule waits for the buyer to pay.
    """
    if rule == ReleaseRule.SAME_DAY:
        return delivery_day
    if rule == ReleaseRule.EVERY_N_DAYS:
        return delivery_day + dt.timedelta(days=release_days)
    return None
