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
