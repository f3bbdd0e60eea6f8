"""Who did what, when and for whom.

Append-only (guarded in the database). Users and parties are pointed at by string keys, so this room
knows nobody and everybody may use it.
"""

from django.db import models

from marketplace.common.clock import now


class AuditEntry(models.Model):
    """One act: `actor` did `action` to `subject`, perhaps on behalf of somebody else."""

    at = models.DateTimeField(default=now, db_index=True)
    actor = models.CharField(max_length=64, help_text="user:<pk> or system")
    on_behalf_of = models.CharField(max_length=64, blank=True, help_text="person:<pk>")
    action = models.CharField(max_length=64, db_index=True)
    subject = models.CharField(max_length=64, db_index=True)
    party = models.CharField(max_length=64, blank=True, db_index=True, help_text="party:<pk>")
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = "audit entries"
