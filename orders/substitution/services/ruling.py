"""What a buyer wants when something is short."""

from __future__ import annotations

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import now
from marketplace.common.transactions import unit_of_work
from marketplace.parties.models import Buyer
from orders.substitution.models import SubstitutionRule
from orders.substitution.rules import Takes, Unanswered


@unit_of_work
def set_rule(*, by: User | None, buyer: Buyer, takes: str, unanswered: str) -> SubstitutionRule:
    """Set which substitutes a buyer is asked about and what silence means; open proposals stay.

    Raises:
        ValueError: a word that is no rule; the form does not let one through.
    """
    rule, _made = SubstitutionRule.objects.update_or_create(
        buyer=buyer,
        defaults={
            "takes": Takes(takes).value,
            "unanswered": Unanswered(unanswered).value,
            "set_at": now(),
            "set_by": by,
        },
    )
    record(
        by=by,
        action="substitution.rule",
        subject=rule,
        party=f"party:{buyer.pk}",
        data={"takes": rule.takes, "unanswered": rule.unanswered},
    )
    return rule
