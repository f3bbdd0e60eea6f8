"""The form of a buyer's rule."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.web.forms import KitForm, Picks
from orders.substitution.models import TAKES, UNANSWERED
from orders.substitution.rules import Takes, Unanswered


class RuleForm(KitForm):
    """What a buyer wants when something is short."""

    takes = forms.ChoiceField(
        label=_("เมื่อของที่จองขาด ให้เสนอของทดแทนแบบไหน"),
        choices=[(one.value, label) for one, label in TAKES.items()],
        initial=Takes.UP_TO_PRICE,
        widget=Picks,
    )
    unanswered = forms.ChoiceField(
        label=_("ถ้าไม่ได้ตอบก่อน 14.00 น. ของวันก่อนส่ง"),
        choices=[(one.value, label) for one, label in UNANSWERED.items()],
        initial=Unanswered.LEAVE,
        widget=Picks,
    )
