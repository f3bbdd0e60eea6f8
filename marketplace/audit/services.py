"""Writing the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from marketplace.audit.models import AuditEntry


def key_of(subject: models.Model | str | None) -> str:
    """Return the string key `model:pk` of an object; a string passes through, None is `system`."""
    if subject is None:
        return "system"
    if isinstance(subject, str):
        return subject
    return f"{subject._meta.model_name}:{subject.pk}"


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
    return AuditEntry.objects.bulk_create(
        [
            AuditEntry(
                actor=key_of(by),
                action=action,
                subject=key_of(subject),
                party=key_of(party) if party else "",
                on_behalf_of=key_of(on_behalf_of) if on_behalf_of else "",
                data=data,
            )
            for action, subject, data in acts
        ]
    )
