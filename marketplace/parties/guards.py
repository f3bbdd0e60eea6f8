"""Database guards: nobody with history is deleted, whatever asks for it.

Parties are archived, roles and memberships ended, payout accounts followed by new ones, personal
data blanked; the rows stay.
"""

from marketplace.common.guards import refuse

KEPT = (
    "parties_party",
    "parties_person",
    "parties_membership",
    "parties_role",
    "parties_payoutaccount",
)
GUARDS = tuple(refuse(table, "DELETE") for table in KEPT)
