"""The secretary's short form: open or closed, price, months, contact, up to five photographs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalogue.season import month_name
from cms.hosting.changes import Contact, Figures, NewPhoto, PhotoWords, Proposal, photos_of
from cms.models import CommunityPage
from cms.models.base import phone_digits
from cms.models.communities import MOST_PHOTOS
from marketplace.common.clock import today
from marketplace.web.forms import BuddhistDateField, Chips, KitForm, MultiChips

LARGEST = 10 * 1024 * 1024


def _alt(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=200,
        required=False,
        help_text=_("บอกสิ่งที่เห็นเป็นประโยคสั้น เช่น ชาวสวนถือส้มจุกสองผล"),
    )


class PageForm(KitForm):
    """One community with its programmes, made from drafts or from what is published.

    Args:
        community: the community's page or draft.
        programmes: its programmes' pages or drafts.
        bases: which state of each page was shown.
    """

    state = forms.ChoiceField(
        label=_("เดือนนี้รับแขกไหม"),
        choices=[("open", _("เปิดรับแขก")), ("closed", _("ปิดรับแขก"))],
        widget=Chips,
    )
    closed_until = BuddhistDateField(
        label=_("ถ้าปิด ปิดถึงวันที่"),
        required=False,
        help_text=_("พ้นวันนี้แล้วหน้าเว็บบอกว่าเปิดเอง เช่น 15/12/2569"),
    )
    phone = forms.CharField(
        label=_("โทรศัพท์"),
        max_length=24,
        required=False,
        validators=[phone_digits],
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    phone_note = forms.CharField(label=_("ใครรับสาย เมื่อไร"), max_length=100, required=False)
    line_url = forms.URLField(
        label=_("ลิงก์ LINE"), required=False, assume_scheme="https", max_length=200
    )

    def __init__(
        self,
        *args: Any,
        community: CommunityPage,
        programmes: list[Any],
        bases: dict[int, int | None],
        **kwargs: Any,
    ) -> None:
        closed = not community.is_open
        initial: dict[str, Any] = {
            "state": "closed" if closed else "open",
            "closed_until": community.closed_until if closed else None,
            "phone": community.phone,
            "phone_note": community.phone_note,
            "line_url": community.line_url,
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.programmes = programmes
        self.there = photos_of(community)
        for pk, base in bases.items():
            self.fields[f"base_{pk}"] = forms.IntegerField(
                required=False, initial=base, widget=forms.HiddenInput
            )
        self.shown = list(bases)
        for programme in programmes:
            for place, tier in enumerate(programme.prices):
                self.fields[f"baht_{programme.pk}_{place}"] = forms.IntegerField(
                    label=_("%(who)s (บาทต่อคน)") % {"who": tier.value["who"]},
                    min_value=0,
                    max_value=100_000,
                    initial=tier.value["baht"],
                    widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
                )
            self.fields[f"months_{programme.pk}"] = forms.TypedMultipleChoiceField(
                label=_("เดือนที่ไปได้"),
                choices=[(month, month_name(month)) for month in range(1, 13)],
                coerce=int,
                initial=[m for m, digit in enumerate(programme.months, start=1) if digit != "0"],
                widget=MultiChips,
            )
        for place, photo in enumerate(self.there):
            self.fields[f"alt_{place}"] = _alt(_("ในภาพมีอะไร"))
            self.fields[f"alt_{place}"].initial = photo.alt
            self.fields[f"credit_{place}"] = forms.CharField(
                label=_("เจ้าของภาพ"), max_length=120, required=False, initial=photo.credit
            )
            self.fields[f"remove_{place}"] = forms.BooleanField(
                label=_("เอาภาพนี้ออก"), required=False
            )
        for place in range(MOST_PHOTOS):
            self.fields[f"file_{place}"] = forms.ImageField(
                label=_("เลือกภาพ"),
                required=False,
                widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
            )
            self.fields[f"new_alt_{place}"] = _alt(_("ในภาพมีอะไร"))
            self.fields[f"new_credit_{place}"] = forms.CharField(
                label=_("เจ้าของภาพ"), max_length=120, required=False
            )

    # ---- for the template ----------------------------------------------------------------------

    def opening(self) -> list[forms.BoundField]:
        return [self["state"], self["closed_until"]]

    def contact(self) -> list[forms.BoundField]:
        return [self["phone"], self["phone_note"], self["line_url"]]

    def figures(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """Each programme with its fields."""
        return [
            (
                one,
                [
                    *(self[f"baht_{one.pk}_{place}"] for place in range(len(one.prices))),
                    self[f"months_{one.pk}"],
                ],
            )
            for one in self.programmes
        ]

    def photos(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """Each photograph that is there with its fields."""
        return [
            (photo, [self[f"{name}_{place}"] for name in ("alt", "credit", "remove")])
            for place, photo in enumerate(self.there)
        ]

    def new_photos(self) -> list[list[forms.BoundField]]:
        """Room for as many as may still come; one at least, for a photograph that is replaced."""
        return [
            [self[f"{name}_{place}"] for name in ("file", "new_alt", "new_credit")]
            for place in range(max(1, MOST_PHOTOS - len(self.there)))
        ]

    def new_photos_open(self) -> bool:
        """Whether something is wrong with a new photograph."""
        return any(name.startswith(("file_", "new_")) for name in self.errors)

    # ---- what was typed ------------------------------------------------------------------------

    def clean_closed_until(self) -> Any:
        day = self.cleaned_data["closed_until"]
        if self.cleaned_data.get("state") == "closed" and day is not None and day < today():
            raise ValidationError(_("วันนี้ผ่านไปแล้ว ใส่วันข้างหน้า หรือเว้นว่าง"))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for place in range(MOST_PHOTOS):
            file = data.get(f"file_{place}")
            if file is None:
                continue
            if file.size > LARGEST:
                self.add_error(f"file_{place}", _("ไฟล์ใหญ่เกิน 10 MB ลดขนาดภาพก่อน"))
            self._words(data, f"new_alt_{place}", f"new_credit_{place}")
        for place in range(len(self.there)):
            if not data.get(f"remove_{place}"):
                self._words(data, f"alt_{place}", f"credit_{place}")
        return data

    def _words(self, data: dict[str, Any], alt: str, credit: str) -> None:
        if not data.get(alt):
            self.add_error(alt, _("บอกสิ่งที่เห็นในภาพ เพื่อผู้ที่มองไม่เห็นภาพ"))
        if not data.get(credit):
            self.add_error(credit, _("บอกชื่อเจ้าของภาพ"))

    def proposal(self) -> Proposal:
        """What was typed, for the service."""
        data = self.cleaned_data
        return Proposal(
            contact=Contact(
                is_open=data["state"] == "open",
                closed_until=data["closed_until"],
                phone=data["phone"],
                phone_note=data["phone_note"],
                line_url=data["line_url"],
            ),
            bases={pk: data[f"base_{pk}"] for pk in self.shown},
            figures=[
                Figures(
                    page=one.pk,
                    baht=tuple(data[f"baht_{one.pk}_{place}"] for place in range(len(one.prices))),
                    months=frozenset(data[f"months_{one.pk}"]),
                )
                for one in self.programmes
            ],
            photos=[
                PhotoWords(
                    place=place,
                    alt=data[f"alt_{place}"],
                    credit=data[f"credit_{place}"],
                    removed=data[f"remove_{place}"],
                )
                for place in range(len(self.there))
            ],
            new_photos=[
                NewPhoto(
                    data[f"file_{place}"], data[f"new_alt_{place}"], data[f"new_credit_{place}"]
                )
                for place in range(MOST_PHOTOS)
                if data.get(f"file_{place}")
            ],
        )
