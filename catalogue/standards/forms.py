"""Forms of the certificate pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalogue.models import Product
from catalogue.sorting import thai_key
from catalogue.standards.models import Standard
from catalogue.standards.services import CertificateInput
from marketplace.parties.models import FarmerGroup, Person, Stage
from marketplace.web.forms import BuddhistDateField, KitForm

MOST_FILE_BYTES = 10 * 1024 * 1024
KINDS = {
    ".pdf": (b"%PDF-",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".png": (b"\x89PNG",),
}


class CertificateForm(KitForm):
    """One certificate of a group or a person."""

    standard = forms.ModelChoiceField(
        label=_("มาตรฐาน"), queryset=Standard.objects.none(), empty_label=None
    )
    holder = forms.ChoiceField(label=_("ผู้ถือ"))
    number = forms.CharField(label=_("เลขที่"), max_length=60)
    issuer = forms.CharField(label=_("ผู้ออก"), max_length=160, required=False)
    valid_from = BuddhistDateField(label=_("ใช้ได้ตั้งแต่"))
    valid_until = BuddhistDateField(label=_("ถึงวันที่"))
    file = forms.FileField(
        label=_("ไฟล์ใบรับรอง"),
        required=False,
        help_text=_("PDF หรือรูป ไม่เกิน 10 MB"),
        widget=forms.FileInput(attrs={"accept": ".pdf,image/jpeg,image/png"}),
    )
    products = forms.ModelMultipleChoiceField(
        label=_("เฉพาะสินค้า"),
        queryset=Product.objects.none(),
        required=False,
        help_text=_("ไม่เลือกเลยคือทุกสินค้าของผู้ถือ"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["standard"].queryset = Standard.objects.all()
        fields["products"].queryset = Product.objects.trading().order_by("title")
        fields["products"].label_from_instance = lambda product: product.name
        groups = FarmerGroup.objects.filter(stage=Stage.ACTIVE).only("pk", "name_th", "name_en")
        persons = sorted(
            Person.objects.filter(memberships__until__isnull=True, blanked_at__isnull=True)
            .distinct()
            .values_list("pk", "name"),
            key=lambda row: thai_key(row[1]),
        )
        fields["holder"].choices = [
            (_("กลุ่ม"), [(f"group-{group.pk}", group.name) for group in groups]),
            (_("บุคคล"), [(f"person-{pk}", name) for pk, name in persons]),
        ]

    def clean_file(self) -> Any:
        """A PDF or a picture, by what it holds and not by its name alone."""
        file = self.cleaned_data.get("file")
        if not file:
            return None
        if file.size > MOST_FILE_BYTES:
            raise ValidationError(_("ไฟล์ใหญ่เกิน 10 MB"))
        marks = KINDS.get(Path(file.name).suffix.lower())
        start = file.read(8)
        file.seek(0)
        if marks is None or not start.startswith(marks):
            raise ValidationError(_("ไฟล์นี้ไม่ใช่ PDF หรือรูป กรุณาเลือกไฟล์ใหม่"))
        return file

    def certificate(self) -> CertificateInput:
        """What the form says."""
        data = self.cleaned_data
        kind, _dash, pk = data["holder"].partition("-")
        return CertificateInput(
            standard=data["standard"],
            number=data["number"],
            valid_from=data["valid_from"],
            valid_until=data["valid_until"],
            group=FarmerGroup.objects.get(pk=pk) if kind == "group" else None,
            person=Person.objects.get(pk=pk) if kind == "person" else None,
            products=list(data["products"]),
            issuer=data["issuer"],
            file=data["file"],
        )


class RevokeForm(KitForm):
    """Why a certificate no longer counts."""

    reason = forms.CharField(label=_("เหตุผลที่ยกเลิก"), max_length=200)
