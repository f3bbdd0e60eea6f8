"""Who may do what for whom: roles are given and ended, never deleted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record_many
from marketplace.common.clock import now
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.transactions import unit_of_work
from marketplace.parties.exceptions import WrongRole
from marketplace.parties.models import ROLES_OF_KIND, Party, PartyKind, Role, RoleName


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """A role to give: `name` is a RoleName that the party's kind knows."""

    user: User
    party: Party
    name: str


@unit_of_work
def give_roles(*, by: User | None, grants: list[RoleGrant]) -> list[Role]:
    """Give roles, in the order asked; a role that is open already is returned as it is.

    Raises:
        WrongRole: the party's kind does not know the role.
    """
    refusals = [
        WrongRole(
            _("%(kind)sไม่มีบทบาท “%(role)s” เลือกบทบาทของ%(kind)s")
            % {
                "kind": PartyKind(grant.party.kind).label,
                "role": RoleName(grant.name).label if grant.name in RoleName else grant.name,
            },
            code="wrong-role",
            where=row,
        )
        for row, grant in enumerate(grants)
        if grant.name not in ROLES_OF_KIND[grant.party.kind]
    ]
    Refusals.raise_if_any(refusals)
    parties = sorted({grant.party.pk for grant in grants})
    list(Party.objects.select_for_update().filter(pk__in=parties).order_by("pk"))
    held = {
        (role.user_id, role.party_id, role.name): role
        for role in Role.objects.filter(
            party_id__in=parties,
            user_id__in={grant.user.pk for grant in grants},
            ended_at__isnull=True,
        )
    }
    fresh = {
        (grant.user.pk, grant.party.pk, grant.name): Role(
            user=grant.user,
            party_id=grant.party.pk,
            name=grant.name,
            given_by=by,
            given_at=now(),
        )
        for grant in grants
        if (grant.user.pk, grant.party.pk, grant.name) not in held
    }
    for role in Role.objects.bulk_create(fresh.values()):
        held[(role.user_id, role.party_id, role.name)] = role
    for party in parties:
        record_many(
            [
                ("parties.role.given", f"user:{user}", {"role": name})
                for user, at_party, name in fresh
                if at_party == party
            ],
            by=by,
            party=f"party:{party}",
        )
    return [held[(grant.user.pk, grant.party.pk, grant.name)] for grant in grants]


@unit_of_work
def end_roles(*, by: User | None, roles: Iterable[Role]) -> list[Role]:
    """End roles from now on; those ended already stay as they are.

    Raises:
        Refusal: the cooperative would be left without staff or treasurer, or somebody ends the role
            that he acts with.
    """
    wanted = [role.pk for role in roles]
    open_ones = list(
        Role.objects.select_for_update(of=("self",))
        .filter(pk__in=wanted, ended_at__isnull=True)
        .select_related("party", "user")
        .order_by("pk")
    )
    moment = now()
    for role in open_ones:
        if role.party.kind == PartyKind.COOPERATIVE:
            left = Role.objects.filter(
                party=role.party, name=role.name, ended_at__isnull=True
            ).exclude(pk__in=wanted)
            if not left.exists():
                raise Refusal(
                    _("%(user)s เป็น%(role)sคนสุดท้าย ให้บทบาทนี้กับคนอื่นก่อน")
                    % {"user": role.user, "role": role.get_name_display()},
                    code="last-role",
                    where=role.pk,
                )
        role.ended_at = moment
    Role.objects.bulk_update(open_ones, ["ended_at"])
    for role in open_ones:
        record_many(
            [("parties.role.ended", f"user:{role.user_id}", {"role": role.name})],
            by=by,
            party=role.party,
        )
    return open_ones
