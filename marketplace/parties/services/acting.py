"""Acting for somebody else ("ทำแทน"): who may, and how the trail says so."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.parties.exceptions import NotYours
from marketplace.parties.models import Membership, Person, Role, RoleName, Stage


def acting_for(*, by: User | None, person_ids: Iterable[int]) -> dict[int, str]:
    """Return, for each person, what `audit.record(on_behalf_of=...)` is given.

    A person's own acts and those of the system are on nobody's behalf (""). A coordinator acts for
    present members of her groups, cooperative staff and treasurer for anybody: "person:<pk>".

    Raises:
        NotYours: the user may not act for one of them; `where` is the person's key.
    """
    wanted = set(person_ids)
    if by is None:
        return dict.fromkeys(wanted, "")
    own = Person.objects.filter(user=by, pk__in=wanted).values_list("pk", flat=True).first()
    others = wanted - {own}
    roles = Role.objects.filter(user=by, ended_at__isnull=True, party__stage=Stage.ACTIVE)
    if others and not by.is_superuser:
        held = list(roles.values_list("name", "party_id"))
        if not any(name in (RoleName.STAFF, RoleName.TREASURER) for name, _party in held):
            groups = [party for name, party in held if name == RoleName.COORDINATOR]
            members = set(
                Membership.objects.filter(
                    group_id__in=groups, person_id__in=others, until__isnull=True
                ).values_list("person_id", flat=True)
            )
            strangers = sorted(others - members)
            if strangers:
                raise NotYours(
                    _("ทำแทนได้เฉพาะสมาชิกปัจจุบันของกลุ่มที่คุณประสาน ตรวจชื่อในหน้าสมาชิก"),
                    code="not-yours",
                    where=strangers[0],
                )
    return {pk: "" if pk == own else f"person:{pk}" for pk in wanted}
