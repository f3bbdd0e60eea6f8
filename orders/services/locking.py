"""Locking rows before they are read."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet


def lock(rows: QuerySet[Any], *, no_key: bool = False) -> list[int]:
    """Lock rows in ascending primary key; return their keys. Read them afterwards.

    PostgreSQL reads the joined rows of a locking query before it waits for the lock (the row itself
    is read again), so a query that locks and joins may return a fresh row beside a stale one. That
    is why the locking query here stands alone.

    `no_key`: rows that point at these may still be written meanwhile.
    """
    keys = list(rows.values_list("pk", flat=True))
    alone = rows.model._default_manager.filter(pk__in=keys)
    locked = alone.select_for_update(no_key=no_key).order_by("pk")
    return list(locked.values_list("pk", flat=True))
