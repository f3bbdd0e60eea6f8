"""Every write of this room, by topic."""

from marketplace.parties.services.acting import acting_for
from marketplace.parties.services.cooperative import (
    change_buyer_class,
    change_cooperative,
    change_hub,
    set_up_cooperative,
    the_cooperative,
)
from marketplace.parties.services.money import PayoutAccountInput, set_payout_accounts
from marketplace.parties.services.people import (
    PersonInput,
    add_persons,
    blank_person,
    change_person,
    join_group,
    leave_group,
)
from marketplace.parties.services.registry import (
    approve_parties,
    archive_parties,
    change_details,
    change_terms,
    refuse_parties,
    register_party,
    restore_parties,
    suspend_parties,
)
from marketplace.parties.services.roles import (
    RoleGrant,
    end_roles,
    give_roles,
    hand_link,
    invitation_text,
    invite,
    may_hand_link,
    send_invitation,
)
from marketplace.parties.services.sites import SiteInput, add_sites, archive_sites, change_site

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
    "blank_person",
    "change_buyer_class",
    "change_cooperative",
    "change_details",
    "change_hub",
    "change_person",
    "change_site",
    "change_terms",
    "end_roles",
    "give_roles",
    "hand_link",
    "invitation_text",
    "invite",
    "join_group",
    "leave_group",
    "may_hand_link",
    "refuse_parties",
    "register_party",
    "restore_parties",
    "send_invitation",
    "set_payout_accounts",
    "set_up_cooperative",
    "suspend_parties",
    "the_cooperative",
]
