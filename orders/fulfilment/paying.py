"""When the money for a lot comes, in words; the settlement knows the day, the group its rule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from marketplace.common.dates import format_date
from marketplace.parties.models import FarmerGroup, ReleaseRule
from orders.fulfilment import hooks
from orders.fulfilment.models import HarvestLot


def rule_words(group: FarmerGroup) -> str:
    """Return a group's release rule as a sentence."""
    if group.release_rule == ReleaseRule.SAME_DAY:
        return _("เงินออกวันเดียวกับวันส่ง")
    if group.release_rule == ReleaseRule.BUYER_PAID:
        return _("เงินออกเมื่อผู้ซื้อจ่าย")
    return _("เงินออกทุก %(days)s วัน") % {"days": group.release_days}


def rule_in_brief(group: FarmerGroup) -> str:
    """Return a group's release rule as the answer to "which day"."""
    if group.release_rule == ReleaseRule.SAME_DAY:
        return _("วันส่ง")
    if group.release_rule == ReleaseRule.BUYER_PAID:
        return _("เมื่อผู้ซื้อจ่าย")
    return _("ทุก %(days)s วัน") % {"days": group.release_days}


def pay_day_of(lots: Sequence[HarvestLot]) -> date | None:
    """Return the first day on which any of these lots is paid, as far as it is known."""
    days: dict[int, date] = {}
    for source in hooks.pay_days:
        days.update(source(list(lots)))
    return min(days.values(), default=None)


def pay_day_words(lots: Sequence[HarvestLot]) -> dict[int, str]:
    """Return when each lot is paid, by primary key: the settlement's day, else the group's rule."""
    days: dict[int, date] = {}
    for source in hooks.pay_days:
        days.update(source(list(lots)))
    found = {}
    for lot in lots:
        day = days.get(lot.pk)
        if day is not None:
            found[lot.pk] = _("เงินออก %(day)s") % {"day": format_date(day, "day")}
        else:
            found[lot.pk] = rule_words(lot.group) if lot.group is not None else ""
    return found
