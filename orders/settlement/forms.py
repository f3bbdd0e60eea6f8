"""Forms of this room."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.parties.models import FarmerGroup, Membership, PayoutAccount
from marketplace.web.forms import BahtField, BuddhistDateField, Chips, KitForm, Picks
from orders.settlement.models import HIGHEST_CEILING_BP, DeductionKind, PaymentVoucher, Voucher


class PayeeForm(KitForm):
    """Where a payee's money goes from now on."""

    OWN, RELATIVE = "own", "relative"

    method = forms.ChoiceField(
        label=_("รับเงินทางไหน"), choices=PayoutAccount.Method.choices, widget=Picks
    )
    bank = forms.CharField(label=_("ธนาคาร"), max_length=60, required=False)
    number = forms.CharField(
        label=_("เลขบัญชี หรือพร้อมเพย์"),
        max_length=30,
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    holder_name = forms.CharField(label=_("ชื่อบัญชี"), max_length=160, required=False)
    whose = forms.ChoiceField(
        label=_("เป็นบัญชีของใคร"),
        choices=[(OWN, _("ของเกษตรกรเอง")), (RELATIVE, _("ของญาติ มีหนังสือยินยอม"))],
        widget=Chips,
        initial=OWN,
    )
    relation = forms.CharField(
        label=_("ญาติเกี่ยวข้องเป็น"), max_length=40, required=False, help_text=_("เช่น ลูกสาว สามี")
    )
    paper = forms.CharField(
        label=_("หนังสือยินยอม"),
        max_length=80,
        required=False,
        help_text=_("เลขที่หรือชื่อกระดาษที่เก็บไว้"),
    )
    signed_on = BuddhistDateField(label=_("ลงชื่อยินยอมวันที่"), required=False)

    def __init__(self, *args: Any, for_group: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if for_group:
            for name in ("whose", "relation", "paper", "signed_on"):
                del self.fields[name]


class MemberField(forms.ModelChoiceField):
    """One present member of a group."""

    def label_from_instance(self, obj: Membership) -> str:
        """The group and the name."""
        return f"{obj.group.name} · {obj.person.name}"


class DeductionForm(KitForm):
    """What a grower agreed to have taken from her payments."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    member = MemberField(label=_("สมาชิก"), queryset=Membership.objects.none())
    kind = forms.ChoiceField(label=_("เป็นค่าอะไร"), choices=DeductionKind.choices, widget=Chips)
    what = forms.CharField(label=_("รายการ"), max_length=120, help_text=_("เช่น ปุ๋ยหมัก 4 กระสอบ"))
    satang = BahtField(
        label=_("ยอดรวม (บาท)"),
        required=False,
        min_value=1,
        help_text=_("เงินออมที่หักไปเรื่อย ๆ เว้นว่างได้"),
    )
    instalment = BahtField(
        label=_("หักต่อครั้งไม่เกิน (บาท)"), required=False, help_text=_("ว่างไว้ = เท่าที่เพดานให้หัก")
    )
    paper = forms.CharField(
        label=_("หนังสือยินยอมหรือสัญญา"),
        max_length=80,
        help_text=_("เลขที่หรือชื่อกระดาษที่เก็บไว้"),
    )
    signed_on = BuddhistDateField(label=_("ลงชื่อยินยอมวันที่"))
    in_cash = forms.BooleanField(label=_("เงินยืมที่จะจ่ายจากเงินสดย่อย ต้องให้อีกคนอนุมัติก่อน"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        member = self.fields["member"]
        assert isinstance(member, forms.ModelChoiceField)
        member.queryset = (
            Membership.objects.present()
            .filter(group__stage="active")
            .select_related("person", "group")
            .order_by("group__name_th", "person__name", "pk")
        )


class TermsForm(KitForm):
    """How much of a payment may be taken, and what is taken first."""

    ceiling = forms.IntegerField(
        label=_("หักไม่เกินร้อยละของแต่ละครั้ง"), min_value=0, max_value=HIGHEST_CEILING_BP // 100
    )
    first = forms.ChoiceField(label=_("หักก่อน"), choices=DeductionKind.choices)
    second = forms.ChoiceField(label=_("ลำดับ 2"), choices=DeductionKind.choices)
    third = forms.ChoiceField(label=_("ลำดับ 3"), choices=DeductionKind.choices)
    fourth = forms.ChoiceField(label=_("ลำดับ 4"), choices=DeductionKind.choices)

    PLACES = ("first", "second", "third", "fourth")

    @property
    def order(self) -> list[str]:
        """The kinds in the order chosen."""
        return [self.cleaned_data[place] for place in self.PLACES]


class EarlyForm(KitForm):
    """Pay a group before its buyers pay."""

    group = forms.ModelChoiceField(label=_("กลุ่ม"), queryset=FarmerGroup.objects.none())
    at_most = BahtField(
        label=_("ไม่เกิน (บาท)"), required=False, min_value=1, help_text=_("ว่างไว้ = ทั้งหมดที่รออยู่")
    )
    reason = forms.CharField(label=_("เพราะ"), max_length=200)

    def __init__(self, *args: Any, groups: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["group"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = groups


class BatchForm(KitForm):
    """What to gather into a batch."""

    due_until = BuddhistDateField(label=_("ถึงกำหนดไม่เกินวันที่"))
    method = forms.ChoiceField(
        label=_("จ่ายทาง"),
        choices=[
            (PayoutAccount.Method.BANK, PayoutAccount.Method.BANK.label),
            (PayoutAccount.Method.PROMPTPAY, PayoutAccount.Method.PROMPTPAY.label),
        ],
        widget=Chips,
        initial=PayoutAccount.Method.BANK,
    )


class LimitsForm(KitForm):
    """How much may leave at once."""

    item = BahtField(label=_("ต่อผู้รับหนึ่งราย (บาท)"), required=False, min_value=1)
    batch = BahtField(label=_("ต่อรอบโอน (บาท)"), required=False, min_value=1)


class ReasonForm(KitForm):
    """Why something is taken back."""

    reason = forms.CharField(label=_("เพราะ"), max_length=200)


class OpenFloatForm(KitForm):
    """Cash counted out."""

    counted = BahtField(label=_("นับเงินสดได้"), min_value=1)
    withdrawn = BahtField(
        label=_("ในนี้ถอนจากธนาคารวันนี้"), required=False, help_text=_("ที่เหลือเอามาจากตู้เซฟ")
    )


class CloseFloatForm(KitForm):
    """Cash counted back by somebody else."""

    counted = BahtField(label=_("นับเงินที่เหลือได้"))
    note = forms.CharField(label=_("หมายเหตุ"), max_length=200, required=False)


class CashForm(KitForm):
    """A payment in cash that the payee signs for."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    payee = forms.CharField(max_length=40, widget=forms.HiddenInput)
    signed_by = forms.CharField(label=_("ผู้รับเงิน ลงชื่อ"), max_length=160)
    signed_how = forms.ChoiceField(
        label=_("รับรองด้วย"),
        choices=Voucher.Signed.choices,
        widget=Chips,
        initial=Voucher.Signed.NAME,
    )
    witnesses = forms.CharField(
        label=_("พยาน 2 คน"), max_length=200, required=False, help_text=_("เมื่อพิมพ์ลายนิ้วมือ")
    )
    photo = forms.ImageField(label=_("รูปผู้รับหรือใบที่เซ็น"), required=False)


class PaymentVoucherForm(KitForm):
    """What stands on a payment voucher; where the books have the payment, only payee and paper."""

    payee = forms.CharField(label=_("จ่ายให้"), max_length=160)
    pays_by = forms.ChoiceField(
        label=_("จ่ายทางไหน"),
        choices=[
            (PaymentVoucher.PaysBy.TRANSFER, _("โอนจากธนาคาร")),
            (PaymentVoucher.PaysBy.CASH, _("เงินสดจากตู้เซฟ")),
        ],
        widget=Chips,
        initial=PaymentVoucher.PaysBy.TRANSFER,
    )
    pay_to = forms.CharField(
        label=_("โอนเข้าบัญชี"),
        max_length=160,
        required=False,
        help_text=_("ธนาคาร เลขที่บัญชี ชื่อบัญชีของผู้รับเงิน ไม่ต้องใส่ถ้าจ่ายเงินสด"),
    )
    paper = forms.CharField(
        label=_("หลักฐานแนบ"),
        max_length=120,
        required=False,
        help_text=_("เลขที่บิลของผู้ขาย หรือใบแจ้งของธนาคาร"),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, booked: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid4
        if booked:
            del self.fields["pays_by"]
            del self.fields["pay_to"]


class YearForm(KitForm):
    """The days of a business year and the rate that is proposed."""

    filters = True

    first = BuddhistDateField(label=_("ตั้งแต่วันที่"))
    last = BuddhistDateField(label=_("ถึงวันที่"))
    rate = forms.DecimalField(
        label=_("อัตราเฉลี่ยคืน (ร้อยละของมูลค่า)"),
        min_value=0,
        max_value=100,
        decimal_places=2,
        help_text=_("ที่คณะกรรมการเสนอ เช่น 1.50"),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a year that ends before it begins."""
        got: dict[str, Any] = super().clean() or {}
        if got.get("first") and got.get("last") and got["last"] < got["first"]:
            self.add_error("last", _("วันสุดท้ายอยู่ก่อนวันแรก กรุณาสลับวัน"))
        return got


class HandOnForm(KitForm):
    """Whom something that was taken from payments is handed on to."""

    until = BuddhistDateField(label=_("หักถึงวันที่"), help_text=_("เฉพาะการจ่ายที่ถึงมือเกษตรกรแล้ว"))
    payee = forms.CharField(
        label=_("นำส่งให้"), max_length=160, help_text=_("เช่น ฝ่ายเงินฝาก ฝ่ายสินเชื่อ")
    )
    pay_to = forms.CharField(
        label=_("โอนเข้าบัญชี"), max_length=160, help_text=_("ธนาคาร เลขบัญชี ชื่อบัญชี")
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
