"""Writing the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from marketplace.audit.models import AuditEntry


def key_of(subject: models.Model | str | None) -> str:
    """Return the string key `model:pk` of an object; a string passes through, None is `system`.

    Groups, buyers, agencies and the cooperative all have the key of their party (`party:pk`).
    """
    if subject is None:
        return "system"
    if isinstance(subject, str):
        return subject
    model = subject._meta.model  # not type(): request.user is a lazy object
    while model._meta.parents:  # a farmer group is the party it is: one key for one row
        model = next(iter(model._meta.parents))
    return f"{model._meta.model_name}:{subject.pk}"


def record(
    *,
    by: models.Model | None,
    action: str,
    subject: models.Model | str,
    party: models.Model | str = "",
    on_behalf_of: models.Model | str = "",
    data: dict[str, Any] | None = None,
) -> AuditEntry:
    """Write one act into the trail, in the caller's transaction.

    `by`: the User, or None for the system. `action`: dotted name such as `supply.share.changed`.
    `data`: figures worth keeping (base units, satang), JSON only.
    """
    return record_many(
        [(action, subject, data or {})], by=by, party=party, on_behalf_of=on_behalf_of
    )[0]


def record_many(
    acts: Iterable[tuple[str, models.Model | str, dict[str, Any]]],
    *,
    by: models.Model | None,
    party: models.Model | str = "",
    on_behalf_of: models.Model | str = "",
) -> list[AuditEntry]:
    """Write many acts of one actor at once: (action, subject, data) each."""
    return record_acts(
        [Act(action, subject, party, on_behalf_of, data) for action, subject, data in acts], by=by
    )


@dataclass(frozen=True, slots=True)
class Act:
    """One act to write into the trail; see `record`."""

    action: str
    subject: models.Model | str
    party: models.Model | str = ""
    on_behalf_of: models.Model | str = ""
    data: dict[str, Any] = field(default_factory=dict)


def record_acts(acts: Iterable[Act], *, by: models.Model | None) -> list[AuditEntry]:
    """Write many acts of one actor at once, each with its own party and person acted for."""
    return AuditEntry.objects.bulk_create(
        [
            AuditEntry(
                actor=key_of(by),
                action=act.action,
                subject=key_of(act.subject),
                party=key_of(act.party) if act.party else "",
                on_behalf_of=key_of(act.on_behalf_of) if act.on_behalf_of else "",
                data=act.data,
            )
            for act in acts
        ]
    )
