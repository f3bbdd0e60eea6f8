"""The living style page: every part of the kit, on a developer's machine only."""

import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from marketplace.common import clock
from marketplace.parties.access import public
from marketplace.web.drawings import ICONS, PRODUCE
from marketplace.web.forms import (
    BahtField,
    BuddhistDateField,
    Chips,
    KitForm,
    Picks,
    QuantityField,
    Stepper,
)


class ExampleForm(KitForm):
    """Every kind of field once."""

    name = forms.CharField(label=_("ชื่อครัว"))
    day = BuddhistDateField(label=_("วันส่งแรก"))
    price = BahtField(label=_("ราคา"), help_text=_("บาทต่อกิโลกรัม"), min_value=100)
    weight = QuantityField(
        "gram", label=_("คะน้า กก. ต่อวัน"), widget=Stepper(step="5"), required=False
    )
    grade = forms.ChoiceField(
        label=_("เกรด"), choices=[("A", "A"), ("B", "B"), ("C", "C")], widget=Chips
    )
    pay = forms.ChoiceField(
        label=_("รับเงินทางไหน"),
        choices=[("cash", _("เงินสดที่กลุ่ม จ. 09.00 น.")), ("bank", _("โอนเข้าบัญชี จ. ก่อนเที่ยง"))],
        widget=Picks,
    )
    site = forms.ChoiceField(label=_("ส่งที่"), choices=[("1", _("ครัวใหญ่")), ("2", _("ครัวผู้ป่วย"))])
    note = forms.CharField(label=_("ถึงคนส่ง"), required=False, widget=forms.Textarea({"rows": 2}))
    agree = forms.BooleanField(label=_("รับของแทนเกรดเดียวกันได้"), required=False)


@public
def kit(request: HttpRequest) -> HttpResponse:
    """Show every part of the kit; served in development only."""
    if not settings.DEBUG:
        raise Http404
    typed = {"name": "", "day": "31/2/2570", "price": "0.50", "weight": "20", "grade": "A"}
    form = ExampleForm(request.POST if request.method == "POST" else typed)
    now = clock.now()
    today: datetime.date = clock.today()
    context: dict[str, Any] = {
        "form": form,
        "icons": list(ICONS),
        "drawings": list(PRODUCE),
        "page_obj": Paginator(range(240), 20).get_page(request.GET.get("page", 6)),
        "today": today,
        "now": now,
        "share": "ใบแจ้งเก็บ ศ. 11 ธ.ค.\nป้าแดง คะน้า 18 กก.\nเก็บ พฤ. 10 ธ.ค. · ส่ง ศ. 11 ธ.ค.",
        "figures": [
            {"label": "ขายได้กี่กิโล", "value": "46.5", "unit": "กก.", "note": "รอบส่ง ศ. 11 ธ.ค."},
            {"label": "ได้เงินเท่าไร", "value": "฿1,302", "note": "ก่อนหัก"},
            {
                "label": "เงินออกวันไหน",
                "value": "จ. 14 ธ.ค.",
                "status": "info",
                "status_text": "รอจ่าย",
            },
        ],
        "terms": [
            {"value": "20.3", "label": "รวม"},
            {"sign": "−", "value": "1.8", "label": "ตะกร้า"},
            {"sign": "=", "value": "18.5", "label": "สุทธิ กก."},
        ],
    }
    return render(request, "web/kit.html", context)
