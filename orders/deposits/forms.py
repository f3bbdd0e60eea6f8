"""Forms of this room."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.common.clock import today
from marketplace.web.forms import BahtField, BuddhistDateField, Chips, KitForm
from orders.deposits.models import UseKind


class KeyedForm(KitForm):
    """A form that counts once however often it is sent."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid4


class ApplyForm(KeyedForm):
    """How much of a deposit pays a bill."""

    satang = BahtField(label=_("ตัดชำระ บาท"), min_value=1)


class GiveForm(KeyedForm):
    """Returning a deposit, or keeping it by its terms."""

    kind = forms.ChoiceField(
        label=_("ทำอะไร"),
        choices=[(UseKind.RETURNED, _("โอนคืนผู้ซื้อ")), (UseKind.KEPT, _("ริบตามเงื่อนไข"))],
        widget=Chips,
        initial=UseKind.RETURNED,
    )
    satang = BahtField(label=_("จำนวนเงิน"), min_value=1)
    pay_to = forms.CharField(
        label=_("โอนคืนเข้าบัญชี"),
        max_length=120,
        required=False,
        help_text=_("ธนาคาร เลขที่บัญชี ชื่อบัญชีของผู้ซื้อ ไม่ต้องใส่ถ้าริบ"),
    )
    reason = forms.CharField(label=_("เหตุผล"), max_length=200, help_text=_("ผู้ซื้อจะได้อ่านข้อความนี้"))


class DecideForm(KitForm):
    """A second person's answer."""

    agreed = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    reason = forms.CharField(max_length=200, required=False)


class UndoForm(KitForm):
    """Why a deposit is taken off a bill again."""

    reason = forms.CharField(label=_("ยกเลิกเพราะ"), max_length=200)


class TermsForm(KitForm):
    """What was agreed with a buyer."""

    valid_from = BuddhistDateField(label=_("ใช้ตั้งแต่วันที่"))
    credit = BahtField(
        label=_("วงเงินเครดิต"),
        required=False,
        help_text=_("บิลค้าง + ส่งแล้วรอวางบิล + จองแล้วยังไม่ส่ง รวมกันไม่เกินนี้ ไม่ใส่ คือไม่จำกัด"),
    )
    keep_percent = forms.IntegerField(
        label=_("ริบเงินมัดจำได้ไม่เกิน (%)"),
        min_value=0,
        max_value=100,
        initial=0,
        help_text=_("เมื่อผู้ซื้อยกเลิกหลังปิดรับ ตามที่ตกลงเป็นหนังสือ"),
    )
    paper = forms.CharField(label=_("หนังสือที่ตกลงกัน"), max_length=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].initial = today()


class AllowanceForm(KeyedForm):
    """Ordering beyond the limit for some days."""

    satang = BahtField(label=_("เกินวงเงินได้อีก"), min_value=1)
    until = BuddhistDateField(label=_("ถึงวันที่"))
    reason = forms.CharField(label=_("เหตุผล"), max_length=200)
