"""The forms of this room. They check spelling; what is allowed is decided by the services."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.common.exceptions import Refusal
from marketplace.parties.models import (
    ROLES_OF_KIND,
    BillingPlan,
    BuyerClass,
    OutsideGoods,
    Party,
    PartyKind,
    Person,
    ReleaseRule,
    RoleName,
    Stage,
    WeightBasis,
)
from marketplace.places.models import District
from marketplace.web.forms import BahtField, BuddhistDateField, KitForm, MultiChips, Picks


def show_refusal(form: forms.BaseForm, refusal: Refusal) -> None:
    """Put a refusal beside the field it is about, else above the form; nothing typed is lost."""
    where = refusal.where
    lines = where if isinstance(where, dict) else {where: str(refusal)}
    for name, text in lines.items():
        form.add_error(name if name in form.fields else None, str(text))


class ClockField(forms.TimeField):
    """A Bangkok clock time typed as 06.30 or 06:30."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", ["%H.%M", "%H:%M", "%H:%M:%S"])
        kwargs.setdefault("help_text", _("เช่น 06.30"))
        kwargs.setdefault("widget", forms.TimeInput(format="%H.%M", attrs={"inputmode": "decimal"}))
        kwargs.setdefault("error_messages", {"invalid": _("เวลาเขียนเช่น 06.30")})
        super().__init__(**kwargs)


