"""Persons and their time in groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.accounts.services import blank_user
from marketplace.audit.services import record_many
from marketplace.common.clock import now
from marketplace.common.codes import new_code
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.transactions import unit_of_work
from marketplace.parties import hooks
from marketplace.parties.exceptions import AlreadyMember
from marketplace.parties.models import FarmerGroup, Membership, Person, Role


@dataclass(frozen=True, slots=True)
class PersonInput:
    """A person to write down; `district_code` is the official four-digit code."""

    name: str
    district_code: str
    called: str = ""
    phone: str = ""
    user: User | None = None


@unit_of_work
def add_persons(*, by: User | None, persons: list[PersonInput]) -> list[Person]:
    """Write down persons, in the order given; two persons may share a name.

    Raises:
        Refusals: names are missing, or a user is a person already; `where` is the row, from 0.
    """
    refusals: list[Refusal] = []
    taken = set(
        Person.objects.filter(user__in=[p.user for p in persons if p.user]).values_list(
            "user_id", flat=True
        )
    )
    for row, one in enumerate(persons):
        if not one.name.strip():
            refusals.append(Refusal(_("ใส่ชื่อก่อน"), code="name", where=row))
        if one.user and one.user.pk in taken:
            refusals.append(
                Refusal(
                    _("ผู้ใช้ %(user)s มีทะเบียนบุคคลแล้ว เลือกคนเดิมแทนการเพิ่มใหม่") % {"user": one.user},
                    code="user",
                    where=row,
                )
            )
    Refusals.raise_if_any(refusals)
    codes = _new_person_codes(len(persons))
    made = Person.objects.bulk_create(
        [
            Person(
                code=code,
                name=" ".join(one.name.split()),
                called=one.called.strip(),
                phone=one.phone.strip(),
                district_id=one.district_code,
                user=one.user,
            )
            for code, one in zip(codes, persons, strict=True)
        ]
    )
    record_many([("parties.person.added", person, {}) for person in made], by=by)
    return made


@unit_of_work
def join_group(
    *, by: User | None, group: FarmerGroup, persons: Iterable[Person], since: date
) -> list[Membership]:
    """Make persons members of a group from a day on, in the order given.

    Raises:
        AlreadyMember: one of them is a member of this group now, or was on that day.
    """
    wanted = list(persons)
    FarmerGroup.objects.select_for_update().get(pk=group.pk)
    before = Membership.objects.filter(group=group, person__in=wanted).select_related("person")
    refusals = [
        AlreadyMember(
            _("%(person)s เป็นสมาชิก %(group)s ในวันนั้นอยู่แล้ว ไม่ต้องเพิ่มซ้ำ")
            % {"person": member.person, "group": group.name},
            code="already-member",
            where=member.person_id,
        )
        for member in before
        if member.until is None or member.until >= since
    ]
    if len({person.pk for person in wanted}) < len(wanted):
        refusals.append(AlreadyMember(_("มีชื่อเดียวกันสองครั้งในรายการ เอาออกหนึ่งชื่อ")))
    Refusals.raise_if_any(refusals)
    made = Membership.objects.bulk_create(
        [Membership(person=person, group=group, since=since) for person in wanted]
    )
    record_many(
        [
            ("parties.member.joined", person, {"group": group.pk, "since": since.isoformat()})
            for person in wanted
        ],
        by=by,
        party=group,
    )
    return made


@unit_of_work
def leave_group(
    *, by: User | None, group: FarmerGroup, persons: Iterable[Person], until: date
) -> list[Membership]:
    """End memberships; `until` is the last day. Those who left already stay as they are.

    Raises:
        Refusal: the last day is before the first.
    """
    open_ones = list(
        Membership.objects.select_for_update(of=("self",))
        .filter(group=group, person__in=list(persons), until__isnull=True)
        .select_related("person")
        .order_by("pk")
    )
    for member in open_ones:
        if until < member.since:
            raise Refusal(
                _("วันออกของ %(person)s อยู่ก่อนวันเข้า ตรวจวันที่อีกครั้ง") % {"person": member.person},
                code="until",
                where=member.person_id,
            )
        member.until = until
    Membership.objects.bulk_update(open_ones, ["until"])
    record_many(
        [
            (
                "parties.member.left",
                member.person,
                {"group": group.pk, "until": until.isoformat()},
            )
            for member in open_ones
        ],
        by=by,
        party=group,
    )
    return open_ones


@unit_of_work
def change_person(
    *,
    by: User | None,
    person: Person,
    name: str,
    called: str,
    phone: str,
    district_code: str,
) -> Person:
    """Correct what is written about a person.

    Raises:
        Refusal: no name, or the person's data was blanked.
    """
    locked = Person.objects.select_for_update().get(pk=person.pk)
    if locked.blanked_at:
        raise Refusal(_("ลบข้อมูลส่วนตัวของคนนี้แล้ว แก้ไม่ได้อีก"), code="blanked")
    if not name.strip():
        raise Refusal(_("ใส่ชื่อก่อน"), code="name", where="name")
    wanted = {
        "name": " ".join(name.split()),
        "called": called.strip(),
        "phone": phone.strip(),
        "district_id": district_code,
    }
    changed = [field for field, value in wanted.items() if getattr(locked, field) != value]
    if changed:
        for field in changed:
            setattr(locked, field, wanted[field])
        locked.save(update_fields=changed)
        record_many([("parties.person.changed", locked, {"fields": changed})], by=by)
    return locked


@unit_of_work
def blank_person(*, by: User | None, person: Person, reason: str) -> Person:
    """Take a person's data out of the market, keeping the figures that papers and law need.

    Name, phone, payout numbers and the sign-in go, and what upper rooms keep of her where no other
    law asks for it; the code, the memberships, weights and amounts stay. It cannot be undone. Asked
    again, nothing changes.

    Raises:
        Refusal: the person is a member of a group still, holds a role, or no reason is given.
    """
    locked = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if locked.blanked_at:
        return locked
    if not reason.strip():
        raise Refusal(_("เขียนเหตุผลสั้น ๆ ก่อน เช่น เจ้าตัวขอให้ลบ"), code="reason", where="reason")
    if locked.memberships.filter(until__isnull=True).exists():
        raise Refusal(
            _("%(person)s ยังเป็นสมาชิกกลุ่มอยู่ บันทึกวันออกจากกลุ่มก่อน") % {"person": locked},
            code="still-member",
        )
    user = locked.user
    if user and Role.objects.filter(user=user, ended_at__isnull=True).exists():
        raise Refusal(
            _("%(person)s ยังมีบทบาทในระบบ จบบทบาทก่อน") % {"person": locked}, code="still-role"
        )
    locked.name, locked.called, locked.phone = f"[{locked.code}]", "", ""
    locked.blanked_at = now()
    locked.save(update_fields=["name", "called", "phone", "blanked_at"])
    locked.payout_accounts.filter(ended_at__isnull=True).update(ended_at=now())
    locked.payout_accounts.update(bank="", number="", holder_name="")
    if user:
        blank_user(user)
    for told in hooks.person_blanked:
        told(locked, by)
    record_many([("parties.person.blanked", locked, {"reason": reason.strip()})], by=by)
    return locked


def _new_person_codes(count: int) -> list[str]:
    codes: set[str] = set()
    while len(codes) < count:
        codes |= {f"P{new_code(7)}" for _n in range(count - len(codes))}
        codes -= set(Person.objects.filter(code__in=codes).values_list("code", flat=True))
    return sorted(codes)
