"""Blocks that read the market or the other pages each time a page is shown; each has a sample.

None of them takes a figure from an editor: what stands in them is what the market says.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.models import Locale

from cms import live, live_groups, live_season
from marketplace.parties.models import FarmerGroup, Stage
from marketplace.places.models import District


def group_choices() -> list[tuple[str, str]]:
    """Farmer groups of the market by their code, in the editor's language."""
    rows = FarmerGroup.objects.filter(stage=Stage.ACTIVE).order_by("name_th")
    return [(row.code, row.name) for row in rows]


def district_choices() -> list[tuple[str, str]]:
    """The districts by their code, in the editor's language."""
    name = "name_th" if get_language() in (None, "th") else "name_en"
    return list(District.objects.order_by(name).values_list("code", name))


class SeasonCalendarBlock(blocks.StructBlock):
    """The year in twelve columns; read from the market."""

    heading = blocks.CharBlock(label=_("หัวข้อ"), max_length=80)
    limit = blocks.IntegerBlock(
        label=_("จำนวนแถว"),
        min_value=3,
        max_value=60,
        default=12,
        help_text=_("ของที่ดีที่สุดเดือนนี้ขึ้นก่อน"),
    )

    def get_context(self, value: Any, parent_context: Any = None) -> Any:
        context = super().get_context(value, parent_context=parent_context)
        context["year"] = live_season.year_calendar(limit=value["limit"])
        return context

    class Meta:
        icon = "date"
        label = _("ปฏิทินฤดูกาล (สด)")
        template = "cms/blocks/season_calendar.html"
        description = _("ตารางสิบสองเดือน บอกว่าของชนิดไหนมีเมื่อไร อ่านจากตลาด")
        preview_value = {"heading": "ปฏิทินฤดูกาล", "limit": 6}


class GroupBlock(blocks.StructBlock):
    """One farmer group in figures, with what it has open; read from the market."""

    group = blocks.ChoiceBlock(
        choices=group_choices,
        label=_("กลุ่ม"),
        help_text=_("จำนวนสมาชิกและใบรับรองขึ้นเอง ไม่ต้องพิมพ์"),
    )

    def get_context(self, value: Any, parent_context: Any = None) -> Any:
        context = super().get_context(value, parent_context=parent_context)
        group = (
            FarmerGroup.objects.select_related("district")
            .filter(stage=Stage.ACTIVE, code=value["group"])
            .first()
        )
        if group is not None:
            context["facts"] = live_groups.group_facts(group)
            context["offers"] = live.open_offers(group=group, limit=3)
            context["show_product"] = context["hide_group"] = True
            context["url"] = live_groups.sellers([group])[0].url
        return context

    class Meta:
        icon = "group"
        label = _("กลุ่มเกษตรกร (สด)")
        template = "cms/blocks/group.html"
        description = _("การ์ดของกลุ่มหนึ่ง สมาชิกกี่คน มีใบรับรองอะไร เปิดจองอะไรอยู่")
        preview_value = {"group": ""}


class MapBlock(blocks.StructBlock):
    """The map of the sixteen districts with some picked out, each named in a list beside it."""

    heading = blocks.CharBlock(label=_("หัวข้อ"), max_length=80)
    districts = blocks.MultipleChoiceBlock(
        choices=district_choices,
        label=_("อำเภอที่ระบายสี"),
        required=False,
        help_text=_("เว้นว่างคืออำเภอที่มีหน้าเว็บของเรา กดแล้วไปหน้านั้นได้"),
    )

    def get_context(self, value: Any, parent_context: Any = None) -> Any:
        context = super().get_context(value, parent_context=parent_context)
        context["links"] = _pages_by_district(value["districts"] or None)
        return context

    class Meta:
        icon = "site"
        label = _("แผนที่ 16 อำเภอ")
        template = "cms/blocks/map.html"
        description = _("แผนที่วาดเอง ใช้ได้ไม่ต้องต่ออินเทอร์เน็ต มีรายชื่อกำกับให้ผู้ใช้เครื่องอ่านหน้าจอ")
        preview_value = {"heading": "เที่ยวที่ไหนดี", "districts": ["9003"]}


class ProgrammeListBlock(blocks.StructBlock):
    """Programmes of communities in the page's language."""

    heading = blocks.CharBlock(label=_("หัวข้อ"), max_length=80)
    limit = blocks.IntegerBlock(label=_("จำนวนการ์ด"), min_value=1, max_value=12, default=4)

    def get_context(self, value: Any, parent_context: Any = None) -> Any:
        from cms.models import ProgrammePage

        context = super().get_context(value, parent_context=parent_context)
        rows = ProgrammePage.objects.live().public().filter(locale=Locale.get_active())
        context["programmes"] = list(rows.order_by("path")[: value["limit"]])
        return context

    class Meta:
        icon = "list-ul"
        label = _("รายการโปรแกรม")
        template = "cms/blocks/programmes.html"
        description = _("การ์ดโปรแกรมของทุกชุมชนที่เผยแพร่อยู่ พร้อมราคาและเดือน")
        preview_value = {"heading": "โปรแกรมชุมชน", "limit": 4}


class PageListBlock(blocks.StructBlock):
    """Cards of the pages of one kind below the first page, in its language."""

    KINDS = [
        ("identityproductpage", _("ของดีท้องถิ่น")),
        ("placepage", _("สถานที่")),
        ("grouppage", _("กลุ่มเกษตรกร")),
        ("marketdaypage", _("วันตลาด")),
        ("storypage", _("เรื่องเล่า")),
        ("howpage", _("ตลาดทำงานอย่างไร")),
    ]

    heading = blocks.CharBlock(label=_("หัวข้อ"), max_length=80)
    kind = blocks.ChoiceBlock(choices=KINDS, label=_("หน้าชนิดไหน"))
    limit = blocks.IntegerBlock(label=_("จำนวนการ์ด"), min_value=1, max_value=24, default=6)

    def get_context(self, value: Any, parent_context: Any = None) -> Any:
        from django.apps import apps

        context = super().get_context(value, parent_context=parent_context)
        model: Any = apps.get_model("cms", value["kind"])
        rows = model.objects.live().public().filter(locale=Locale.get_active())
        newest_first = value["kind"] == "storypage"
        order = ("-written_on", "-path") if newest_first else ("path",)
        context["pages"] = list(rows.order_by(*order)[: value["limit"]])
        return context

    class Meta:
        icon = "doc-full"
        label = _("รายการหน้า")
        template = "cms/blocks/page_list.html"
        description = _("การ์ดของหน้าชนิดเดียวกันที่เผยแพร่อยู่ หน้าใหม่ขึ้นเอง")
        preview_value = {"heading": "เรื่องเล่า", "kind": "storypage", "limit": 6}


def _pages_by_district(codes: list[str] | None) -> dict[str, list[tuple[str, str]]]:
    """Titles and addresses of the pages about each district in the reader's language, communities
    first; without codes only districts that have one; four queries.

    Args:
        codes: the districts wanted, also those without a page.
    """
    from cms.models import CommunityPage, GroupPage, MarketDayPage, PlacePage

    found: dict[str, list[tuple[str, str]]] = {code: [] for code in codes or ()}
    for model, path in (
        (CommunityPage, "district"),
        (PlacePage, "district"),
        (MarketDayPage, "district"),
        (GroupPage, "group__district"),
    ):
        rows: Any = model.objects.live().public().filter(locale=Locale.get_active())
        for page in rows.select_related(path).order_by("path"):
            (district,) = page.area
            if codes is None or district.code in found:
                found.setdefault(district.code, []).append((page.title, page.get_url() or ""))
    return found
