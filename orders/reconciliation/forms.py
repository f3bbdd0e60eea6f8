"""Forms of this room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import BaseFormSet
from django.utils.translation import gettext_lazy as _

from marketplace.common.money import format_baht
from marketplace.parties.models import Buyer
from marketplace.web.forms import BahtField, BuddhistDateField, KitForm
from orders.invoicing.models import Document
from orders.reconciliation.awaiting import Waiting
from orders.reconciliation.hooks import Expected
from orders.reconciliation.models import ApplicationKind, BankAccount, BankRow, ImportProfile
from orders.reconciliation.services import ApplicationInput, PassbookRow

_OTHER_IN = (
    ApplicationKind.DEPOSIT,
    ApplicationKind.SUSPENSE,
    ApplicationKind.RESALE,
    ApplicationKind.INTEREST,
    ApplicationKind.CAPITAL,
)
_OTHER_OUT = (
    ApplicationKind.WITHDRAWAL,
    ApplicationKind.BANK_FEE,
    ApplicationKind.SUSPENSE,
    ApplicationKind.CAPITAL,
)


class AccountForm(KitForm):
    """A bank account of the cooperative."""

    bank = forms.CharField(label=_("ธนาคาร"), max_length=60)
    number = forms.CharField(label=_("เลขที่บัญชี"), max_length=20, help_text=_("มีขีดหรือไม่มีก็ได้"))
    name = forms.CharField(label=_("ชื่อบัญชี"), max_length=160)
    opened_on = BuddhistDateField(label=_("เริ่มใช้ในระบบตั้งแต่วันที่"))
    opening = BahtField(label=_("ยอดยกมาก่อนวันนั้น"), help_text=_("ตามสมุดบัญชี"))


class UploadForm(KitForm):
    """A statement file for one bank account."""

    account = forms.ModelChoiceField(
        BankAccount.objects.all(), label=_("บัญชีธนาคาร"), empty_label=None
    )
    profile = forms.ModelChoiceField(
        ImportProfile.objects.all(),
        label=_("รูปแบบไฟล์"),
        required=False,
        empty_label=_("ตามที่ตั้งไว้กับบัญชี"),
    )
    file = forms.FileField(
        label=_("ไฟล์รายการเดินบัญชี"),
        help_text=_("CSV, XLSX, MT940 หรือ camt.053 จากธนาคาร ไม่เกิน 20 MB"),
    )


class PassbookRowForm(KitForm):
    """One row of a passbook; an empty row is left out."""

    day = BuddhistDateField(label=_("วันที่"), required=False, help_text="")
    out = BahtField(label=_("ถอน"), required=False)
    into = BahtField(label=_("ฝาก"), required=False)
    balance = BahtField(label=_("คงเหลือ"), required=False)
    text = forms.CharField(label=_("รายการ"), required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        """Ask for what a begun row lacks."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors or self.is_empty:
            return cleaned
        if cleaned.get("balance") is None:
            self.add_error("balance", ValidationError(_("ใส่ยอดคงเหลือตามสมุด")))
        if bool(cleaned.get("into")) == bool(cleaned.get("out")):
            self.add_error("into", ValidationError(_("ใส่ฝากหรือถอนอย่างใดอย่างหนึ่ง")))
        return cleaned

    @property
    def is_empty(self) -> bool:
        """Whether nothing of value was typed."""
        return (
            not any(self.cleaned_data.get(name) for name in ("into", "out", "text"))
            and self.cleaned_data.get("balance") is None
        )


class BasePassbookFormSet(BaseFormSet[PassbookRowForm]):
    """The rows of one typing; a row without a day has that of the row above."""

    def rows(self, first_day: dt.date) -> tuple[list[PassbookRow], list[int]]:
        """The rows that were typed, and at which place each stands."""
        found, places, day = [], [], first_day
        for place, form in enumerate(self.forms):
            day = form.cleaned_data.get("day") or day
            if form.is_empty:
                continue
            found.append(
                PassbookRow(
                    day=day,
                    in_satang=form.cleaned_data.get("into") or 0,
                    out_satang=form.cleaned_data.get("out") or 0,
                    balance_satang=form.cleaned_data["balance"],
                    description=form.cleaned_data.get("text") or "",
                )
            )
            places.append(place)
        return found, places


PassbookFormSet: Any = forms.formset_factory(PassbookRowForm, formset=BasePassbookFormSet, extra=0)