class PercentField(forms.DecimalField):
    """A percentage with at most two decimals; cleans to integer basis points."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 0)
        kwargs.setdefault("max_value", 100)
        super().__init__(decimal_places=2, max_digits=5, **kwargs)
        self.widget.attrs.update({"inputmode": "decimal", "class": "in in--n"})

    def clean(self, value: Any) -> Any:
        """Return basis points: 1.5 is 150."""
        cleaned = super().clean(value)
        return None if cleaned is None else int(cleaned * 100)

    def prepare_value(self, value: Any) -> Any:
        """Show basis points as a percentage; what was typed stays as typed."""
        if isinstance(value, int):
            whole, rest = divmod(value, 100)
            return f"{whole}.{rest:02d}".rstrip("0").rstrip(".")
        return value


def _districts() -> Any:
    return forms.ModelChoiceField(
        label=_("อำเภอ"), queryset=District.objects.all(), empty_label=_("เลือกอำเภอ")
    )


class DetailsForm(KitForm):
    """Name, place and contact of a party."""

    name_th = forms.CharField(label=_("ชื่อ"), max_length=160)
    name_en = forms.CharField(label=_("ชื่อภาษาอังกฤษ"), max_length=160, required=False)
    district = _districts()
    address = forms.CharField(label=_("ที่อยู่"), max_length=300, required=False)
    contact_name = forms.CharField(label=_("ผู้ติดต่อ"), max_length=120)
    phone = forms.CharField(
        label=_("เบอร์โทร"),
        max_length=30,
        required=False,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel"}),
    )
    email = forms.EmailField(
        label=_("อีเมล"), required=False, widget=forms.EmailInput({"autocomplete": "email"})
    )
    tax_id = forms.CharField(
        label=_("เลขประจำตัวผู้เสียภาษี"),
        max_length=20,
        required=False,
        help_text=_("13 หลัก ถ้ายังไม่มีเว้นไว้ก่อน"),
        widget=forms.TextInput({"inputmode": "numeric"}),
    )
    branch = forms.CharField(label=_("สาขา"), max_length=40, initial="สำนักงานใหญ่")

    def clean_tax_id(self) -> str:
        """Take the digits as people group them: 0-1055-12345-67-8."""
        return "".join(self.cleaned_data["tax_id"].replace("-", "").split())

    def clean(self) -> dict[str, Any]:
        """Ask for one way to answer."""
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("phone") and not cleaned.get("email"):
            self.add_error("phone", _("ใส่เบอร์โทรหรืออีเมลอย่างน้อยหนึ่งอย่าง เพื่อให้ติดต่อกลับได้"))
        return cleaned

    def details(self) -> dict[str, str]:
        """What the services take: every field but the district."""
        return {name: value for name, value in self.cleaned_data.items() if name in self.DETAILS}

    DETAILS = (
        "name_th",
        "name_en",
        "address",
        "contact_name",
        "phone",
        "email",
        "tax_id",
        "branch",
    )


class RegisterForm(DetailsForm):
    """The public application of a group or a buyer."""

    kind = forms.ChoiceField(
        label=_("สมัครเป็น"),
        choices=[
            (PartyKind.GROUP, _("กลุ่มเกษตรกร ขายผลผลิต")),
            (PartyKind.BUYER, _("ผู้ซื้อ จองผลผลิตล่วงหน้า")),
        ],
        widget=Picks,
    )
    buyer_class = forms.ModelChoiceField(
        label=_("เป็นผู้ซื้อประเภท"),
        queryset=BuyerClass.objects.all(),
        required=False,
        empty_label=_("เลือกประเภท (เฉพาะผู้ซื้อ)"),
    )
    legally_registered = forms.BooleanField(label=_("กลุ่มจดทะเบียนแล้ว (เฉพาะกลุ่ม)"), required=False)
    website = forms.CharField(required=False, widget=forms.HiddenInput)  # people leave it empty

    field_order = ["kind", "buyer_class", "name_th", "district", "contact_name", "phone", "email"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name_th"].label = _("ชื่อกลุ่ม โรงพยาบาล โรงแรม หรือร้าน")
        self.fields["contact_name"].label = _("ชื่อผู้ติดต่อ")

    def clean(self) -> dict[str, Any]:
        """A buyer says of which class."""
        cleaned = super().clean()
        if cleaned.get("kind") == PartyKind.BUYER and not cleaned.get("buyer_class"):
            self.add_error("buyer_class", _("เลือกประเภทผู้ซื้อ"))
        return cleaned

    def terms(self) -> dict[str, Any]:
        """The terms an applicant may state."""
        if self.cleaned_data["kind"] == PartyKind.BUYER:
            return {"buyer_class": self.cleaned_data["buyer_class"]}
        return {"legally_registered": self.cleaned_data["legally_registered"]}


class NewPartyForm(DetailsForm):
    """A party that staff write down themselves."""

    buyer_class = forms.ModelChoiceField(
        label=_("ประเภทผู้ซื้อ"),
        queryset=BuyerClass.objects.all(),
        empty_label=_("เลือกประเภท"),
    )
    field_order = ["name_th", "buyer_class"]

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind != PartyKind.BUYER:
            del self.fields["buyer_class"]

    def terms(self) -> dict[str, Any]:
        """A buyer's class; nothing else has terms to begin with."""
        chosen = self.cleaned_data.get("buyer_class")
        return {"buyer_class": chosen} if chosen else {}


class GroupTermsForm(KitForm):
    """How a group is paid."""

    legally_registered = forms.BooleanField(label=_("กลุ่มจดทะเบียนแล้ว"), required=False)
    weight_basis = forms.ChoiceField(
        label=_("จ่ายตามน้ำหนักไหน"), choices=WeightBasis.choices, widget=Picks
    )
    release_rule = forms.ChoiceField(
        label=_("เงินออกเมื่อไร"), choices=ReleaseRule.choices, widget=Picks
    )
    release_days = forms.IntegerField(label=_("ถ้าจ่ายทุกกี่วัน ใส่จำนวนวัน"), min_value=1, max_value=120)
    paid_to_members = forms.BooleanField(label=_("โอนตรงถึงสมาชิกแต่ละคน"), required=False)


