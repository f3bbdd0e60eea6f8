"""Whose account a payee's money goes to, when it is not the payee's own."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.common.clock import now
from marketplace.parties.models import PayoutAccount


class PayeeConsent(models.Model):
    """That a payee's money may go to a relative's account, as signed on paper; append-only.

    The newest row of an account counts; one without a relation says that it is the payee's own.
    When the payee's data is blanked the words go, once no law asks for them.
    """

    account = models.ForeignKey(PayoutAccount, models.PROTECT, related_name="consents")
    relation = models.CharField(_("เกี่ยวข้องเป็น"), max_length=40, blank=True)
    paper = models.CharField(_("หนังสือยินยอม"), max_length=80, blank=True)
    signed_on = models.DateField(_("ลงชื่อวันที่"), null=True, blank=True)
    blanked_at = models.DateTimeField(null=True, blank=True, help_text="its words are gone")
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(relation="") | (~Q(paper="") & Q(signed_on__isnull=False)),
                name="relatives_account_has_consent",
            )
        ]

    def __str__(self) -> str:
        return self.relation
