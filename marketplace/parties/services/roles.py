"""Who may do what for whom: roles are given and ended, never deleted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.accounts.services import find_or_make_user, password_path
from marketplace.audit.services import record, record_many
from marketplace.common.clock import now
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.transactions import unit_of_work
from marketplace.notifications.services import Telling, tell
from marketplace.parties.exceptions import NotInThisStage, NotYours, WrongRole
from marketplace.parties.models import (
    ROLES_OF_KIND,
    Party,
    PartyKind,
    Person,
    Role,
    RoleName,
    Stage,
)
from marketplace.parties.services.money import is_treasurer, require_treasurer


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
        TreasurerOnly: somebody but the treasurer gives a role at the cooperative.
    """
    _guard_cooperative(by, (grant.party for grant in grants))
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
        Refusal: the cooperative would be left without staff or without a treasurer.
        TreasurerOnly: somebody but the treasurer ends a role at the cooperative.
    """
    wanted = [role.pk for role in roles]
    open_ones = list(
        Role.objects.select_for_update(of=("self",))
        .filter(pk__in=wanted, ended_at__isnull=True)
        .select_related("party", "user")
        .order_by("pk")
    )
    moment = now()
    _guard_cooperative(by, (role.party for role in open_ones))
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


def _guard_cooperative(by: User | None, parties: Iterable[Party]) -> None:
    """Who pays and who checks is decided by the treasurer: staff give themselves nothing."""
    if any(party.kind == PartyKind.COOPERATIVE for party in parties):
        require_treasurer(by, _("บทบาทของสหกรณ์ให้และจบได้เฉพาะเหรัญญิก แจ้งเหรัญญิกของสหกรณ์"))


def may_hand_link(*, by: User, user: User) -> bool:
    """Say whether staff may be shown the one-time link of a user.

    A link sets the password, so whoever sees it could sign in as that user. It is shown for a user
    who has no password yet, or who has no e-mail to send a new one to; never for the technical
    administrator, and for users of the cooperative only to its treasurer.
    """
    if user.is_superuser or user.is_staff or not user.is_active:
        return False
    if user.has_usable_password() and user.email:
        return False
    at_cooperative = Role.objects.present().filter(user=user, party__kind=PartyKind.COOPERATIVE)
    return not at_cooperative.exists() or is_treasurer(by)


@unit_of_work
def hand_link(*, by: User, user: User, party: Party) -> str:
    """Return the path of the one-time link of a user, for staff to pass on; the trail says so.

    Raises:
        NotYours: see `may_hand_link`.
    """
    if not may_hand_link(by=by, user=user):
        raise NotYours(
            _("%(user)s ตั้งรหัสผ่านเองแล้ว ให้กด “ลืมรหัสผ่าน” ที่หน้าเข้าสู่ระบบ") % {"user": user},
            code="has-password",
        )
    record(by=by, action="parties.user.link_shown", subject=user, party=party)
    return password_path(user)


@unit_of_work
def invite(
    *,
    by: User | None,
    party: Party,
    names: Iterable[str],
    full_name: str,
    email: str = "",
    phone: str = "",
    person: Person | None = None,
) -> User:
    """Give somebody roles at a party, by e-mail or phone; who has no sign-in yet gets one.

    A new user has no password: `hand_link` gives the one-time link by which it is set, which the
    caller shows to staff and, where there is an address, mails with `send_invitation`.

    Args:
        names: RoleNames that the party's kind knows.
        person: the grower who this user is, to be joined with the sign-in.

    Raises:
        WrongRole: the party's kind does not know a role.
        NotInThisStage: the party does not trade.
        Refusal: no role, neither e-mail nor phone, or the person has another sign-in.
    """
    wanted = sorted(set(names))
    if not wanted:
        raise Refusal(_("เลือกบทบาทอย่างน้อยหนึ่งอย่าง"), code="no-role", where="names")
    if party.stage != Stage.ACTIVE:
        raise NotInThisStage(
            _("%(party)s ยังไม่ได้ใช้งาน อนุมัติก่อนแล้วจึงเชิญผู้ใช้") % {"party": party.name}, code="stage"
        )
    user, made = find_or_make_user(full_name=full_name, email=email, phone=phone)
    if person is not None:
        locked = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        if locked.user_id not in (None, user.pk) or (
            Person.objects.filter(user=user).exclude(pk=locked.pk).exists()
        ):
            raise Refusal(
                _("%(person)s หรือผู้ใช้นี้ผูกกับบัญชีอื่นแล้ว ตรวจอีเมลและเบอร์โทร") % {"person": locked},
                code="other-user",
                where="person",
            )
        locked.user = user
        locked.save(update_fields=["user"])
    give_roles(by=by, grants=[RoleGrant(user, party, name) for name in wanted])
    record(
        by=by,
        action="parties.user.invited",
        subject=user,
        party=party,
        data={"roles": wanted, "new": made},
    )
    return user


def send_invitation(*, user: User, party: Party, link: str) -> None:
    """Mail the one-time link to a user with an address; without one nothing is sent.

    Args:
        link: absolute address of the page that sets the password.
    """
    if not user.email:
        return
    tell(
        tellings=[
            Telling(
                key=f"invitation:{user.pk}:{now().isoformat()}",
                recipient=f"user:{user.pk}",
                kind="parties.invitation",
                title=str(_("เชิญเข้าใช้ตลาดล่วงหน้าในนาม %(party)s")) % {"party": party.name_th},
                body=str(invitation_text(party=party, link=link)),
                email=user.email,
                on_screen=False,
            )
        ]
    )


def invitation_text(*, party: Party, link: str) -> str:
    """The short text by which staff pass the link on."""
    return str(
        _(
            "%(party)s เชิญคุณเข้าใช้ตลาดล่วงหน้า\nกดลิงก์นี้เพื่อตั้งรหัสผ่าน ใช้ได้ครั้งเดียวภายใน %(days)s วัน\n%(link)s"
        )
        % {"party": party.name_th, "days": settings.PASSWORD_RESET_TIMEOUT // 86400, "link": link}
    )
