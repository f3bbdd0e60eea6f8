"""Reminding the treasurer of cheques that lie in the drawer past their day."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.common.clock import today
from marketplace.common.money import format_baht
from marketplace.common.transactions import unit_of_work
from marketplace.notifications.services import Telling, tell
from marketplace.parties.models import Cooperative
from orders.cheques.models import Cheque


@unit_of_work
def chase_undeposited() -> int:
    """Tell the cooperative, once a day, which cheques should have gone to the bank before today.

    Returns:
        How many messages are new.
    """
    day = today()
    late = [one for one in Cheque.objects.to_deposit(day) if max(one.dated, one.received_on) < day]
    if not late:
        return 0
    words = {"n": len(late), "satang": format_baht(sum(one.satang for one in late))}
    return tell(
        tellings=[
            Telling(
                key=f"cheques:undeposited:{day.isoformat()}:{pk}",
                recipient=f"party:{pk}",
                kind="cheque.undeposited",
                title=_("เช็คเลยวันฝาก %(n)s ใบ รวม %(satang)s บาท") % words,
                body=", ".join(str(one) for one in late),
                url=reverse("cheques:list"),
            )
            for pk in Cooperative.objects.values_list("pk", flat=True)
        ]
    )