class BuyerTermsForm(KitForm):
    """What a buyer buys on."""

    buyer_class = forms.ModelChoiceField(
        label=_("ประเภทผู้ซื้อ"), queryset=BuyerClass.objects.all(), empty_label=None
    )
    is_government = forms.BooleanField(label=_("หน่วยงานรัฐ"), required=False)
    requires_po = forms.BooleanField(label=_("ต้องมีเลขใบสั่งซื้อก่อนส่ง"), required=False)
    payment_days = forms.IntegerField(
        label=_("เครดิตกี่วัน"), min_value=0, max_value=180, help_text=_("นับจากวันวางบิล")
    )
    withholding_bp = PercentField(
        label=_("หัก ณ ที่จ่าย (%)"), max_value=10, help_text=_("เช่น 1 ไม่หักใส่ 0")
    )
    over_tolerance_bp = PercentField(label=_("รับเกินจากที่จองได้ (%)"), max_value=50)
    outside_goods = forms.ChoiceField(
        label=_("ของซื้อเสริมเมื่อผลผลิตขาด"), choices=OutsideGoods.choices, widget=Picks
    )
    billing_plan = forms.ChoiceField(label=_("วางบิล"), choices=BillingPlan.choices, widget=Picks)
    contract_tier = forms.TypedChoiceField(
        label=_("ลำดับเมื่อของไม่พอ"),
        coerce=int,
        choices=[
            (0, _("ก่อน: มีข้อตกลงซื้อขาย")),
            (1, _("ปกติ")),
            (2, _("ท้าย: รับของที่เหลือ")),
        ],
    )


class StageForm(KitForm):
    """A step in a party's life, with its reason."""

    act = forms.ChoiceField(
        choices=[(name, name) for name in ("approve", "refuse", "suspend", "archive", "restore")]
    )
    reason = forms.CharField(label=_("เหตุผล"), max_length=300, required=False)