class ApplyForm(KitForm):
    """What one bank row is applied to: bills with tax withheld, and at most one other thing."""

    def __init__(
        self,
        *args: Any,
        row: BankRow,
        documents: Sequence[Document] = (),
        expected: Sequence[Expected] = (),
        waiting: Sequence[Waiting] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.row, self.documents, self.expected = row, list(documents), list(expected)
        self.waiting = {
            one.target: (kind, one) for kind, one in waiting if kind.money_in is bool(row.in_satang)
        }
        self.fields["seen"] = forms.IntegerField(
            required=False, widget=forms.HiddenInput, initial=row.applications.count()
        )
        for document in self.documents:
            self.fields[f"pay_{document.pk}"] = BahtField(
                label=document.code, required=False, max_value=document.open_satang
            )
            self.fields[f"tax_{document.pk}"] = BahtField(
                label=_("หัก ณ ที่จ่าย"), required=False, max_value=document.open_satang
            )
            self.fields[f"fee_{document.pk}"] = BahtField(
                required=False,
                widget=forms.HiddenInput,
                max_value=max(1, row.account.fee_tolerance_satang),
            )
        if self.expected:
            self.fields["target"] = forms.ChoiceField(
                label=_("รอบโอนจ่าย"),
                required=False,
                choices=[
                    ("", "—"),
                    *(
                        (one.target, f"{one.label} {format_baht(one.satang)}")
                        for one in self.expected
                    ),
                ],
            )
        if self.waiting:
            self.fields["awaited"] = forms.ChoiceField(
                label=_("ยอดที่รออยู่"),
                required=False,
                choices=[
                    ("", "—"),
                    *(
                        (one.target, f"{kind.label} {one.label} {format_baht(one.satang)}")
                        for kind, one in self.waiting.values()
                    ),
                ],
            )
        kinds = _OTHER_IN if row.in_satang else _OTHER_OUT
        self.fields["other"] = forms.ChoiceField(
            label=_("ส่วนที่เหลือเป็น"),
            required=False,
            choices=[("", "—"), *((kind.value, kind.label) for kind in kinds)],
        )
        self.fields["amount"] = BahtField(
            label=_("จำนวน"), required=False, help_text=_("เว้นว่าง: ทั้งหมดที่เหลือ")
        )
        if row.in_satang:
            self.fields["buyer"] = forms.ModelChoiceField(
                Buyer.objects.all(), label=_("ของผู้ซื้อ"), required=False
            )

    def clean(self) -> dict[str, Any]:
        """Ask for the money beside tax that was typed alone; it is never left out in silence."""
        cleaned: dict[str, Any] = super().clean() or {}
        for document in self.documents:
            pay, tax = f"pay_{document.pk}", f"tax_{document.pk}"
            if cleaned.get(tax) and pay in cleaned and not cleaned[pay]:
                self.add_error(
                    pay,
                    ValidationError(
                        _("ใส่ยอดรับชำระของบิลนี้ด้วย เพราะใส่ภาษีหัก ณ ที่จ่ายไว้ หรือลบภาษีออก"),
                        code="tax-alone",
                    ),
                )
        return cleaned

    @property
    def bill_rows(self) -> list[dict[str, Any]]:
        """Bills with their two boxes, for the page."""
        return [
            {
                "document": document,
                "pay": self[f"pay_{document.pk}"],
                "tax": self[f"tax_{document.pk}"],
                "fee": self[f"fee_{document.pk}"],
            }
            for document in self.documents
        ]

    def applications(self) -> list[ApplicationInput]:
        """What was asked for."""
        cleaned = self.cleaned_data
        found = [
            ApplicationInput(
                satang=cleaned[f"pay_{document.pk}"],
                document=document,
                withheld_satang=cleaned.get(f"tax_{document.pk}") or 0,
                fee_satang=cleaned.get(f"fee_{document.pk}") or 0,
            )
            for document in self.documents
            if cleaned.get(f"pay_{document.pk}")
        ]
        left = self.row.open_satang - sum(one.satang for one in found)
        if target := cleaned.get("target"):
            way = next(one.satang for one in self.expected if one.target == target)
            satang = min(left, way)
            if satang > 0:
                found.append(ApplicationInput(satang=satang, kind="payout", target=target))
            left -= satang
        if target := cleaned.get("awaited"):
            satang = min(left, self.waiting[target][1].satang)
            if satang > 0:
                found.append(ApplicationInput(satang=satang, kind="awaited", target=target))
            left -= satang
        if kind := cleaned.get("other"):
            satang = cleaned.get("amount") or left
            if satang > 0:
                found.append(ApplicationInput(satang=satang, kind=kind, buyer=cleaned.get("buyer")))
        return found


class CertificateForm(KitForm):
    """The certificate of tax withheld that came."""

    number = forms.CharField(label=_("เลขที่หนังสือรับรอง"), max_length=60)
    day = BuddhistDateField(label=_("ลงวันที่"))


class UndoForm(KitForm):
    """Why an application is undone."""

    reason = forms.CharField(label=_("ยกเลิกเพราะ"), max_length=200, required=False)


class PayerForm(KitForm):
    """Which buyer a bank's words mean."""

    words = forms.CharField(
        label=_("คำที่ธนาคารเขียน"),
        max_length=120,
        help_text=_("ชื่อผู้โอนตามรายการธนาคาร ไม่ต้องใส่เลขอ้างอิง"),
    )
    buyer = forms.ModelChoiceField(Buyer.objects.all(), label=_("คือผู้ซื้อ"))


class MatchingForm(KitForm):
    """Whether a buyer's money posts by itself, and why that changes."""

    buyer = forms.ModelChoiceField(Buyer.objects.all(), label=_("ผู้ซื้อ"))
    automatic = forms.ChoiceField(
        label=_("แถวที่เลขและยอดตรง"),
        choices=[("off", _("ให้คนตัดสินทุกแถว")), ("on", _("ตัดเอง"))],
    )
    reason = forms.CharField(
        label=_("เหตุผล"),
        max_length=200,
        help_text=_("เช่น โอนแทนกันหลายแผนก ขอดูก่อนทุกครั้ง"),
    )


class NoteForm(KitForm):
    """A note on a bank row."""

    text = forms.CharField(label=_("บันทึก"), max_length=300)


class AccountSettingsForm(KitForm):
    """How an account's files are read, and what a payer's bank may keep."""

    profile = forms.ModelChoiceField(
        ImportProfile.objects.all(),
        label=_("รูปแบบไฟล์"),
        required=False,
        empty_label=_("แบบทั่วไป"),
    )
    fee_tolerance = BahtField(
        label=_("ยอมให้ธนาคารหักค่าธรรมเนียมต่อรายการไม่เกิน"),
        help_text=_("ขาดไม่เกินนี้จะเสนอให้ตัดเต็มบิลและลงค่าธรรมเนียม 0 คือไม่ยอม"),
    )
