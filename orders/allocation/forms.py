"""Forms of the allocation: what happened to the goods of some days, and what staff decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.supply.models import HarvestOffer
from catalogue.supply.reading import days_of
from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.places.models import District
from marketplace.web.forms import BuddhistDateField, KitForm, MultiChips, Picks, QuantityField
from orders.allocation.replanning import Decided, Event
from orders.models import Line

LONGEST_DAYS = 14


def show_refusal(form: forms.BaseForm, refusal: Refusal) -> None:
    """Put a refusal beside the field it is about, else above the form."""
    for one in refusal.items if isinstance(refusal, Refusals) else [refusal]:
        field = one.where if isinstance(one.where, str) and one.where in form.fields else None
        form.add_error(field, str(one.message))


class OfferChoice(forms.ModelChoiceField):
    """A harvest offer by product, grade, group and days."""

    def label_from_instance(self, obj: HarvestOffer) -> str:
        """Words that tell offers of one product apart."""
        return f"{obj.product.name} {obj.grade} · {obj.group} · {days_of(obj)}"


class EventForm(KitForm):
    """What happened: to districts, to one offer, or goods became free."""

    DISTRICTS, OFFER, FREE = "districts", "offer", "free"

    what = forms.ChoiceField(
        label=_("เกิดอะไรขึ้น"),
        choices=(
            (DISTRICTS, _("น้ำท่วมหรือเสียหายทั้งอำเภอ")),
            (OFFER, _("ของชุดเดียวเสียหายหรือไม่ผ่านการตรวจ")),
            (FREE, _("มีของว่างหรือของเพิ่ม แบ่งให้คนที่ขาด")),
        ),
        initial=DISTRICTS,
        widget=Picks,
    )
    first_day = BuddhistDateField(label=_("วันส่งตั้งแต่"))
    last_day = BuddhistDateField(label=_("ถึงวันส่ง"))
    districts = forms.ModelMultipleChoiceField(
        label=_("ถ้าเสียหายทั้งอำเภอ อำเภอไหน"),
        queryset=District.objects.order_by("code"),
        required=False,
        widget=MultiChips,
    )
    offer = OfferChoice(
        label=_("ถ้าเป็นของชุดเดียว ชุดไหน"),
        queryset=HarvestOffer.objects.none(),
        empty_label=_("เลือกของ"),
        required=False,
    )
    lost = forms.IntegerField(
        label=_("เสียไปร้อยละเท่าไร"), min_value=1, max_value=100, required=False, initial=50
    )
    cause = forms.CharField(
        label=_("สาเหตุที่ผู้ซื้อและเกษตรกรจะได้อ่าน"),
        max_length=200,
        help_text=_("เช่น น้ำท่วมแปลงที่ระโนด"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chooser = self.fields["offer"]
        assert isinstance(chooser, forms.ModelChoiceField)
        chooser.queryset = (
            HarvestOffer.objects.filter(last_day__gte=today())
            .select_related("product", "group")
            .order_by("product__title", "first_day", "pk")
        )

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen kind of event needs."""
        data = super().clean() or {}
        what, first, last = data.get("what"), data.get("first_day"), data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("วันสุดท้ายมาก่อนวันแรก"))
        elif first and last and (last - first).days >= LONGEST_DAYS:
            self.add_error("last_day", _("วางแผนใหม่ได้คราวละไม่เกิน 14 วัน"))
        if what == self.DISTRICTS and not data.get("districts"):
            self.add_error("districts", _("เลือกอำเภออย่างน้อยหนึ่งแห่ง"))
        if what == self.OFFER and not data.get("offer"):
            self.add_error("offer", _("เลือกว่าของชุดไหน"))
        if what in (self.DISTRICTS, self.OFFER) and not data.get("lost"):
            self.add_error("lost", _("ใส่ว่าเสียไปร้อยละเท่าไร 1–100"))
        return data

    def event(self) -> Event:
        """What the services take."""
        data = self.cleaned_data
        what = data["what"]
        return Event(
            first_day=data["first_day"],
            last_day=data["last_day"],
            cause=data["cause"],
            percent_left=100 if what == self.FREE else 100 - data["lost"],
            districts=frozenset(one.pk for one in data["districts"])
            if what == self.DISTRICTS
            else frozenset(),
            offer_id=data["offer"].pk if what == self.OFFER else None,
        )


class DecisionForm(KitForm):
    """Which share gives how much to a line, and why."""

    share = forms.TypedChoiceField(label=_("จากแปลงของใคร"), coerce=int, widget=Picks)
    reason = forms.CharField(
        label=_("เพราะอะไร"), max_length=200, help_text=_("เก็บไว้กับแผน ผู้อื่นอ่านได้ภายหลัง")
    )

    def __init__(
        self, *args: Any, line: Line, shares: list[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._line = line
        chooser = self.fields["share"]
        assert isinstance(chooser, forms.TypedChoiceField)
        chooser.choices = shares
        self.fields["qty"] = QuantityField(
            line.product.base_unit,
            label=_("ให้เท่าไร"),
            min_value=0,
            help_text=_("0 คือไม่ใช้ของแปลงนี้กับรายการนี้"),
        )
        self.order_fields(["share", "qty", "reason"])

    def decided(self) -> Decided:
        """What the services take."""
        data = self.cleaned_data
        return Decided(self._line.pk, data["share"], data["qty"])
