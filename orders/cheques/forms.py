"""Forms of this room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.common.clock import today
from marketplace.web.forms import BahtField, BuddhistDateField, Chips, KitForm
from orders.cheques.models import Cheque
from orders.cheques.services import PartInput
from orders.invoicing.models import Document
from orders.reconciliation.models import BankAccount


class ReceiveForm(KitForm):
    """What is written on a cheque, and which of the buyer's bills it pays."""

    bank = forms.CharField(label=_("ธนาคาร"), max_length=60)
    branch = forms.CharField(label=_("สาขา"), max_length=60, required=False)
    number = forms.CharField(label=_("เลขที่เช็ค"), max_length=14, help_text=_("ตัวเลข 6 ถึง 10 หลัก"))
    dated = BuddhistDateField(label=_("ลงวันที่"))
    satang = BahtField(label=_("จำนวนเงินบนเช็ค"), min_value=1)
    drawer = forms.CharField(
        label=_("ผู้สั่งจ่าย"), max_length=120, required=False, help_text=_("ถ้าไม่ใช่ชื่อผู้ซื้อเอง")
    )

    def __init__(
        self, *args: Any, bills: Sequence[Document], waiting: Mapping[int, int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dated"].initial = today()
        self.bills = [
            (bill, left)
            for bill in bills
            if (left := bill.open_satang - waiting.get(bill.pk, 0)) > 0
        ]
        for bill, _left in self.bills:
            self.fields[f"p_{bill.pk}"] = BahtField(label=bill.code, required=False)
            self.fields[f"w_{bill.pk}"] = BahtField(label=bill.code, required=False)

    @property
    def head(self) -> list[forms.BoundField]:
        """The boxes about the cheque itself."""
        return [self[name] for name in ("bank", "branch", "number", "dated", "satang", "drawer")]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each bill that still asks, with its two boxes."""
        return [
            {
                "bill": bill,
                "left": left,
                "pays": self[f"p_{bill.pk}"],
                "withheld": self[f"w_{bill.pk}"],
            }
            for bill, left in self.bills
        ]

    def parts(self) -> list[PartInput]:
        """What the filled boxes say."""
        return [
            PartInput(bill, satang, self.cleaned_data.get(f"w_{bill.pk}") or 0)
            for bill, _left in self.bills
            if (satang := self.cleaned_data.get(f"p_{bill.pk}"))
        ]


class DepositForm(KitForm):
    """Which cheques go to which bank account on which day."""

    cheques = forms.ModelMultipleChoiceField(
        queryset=Cheque.objects.none(),
        error_messages={"required": _("กรุณาเลือกเช็คที่จะฝากอย่างน้อยหนึ่งใบ")},
    )
    account = forms.ModelChoiceField(
        label=_("ฝากเข้าบัญชี"), queryset=BankAccount.objects.none(), empty_label=None
    )
    day = BuddhistDateField(label=_("วันที่ฝาก"))
    each = forms.ChoiceField(
        label=_("สมุดธนาคารลงรายการ"),
        choices=[("slip", _("รวมทั้งใบนำฝาก")), ("each", _("ทีละเช็ค"))],
        widget=Chips,
        initial="slip",
    )

    def __init__(self, *args: Any, ready: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cheques, accounts = self.fields["cheques"], self.fields["account"]
        assert isinstance(cheques, forms.ModelMultipleChoiceField)
        assert isinstance(accounts, forms.ModelChoiceField)
        cheques.queryset = ready
        accounts.queryset = BankAccount.objects.filter(archived_at__isnull=True)
        self.fields["day"].initial = today()


class ReturnForm(KitForm):
    """Why the bank returned a cheque."""

    reason = forms.CharField(
        label=_("เหตุผลตามใบคืนเช็ค"), max_length=200, help_text=_("เช่น เงินในบัญชีไม่พอจ่าย")
    )
    day = BuddhistDateField(label=_("วันที่คืน"))
    fee_satang = BahtField(
        label=_("ค่าธรรมเนียมธนาคาร"),
        required=False,
        help_text=_("จดไว้เท่านั้น ตัดเมื่อแถวธนาคารมาถึง"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = today()


class GiveBackForm(KitForm):
    """Why a cheque is given back."""

    reason = forms.CharField(label=_("คืนเพราะ"), max_length=200)


class CertificateForm(KitForm):
    """The withholding certificate of what a cheque paid."""

    number = forms.CharField(label=_("เลขที่หนังสือรับรอง"), max_length=60)
    day = BuddhistDateField(label=_("ลงวันที่"))
