"""Forms of this room."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.parties.models import DeliverySite
from marketplace.web.forms import BahtField, BuddhistDateField, KitForm
from orders.models import Order, PurchaseOrder
from orders.states import OrderState


class SiteChoice(forms.ModelChoiceField):
    """A delivery site, with its buyer when there are several."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.buyer.name} · {obj.name}" if self.with_buyer else str(obj.name)

    with_buyer = False


class DraftForm(KitForm):
    """A new draft: where to, and which days."""

    site = SiteChoice(label=_("ส่งที่"), queryset=DeliverySite.objects.none(), empty_label=None)
    first_day = BuddhistDateField(label=_("ตั้งแต่วันส่ง"))
    last_day = BuddhistDateField(label=_("ถึงวันส่ง"))
    name = forms.CharField(
        label=_("ชื่อร่าง"),
        max_length=120,
        required=False,
        help_text=_("เช่น เมนูรอบที่ 2 ใส่หรือไม่ก็ได้"),
    )

    def __init__(self, *args: Any, sites: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["site"]
        assert isinstance(field, SiteChoice)
        field.queryset = sites.select_related("buyer")
        field.with_buyer = sites.values("buyer").distinct().count() > 1

    def clean(self) -> dict[str, Any]:
        """Refuse a window that ends before it begins."""
        data: dict[str, Any] = super().clean() or {}
        first: dt.date | None = data.get("first_day")
        last: dt.date | None = data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("วันสุดท้ายอยู่ก่อนวันแรก"))
        return data


class CopyForm(DraftForm):
    """A copy of a draft on other days."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, sites=DeliverySite.objects.none(), **kwargs)
        del self.fields["site"]


class OrderFilter(KitForm):
    """What an order list shows."""

    q = forms.CharField(label=_("ค้นหา"), required=False, max_length=60)
    state = forms.ChoiceField(
        label=_("สถานะ"),
        required=False,
        choices=[("", _("ทุกสถานะ")), *OrderState.choices],
    )
    first_day = BuddhistDateField(label=_("ส่งตั้งแต่"), required=False, help_text="")
    last_day = BuddhistDateField(label=_("ถึง"), required=False, help_text="")
    without_po = forms.BooleanField(label=_("เฉพาะที่รอเลขใบสั่งซื้อ"), required=False)


class PurchaseOrderForm(KitForm):
    """The buyer's own purchase order."""

    number = forms.CharField(label=_("เลขที่ใบสั่งซื้อ"), max_length=60)
    dated = BuddhistDateField(label=_("ลงวันที่"))
    ceiling = BahtField(
        label=_("วงเงิน (บาท)"), min_value=1, required=False, help_text=_("ถ้าใบสั่งซื้อระบุไว้")
    )
    file = forms.FileField(label=_("ไฟล์ใบสั่งซื้อ"), required=False)


class AttachForm(KitForm):
    """Which purchase order covers an order: a known one, or a new one typed here."""

    purchase_order = forms.ModelChoiceField(
        label=_("ใบสั่งซื้อ"),
        queryset=PurchaseOrder.objects.none(),
        required=False,
        empty_label=_("ยังไม่มี"),
    )

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["purchase_order"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = PurchaseOrder.objects.filter(buyer=order.buyer_id)


class CancelForm(KitForm):
    """Why deliveries are taken off."""

    reason = forms.CharField(
        label=_("เหตุผล"),
        max_length=120,
        required=False,
        help_text=_("ผู้ประสานกลุ่มจะเห็น เช่น งดอาหารวันนั้น"),
    )
