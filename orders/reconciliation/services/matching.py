"""Whether a buyer's money posts by itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from marketplace.parties.models import Buyer
from orders.reconciliation.models import MatchingChoice


@unit_of_work
def set_matching(
    *, by: User | None, buyer: Buyer, automatic: bool, reason: str
) -> MatchingChoice | None:
    """Let rows that pay a buyer's bills to the satang post by themselves, or wait for a person.

    What holds already is left as it is; what posted before stays.

    Args:
        by: the treasurer.
        automatic: whether rows may post by themselves from now on.
        reason: kept beside the choice, seen on its page.

    Returns:
        The choice that holds; None when none was ever made and none is needed.

    Raises:
        Refusal: code "no-reason".
    """
    buyer = Buyer.objects.select_for_update(of=("self",)).get(pk=buyer.pk)
    last = MatchingChoice.objects.filter(buyer=buyer).first()
    if (last is None or last.automatic) is automatic:
        return last
    reason = " ".join(reason.split())[:200]
    if not reason:
        raise Refusal(_("กรุณาบอกเหตุผล เพื่อให้คนอื่นรู้ว่าทำไมจึงเปลี่ยน"), code="no-reason", where="reason")
    made = MatchingChoice.objects.create(buyer=buyer, automatic=automatic, reason=reason, by=by)
    record(
        by=by,
        action="bank.matching.set",
        subject=made,
        party=buyer,
        data={"automatic": automatic, "reason": reason},
    )
    return made
