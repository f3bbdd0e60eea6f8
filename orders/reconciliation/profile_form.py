"""The form of the profile editor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.web.forms import KitForm
from orders.reconciliation.models import BankAccount, ImportProfile
from orders.reconciliation.profiles import FIELDS
from orders.reconciliation.services import ProfileInput
from orders.reconciliation.statements import ASSUMED_THAI_BANK


class ProfileForm(KitForm):
    """How the files of one bank are laid out, and a file to try it on."""

    name = forms.CharField(label=_("ชื่อ"), max_length=80, help_text=_("เช่น กรุงไทย ธุรกิจออนไลน์"))
    code = forms.CharField(
        label=_("รหัส"), max_length=39, help_text=_("a-z 0-9 และขีดกลาง ใช้เรียกจากคำสั่งนำเข้า")
    )
    kind = forms.ChoiceField(label=_("ชนิดไฟล์"), choices=ImportProfile.Kind.choices)
    era = forms.ChoiceField(
        label=_("ปีในไฟล์"),
        choices=ImportProfile.Era.choices,
        help_text=_("ปีที่ไม่ตรงถือว่าผิด ไม่เดาให้ ปีสองหลักอ่านตามนี้"),
    )
    encoding = forms.ChoiceField(
        label=_("รหัสตัวอักษร"), choices=ImportProfile.Encoding.choices, required=False
    )
    skip_rows = forms.IntegerField(
        label=_("ข้ามกี่แถวก่อนหัวตาราง"),
        min_value=0,
        max_value=50,
        initial=0,
        help_text=_("0 คือค้นหาหัวตารางเอง"),
    )
    amounts = forms.ChoiceField(label=_("จำนวนเงิน"), choices=ImportProfile.Amounts.choices)
    names_account = forms.BooleanField(label=_("มีเลขที่บัญชีเหนือตาราง"), required=False, initial=True)
    checked = forms.BooleanField(label=_("ตรวจกับไฟล์จริงของธนาคารแล้ว"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, label in FIELDS.items():
            self.fields[f"column_{key}"] = forms.CharField(
                label=label, required=False, max_length=200
            )
        self.fields["account"] = forms.ModelChoiceField(
            BankAccount.objects.all(), label=_("ลองกับบัญชี"), required=False, empty_label=None
        )
        self.fields["file"] = forms.FileField(label=_("ไฟล์ที่ใช้ลอง"), required=False)

    @property
    def settings(self) -> list[forms.BoundField]:
        """Everything but columns and the file to try."""
        return [self[name] for name in list(self.base_fields)]

    @property
    def columns(self) -> list[forms.BoundField]:
        """One box per column."""
        return [self[f"column_{key}"] for key in FIELDS]

    def values(self) -> ProfileInput:
        """What was set."""
        cleaned = self.cleaned_data
        return ProfileInput(
            code=cleaned["code"].strip().lower(),
            name=cleaned["name"],
            kind=cleaned["kind"],
            columns={
                key: [name.strip() for name in cleaned[f"column_{key}"].split(",") if name.strip()]
                for key in FIELDS
            },
            skip_rows=cleaned["skip_rows"],
            encoding=cleaned["encoding"],
            era=cleaned["era"],
            amounts=cleaned["amounts"],
            names_account=cleaned["names_account"],
            assumed=not cleaned["checked"],
        )

    @staticmethod
    def initial_of(profile: ImportProfile | None) -> dict[str, Any]:
        """What the form shows first: the profile, or the general layout to begin from."""
        columns: Mapping[str, Sequence[str]] = (
            profile.columns if profile else ASSUMED_THAI_BANK.columns
        )
        shown: dict[str, Any] = {f"column_{key}": ", ".join(columns.get(key, ())) for key in FIELDS}
        if profile is None:
            return shown | {"era": "be", "names_account": True}
        return shown | {
            "name": profile.name,
            "code": profile.code,
            "kind": profile.kind,
            "era": profile.era,
            "encoding": profile.encoding,
            "skip_rows": profile.skip_rows,
            "amounts": profile.amounts,
            "names_account": profile.names_account,
            "checked": not profile.assumed,
        }
