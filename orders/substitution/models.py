"""Proposals of other goods for what stays short, and each buyer's rule about them.

A line has at most one open proposal. An accepted one names the option that was taken and the order
line it became; whoever answered, or the buyer's own rule (`answered_by` empty), stands with it.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.partner.models import StockRecord
from marketplace.common.clock import now
from marketplace.parties.models import Buyer
from orders.allocation.models import Run
from orders.models import Line
from orders.substitution.querysets import ProposalQuerySet
from orders.substitution.rules import Takes, Unanswered

TAKES = {
    Takes.NEVER: _("ไม่ต้องเสนอ"),
    Takes.UP_TO_PRICE: _("เสนอเฉพาะที่ไม่แพงกว่าที่จอง"),
    Takes.ANY_PRICE: _("เสนอได้ทุกราคา"),
}
UNANSWERED = {
    Unanswered.LEAVE: _("ปล่อยให้ขาด ครัวหาเอง"),
    Unanswered.ACCEPT: _("รับอย่างแรกที่ไม่แพงกว่าที่จอง"),
}


class SubstitutionRule(models.Model):
    """What a buyer wants when something is short; without a row the defaults hold."""

    buyer = models.OneToOneField(
        Buyer, models.PROTECT, primary_key=True, related_name="substitution_rule"
    )
    takes = models.CharField(
        max_length=12,
        choices=[(one.value, label) for one, label in TAKES.items()],
        default=Takes.UP_TO_PRICE,
    )
    unanswered = models.CharField(
        max_length=8,
        choices=[(one.value, label) for one, label in UNANSWERED.items()],
        default=Unanswered.LEAVE,
    )
    set_at = models.DateTimeField(default=now)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )


class Proposal(models.Model):
    """A short line and what could take its place, to be answered by a moment."""

    class State(models.TextChoices):
        OPEN = "open", _("รอตอบ")
        ACCEPTED = "accepted", _("รับของทดแทน")
        DECLINED = "declined", _("ไม่รับ")
        LEFT = "left", _("ไม่ได้ตอบ ปล่อยให้ขาด")
        VOID = "void", _("ไม่ต้องใช้แล้ว")

    line = models.ForeignKey(Line, models.PROTECT, related_name="proposals")
    run = models.ForeignKey(
        Run, models.PROTECT, related_name="proposals", help_text="the plan that left the line short"
    )
    short_qty = models.PositiveBigIntegerField(help_text="base units short when it was made")
    answer_by = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    made_at = models.DateTimeField(default=now)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken = models.OneToOneField(
        "Option", models.PROTECT, null=True, blank=True, related_name="taken_in"
    )
    taken_qty = models.PositiveBigIntegerField(default=0, help_text="base units accepted")
    became = models.ForeignKey(
        Line, models.PROTECT, null=True, blank=True, related_name="substitutes_for"
    )

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(state="open"), name="one_open_proposal_a_line"
            ),
            models.CheckConstraint(
                condition=Q(
                    state="accepted", taken__isnull=False, became__isnull=False, taken_qty__gt=0
                )
                | (~Q(state="accepted") & Q(taken__isnull=True, became__isnull=True, taken_qty=0)),
                name="accepted_proposal_names_what_was_taken",
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_at__isnull=True)
                | (~Q(state="open") & Q(answered_at__isnull=False)),
                name="answered_proposal_says_when",
            ),
            models.CheckConstraint(
                condition=Q(short_qty__gt=0), name="proposal_is_about_something"
            ),
        ]


class Option(models.Model):
    """Goods that could take the place of a short line, best first."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="options")
    listing = models.ForeignKey(StockRecord, models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    qty = models.PositiveBigIntegerField(help_text="base units that were free")
    price_satang = models.PositiveIntegerField(help_text="per 1,000 g or per piece")

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "listing"], name="one_option_a_listing"),
            models.UniqueConstraint(fields=["proposal", "place"], name="one_option_a_place"),
            models.CheckConstraint(condition=Q(qty__gt=0), name="option_not_empty"),
        ]
