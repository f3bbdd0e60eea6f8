"""The audit trail in words: rooms say what their acts are called."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.models import AuditEntry
from marketplace.parties.models import Person

_words: dict[str, str | Promise] = {
    "parties.person.changed": _("แก้ข้อมูลบุคคล"),
    "parties.member.joined": _("เข้าเป็นสมาชิก"),
    "parties.member.left": _("ออกจากกลุ่ม"),
}


def register_words(words: dict[str, str | Promise]) -> None:
    """Say what dotted actions are called on screen: `{"supply.share.changed": _("…")}`."""
    _words.update(words)


@dataclass(frozen=True, slots=True)
class Detail:
    """What an act was about, and the page where it can be looked at or undone ("" when none)."""

    text: str
    url: str = ""
    can_undo: bool = False


Details = Callable[[Sequence[AuditEntry]], Mapping[int, Detail]]
_details: list[Details] = []


def register_details(find: Details) -> None:
    """Have `find` say what acts were about: it is given entries and answers by their key, for those
    it knows; it asks a fixed number of queries.
    """
    _details.append(find)


@dataclass(frozen=True, slots=True)
class Line:
    """One act as a person reads it."""

    at: datetime
    actor: str
    on_behalf_of: str
    action: str | Promise
    subject: str
    detail: Detail | None = None


def describe(entries: Iterable[AuditEntry]) -> list[Line]:
    """Put acts into words: who did what to what, and for whom."""
    rows = list(entries)
    details = {pk: detail for find in _details for pk, detail in find(rows).items()}
    users = {
        f"user:{user.pk}": str(user)
        for user in User.objects.filter(pk__in=_keys(rows, "actor", "user"))
    }
    persons = {
        f"person:{person.pk}": str(person)
        for person in Person.objects.filter(
            pk__in=_keys(rows, "on_behalf_of", "person") | _keys(rows, "subject", "person")
        )
    }
    return [
        Line(
            at=row.at,
            actor=users.get(row.actor, str(_("ระบบ"))),
            on_behalf_of=persons.get(row.on_behalf_of, ""),
            action=_words.get(row.action, row.action),
            subject=persons.get(row.subject, ""),
            detail=details.get(row.pk),
        )
        for row in rows
    ]


def _keys(rows: list[AuditEntry], field: str, kind: str) -> set[int]:
    found = (getattr(row, field).partition(":") for row in rows)
    return {int(pk) for name, _colon, pk in found if name == kind and pk.isdigit()}
