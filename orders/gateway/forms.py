"""Forms of this room."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.web.forms import BahtField, Chips, KitForm
from orders.gateway.models import Method


class PayForm(KitForm):
    """How to pay."""

    method = forms.ChoiceField(
        label=_("จ่ายด้วย"), choices=Method.choices, widget=Chips, initial=Method.PROMPTPAY
    )
    email = forms.EmailField(label=_("อีเมลสำหรับหลักฐานและการคืนเงิน"))


class RefundForm(KitForm):
    """How much to give back, and why."""

    satang = BahtField(label=_("คืนเงิน"), min_value=1)
    reason = forms.CharField(label=_("เพราะ"), max_length=200)
