"""Who speaks for a community that receives visitors."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.hosting.querysets import HostQuerySet
from marketplace.common.clock import now


class CommunityHost(models.Model):
    """One user speaking for one community; ended, never deleted.

    `community_key`: what all languages of the community's page share (Wagtail's translation key).
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="hosted_communities"
    )
    community_key = models.UUIDField()
    given_at = models.DateTimeField(default=now)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = HostQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("เลขานุการชุมชน")
        verbose_name_plural = _("เลขานุการชุมชน")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "community_key"],
                condition=models.Q(ended_at__isnull=True),
                name="hosting_one_open_row",
            )
        ]
