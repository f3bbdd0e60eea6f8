"""What somebody asked "what if" about a week, and what came of it.

A scenario is figures about an imagined week: no order, offer or plan ever points at one, so it may
be deleted. Its result holds keys of groups, buyers and products, and no person.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.common.clock import now
from orders.simulator.querysets import ScenarioQuerySet

DIES_AFTER = dt.timedelta(minutes=2)
"""A run that has not told of itself for so long is no longer there."""


class ScenarioState(models.TextChoices):
    WAITING = "waiting", _("รอคิว")
    RUNNING = "running", _("กำลังคิด")
    DONE = "done", _("คิดเสร็จ")
    FAILED = "failed", _("คิดไม่จบ")


class ScenarioError(models.TextChoices):
    EMPTY = "empty", _("สัปดาห์นี้ไม่มีรอบที่เปิดจองหรือไม่มีใบจองแล้ว เลือกสัปดาห์อื่นแล้วลองใหม่")
    BROKEN = "broken", _("คิดไม่จบเพราะระบบขัดข้อง ตลาดไม่มีอะไรเปลี่ยน กดคิดใหม่ได้")
    DIED = "died", _("งานหยุดกลางทาง ตลาดไม่มีอะไรเปลี่ยน กดคิดใหม่ได้")


class Scenario(models.Model):
    """One "what if": the question as data, how far its run is, and its result as data."""

    name = models.CharField(max_length=80)
    week = models.DateField(help_text="the Monday of its delivery days")
    question = models.JSONField(help_text="see orders.simulator.questions")
    state = models.CharField(max_length=8, choices=ScenarioState, default=ScenarioState.WAITING)
    error = models.CharField(max_length=8, choices=ScenarioError, blank=True)
    turn = models.UUIDField(null=True, blank=True, help_text="of the run at work on it")
    done = models.PositiveIntegerField(default=0, help_text="steps")
    total = models.PositiveIntegerField(default=0, help_text="steps")
    result = models.JSONField(null=True, blank=True, help_text="see orders.simulator.figures")
    made_at = models.DateTimeField(default=now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(default=now)
    beat_at = models.DateTimeField(null=True, blank=True, help_text="when the run last told")
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="scenario_has_a_name"),
            models.CheckConstraint(
                condition=Q(state__in=ScenarioState.values), name="scenario_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(done__lte=F("total")), name="scenario_does_no_more_than_all"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(result__isnull=False, finished_at__isnull=False),
                name="scenario_done_has_a_result",
            ),
            models.CheckConstraint(
                condition=Q(state="failed") ^ Q(error=""), name="scenario_failed_says_why"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_died(self) -> bool:
        """Say whether its run has gone without a word."""
        return self.state == ScenarioState.RUNNING and (
            self.beat_at is None or self.beat_at < now() - DIES_AFTER
        )

    @property
    def is_under_way(self) -> bool:
        """Say whether its result is still to come."""
        return self.state in (ScenarioState.WAITING, ScenarioState.RUNNING) and not self.has_died

    @property
    def trouble(self) -> str:
        """What to tell about a run that came to nothing; nothing when all is well."""
        if self.has_died:
            return str(ScenarioError.DIED.label)
        return str(self.get_error_display()) if self.error else ""
