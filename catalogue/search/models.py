"""Notes of what changed since the indexes were made: an outbox, written by the database itself."""

from __future__ import annotations

from django.db import models


class SearchNote(models.Model):
    """One change of something that can be found, in the order the database saw it.

    Triggers write it in the transaction of the change, so no bulk update is missed and a rolled-back
    change leaves no note. `object_id` 0 means everything of that kind.
    """

    seq = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=12)
    object_id = models.BigIntegerField()
    at = models.BigIntegerField(help_text="seconds since 1970, the database's clock")


class SearchCursor(models.Model):
    """Which notes an index outside this machine has taken, and what it was made from."""

    name = models.CharField(max_length=80, primary_key=True)
    low_mark = models.BigIntegerField(default=0)
    done = models.JSONField(default=list, help_text="sequence numbers above the low mark")
    analyser = models.CharField(max_length=20, blank=True)
    database = models.CharField(max_length=80, blank=True)
    day = models.CharField(max_length=10, blank=True)
