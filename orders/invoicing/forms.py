"""Forms of this room."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.web.forms import BahtField, KitForm


class VoidForm(KitForm):
    """Why a bill is voided."""

    reason = forms.CharField(label=_("ยกเลิกเพราะ"), max_length=200)


class LotPriceForm(KitForm):
    """The farm-gate price of lots that were taken in without one."""

    farm_gate = BahtField(label=_("ราคาหน้าสวน"), min_value=1)
    reason = forms.CharField(label=_("ที่มาของราคา"), max_length=200)