class ListForm(KitForm):
    """Searching and filtering a list of parties; everything may be left empty."""

    q = forms.CharField(label=_("ค้นหา"), required=False)
    district = forms.ModelChoiceField(
        label=_("อำเภอ"), queryset=District.objects.all(), required=False, empty_label=_("ทุกอำเภอ")
    )
    stage = forms.ChoiceField(
        label=_("สถานะ"), choices=[("", _("ทุกสถานะ")), *Stage.choices], required=False
    )
    buyer_class = forms.ModelChoiceField(
        label=_("ประเภท"),
        queryset=BuyerClass.objects.all(),
        required=False,
        empty_label=_("ทุกประเภท"),
    )

    def __init__(self, *args: Any, without: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in without:
            del self.fields[name]


class PersonForm(KitForm):
    """A grower as the cooperative knows her."""

    name = forms.CharField(label=_("ชื่อ นามสกุล"), max_length=160)
    called = forms.CharField(
        label=_("เรียกว่า"),
        max_length=60,
        required=False,
        help_text=_("เช่น ป้าแดง ใช้ในใบแจ้งเก็บและหน้าชั่ง"),
    )
    phone = forms.CharField(
        label=_("เบอร์โทร"),
        max_length=30,
        required=False,
        widget=forms.TextInput({"inputmode": "tel"}),
    )
    district = _districts()


class JoinForm(KitForm):
    """A person who is known already joins a group."""

    person = forms.ModelChoiceField(
        label=_("เลือกคนที่มีทะเบียนแล้ว"),
        queryset=Person.objects.none(),
        empty_label=_("เลือกคน"),
    )
    since = BuddhistDateField(label=_("เป็นสมาชิกตั้งแต่"))

    def __init__(self, *args: Any, persons: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chooser = self.fields["person"]
        assert isinstance(chooser, forms.ModelChoiceField)
        chooser.queryset = persons


class NewMemberForm(PersonForm):
    """A person who is not known yet joins a group."""

    since = BuddhistDateField(label=_("เป็นสมาชิกตั้งแต่"))


class LeaveForm(KitForm):
    """The last day of a membership."""

    until = BuddhistDateField(label=_("เป็นสมาชิกถึงวันที่"))


class InviteForm(KitForm):
    """Somebody is given roles at a party, by e-mail or phone."""

    full_name = forms.CharField(label=_("ชื่อ นามสกุล"), max_length=160)
    email = forms.CharField(
        label=_("อีเมล"),
        max_length=254,
        required=False,
        help_text=_("มีอีเมล ระบบส่งลิงก์ให้เอง"),
        widget=forms.TextInput({"inputmode": "email"}),
    )
    phone = forms.CharField(
        label=_("เบอร์มือถือ"),
        max_length=30,
        required=False,
        help_text=_("ไม่มีอีเมลก็ได้ ส่งลิงก์ทาง LINE เอง"),
        widget=forms.TextInput({"inputmode": "tel"}),
    )
    names = forms.MultipleChoiceField(label=_("บทบาท"), widget=MultiChips)
    person = forms.ModelChoiceField(
        label=_("เป็นสมาชิกคนนี้"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("ไม่ใช่สมาชิกในรายชื่อ"),
    )

    def __init__(self, *args: Any, party: Party, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = self.fields["names"]
        assert isinstance(names, forms.MultipleChoiceField)
        names.choices = [(name.value, name.label) for name in ROLES_OF_KIND[party.kind]]
        if party.kind == PartyKind.GROUP:
            chooser = self.fields["person"]
            assert isinstance(chooser, forms.ModelChoiceField)
            chooser.queryset = Person.objects.filter(
                memberships__group_id=party.pk, memberships__until__isnull=True
            ).present()
        else:
            del self.fields["person"]

    def clean(self) -> dict[str, Any]:
        """A grower's sign-in is somebody's: say whose."""
        cleaned = super().clean() or {}
        if RoleName.GROWER in cleaned.get("names", []) and not cleaned.get("person"):
            self.add_error("person", _("เลือกว่าเกษตรกรคนนี้คือใครในรายชื่อสมาชิก"))
        return cleaned


class SiteForm(KitForm):
    """Where a buyer takes deliveries."""

    name = forms.CharField(label=_("ชื่อจุดส่ง"), max_length=120, help_text=_("เช่น ครัวผู้ป่วย อาคาร 2"))
    district = _districts()
    address = forms.CharField(label=_("ที่อยู่และทางเข้า"), max_length=300)
    receive_from = ClockField(label=_("รับของตั้งแต่"), initial=datetime.time(6, 0))
    receive_until = ClockField(label=_("ถึง"), initial=datetime.time(10, 0))


class BlankForm(KitForm):
    """Why a person's data goes."""

    reason = forms.CharField(label=_("เหตุผล"), max_length=200, help_text=_("เช่น เจ้าตัวขอให้ลบ"))


class CooperativeForm(KitForm):
    """How the cooperative is paid."""

    promptpay_biller_id = forms.CharField(
        label=_("รหัสผู้รับชำระพร้อมเพย์ (Biller ID)"),
        max_length=15,
        required=False,
        help_text=_("15 หลัก พิมพ์เป็น QR ท้ายบิล"),
    )
    bill_series = forms.CharField(label=_("ชุดเลขที่บิล"), max_length=4)
    working_capital_limit_satang = BahtField(label=_("วงเงินจ่ายล่วงหน้าให้เกษตรกร (บาท)"))


class HubForm(KitForm):
    """Where and when produce is weighed in."""

    name = forms.CharField(label=_("ชื่อศูนย์รับ"), max_length=120)
    district = _districts()
    intake_from = ClockField(label=_("ชั่งรับตั้งแต่"))
    intake_until = ClockField(label=_("ถึง"))


class BuyerClassForm(KitForm):
    """Until when a class may order, and what a small drop costs."""

    cutoff_days_before = forms.IntegerField(label=_("ปิดรับก่อนวันส่งกี่วัน"), min_value=0, max_value=30)
    cutoff_time = ClockField(label=_("เวลาปิดรับ"), help_text=_("เช่น 12.00"))
    minimum_drop_satang = BahtField(label=_("ยอดขั้นต่ำต่อครั้งส่ง (บาท)"))
    small_drop_fee_satang = BahtField(label=_("ค่าส่งเมื่อไม่ถึงขั้นต่ำ (บาท)"))
