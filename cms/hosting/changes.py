"""What a secretary changes on her short form, and what an editor is shown of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from catalogue.season import season_words
from cms.models import CommunityPage, CommunityPhoto, ProgrammePage
from marketplace.common.dates import format_date

# The words of what stands on the short form; a change of anything else is only said to be there.
SHOWN: Final = frozenset(
    {
        "open_this_month",
        "closed_until",
        "phone",
        "phone_note",
        "line_url",
        "prices",
        "months",
        "photos",
    }
)
# What Wagtail writes into a revision about the revision itself, and the days of checks.
ASIDE: Final = frozenset(
    {
        "checked_on",
        "price_checked_on",
        "draft_title",
        "latest_revision",
        "live_revision",
        "has_unpublished_changes",
        "last_published_at",
        "first_published_at",
        "latest_revision_created_at",
        "live",
        "locked",
        "locked_at",
        "locked_by",
        "go_live_at",
        "expire_at",
        "expired",
        "owner",
        "path",
        "depth",
        "numchild",
        "url_path",
        "wagtail_admin_comments",
        "content_type",
        "alias_of",
    }
)


@dataclass(frozen=True, slots=True)
class Contact:
    """The community's own part of the form."""

    is_open: bool
    closed_until: date | None
    phone: str
    phone_note: str
    line_url: str


@dataclass(frozen=True, slots=True)
class Figures:
    """A programme's part: `baht` per head in the order of the price list, `months` chosen (1–12)."""

    page: int
    baht: tuple[int, ...]
    months: frozenset[int]


@dataclass(frozen=True, slots=True)
class PhotoWords:
    """A photograph that is there already, by its place in the row: its words, or that it goes."""

    place: int
    alt: str
    credit: str
    removed: bool = False


@dataclass(frozen=True, slots=True)
class NewPhoto:
    """A photograph that comes with the form; `file` is what the browser sent."""

    file: Any
    alt: str
    credit: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """All of one form. `bases`: the revision (None: as published) of each page that was shown."""

    contact: Contact
    bases: Mapping[int, int | None]
    figures: Sequence[Figures] = ()
    photos: Sequence[PhotoWords] = ()
    new_photos: Sequence[NewPhoto] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that will be different: its name, what stands there now, what is proposed."""

    name: str
    before: str
    after: str


def season_of(months: frozenset[int], before: str) -> str:
    """Twelve digits for the months chosen; what was the best of the year stays the best.

    Args:
        months: 1 to 12.
        before: the twelve digits until now.
    """
    return "".join(
        (digit if digit != "0" else "1") if month in months else "0"
        for month, digit in enumerate(before, start=1)
    )


def photos_of(page: CommunityPage) -> list[CommunityPhoto]:
    """The photographs of a page or of a draft in their order."""
    return sorted(page.photos.all(), key=lambda photo: (photo.sort_order or 0, photo.pk or 0))


def differences(live: Any, draft: Any) -> list[Change]:
    """What a draft changes on a page, in words; a change outside the form is one line without them."""
    pairs: list[tuple[str, str, str]] = []
    if isinstance(live, CommunityPage | ProgrammePage):
        pairs.append((_("รับแขก"), _opening(live), _opening(draft)))
    if isinstance(live, CommunityPage):
        pairs += [
            (_("โทรศัพท์"), live.phone, draft.phone),
            (_("ใครรับสาย เมื่อไร"), live.phone_note, draft.phone_note),
            ("LINE", live.line_url, draft.line_url),
            (_("ภาพของชุมชน"), _photos(live), _photos(draft)),
        ]
    if isinstance(live, ProgrammePage):
        pairs += _price_pairs(live, draft)
        pairs.append((_("เดือนที่ไปได้"), _season(live), _season(draft)))
    found = [Change(*pair) for pair in pairs if pair[1] != pair[2]]
    if changed_elsewhere(live, draft):
        found.append(Change(_("ส่วนอื่นของหน้า"), "", _("เปิดอ่านในหน้าแก้ไขก่อนอนุมัติ")))
    return found


def changed_elsewhere(live: Any, draft: Any) -> bool:
    """Whether a draft also changes what does not stand on the short form."""
    now, then = content_of(live), content_of(draft)
    return any(now.get(key) != then.get(key) for key in {*now, *then} - SHOWN - ASIDE)


def content_of(page: Any) -> dict[str, Any]:
    """What a page holds, for comparing: streams as data, because PostgreSQL gives back the keys of a
    stored stream in another order than Wagtail writes them.
    """
    return {key: _as_data(value) for key, value in page.serializable_data().items()}


def _as_data(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _opening(page: Any) -> str:
    if page.closed_until is not None:
        return _("ปิดถึง %(day)s") % {"day": format_date(page.closed_until)}
    return _("เปิดรับแขก") if page.open_this_month else _("ปิดรับแขก")


def _photos(page: CommunityPage) -> str:
    return " · ".join(f"{photo.alt} ({photo.credit})" for photo in photos_of(page))


def _price_pairs(live: ProgrammePage, draft: ProgrammePage) -> list[tuple[str, str, str]]:
    """Each price on a line of its own; the whole list where prices came or went."""
    before, after = _prices(live), _prices(draft)
    if [who for who, _baht in before] == [who for who, _baht in after]:
        return [
            (_("ราคา %(who)s") % {"who": who}, old, new)
            for (who, old), (_who, new) in zip(before, after, strict=True)
        ]
    return [(_("ราคาต่อคน"), _joined(before), _joined(after))]


def _joined(prices: list[tuple[str, str]]) -> str:
    return " · ".join(f"{who}: {baht}" for who, baht in prices)


def _prices(page: ProgrammePage) -> list[tuple[str, str]]:
    return [
        (str(tier.value["who"]), _("%(baht)s บาท") % {"baht": tier.value["baht"]})
        for tier in page.prices
    ]


def _season(page: ProgrammePage) -> str:
    return season_words(page.months) if page.months.strip("0") else _("ไม่มีเดือนที่ไปได้")
