"""Forms of the checkout's steps."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.common.dates import format_date
from marketplace.common.money import format_baht_short
from marketplace.parties.models import DeliverySite
from marketplace.web.forms import BahtField, BuddhistDateField, KitForm, Picks
from orders.models import PurchaseOrder


class SiteForm(KitForm):
    """Where to deliver."""

    site = forms.ModelChoiceField(
        label=_("ส่งที่ไหน"), queryset=DeliverySite.objects.none(), widget=Picks, empty_label=None
    )

    def __init__(self, *args: Any, sites: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["site"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = sites


class PapersForm(KitForm):
    """Which purchase order covers the order: a known one, a new one, or one that comes later."""

    LATER, KNOWN, NEW = "later", "known", "new"

    which = forms.ChoiceField(label=_("ใบสั่งซื้อ (PO) ของหน่วยงาน"), widget=Picks)
    known = forms.ModelChoiceField(
        label=_("ใบที่มีอยู่"), queryset=PurchaseOrder.objects.none(), required=False
    )
    number = forms.CharField(label=_("เลขที่ใบใหม่"), max_length=60, required=False)
    dated = BuddhistDateField(label=_("ลงวันที่"), required=False)
    ceiling = BahtField(
        label=_("วงเงิน (บาท)"), min_value=1, required=False, help_text=_("ถ้าใบสั่งซื้อระบุไว้")
    )
    note = forms.CharField(
        label=_("ข้อความถึงศูนย์"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, known: list[dict[str, Any]], must: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        later = _("ส่งไปก่อน ใส่เลขทีหลัง") if must else _("ไม่ใช้ใบสั่งซื้อ หรือใส่ทีหลัง")
        choices = [(self.LATER, later), (self.NEW, _("ใส่เลขใบสั่งซื้อใหม่"))]
        if known:
            choices.insert(0, (self.KNOWN, _("ใช้ใบที่มีอยู่")))
            field = self.fields["known"]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = PurchaseOrder.objects.filter(pk__in=[row["row"].pk for row in known])
            left = {row["row"].pk: row for row in known}
            field.label_from_instance = lambda obj: _label(left[obj.pk])  # type: ignore[method-assign]
        else:
            del self.fields["known"]
        which = self.fields["which"]
        assert isinstance(which, forms.ChoiceField)
        which.choices = choices

    def clean(self) -> dict[str, Any]:
        """Ask for what the choice needs."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("which") == self.KNOWN and not data.get("known"):
            self.add_error("known", _("ยังไม่ได้เลือกใบสั่งซื้อ"))
        if data.get("which") == self.NEW:
            if not (data.get("number") or "").strip() and "number" not in self.errors:
                self.add_error("number", _("กรุณาใส่เลขที่ใบสั่งซื้อ หรือเลือกส่งไปก่อน"))
            if not data.get("dated") and "dated" not in self.errors:
                self.add_error("dated", _("กรุณาใส่วันที่ในใบสั่งซื้อ"))
        return data


def _label(row: dict[str, Any]) -> str:
    words = {
        "number": row["row"].number,
        "day": format_date(row["row"].dated, "short"),
        "used": format_baht_short(row["used"]),
    }
    if row["left"] is None:
        return str(_("%(number)s · %(day)s · ใช้แล้ว %(used)s") % words)
    words["left"] = format_baht_short(row["left"])
    return str(_("%(number)s · %(day)s · เหลือ %(left)s") % words)
