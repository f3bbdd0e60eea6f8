"""The forms of this room."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.common.clock import today
from marketplace.common.dates import bangkok_at, format_date
from marketplace.common.exceptions import Refusal
from marketplace.cycles.models import DayQuestion
from marketplace.parties.forms import ClockField
from marketplace.parties.models import Buyer, Hub
from marketplace.web.forms import BuddhistDateField, KitForm, MultiChips, Picks

WEEKDAYS = [
    (0, _("จันทร์")),
    (1, _("อังคาร")),
    (2, _("พุธ")),
    (3, _("พฤหัส")),
    (4, _("ศุกร์")),
    (5, _("เสาร์")),
    (6, _("อาทิตย์")),
]


def show_refusal(form: forms.BaseForm, refusal: Refusal) -> None:
    """Put a refusal beside the field it is about, else above the form."""
    where = refusal.where if isinstance(refusal.where, str) else None
    form.add_error(where if where in form.fields else None, str(refusal))


class SeasonForm(KitForm):
    """The days of a season: from, to, and on which weekdays."""

    hub = forms.ModelChoiceField(label=_("ศูนย์รับ"), queryset=Hub.objects.all(), empty_label=None)
    first = BuddhistDateField(label=_("วันส่งแรก"))
    last = BuddhistDateField(label=_("วันส่งสุดท้าย"))
    weekdays = forms.TypedMultipleChoiceField(
        label=_("ส่งวันไหนบ้าง"), choices=WEEKDAYS, coerce=int, widget=MultiChips
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if Hub.objects.count() == 1:
            self.fields["hub"].initial = Hub.objects.get()
            self.fields["hub"].required = False
            self.fields["hub"].widget = forms.HiddenInput()

    def clean_hub(self) -> Hub:
        """The only hub, or the chosen one."""
        chosen: Hub | None = self.cleaned_data["hub"]
        found = chosen or Hub.objects.first()
        if found is None:
            raise forms.ValidationError(_("ยังไม่มีศูนย์รับ ตั้งสหกรณ์และศูนย์รับก่อน"))
        return found

    def clean_first(self) -> datetime.date:
        """A season begins today at the earliest."""
        first: datetime.date = self.cleaned_data["first"]
        if first < today():
            raise forms.ValidationError(_("วันส่งแรกผ่านไปแล้ว เลือกวันข้างหน้า"))
        return first


class DayForm(KitForm):
    """What happens to a day, for whom and why."""

    answer = forms.ChoiceField(
        label=_("ทำอย่างไร"), choices=DayQuestion.Answer.choices, widget=Picks
    )
    target_day = BuddhistDateField(label=_("วันส่งใหม่ (เมื่อย้ายหรือรวม)"), required=False)
    buyers = forms.ModelMultipleChoiceField(
        label=_("เฉพาะผู้ซื้อบางราย (ไม่เลือก คือทุกราย)"),
        queryset=Buyer.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.TypedMultipleChoiceField(
        label=_("วันไหน"),
        coerce=datetime.date.fromisoformat,
        widget=MultiChips,
        help_text=_("วันจริงขึ้นกับการดูดวงจันทร์ วันที่ไม่เลือกจะส่งตามเดิม"),
    )
    reason = forms.CharField(
        label=_("เหตุผลที่ทุกคนจะได้อ่าน"),
        max_length=200,
        required=False,
        help_text=_("เช่น ถนนสาย 4008 น้ำท่วม"),
    )

    def __init__(self, *args: Any, buyers: Any, keep: bool, days: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(days) > 1:
            choice = self.fields["days"]
            assert isinstance(choice, forms.TypedMultipleChoiceField)
            choice.choices = [(day.isoformat(), format_date(day, "day")) for day in days]
            choice.initial = [day.isoformat() for day in days]
        else:
            del self.fields["days"]
        chooser = self.fields["buyers"]
        assert isinstance(chooser, forms.ModelMultipleChoiceField)
        chooser.queryset = buyers
        if not keep:
            answer = self.fields["answer"]
            assert isinstance(answer, forms.ChoiceField)
            answer.choices = [c for c in DayQuestion.Answer.choices if c[0] != "keep"]
            self.fields["reason"].required = True

    def wanted(self) -> dict[str, Any]:
        """What the services take."""
        data = self.cleaned_data
        moving = data["answer"] in (DayQuestion.Answer.MOVE, DayQuestion.Answer.JOIN)
        return {
            "answer": data["answer"],
            "reason": data["reason"],
            "target_day": data["target_day"] if moving else None,
            "buyers": list(data["buyers"]) or None,
            **({"days": data["days"]} if "days" in data else {}),
        }


class CutoffForm(KitForm):
    """Until when one class may order for one cycle."""

    day = BuddhistDateField(label=_("ปิดรับวันที่"))
    time = ClockField(label=_("เวลา"), help_text=_("เช่น 12.00"))

    def at(self) -> datetime.datetime:
        """The moment, UTC."""
        return bangkok_at(self.cleaned_data["day"], self.cleaned_data["time"])


class HolidayForm(KitForm):
    """A local day off."""

    day = BuddhistDateField(label=_("วันที่"))
    name_th = forms.CharField(label=_("ชื่อวัน"), max_length=120, help_text=_("เช่น ฮารีรายออีดิลอัฎฮา"))
