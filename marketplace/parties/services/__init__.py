"""Every write of this room, by topic."""

from marketplace.parties.services.acting import acting_for
from marketplace.parties.services.cooperative import set_up_cooperative, the_cooperative
from marketplace.parties.services.money import PayoutAccountInput, set_payout_accounts
from marketplace.parties.services.people import (
    PersonInput,
    add_persons,
    join_group,
    leave_group,
)
from marketplace.parties.services.registry import (
    approve_parties,
    archive_parties,
    refuse_parties,
    register_party,
    restore_parties,
    suspend_parties,
)
from marketplace.parties.services.roles import RoleGrant, end_roles, give_roles
from marketplace.parties.services.sites import SiteInput, add_sites, archive_sites

__all__ = [
    "PayoutAccountInput",
    "PersonInput",
    "RoleGrant",
    "SiteInput",
    "acting_for",
    "add_persons",
    "add_sites",
    "approve_parties",
    "archive_parties",
    "archive_sites",
    "end_roles",
    "give_roles",
    "join_group",
    "leave_group",
    "refuse_parties",
    "register_party",
    "restore_parties",
    "set_payout_accounts",
    "set_up_cooperative",
    "suspend_parties",
    "the_cooperative",
]
