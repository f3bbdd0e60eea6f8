"""Forms of delivery zones."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.places.models import District
from marketplace.web.forms import BahtField, BuddhistDateField, KitForm, MultiChips


class ZoneForm(KitForm):
    """A zone: its name and districts."""

    name = forms.CharField(
        label=_("ชื่อเขต"), max_length=60, help_text=_("ผู้ซื้อเห็นชื่อนี้ในตารางสั่งและใบจอง เช่น คาบสมุทร")
    )
    districts = forms.ModelMultipleChoiceField(
        label=_("อำเภอในเขต"), queryset=District.objects.all(), widget=MultiChips
    )


class ZoneFeeForm(KitForm):
    """A zone's fee from a day on."""

    from_day = BuddhistDateField(label=_("ตั้งแต่วันส่ง"))
    fee_satang = BahtField(label=_("ค่าส่งต่อวันส่ง (บาท)"), help_text=_("ใส่ 0 เพื่อเลิกคิด"))


class NewZoneForm(ZoneForm, ZoneFeeForm):
    """A new zone with its first fee."""

    fee_satang = BahtField(label=_("ค่าส่งต่อวันส่ง (บาท)"))
    field_order = ("name", "districts", "from_day", "fee_satang")
