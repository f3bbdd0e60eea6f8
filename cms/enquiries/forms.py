"""What a visitor fills in, and what a host answers."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms.enquiries.models import EnquiryState, Halal, Reach
from cms.enquiries.services import Asked
from marketplace.web.forms import BuddhistDateField, Chips, KitForm


class AskForm(KitForm):
    """A day, a group, a way to answer. `website` is a trap: no person sees it."""

    wanted_day = BuddhistDateField(
        label=_("วันที่อยากไป"), help_text=_("วัน/เดือน/ปี พ.ศ. หรือ ค.ศ. เช่น 16/12/2569 หรือ 16/12/2026")
    )
    group_size = forms.IntegerField(
        label=_("กี่คน"),
        min_value=1,
        max_value=200,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    halal = forms.ChoiceField(
        label=_("อาหารฮาลาล"), choices=Halal.choices, initial=Halal.NONE, widget=Chips
    )
    name = forms.CharField(
        label=_("ชื่อ"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    reach = forms.ChoiceField(
        label=_("ให้ติดต่อกลับทาง"), choices=Reach.choices, initial=Reach.PHONE, widget=Chips
    )
    contact = forms.CharField(
        label=_("เบอร์ อีเมล หรือ LINE ID"),
        max_length=120,
        help_text=_("เบอร์ต่างประเทศใส่รหัสประเทศ เช่น +60 12 345 6789"),
    )
    speaks = forms.CharField(
        label=_("ภาษาที่สะดวก"), max_length=80, required=False, help_text=_("เช่น ไทย อังกฤษ มลายู")
    )
    message = forms.CharField(
        label=_("อยากบอกอะไรอีก"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("เช่น มีเด็กเล็ก แพ้อาหาร ใช้รถเข็น"),
    )
    consent = forms.BooleanField(
        label=_("ให้ชุมชนและสหกรณ์เก็บข้อมูลนี้ไว้เพื่อติดต่อกลับ"),
        error_messages={"required": _("ถ้าไม่ให้เก็บข้อมูล โทรหาชุมชนได้โดยตรง")},
    )
    website = forms.CharField(required=False, max_length=200)
    stamp = forms.CharField(widget=forms.HiddenInput, max_length=200)

    TRAP = "website"

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        reach, contact = data.get("reach"), data.get("contact", "").strip()
        if not reach or not contact:
            return data
        if reach == Reach.EMAIL:
            contact = contact.lower()
            try:
                validate_email(contact)
            except ValidationError:
                self.add_error("contact", gettext("อีเมลไม่ครบ เช่น siti@example.com"))
        elif reach in (Reach.PHONE, Reach.WHATSAPP):
            contact = re.sub(r"[^0-9+]", "", contact)
            if not re.fullmatch(r"\+?[0-9]{8,15}", contact):
                self.add_error("contact", gettext("เบอร์ไม่ครบ เช่น 081 000 0000 หรือ +60 12 345 6789"))
        data["contact"] = contact
        return data

    def shown(self) -> list[forms.BoundField]:
        """The fields a person sees."""
        return [field for field in self.visible_fields() if field.name != self.TRAP]

    def asked(self, language: str) -> Asked:
        """What was written, for the service."""
        data = self.cleaned_data
        return Asked(
            name=data["name"],
            reach=data["reach"],
            contact=data["contact"],
            wanted_day=data["wanted_day"],
            group_size=data["group_size"],
            speaks=data["speaks"],
            halal=data["halal"],
            message=data["message"],
            language=language,
        )


class ReplyForm(KitForm):
    """What became of an enquiry, and what the visitor reads."""

    reply = forms.CharField(
        label=_("บอกผู้มาเยือน"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("ผู้มาเยือนเห็นข้อความนี้ที่ลิงก์ของเขา"),
    )

    def __init__(self, *args: Any, choices: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"] = forms.ChoiceField(
            label=_("ตอนนี้"),
            choices=[(state, EnquiryState(state).label) for state in choices],
            widget=Chips,
        )
        self.order_fields(["to", "reply"])
